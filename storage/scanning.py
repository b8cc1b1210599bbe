"""What is to be scanned of a dossier, by its recorded facts; and the stop before a scan that must not be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from digitize.dossiers.words import Channel, CopyKind, DossierEvent
from digitize.errors import InvalidInput, MustNotBeScanned
from digitize.lifecycle import State
from digitize.procedures import RESULT_TYPE, kind_named
from digitize.reuse import Holding, owner_number
from digitize.scanning import Advice, Form, Group, Paper, Part, Verdict, advise
from digitize.targets import VIETNAM_TIME
from storage import dossiers
from storage.dossiers import Component, Dossier, Result, events
from storage.procedures import result_type_on
from storage.registry import Scope
from storage.reuse import finding
from storage.reuse.finding import Reusable
from storage.reuse.owners import owner_hash
from storage.tables import documents, results

_NO_SCAN = (
    State.WITHDRAWN.value, State.REFUSED.value, State.PURGED.value, State.SUPERSEDED.value, State.REVOKED.value,
)  # fmt: skip
"""A result whose documents are all in these states has no scan that stands."""


@dataclass(frozen=True, slots=True)
class PaperAdvice:
    """A paper of a dossier and what is to be done with it."""

    part: Part
    ordinal: int
    name: str
    there: str
    """What the archive has of it, in Vietnamese; empty: nothing."""
    advice: Advice
    reusable: tuple[Reusable, ...]
    """Published results in force that are this paper, those issued last first."""


def advise_dossier(connection: sa.Connection, code: str, scope: Scope, now: datetime) -> Sequence[PaperAdvice]:
    """Tell for every component and result of a dossier whether it is to be scanned, and why.

    Args:
        connection: a writing transaction (the first look for an owner makes the key of the hashes).
        code: of the dossier.
        scope: the caller's units; results to reuse are looked for in their whole province.
        now: whose law holds.

    Raises:
        NotFound: there is no such dossier in the scope.
    """
    dossier = dossiers.find_by_code(connection, code, scope)
    today = now.astimezone(VIETNAM_TIME).date()
    theirs = _results_of_owner(connection, dossier, scope, now)
    standing = _standing(connection, dossier.id)
    handed_in = [one for one in dossier.components if one.removed_at is None]
    return [
        *(_of_component(connection, dossier, one, theirs, today) for one in handed_in),
        *(_of_result(one, standing.get(one.id), today) for one in dossier.results),
    ]


def need_scannable(
    connection: sa.Connection, dossier: Dossier, result_id: str, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Stop a scan of a result that must not be made, unless somebody states a reason, which is recorded.

    Args:
        connection: a writing transaction.
        dossier: of the result.
        result_id: what the scan is of.
        actor: who hands it in.
        now: whose law holds.
        reason: why it is scanned all the same; helps against no firm rule.

    Raises:
        MustNotBeScanned: a rule forbids it.
    """
    row = connection.execute(
        sa.select(results.c.ordinal, results.c.secret, results.c.valid_until, results.c.cancelled_on).where(
            results.c.id == result_id
        )
    ).one()
    today = now.astimezone(VIETNAM_TIME).date()
    ended = _ended(row.valid_until, row.cancelled_on, today)
    advice = advise(Paper(part=Part.RESULT, group=Group.FINAL_RESULT, secret=row.secret, expired=ended), today)
    if advice.verdict is not Verdict.MUST_NOT:
        return
    if advice.firm or not reason.strip():
        raise MustNotBeScanned(advice.told, remedy="" if advice.firm else None)
    events.record(
        connection, dossier.id, DossierEvent.SCAN_INSISTED, now, actor,
        ordinal=row.ordinal, reason=reason.strip(), rule=advice.told,
    )  # fmt: skip


def _of_component(
    connection: sa.Connection, dossier: Dossier, component: Component, theirs: Sequence[Reusable], today: date
) -> PaperAdvice:
    kind, result_type = _kind_of(connection, component, today)
    wanted = {code for code in (kind, result_type) if code is not None}
    fitting = tuple(one for one in theirs if wanted & {one.kind_code, one.result_type_code or ""})
    known = bool(wanted) and dossier.holder_id is not None
    done = component.scanned_at is not None or component.reused_result_id is not None
    paper = Paper(
        part=Part.COMPONENT,
        group=Group.EARLIER_RESULT if wanted else None,
        form=_FORMS.get(component.copy_kind),
        filed_online=None if dossier.channel is None else dossier.channel == Channel.ONLINE,
        duplicate=done,
        digitised_elsewhere=bool(fitting) if known else None,
    )
    return PaperAdvice(
        Part.COMPONENT, component.ordinal, component.name, _there(component), advise(paper, today), fitting
    )


_FORMS: Mapping[int | None, Form] = {CopyKind.ORIGINAL: Form.ORIGINAL, CopyKind.COPY: Form.PLAIN_COPY}
"""Whether a paper copy is certified is not told, and makes no difference to the rules; what kind of file an electronic
one is makes one, and is asked for."""


def _there(component: Component) -> str:
    if component.reused_result_id is not None:
        return "đã tái sử dụng bản số hóa có sẵn"
    if component.scanned_at is not None:
        return "đã số hóa"
    return "có tệp gửi kèm" if component.file_key is not None else ""


def _kind_of(connection: sa.Connection, component: Component, today: date) -> tuple[str | None, str | None]:
    """Tell the kind and the result type of a component, by its code in the catalogue or else by its name."""
    if component.code and RESULT_TYPE.fullmatch(component.code):
        entry = result_type_on(connection, component.code, today)
        return (entry.kind_code if entry else None) or kind_named(component.name), component.code
    return kind_named(component.name), None


def _results_of_owner(connection: sa.Connection, dossier: Dossier, scope: Scope, now: datetime) -> tuple[Reusable, ...]:
    """Give what is published and in force of the dossier's holder, from other dossiers."""
    try:
        number = owner_number(dossier.holder_id or "")
    except InvalidInput:
        return ()
    within = finding.province_of(scope)
    found = finding.find_owned(connection, number, owner_hash(connection, number, now), within, now)
    own = {result.id for result in dossier.results}
    return tuple(one for one in found if one.id not in own and one.validity.holding is Holding.IN_FORCE)


def _of_result(result: Result, standing: str | None, today: date) -> PaperAdvice:
    paper = Paper(
        part=Part.RESULT,
        group=Group.FINAL_RESULT,
        secret=result.secret,
        expired=_ended(result.valid_until, result.cancelled_on, today),
        duplicate=standing is not None,
    )
    return PaperAdvice(Part.RESULT, result.ordinal, result.title, standing or "", advise(paper, today), ())


def _ended(valid_until: date | None, cancelled_on: date | None, today: date) -> bool:
    return (valid_until is not None and valid_until < today) or (cancelled_on is not None and cancelled_on <= today)


def _standing(connection: sa.Connection, dossier_id: str) -> Mapping[str, str]:
    """Tell of every result that has a scan how far it is."""
    rows = connection.execute(
        sa.select(documents.c.result_id, documents.c.published_at)
        .join(results, results.c.id == documents.c.result_id)
        .where(results.c.dossier_id == dossier_id, documents.c.state.not_in(_NO_SCAN))
        .order_by(documents.c.published_at.is_not(None))
    )
    return {result: "đã số hóa" if published else "đã quét, đang xử lý" for result, published in rows.tuples()}
