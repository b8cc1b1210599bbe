"""Results that may be shown to who reuses them: published ones, with validity and assurance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize import codes, cv7197
from digitize.cv7197 import Metadata
from digitize.lifecycle import Revoked, State
from digitize.metadata import kind_name
from digitize.reuse import Assurance, Facts, Making, Restriction, Signed, Validity, assurance, restriction, validity
from digitize.targets import VIETNAM_TIME
from storage.registry import Scope
from storage.reuse.owners import OWNED, named
from storage.tables import confirmed_data, documents, dossiers, events, results, revisions, units

MOST = 50
"""Results of one answer."""

_DOCUMENTS_EACH = 4
"""Files of one result that an answer looks at: the one in force and those before it."""

_SHOWN = (State.PUBLISHED.value, State.REVOKED.value, State.SUPERSEDED.value)
"""What was published; nothing else ever leaves the house for reuse."""

_OTHERS = confirmed_data.alias("versions")
_CORRECTIONS = (
    sa.select(sa.func.count())
    .where(_OTHERS.c.document_id == documents.c.id, _OTHERS.c.reason.is_not(None))
    .correlate(documents)
    .scalar_subquery()
)
"""Versions of the data that were made after the seal: only those have a reason."""


_ROWS_EACH = _DOCUMENTS_EACH * 3
"""One for each signature."""

_PATH = sa.bindparam("within", type_=units.c.path.type)
WITHIN = sa.func.substr(units.c.path, 1, sa.func.length(_PATH)) == _PATH
"""The unit lies in the scope whose path is ``within``: no letter of a path has a meaning here, as one had in LIKE."""

_STATE = documents.c.state.concat("")
"""The state, by no index: SQLite would read whatever is published to find what is one person's."""

# Written once: to build a query of this size takes as long as to run it.
_FOUND = (
    sa.select(
        results.c.id, results.c.ordinal, results.c.unit_id, results.c.title, results.c.result_type_code,
        results.c.issued_on, results.c.valid_until, results.c.cancelled_on, documents.c.id.label("document_id"),
        documents.c.state, documents.c.capture, documents.c.hands,
        documents.c.metadata_version, documents.c.metadata_signature_key, documents.c.sealed_key,
        documents.c.doc_code, documents.c.summary, documents.c.published_at, documents.c.ended_at,
        documents.c.successor_id, documents.c.four_eyes, dossiers.c.code.label("dossier_code"),
        units.c.code.label("unit_code"), units.c.name.label("unit_name"), units.c.path.label("unit_path"),
        confirmed_data.c.fields, confirmed_data.c.kind_code.label("confirmed_kind"), confirmed_data.c.confirmed_by,
        _CORRECTIONS.label("corrections"), revisions.c.number.label("revision"), revisions.c.role, revisions.c.signer,
        revisions.c.level, revisions.c.verdict,
    )
    .join(documents, documents.c.result_id == results.c.id)
    .join(dossiers, dossiers.c.id == results.c.dossier_id)
    .join(units, units.c.id == results.c.unit_id)
    .join(
        confirmed_data,
        sa.and_(
            confirmed_data.c.document_id == documents.c.id, confirmed_data.c.version == documents.c.metadata_version
        ),
    )
    .outerjoin(
        revisions, sa.and_(revisions.c.document_id == documents.c.id, revisions.c.capture == documents.c.capture)
    )
    .where(
        _STATE.in_(_SHOWN), ~results.c.secret, documents.c.sealed_key.is_not(None), WITHIN,
    )
    .order_by(results.c.issued_on.desc(), results.c.id, documents.c.published_at.desc(), revisions.c.number)
    .limit((MOST + 1) * _ROWS_EACH)
)  # fmt: skip
_BY_ID = _FOUND.where(results.c.id.in_(sa.bindparam("ids", expanding=True)))
_BY_OWNER = _FOUND.where(results.c.id.in_(OWNED))


@dataclass(frozen=True, slots=True)
class Reusable:
    """A result as another agency may see it."""

    id: str
    """Of the result; opaque."""
    document_id: str
    code: str
    """``<dossier code>-KQ(n)``."""
    title: str
    kind_code: str
    result_type_code: str | None
    unit_id: str
    unit_code: str
    unit_name: str
    unit_path: str
    issued_on: date
    validity: Validity
    """On the day of the answer."""
    assurance: Assurance
    restriction: Restriction | None
    """Why a person must decide; None: nobody must."""
    metadata: Metadata
    """The data; shown only to who may see them."""
    holder_name: str
    """Of the confirmed data; masked before it is shown."""
    file_key: str
    """Object of the sealed file."""
    version: int
    """Of the confirmed data."""


def province_of(scope: Scope) -> Scope:
    """Return the whole province that a unit lies in: the top of its path."""
    top = scope.path.strip("/").partition("/")[0]
    return Scope(f"/{top}/" if top else "/")


def find(connection: sa.Connection, ids: Sequence[str], scope: Scope, now: datetime) -> Sequence[Reusable]:
    """Return results by their ids, those issued last first.

    Args:
        connection: reading is enough.
        ids: of results, at most :data:`MOST`.
        scope: the units whose results may be seen.
        now: the moment for which validity is told.
    """
    return _told(connection, _BY_ID, {"ids": list(ids)}, scope, now) if ids else ()


