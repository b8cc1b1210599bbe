"""The heads as they are kept: shown to everybody, timestamped, and proof for one leaf."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize import merkle
from digitize.errors import NotFound
from digitize.merkle import Head, Leaf
from storage.outbox import Hint, Lane
from storage.tables import merkle_heads, merkle_leaves

ASK_AGAIN = timedelta(minutes=5)
"""The timestamp lane is told of a head again after so long without a token; no head is ever too old."""

_PREFIX = "merkle-head-"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head and the proof of when it stood."""

    head: Head
    token: bytes | None
    """RFC 3161 token over the head's hash, DER; None: it waits for the authority."""
    timestamped_at: datetime | None
    """As the token says."""
    kept_hash: str
    """The hash as it was kept; the head's own unless somebody changed a row."""

    def told(self) -> dict[str, Any]:
        """Return it as plain values, for everybody who keeps heads for themselves."""
        stamped = None if self.timestamped_at is None else self.timestamped_at.astimezone(UTC).isoformat()
        token = None if self.token is None else base64.b64encode(self.token).decode()
        return {**asdict(self.head), "hash": self.kept_hash, "timestamped_at": stamped, "timestamp_token": token}


@dataclass(frozen=True, slots=True)
class Included:
    """The proof that a leaf stands in the tree of a head."""

    leaf: Leaf
    salt: str | None
    """With which the row's values give the digest; None for entries of the history."""
    head_number: int
    position: int
    """From 0."""
    path: tuple[str, ...]
    """Hashes beside the way up, in hex."""


def heads(connection: sa.Connection, *, above: int = 0, limit: int | None = None) -> Sequence[KeptHead]:
    """Return the heads with larger numbers, oldest first."""
    query = sa.select(merkle_heads).where(merkle_heads.c.number > above).order_by(merkle_heads.c.number).limit(limit)
    return [_kept(row) for row in connection.execute(query)]


def find_head(connection: sa.Connection, number: int) -> KeptHead:
    """Return one head.

    Raises:
        NotFound: there is none of that number.
    """
    row = connection.execute(sa.select(merkle_heads).where(merkle_heads.c.number == number)).one_or_none()
    if row is None:
        raise NotFound("đầu cây Merkle")
    return _kept(row)


def leaves_of(connection: sa.Connection, number: int) -> Sequence[sa.Row[Any]]:
    """Return the leaves of a head in their order."""
    query = sa.select(merkle_leaves).where(merkle_leaves.c.head_number == number)
    return connection.execute(query.order_by(merkle_leaves.c.position)).all()


def prove(connection: sa.Connection, kind: str, names: Sequence[str]) -> tuple[Included, ...]:
    """Return the proof of every leaf of that kind and those names that stands in a head."""
    found = connection.execute(
        sa.select(merkle_leaves)
        .where(merkle_leaves.c.kind == kind, merkle_leaves.c.name.in_(names))
        .order_by(merkle_leaves.c.head_number, merkle_leaves.c.position)
    ).all()
    # By head: the rows of a subject mostly stand in few trees, and a tree is a whole day.
    trees = {
        number: [_leaf(each).hash for each in leaves_of(connection, number)]
        for number in {row.head_number for row in found}
    }
    proofs: list[Included] = []
    for row in found:
        path = tuple(step.hex() for step in merkle.inclusion(trees[row.head_number], row.position))
        proofs.append(Included(_leaf(row), row.salt, row.head_number, row.position, path))
    return tuple(proofs)


def keep_token(connection: sa.Connection, number: int, token: bytes, stamped_at: datetime) -> bool:
    """Keep the timestamp of a head; False when it has one already."""
    kept = connection.execute(
        merkle_heads.update()
        .where(merkle_heads.c.number == number, merkle_heads.c.token.is_(None))
        .values(token=base64.b64encode(token).decode(), timestamped_at=stamped_at)
    )
    return kept.rowcount == 1


def forget_salts(connection: sa.Connection, document: str) -> None:
    """Take away what could open the commitments to a purged document's rows; the trees stay whole."""
    connection.execute(
        merkle_leaves.update()
        .where(
            merkle_leaves.c.kind.in_(("capture", "revision", "confirmed_data")),
            merkle_leaves.c.name.startswith(f"{document}:", autoescape=True),
        )
        .values(salt=None)
    )


def due(connection: sa.Connection, now: datetime, limit: int = 50) -> Sequence[Hint]:
    """Return what the timestamp lane must be told now."""
    rows = connection.execute(
        sa.select(merkle_heads.c.number)
        .where(
            merkle_heads.c.token.is_(None),
            sa.or_(merkle_heads.c.told_at.is_(None), merkle_heads.c.told_at < now - ASK_AGAIN),
        )
        .order_by(merkle_heads.c.number)
        .limit(limit)
    ).scalars()
    return [Hint(f"{_PREFIX}{number}", Lane.TIMESTAMP, 0, 1) for number in rows]


def sent(connection: sa.Connection, hints: Sequence[Hint], now: datetime) -> None:
    """Remember when the queue was told."""
    _tell(connection, hints, now)


def unsent(connection: sa.Connection, hints: Sequence[Hint]) -> None:
    """The queue could not be told after all."""
    _tell(connection, hints, None)


def number_in(hint: str) -> int | None:
    """Return the number of the head that a hint is about; None: it is about a subject."""
    number = hint.removeprefix(_PREFIX)
    return int(number) if number != hint and number.isdecimal() else None


def _tell(connection: sa.Connection, hints: Sequence[Hint], at: datetime | None) -> None:
    numbers = [number_in(hint.subject) for hint in hints]
    connection.execute(merkle_heads.update().where(merkle_heads.c.number.in_(numbers)).values(told_at=at))


def _kept(row: sa.Row[Any]) -> KeptHead:
    head = Head(
        number=row.number,
        day=row.day.isoformat(),
        made_at=row.made_at.isoformat(timespec="microseconds"),
        leaves=row.leaves,
        root=row.root,
        previous=row.previous,
    )
    return KeptHead(head, _der(row.token), row.timestamped_at, row.hash)


def _der(token: str | None) -> bytes | None:
    """Return what was kept; a changed text that is no base64 any more gives what is no token either."""
    if token is None:
        return None
    try:
        return base64.b64decode(token, validate=True)
    except ValueError:
        return b""


def _leaf(row: sa.Row[Any]) -> Leaf:
    return Leaf(row.kind, row.name, row.digest)
