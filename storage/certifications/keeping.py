"""What the workers made of a copy: pictures of its pages, the attested file, the signed revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import leases
from storage.certifications.visit import Copy
from storage.leases import Lease
from storage.tables import copies, copy_captures, copy_previews, copy_revisions

NOTHING_MADE: Mapping[str, None] = {
    "untimed_key": None,
    "token_certificates": None,
    "prepared_key": None,
    "prepared_until": None,
    "answer_key": None,
    "place_bytes": None,
}
"""Columns of a signature on its way, emptied when it is finished or given up."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A signed file that our own verifier found valid."""

    number: int
    """1 the certifier's, 2 the agency's."""
    key: str
    role: str
    signer: str
    """Common name of the certificate."""
    signed_at: datetime
    level: str
    """``B-B``, ``B-T``, ``B-LT`` …"""
    verdict: str


def keep_previews(
    connection: sa.Connection, copy: Copy, archive_key: str | None, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Enter the archive file and the pictures of the capture in force; a second reading takes the place of the first.

    Args:
        connection: the transaction of the worker's event.
        copy: as it was when the worker took it.
        archive_key: None where none was made.
        rows: ``page``, ``key`` and ``scale`` of each picture.
    """
    number = copy.record.capture
    mine = (copy_captures.c.copy_id == copy.id, copy_captures.c.number == number)
    connection.execute(copy_captures.update().where(*mine).values(archive_key=archive_key))
    connection.execute(
        copy_previews.delete().where(copy_previews.c.copy_id == copy.id, copy_previews.c.capture == number)
    )
    pictures = [{"copy_id": copy.id, "capture": number, **row} for row in rows]
    if pictures:
        connection.execute(copy_previews.insert(), pictures)


def keep_attested(connection: sa.Connection, copy_id: str, key: str, lease: Lease) -> None:
    """Note the file that is to be signed: made once, because each making draws another random number.

    Raises:
        LeaseLost: somebody else works on the copy.
    """
    leases.require(connection, lease)
    connection.execute(copies.update().where(copies.c.id == copy_id).values(attested_key=key))


def keep_revision(connection: sa.Connection, copy_id: str, revision: Revision) -> None:
    """Enter a released revision, once: a head may cover the row from the next day on, and nothing changes it.

    No road leads back from a released signature to its order (:mod:`digitize.attest.lifecycle`): the certifier's is
    followed by the seal or the void, the agency's by the delivery; a renewal is kept beside (``renewals``).
    """
    connection.execute(
        copy_revisions.insert().values(
            copy_id=copy_id,
            number=revision.number,
            key=revision.key,
            role=revision.role,
            signer=revision.signer,
            signed_at=revision.signed_at,
            level=revision.level,
            verdict=revision.verdict,
        )
    )


def revisions_of(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, tuple[Revision, ...]]:
    """Return the signatures of each copy that has any, in the order in which they were made."""
    rows = connection.execute(
        sa.select(copy_revisions).where(copy_revisions.c.copy_id.in_(ids)).order_by(copy_revisions.c.number)
    )
    found: dict[str, tuple[Revision, ...]] = {}
    for row in rows:
        made = Revision(row.number, row.key, row.role, row.signer, row.signed_at, row.level, row.verdict)
        found[row.copy_id] = (*found.get(row.copy_id, ()), made)
    return found


def preview_key(connection: sa.Connection, copy: Copy, page: int) -> str | None:
    """Return where the picture of a page of the capture in force is kept; None when there is none."""
    key: str | None = connection.execute(
        sa.select(copy_previews.c.key).where(
            copy_previews.c.copy_id == copy.id,
            copy_previews.c.capture == copy.record.capture,
            copy_previews.c.page == page,
        )
    ).scalar_one_or_none()
    return key
