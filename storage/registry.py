"""The registry of documents: the only place that changes a document's state.

:func:`receive` creates a document, :func:`record` applies one event of the lifecycle. Both write the state, the history
entry and the outbox row in the caller's transaction: either all of it happened or none.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from digitize.errors import Conflict, Impossible, NotFound
from digitize.lifecycle import WAITING_FOR, Actor, Event, Office, Record, State, Waiting, apply
from storage import history, leases, outbox
from storage.leases import Lease
from storage.tables import captures, documents, dossiers, results, units


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of a document: from the draft first, from the confirmed data later."""

    kind_code: str = ""
    kind_confidence: float = 0.0
    """0.0 to 1.0; 1.0 once a person confirmed."""
    number: str = ""
    issued_date: str = ""
    """ISO 8601."""
    holder_name: str = ""
    subject: str = ""
    pages: int = 0
    doubtful: tuple[str, ...] = ()
    """Names of the fields that a person must look at."""
    findings: tuple[str, ...] = ()
    """Codes of the quality findings."""
    problem: str = ""
    """Why it was refused, quarantined or could not be signed: a Vietnamese sentence."""
    read_seconds: float = 0.0
    """Wall-clock seconds that reading took."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The units that an actor may see: a subtree."""

    path: str
    """Prefix of ``units.path``, ``/`` for all."""


EVERYTHING = Scope("/")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it stands."""

    record: Record
    result_id: str
    ordinal: int
    """n of ``<dossier code>-KQ(n)``."""
    dossier_id: str
    dossier_code: str
    unit_id: str
    unit_path: str
    received_at: datetime
    changed_at: datetime
    scan_key: str
    """Object of the scan in force; empty after a purge."""
    reading_key: str | None
    archive_key: str | None
    capture_key: str | None
    """Revision 1, signed by the clerk."""
    sealed_key: str | None
    """Revision 2, sealed by the agency."""
    metadata_key: str | None
    metadata_signature_key: str | None
    digitization_code: str | None
    result_code: str | None
    doc_code: str | None
    signer: str | None
    """Whose key the standing order names: a person for the capture, a unit for the seal."""
    seal_order_id: str | None
    sealed_at: datetime | None
    published_at: datetime | None
    summary: Summary

    @property
    def id(self) -> str:
        """Opaque id."""
        return self.record.document

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.record.state


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a scan that came in."""

    document: str
    created: bool
    """False: these bytes are known for this dossier; it is the same document."""


def receive(
    connection: sa.Connection,
    *,
    result_id: str,
    scan_key: str,
    size_bytes: int,
    actor: Actor,
    now: datetime,
) -> Received:
    """Enter a scan whose object is stored already.

    The same bytes sent again for the same dossier are the same document, unless that one was withdrawn or purged.

    Raises:
        NotFound: there is no such result.
    """
    result = connection.execute(
        sa.select(results.c.dossier_id, results.c.unit_id, units.c.four_eyes)
        .join(units, units.c.id == results.c.unit_id)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .where(results.c.id == result_id)
        .with_for_update(of=dossiers)
    ).one_or_none()
    if result is None:
        raise NotFound("kết quả trong hồ sơ")
    same = known(connection, result.dossier_id, scan_key)
    if same is not None:
        return Received(same, created=False)
    document = uuid.uuid4().hex
    connection.execute(
        documents.insert().values(
            id=document,
            result_id=result_id,
            unit_id=result.unit_id,
            state=State.RECEIVED.value,
            waiting_for=Waiting.WORKER.value,
            version=0,
            capture=1,
            hands=[],
            four_eyes=result.four_eyes,
            received_at=now,
            changed_at=now,
            summary=asdict(Summary()),
        )
    )
    _add_capture(connection, document, 1, scan_key, size_bytes, actor, now)
    history.append_entry(
        connection, document, "Received", actor, {"result": result_id, "scan_key": scan_key, "bytes": size_bytes}, now
    )
    outbox.put(connection, document, State.RECEIVED, 0, now)
    return Received(document, created=True)


