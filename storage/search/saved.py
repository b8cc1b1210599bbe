"""Queries that a person keeps under a name; nobody else sees them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from storage.tables import saved_queries

MOST = 100
"""Queries of one person."""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with its name."""

    id: str
    name: str
    query: Mapping[str, Any]
    """As the API takes it."""
    created_at: datetime


def save(connection: sa.Connection, owner: str, name: str, query: Mapping[str, Any], now: datetime) -> SavedQuery:
    """Keep a query.

    Raises:
        InvalidInput: the name is missing.
        Conflict: the person has one of that name.
        Forbidden: the person keeps too many.
    """
    if not name.strip():
        raise InvalidInput("thiếu tên của câu tìm")
    kept = sa.select(sa.func.count()).select_from(saved_queries).where(saved_queries.c.owner_id == owner)
    if connection.execute(kept).scalar_one() >= MOST:
        raise Forbidden(f"mỗi người giữ tối đa {MOST} câu tìm; hãy xóa bớt")
    saved = SavedQuery(uuid.uuid4().hex, name.strip(), dict(query), now)
    try:
        with connection.begin_nested():
            connection.execute(
                saved_queries.insert().values(
                    id=saved.id, owner_id=owner, name=saved.name, query=dict(saved.query), created_at=now
                )
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("bạn đã có một câu tìm cùng tên", remedy="Hãy đặt tên khác hoặc sửa câu đã có.") from error
    return saved


def listing(connection: sa.Connection, owner: str) -> Sequence[SavedQuery]:
    """Return a person's queries by name."""
    rows = connection.execute(
        sa.select(saved_queries).where(saved_queries.c.owner_id == owner).order_by(saved_queries.c.name)
    )
    return [_saved(row) for row in rows]


def find(connection: sa.Connection, owner: str, query_id: str) -> SavedQuery:
    """Return one of a person's queries.

    Raises:
        NotFound: the person has none with this id.
    """
    row = connection.execute(
        sa.select(saved_queries).where(saved_queries.c.id == query_id, saved_queries.c.owner_id == owner)
    ).one_or_none()
    if row is None:
        raise NotFound("câu tìm đã lưu")
    return _saved(row)


def change(connection: sa.Connection, owner: str, query_id: str, name: str, query: Mapping[str, Any]) -> SavedQuery:
    """Give a query another name or other content.

    Raises:
        InvalidInput, NotFound, Conflict: as :func:`save` and :func:`find`.
    """
    find(connection, owner, query_id)
    if not name.strip():
        raise InvalidInput("thiếu tên của câu tìm")
    try:
        with connection.begin_nested():
            connection.execute(
                saved_queries.update()
                .where(saved_queries.c.id == query_id)
                .values(name=name.strip(), query=dict(query))
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("bạn đã có một câu tìm cùng tên", remedy="Hãy đặt tên khác.") from error
    return find(connection, owner, query_id)


def remove(connection: sa.Connection, owner: str, query_id: str) -> None:
    """Forget a query.

    Raises:
        NotFound: the person has none with this id.
    """
    find(connection, owner, query_id)
    connection.execute(saved_queries.delete().where(saved_queries.c.id == query_id))


def _saved(row: sa.Row[Any]) -> SavedQuery:
    return SavedQuery(row.id, row.name, row.query, row.created_at)
