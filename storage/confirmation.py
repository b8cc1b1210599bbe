"""A person confirms, approves or corrects the data of a result; the record, its JSON object and its codes follow.

The metadata object is put before the event that names it, so that a row never names an object that is not there; one
that lost its race is an orphan and goes with the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, Impossible
from digitize.lifecycle import Actor, Approved, Confirmed, MetadataCorrected, Record, State, apply
from digitize.metadata import PERSONAL, ConfirmedData, changed, checked, kind_name
from digitize.model import Reading, from_json
from digitize.targets import VIETNAM_TIME
from storage import codes, leases, outbox, registry, search, tallies
from storage.objects import ObjectStore
from storage.registry import Document
from storage.reuse.owners import confirmed_hash
from storage.tables import confirmed_data, results

UNSIGNED = "Dữ liệu đính chính chưa có chữ ký của cơ quan: văn thư cần yêu cầu đóng dấu."
"""What lists show of a result from its correction to the agency's signature over the new data."""


def confirm(
    connection: sa.Connection,
    objects: ObjectStore,
    document_id: str,
    kind_code: str,
    fields: Mapping[str, str],
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Record:
    """Take the data that a clerk confirmed into the record; code the result unless a second person must approve.

    Args:
        connection: a writing transaction.
        objects: where the draft is and the metadata go.
        document_id: whose scope the caller has checked.
        kind_code: what the paper is.
        fields: by name; see :data:`digitize.metadata.FIELD_NAMES`.
        actor: the clerk.
        now: when.
        version: what the clerk saw.

    Raises:
        InvalidInput: names every field that cannot be used.
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
        StoreUnavailable, ObjectMissing, ObjectDamaged: the draft or the metadata cannot be reached.
    """
    document = _current(connection, document_id, version)
    capture_key, reading_key = document.capture_key or "", document.reading_key or ""
    event = Confirmed(actor=actor, revision_key=capture_key, metadata_key="", changed=())
    apply(document.record, event)
    if not capture_key or not reading_key:
        raise Impossible(f"{document_id} is to be confirmed without a signed capture or a reading")
    kept = checked(kind_code, fields, _today(now))
    data = _data(document, kind_code, kept, actor, now)
    reading = from_json(objects.get(reading_key), Reading)
    event = replace(event, metadata_key=objects.put(data.encoded()), changed=changed(reading, kind_code, kept))
    after = registry.record(
        connection,
        document_id,
        event,
        now,
        version=version,
        private=_personal(kept),
        changes={
            "metadata_key": event.metadata_key,
            "owner_hash": confirmed_hash(connection, kept.get("holder_id", ""), now),
            "summary": _summary(document, kind_code, kept),
        },
    )
    _keep(connection, data, event.metadata_key, reason=None)
    return _code_if_confirmed(connection, after, now)


def approve(connection: sa.Connection, document_id: str, actor: Actor, now: datetime, version: int | None) -> Record:
    """Let a second person approve the data; the result is coded.

    Raises:
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
    """
    after = registry.record(connection, document_id, Approved(actor=actor), now, version=version)
    return _code_if_confirmed(connection, after, now)


def correct(
    connection: sa.Connection,
    objects: ObjectStore,
    document_id: str,
    kind_code: str,
    fields: Mapping[str, str],
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Record:
    """Correct the data of a sealed result: a new version beside the unchanged file.

    The agency's signature over the former metadata does not cover the new ones, so none is shown until the sealing
    officer orders a new one; the former stays in the history beside the version that it signed. A signature that was
    being made over what is now corrected has lost.

    Raises:
        InvalidInput: names every field that cannot be used, or the reason is missing.
        NotFound, Conflict, Forbidden: as :func:`storage.registry.record`.
        StoreUnavailable: the metadata cannot be stored.
    """
    document = _current(connection, document_id, version)
    event = MetadataCorrected(actor=actor, metadata_key="", changed=(), reason=reason)
    apply(document.record, event)
    kept = checked(kind_code, fields, _today(now))
    before = _latest(connection, document_id)
    differing = _differing(before, kind_code, kept)
    if not differing:
        raise Forbidden("dữ liệu đính chính giống hệt dữ liệu đã xác nhận")
    data = _data(document, kind_code, kept, actor, now)
    event = replace(event, metadata_key=objects.put(data.encoded()), changed=differing)
    after = registry.record(
        connection,
        document_id,
        event,
        now,
        version=version,
        private=_personal(kept),
        changes={
            "metadata_key": event.metadata_key,
            "metadata_signature_key": None,
            "owner_hash": confirmed_hash(connection, kept.get("holder_id", ""), now),
            **registry.NOTHING_MADE,
            "summary": _summary(document, kind_code, kept, problem=UNSIGNED),
        },
    )
    if document.state is State.PUBLISHED:
        outbox.drop(connection, document_id)
        leases.cut(connection, document_id, now)
    _keep(connection, data, event.metadata_key, reason=reason)
    return after


def _current(connection: sa.Connection, document_id: str, version: int | None) -> Document:
    document = registry.find(connection, document_id)
    if version is not None and document.record.version != version:
        raise Conflict
    return document


def _today(now: datetime) -> date:
    return now.astimezone(VIETNAM_TIME).date()


def _data(document: Document, kind_code: str, fields: Mapping[str, str], actor: Actor, now: datetime) -> ConfirmedData:
    return ConfirmedData(
        document=document.id,
        version=document.record.metadata_version + 1,
        revision=document.capture_key or "",
        kind_code=kind_code,
        kind_name=kind_name(kind_code),
        fields=fields,
        confirmed_by=actor.id,
        confirmed_at=now,
        salt=secrets.token_hex(32),
    )


def _personal(fields: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in fields.items() if name in PERSONAL}


def _summary(document: Document, kind_code: str, fields: Mapping[str, str], problem: str = "") -> dict[str, Any]:
    return asdict(
        replace(
            document.summary,
            kind_code=kind_code,
            kind_confidence=1.0,
            number=fields.get("number", ""),
            issued_date=fields.get("issued_date", ""),
            holder_name=fields.get("holder_name", ""),
            subject=fields.get("subject", ""),
            doubtful=(),
            problem=problem,
        )
    )


def _keep(connection: sa.Connection, data: ConfirmedData, key: str, *, reason: str | None) -> None:
    connection.execute(
        confirmed_data.insert().values(
            document_id=data.document,
            version=data.version,
            key=key,
            kind_code=data.kind_code,
            fields=dict(data.fields),
            confirmed_by=data.confirmed_by,
            confirmed_at=data.confirmed_at,
            reason=reason,
        )
    )


def _latest(connection: sa.Connection, document_id: str) -> sa.Row[Any]:
    return connection.execute(
        sa.select(confirmed_data)
        .where(confirmed_data.c.document_id == document_id)
        .order_by(confirmed_data.c.version.desc())
        .limit(1)
    ).one()


def _differing(before: sa.Row[Any], kind_code: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    names = {name for name in before.fields.keys() | fields.keys() if before.fields.get(name) != fields.get(name)}
    return tuple(sorted(names | ({"kind"} if before.kind_code != kind_code else set())))


def _code_if_confirmed(connection: sa.Connection, after: Record, now: datetime) -> Record:
    if after.state is not State.CONFIRMED:
        return after
    document = registry.find(connection, after.document)
    latest = _latest(connection, after.document)
    fields: Mapping[str, str] = latest.fields
    event, digitization_code = codes.code(
        connection, document, latest.kind_code, number=fields.get("number", ""), holder_id=fields.get("holder_id", "")
    )
    _date_the_result(connection, document, latest.kind_code, fields["issued_date"])
    return registry.record(
        connection,
        document.id,
        event,
        now,
        private={"digitization_code": digitization_code},
        changes={
            "digitization_code": digitization_code,
            "result_code": event.result_code,
            "doc_code": event.doc_code,
        },
    )


def _date_the_result(connection: sa.Connection, document: Document, kind_code: str, issued_date: str) -> None:
    """Give a result that an upload entered the day and kind that a person confirmed; the register's own stay."""
    connection.execute(
        results.update()
        .where(results.c.id == document.result_id, results.c.from_upload)
        .values(issued_on=date.fromisoformat(issued_date), kind_code=kind_code)
    )
    search.index_result(connection, document.result_id)
    tallies.count_result(connection, document.result_id)