def known(connection: sa.Connection, dossier_id: str, scan_key: str) -> str | None:
    """Return the document of a dossier that was received with these bytes, unless it was withdrawn or purged."""
    return connection.execute(
        sa.select(documents.c.id)
        .join(captures, captures.c.document_id == documents.c.id)
        .join(results, results.c.id == documents.c.result_id)
        .where(
            results.c.dossier_id == dossier_id,
            captures.c.scan_key == scan_key,
            documents.c.state.not_in((State.WITHDRAWN.value, State.PURGED.value)),
        )
        .limit(1)
    ).scalar_one_or_none()


def _add_capture(
    connection: sa.Connection, document: str, number: int, scan_key: str, size_bytes: int, actor: Actor, now: datetime
) -> None:
    connection.execute(
        captures.insert().values(
            document_id=document,
            number=number,
            scan_key=scan_key,
            size_bytes=size_bytes,
            received_at=now,
            received_from=actor.id,
        )
    )


def rescan(
    connection: sa.Connection, document: str, event: Event, size_bytes: int, now: datetime, *, version: int | None
) -> Record:
    """Record ``Rescanned`` and enter the new capture; the old one stays.

    Raises:
        Forbidden, Conflict: as :func:`record`.
    """
    after = record(
        connection,
        document,
        event,
        now,
        version=version,
        changes=dict.fromkeys(
            ("reading_key", "archive_key", "capture_key", "metadata_key", "signer", "digitization_code", "result_code")
        )
        | {"summary": asdict(Summary())},
    )
    scan_key: str = msgspec.to_builtins(event)["scan_key"]
    _add_capture(connection, document, after.capture, scan_key, size_bytes, event.actor, now)
    return after


