"""Everything that proves one document or certified copy: its files, its history, its rows in the trees of the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from digitize.attest.codes import parse_verification_code
from digitize.errors import InvalidInput, NotFound
from storage import certifications, heads, history, registry, subjects
from storage.heads import BY_KIND, HISTORY, Included, KeptHead
from storage.history import Entry
from storage.subjects import SubjectKind
from storage.tables import copies, event_private, merkle_leaves

SHOWN = ("register_entry", "register_void", "cancellation")
"""Facts whose values are opened: the line of the register and what became of it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A personal value of the history and the salt with which its commitment can be checked."""

    sequence: int
    name: str
    salt: str
    value: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A row of the subject in the tree of its day."""

    proof: Included
    values: Mapping[str, Any] | None
    """What the digest commits to; None where it is not shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the registry knows of a subject, ready to be handed out."""

    kind: SubjectKind
    subject: str
    state: str
    files: Mapping[str, str]
    """Name in the bundle, without its type → key of the object, which is its SHA-256."""
    reading_key: str | None
    chain: Sequence[Entry]
    private: Sequence[Opened]
    proofs: Sequence[Proven]
    heads: Sequence[KeptHead]
    """From the first that a proof needs to the newest."""


def find_subject(connection: sa.Connection, named: str) -> str:
    """Return the subject of an id, or of the verification code of a copy.

    Raises:
        NotFound: there is none.
    """
    if subjects.kind_of(connection, named) is not None:
        return named
    try:
        code = parse_verification_code(named).text
    except InvalidInput as fault:
        raise NotFound("văn bản hay bản sao điện tử") from fault
    found = connection.execute(sa.select(copies.c.id).where(copies.c.verification_code == code)).scalar_one_or_none()
    if found is None:
        raise NotFound("bản sao điện tử")
    return str(found)


def collect(connection: sa.Connection, subject: str, *, private: bool) -> Evidence:
    """Collect what proves a subject, in one consistent view.

    Args:
        connection: a reading transaction.
        subject: its id.
        private: whether the personal values of the history are opened, too.

    Raises:
        NotFound: there is no such subject.
    """
    kind = subjects.kind_of(connection, subject)
    if kind is None:
        raise NotFound("văn bản hay bản sao điện tử")
    state, files, reading = (_of_document if kind is SubjectKind.DOCUMENT else _of_copy)(connection, subject)
    chain = history.entries(connection, subject)
    proofs = _proofs(connection, subject, chain)
    first = min((each.proof.head_number for each in proofs), default=None)
    return Evidence(
        kind=kind,
        subject=subject,
        state=state,
        files={name: key for name, key in files.items() if key},
        reading_key=reading,
        chain=chain,
        private=_opened(connection, subject) if private else (),
        proofs=proofs,
        heads=() if first is None else heads.heads(connection, above=first - 1),
    )


def _of_document(connection: sa.Connection, subject: str) -> tuple[str, dict[str, str | None], str | None]:
    found = registry.find(connection, subject)
    files = {
        "scan": found.scan_key, "archive": found.archive_key, "capture": found.capture_key, "sealed": found.sealed_key,
        "metadata": found.metadata_key, "metadata-signature": found.metadata_signature_key,
    }  # fmt: skip
    return found.state.value, files, found.reading_key


def _of_copy(connection: sa.Connection, subject: str) -> tuple[str, dict[str, str | None], str | None]:
    found = certifications.find(connection, subject)
    files = {
        "scan": found.scan_key, "archive": found.archive_key, "signed": found.signed_key, "sealed": found.sealed_key,
    }  # fmt: skip
    return found.state.value, files, found.reading_key


def _opened(connection: sa.Connection, subject: str) -> tuple[Opened, ...]:
    rows = connection.execute(
        sa.select(event_private)
        .where(event_private.c.subject_id == subject)
        .order_by(event_private.c.sequence, event_private.c.name)
    )
    return tuple(Opened(row.sequence, row.name, row.salt, row.value) for row in rows)


def _proofs(connection: sa.Connection, subject: str, chain: Sequence[Entry]) -> tuple[Proven, ...]:
    names = [f"{subject}:{entry.sequence}" for entry in chain]
    found = [Proven(proof, None) for proof in heads.prove(connection, HISTORY, names)]
    for kind in SHOWN:
        fact = BY_KIND[kind]
        mine = sa.select(fact.table, fact.name.label("leaf_name")).where(
            fact.table.c.copy_id == subject, sa.exists().where(merkle_leaves.c.name == fact.name)
        )
        for row in connection.execute(mine).mappings():
            proven = heads.prove(connection, kind, [row["leaf_name"]])
            found += [Proven(proof, fact.values(row)) for proof in proven]
    return tuple(found)
