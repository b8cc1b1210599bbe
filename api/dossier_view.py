"""Dossiers as callers see them: their holders are always masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.masking import masked_name, masked_number
from api.schemas import ComponentBody, DossierBody, DossierEventBody, ResultBody
from digitize.dossiers import terms
from digitize.dossiers.deciding import Outcome
from digitize.dossiers.words import CHANNEL_NAMES, EVENT_NAMES, Channel
from storage.dossiers import Answer, Dossier
from storage.dossiers.events import Happened

UNKNOWN = "không rõ"

OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.CREATED: "mới vào sổ",
    Outcome.SAME: "đã có, không đổi",
    Outcome.AMENDED: "đã có, vừa sửa",
    Outcome.OLDER: "đã có tin mới hơn, không đổi",
    Outcome.REFUSED: "không nhận",
}


def dossier_body(dossier: Dossier, now: datetime) -> DossierBody:
    """Describe a dossier as it stands now."""
    stands = terms.timeliness(dossier.due_at, dossier.finished_at, dossier.status, now)
    return DossierBody(
        code=dossier.code, unit=dossier.unit_code, procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name, holder_name=masked_name(dossier.holder_name or ""),
        holder_id=masked_number(dossier.holder_id) if dossier.holder_id else "",
        received_on=dossier.received_on, resolved_on=dossier.resolved_on,
        results=[ResultBody.model_validate(result) for result in dossier.results],
        status=dossier.status, status_name=UNKNOWN if dossier.status is None else terms.name_of(dossier.status),
        status_at=dossier.status_at, channel=dossier.channel,
        channel_name=UNKNOWN if dossier.channel is None else CHANNEL_NAMES[Channel(dossier.channel)],
        due_at=dossier.due_at, finished_at=dossier.finished_at, returned_at=dossier.returned_at,
        timeliness=stands.value, timeliness_name=terms.TIMELINESS_NAMES[stands], fee_vnd=dossier.fee_vnd,
        paid_how=dossier.paid_how, version=dossier.version,
        components=[
            ComponentBody(
                ordinal=one.ordinal, code=one.code, name=one.name, copy_kind=one.copy_kind,
                scanned_at=one.scanned_at, reused=one.reused_result_id is not None, removed_at=one.removed_at,
            )
            for one in dossier.components
        ],
    )  # fmt: skip


def event_bodies(events: Sequence[Happened]) -> list[DossierEventBody]:
    """Describe what happened to a dossier."""
    return [
        DossierEventBody(
            sequence=event.sequence, name=event.name.value, told=EVENT_NAMES[event.name], at=event.at,
            details=_masked(event.details),
        )
        for event in events
    ]  # fmt: skip


def answer_line(number: int, answer: Answer) -> dict[str, Any]:
    """Describe what became of one line of a batch; ``number`` counts from 1."""
    line: dict[str, Any] = {"line": number, "code": answer.code, "outcome": answer.outcome.value}
    if answer.fault is not None:
        line["error"] = {"code": answer.fault.code(), "message": answer.fault.message}
    return line


_PERSONAL = {"holder_name": masked_name, "holder_id": masked_number, "handler_name": masked_name}


def _masked(details: Any) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Mask the personal facts of an event, the old and the new ones; what a source claims is left out."""
    if isinstance(details, list):
        return [_masked(one) for one in details]
    if not isinstance(details, dict):
        return details
    shown: dict[str, Any] = {}
    for name, value in details.items():
        mask = _PERSONAL.get(name)
        if mask is None:
            shown[name] = _masked(value)
        elif isinstance(value, list):
            shown[name] = [mask(one) if one else one for one in value]
        else:
            shown[name] = mask(value) if value else value
    return {name: value for name, value in shown.items() if name != "claims"}
