"""Views of the work list that a person keeps under a name; nobody else sees them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from storage.tables import saved_views

MOST = 20
"""Views of one person: each is a link above the list."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view with its name."""

    id: str
    name: str
    query: str
    """Of the list's address, such as ``state=to_check&unit=000.11.31.H99``."""


def save(connection: sa.Connection, owner: str, name: str, query: str, now: datetime) -> SavedView:
    """Keep a view.

    Raises:
        InvalidInput: the name is missing.
        Conflict: the person has one of that name.
        Forbidden: the person keeps too many.
    """
    view = SavedView(uuid.uuid4().hex, name.strip(), query)
    if not view.name:
        raise InvalidInput("thiếu tên của khung nhìn")
    if len(listing(connection, owner)) >= MOST:
        raise Forbidden(f"mỗi người giữ tối đa {MOST} khung nhìn; hãy xóa bớt")
    try:
        with connection.begin_nested():
            connection.execute(
                saved_views.insert().values(id=view.id, owner_id=owner, name=view.name, query=query, created_at=now)
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("bạn đã có một khung nhìn cùng tên", remedy="Hãy đặt tên khác.") from error
    return view


def listing(connection: sa.Connection, owner: str) -> Sequence[SavedView]:
    """Return a person's views, the oldest first."""
    rows = connection.execute(
        sa.select(saved_views).where(saved_views.c.owner_id == owner).order_by(saved_views.c.created_at)
    )
    return [SavedView(row.id, row.name, row.query) for row in rows]


def remove(connection: sa.Connection, owner: str, view_id: str) -> None:
    """Forget a view.

    Raises:
        NotFound: the person has none with this id.
    """
    gone = connection.execute(saved_views.delete().where(saved_views.c.id == view_id, saved_views.c.owner_id == owner))
    if gone.rowcount != 1:
        raise NotFound("khung nhìn đã lưu")