def find_owned(
    connection: sa.Connection,
    number: str,
    hashed: str,
    scope: Scope,
    now: datetime,
    *,
    kind_code: str | None = None,
    result_type_code: str | None = None,
    in_force_on: date | None = None,
) -> Sequence[Reusable]:
    """Return the results of an owner, those issued last first; at most :data:`MOST` and one.

    Args:
        connection: reading is enough.
        number: of the owner, in normal form.
        hashed: of it.
        scope: the units whose results may be seen.
        now: the moment for which validity is told.
        kind_code: only those confirmed as this kind.
        result_type_code: only of this type.
        in_force_on: leave out what was not in force on this day; what was revoked or superseded is told all the same.
    """
    query = _BY_OWNER
    if kind_code is not None:
        query = query.where(confirmed_data.c.kind_code == kind_code)
    if result_type_code is not None:
        query = query.where(results.c.result_type_code == result_type_code)
    if in_force_on is not None:
        within_term = sa.and_(
            results.c.issued_on <= in_force_on,
            sa.or_(results.c.valid_until.is_(None), results.c.valid_until >= in_force_on),
        )
        query = query.where(sa.or_(within_term, results.c.cancelled_on.is_not(None), documents.c.ended_at.is_not(None)))
    return _told(connection, query, named(number, hashed), scope, now)


def _told(
    connection: sa.Connection, query: sa.Select[Any], values: Mapping[str, Any], scope: Scope, now: datetime
) -> Sequence[Reusable]:
    rows = connection.execute(query, {**values, "within": scope.path}).all()
    chosen = _one_each(rows)[: MOST + 1]
    signed = _signatures(rows)
    decisions = _decisions(connection, [row.document_id for row in chosen if row.state == State.REVOKED.value])
    today = now.astimezone(VIETNAM_TIME).date()
    return [_reusable(row, signed[row.document_id], decisions.get(row.document_id, ""), today) for row in chosen]


def _one_each(rows: Iterable[sa.Row[Any]]) -> list[sa.Row[Any]]:
    """Choose the file of each result that counts: the published one, else the last that was."""
    chosen: dict[str, sa.Row[Any]] = {}
    for row in rows:
        held = chosen.get(row.id)
        if held is None or (held.state != State.PUBLISHED.value and row.state == State.PUBLISHED.value):
            chosen[row.id] = row
    return list(chosen.values())


def _signatures(rows: Iterable[sa.Row[Any]]) -> Mapping[str, tuple[Signed, ...]]:
    """Return the signatures on the capture in force of each document, in the order in which they were made."""
    found: defaultdict[str, dict[int, Signed]] = defaultdict(dict)
    for row in rows:
        if row.revision is not None:
            found[row.document_id][row.revision] = Signed(row.role, row.signer, row.level, row.verdict)
    told: defaultdict[str, tuple[Signed, ...]] = defaultdict(tuple)
    told.update({document: tuple(each for _, each in sorted(one.items())) for document, one in found.items()})
    return told


def _decisions(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, str]:
    if not ids:
        return {}
    rows = connection.execute(
        sa.select(events.c.subject_id, events.c.payload).where(
            events.c.subject_id.in_(ids), events.c.name == Revoked.__name__
        )
    )
    return {row.subject_id: row.payload.get("decision_number", "") for row in rows}


def _reusable(row: sa.Row[Any], signed: Sequence[Signed], decision: str, today: date) -> Reusable:
    kind = row.confirmed_kind
    why = restriction(kind, today)
    ended = None if row.ended_at is None else row.ended_at.astimezone(VIETNAM_TIME).date()
    superseded = row.state == State.SUPERSEDED.value
    revoked = row.state == State.REVOKED.value
    facts = Facts(
        issued_on=row.issued_on, valid_until=row.valid_until,
        cancelled_on=row.cancelled_on or (ended if revoked else None),
        decision_number=decision, superseded_on=ended if superseded else None, successor=row.successor_id or "",
    )  # fmt: skip
    agency = any(one.role == "agency" for one in signed)
    return Reusable(
        id=row.id, document_id=row.document_id, code=codes.result_code(row.dossier_code, row.ordinal), title=row.title,
        kind_code=kind, result_type_code=row.result_type_code, unit_id=row.unit_id, unit_code=row.unit_code,
        unit_name=row.unit_name, unit_path=row.unit_path, issued_on=row.issued_on, validity=validity(facts, today),
        assurance=assurance(_making(row, signed)), restriction=why,
        metadata=cv7197.metadata(
            doc_code=row.doc_code or "", kind_name=kind_name(kind), confirmed=row.fields,
            pages=row.summary.get("pages", 0), signed=agency, restricted=why is not None,
        ),
        holder_name=row.fields.get("holder_name", ""), file_key=row.sealed_key, version=row.metadata_version,
    )  # fmt: skip


def _making(row: sa.Row[Any], signed: Sequence[Signed]) -> Making:
    return Making(
        pages=row.summary.get("pages", 0), findings=len(row.summary.get("findings", ())),
        # Where four eyes are asked for, nothing was coded before a second person approved.
        checked_by=len({*row.hands, row.confirmed_by}) + int(row.four_eyes), corrections=row.corrections,
        data_signed=row.metadata_signature_key is not None, signatures=signed,
    )  # fmt: skip
