"""The file behind a result: a link that ends in minutes, whose secret is kept only as its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import Forbidden, NotFound
from digitize.reuse import Holding, ReuseEvent
from storage.registry import EVERYTHING
from storage.reuse import finding
from storage.reuse.asking import FILE, Asker, granted, note_shown
from storage.reuse.finding import Reusable
from storage.reuse.recording import record
from storage.tables import file_links

_LINK = file_links.insert()
_OPENED = (
    file_links.update()
    .where(file_links.c.secret_hash == sa.bindparam("secret"), file_links.c.expires_at > sa.bindparam("now"))
    .values(downloads=file_links.c.downloads + 1)
    .returning(file_links.c.request_id, file_links.c.result_id, file_links.c.made_by, file_links.c.downloads)
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made."""

    secret: str
    """Shown once."""
    result: Reusable
    expires_at: datetime


def make_link(
    connection: sa.Connection, request_id: str, result_id: str, asker: Asker, now: datetime, lives: timedelta
) -> Link:
    """Make a link to the sealed file of a result that the asker was given access to.

    Raises:
        NotFound: the request or its result are not the asker's to see.
        Forbidden: the result was revoked or superseded.
    """
    result = granted(connection, request_id, result_id, asker, now)
    _need_standing(result)
    secret = secrets.token_urlsafe(32)
    connection.execute(
        _LINK,
        {
            "secret_hash": _hash(secret), "request_id": request_id, "result_id": result.id,
            "document_id": result.document_id, "made_by": asker.id, "made_at": now, "expires_at": now + lives,
        },
    )  # fmt: skip
    record(connection, request_id, ReuseEvent.LINKED, asker.id, now, result=result.id, document=result.document_id)
    return Link(secret, result, now + lives)


def open_link(connection: sa.Connection, secret: str, now: datetime) -> Reusable:
    """Return the result behind a link, and note that its file was fetched.

    Raises:
        NotFound: there is no such link, or its term is over; the two are not told apart.
        Forbidden: the result was revoked or superseded since.
    """
    row = connection.execute(_OPENED, {"secret": _hash(secret), "now": now}).one_or_none()
    found = [] if row is None else finding.find(connection, [row.result_id], EVERYTHING, now)
    if row is None or not found:
        raise NotFound("đường dẫn tải tệp, hoặc đường dẫn đã hết hạn", remedy="Hãy xin đường dẫn mới.")
    _need_standing(found[0])
    if row.downloads == 1:
        note_shown(connection, row.request_id, [row.result_id], FILE, now)
        record(connection, row.request_id, ReuseEvent.FETCHED, row.made_by, now, result=row.result_id)
    return found[0]


def forget_ended(connection: sa.Connection, now: datetime) -> int:
    """Remove the links whose term is over; return how many."""
    return connection.execute(file_links.delete().where(file_links.c.expires_at <= now)).rowcount


def _need_standing(result: Reusable) -> None:
    if result.validity.holding in (Holding.REVOKED, Holding.SUPERSEDED):
        raise Forbidden(result.validity.sentence, remedy="Hãy tra cứu lại để biết kết quả thay thế.")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