def record(
    connection: sa.Connection,
    document: str,
    event: Event,
    now: datetime,
    *,
    lease: Lease | None = None,
    version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
) -> Record:
    """Apply one event: state, history and outbox in one transaction.

    Args:
        connection: a writing transaction.
        document: the document's id.
        event: what happened.
        now: when.
        lease: the worker's lease; needed for every event of a worker that moves the document on. The work that it was
            given for is done with the event.
        version: what a person saw; None skips the check.
        changes: further columns of ``documents`` that the event sets.
        private: personal values that belong to the history, by name.

    Raises:
        NotFound: there is no such document.
        Conflict: a person saw an older version.
        LeaseLost: the worker's lease is not the last one, or a person moved the document on meanwhile.
        Forbidden, InvalidInput: the lifecycle refuses the event.
    """
    row = connection.execute(sa.select(documents).where(documents.c.id == document).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("văn bản")
    if version is not None and row.version != version:
        raise Conflict
    before = _record(row)
    _check_lease(connection, before, event, lease)
    after = apply(before, event)
    values: dict[str, Any] = {
        "state": after.state.value,
        "waiting_for": WAITING_FOR[after.state].value,
        "version": after.version,
        "capture": after.capture,
        "hands": sorted(after.hands),
        "cleared": after.cleared,
        "metadata_version": after.metadata_version,
        "purge_proposed_by": after.purge_proposed_by,
        "changed_at": now,
    }
    connection.execute(documents.update().where(documents.c.id == document).values(**values | dict(changes or {})))
    history.append(connection, document, event, now, private)
    if after.state is not before.state:
        outbox.put(connection, document, after.state, after.version, now)
    elif lease is not None:
        outbox.drop(connection, document)
    if lease is not None:
        leases.finish(connection, lease, now)
    elif after.state is not before.state:
        leases.cut(connection, document, now)
    return after


def _check_lease(connection: sa.Connection, before: Record, event: Event, lease: Lease | None) -> None:
    """Refuse a worker that has no lease for what moves a document on, or whose lease is not the last one.

    Raises:
        LeaseLost: it is not the last one, or a person moved the document on meanwhile.
    """
    if lease is None:
        if event.actor.office is Office.WORKER and event.state_after(before) is not before.state:
            raise Impossible(f"{type(event).__name__} needs a lease of {before.document}")
        return
    if lease.document != before.document:
        raise Impossible(f"a lease of {lease.document} was shown for {before.document}")
    leases.require(connection, lease)
    if before.state not in event.sources:
        raise leases.LeaseLost


def _record(row: sa.Row[Any]) -> Record:
    return Record(
        document=row.id, state=State(row.state), version=row.version, capture=row.capture, hands=frozenset(row.hands),
        four_eyes=row.four_eyes, cleared=row.cleared, metadata_version=row.metadata_version,
        purge_proposed_by=row.purge_proposed_by,
    )  # fmt: skip


_SELECT = (
    sa.select(
        documents,
        results.c.ordinal,
        results.c.dossier_id,
        dossiers.c.code.label("dossier_code"),
        units.c.path.label("unit_path"),
        captures.c.scan_key,
    )
    .join(results, results.c.id == documents.c.result_id)
    .join(dossiers, dossiers.c.id == results.c.dossier_id)
    .join(units, units.c.id == documents.c.unit_id)
    # A purge leaves no capture.
    .outerjoin(captures, sa.and_(captures.c.document_id == documents.c.id, captures.c.number == documents.c.capture))
)


def find(connection: sa.Connection, document: str, scope: Scope = EVERYTHING) -> Document:
    """Return a document as it stands.

    Raises:
        NotFound: there is none, or it lies outside the scope (the two are not told apart).
    """
    row = connection.execute(
        _SELECT.where(documents.c.id == document, units.c.path.startswith(scope.path, autoescape=True))
    ).one_or_none()
    if row is None:
        raise NotFound("văn bản")
    return _document(row)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended."""

    received_at: datetime
    document: str


def listing(
    connection: sa.Connection,
    scope: Scope,
    *,
    states: Sequence[State] = (),
    dossier_code: str | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Sequence[Document]:
    """Return documents of the scope, newest first, a page at a time."""
    query = _SELECT.where(units.c.path.startswith(scope.path, autoescape=True))
    if states:
        query = query.where(documents.c.state.in_([state.value for state in states]))
    if dossier_code is not None:
        query = query.where(dossiers.c.code == dossier_code)
    if after is not None:
        query = query.where(
            sa.or_(
                documents.c.received_at < after.received_at,
                sa.and_(documents.c.received_at == after.received_at, documents.c.id < after.document),
            )
        )
    rows = connection.execute(query.order_by(documents.c.received_at.desc(), documents.c.id.desc()).limit(limit))
    return [_document(row) for row in rows]


def counts(connection: sa.Connection, scope: Scope) -> Mapping[State, int]:
    """Count the documents of the scope by state; states without any are left out."""
    rows = connection.execute(
        sa.select(documents.c.state, sa.func.count())
        .join(units, units.c.id == documents.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .group_by(documents.c.state)
    )
    return {State(state): count for state, count in rows.tuples()}


def _document(row: sa.Row[Any]) -> Document:
    return Document(
        record=_record(row), result_id=row.result_id, ordinal=row.ordinal, dossier_id=row.dossier_id,
        dossier_code=row.dossier_code, unit_id=row.unit_id, unit_path=row.unit_path, received_at=row.received_at,
        changed_at=row.changed_at, scan_key=row.scan_key or "", reading_key=row.reading_key,
        archive_key=row.archive_key, capture_key=row.capture_key, sealed_key=row.sealed_key,
        metadata_key=row.metadata_key, metadata_signature_key=row.metadata_signature_key,
        digitization_code=row.digitization_code, result_code=row.result_code,
        doc_code=row.doc_code, signer=row.signer, seal_order_id=row.seal_order_id,
        sealed_at=row.sealed_at, published_at=row.published_at, summary=msgspec.convert(row.summary, Summary),
    )  # fmt: skip
