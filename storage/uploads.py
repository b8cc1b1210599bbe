"""Uploads that come in pieces: each piece is an object of its own, and the registry says which piece follows which.

Nothing is kept outside the object store and the registry, so that the next piece may reach any process on any machine,
and a process that is killed loses no more than the piece that it was receiving. A piece is entered by moving the end of
the upload from where the sender believes it to be: of two senders at once one is refused. The pieces are put together
when the upload is finished; until then nobody has promised anything about them, and after :data:`TERM` without a
further piece they are forgotten (their objects are collected as orphans).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, NotFound
from digitize.media import PDF_HEADER_BYTES, media_type_of
from storage.database import Database
from storage.objects import ObjectStore
from storage.tables import upload_pieces, uploads

TERM = timedelta(days=7)
"""How long an upload waits for its next piece: a scan begun on Friday evening is finished on Monday."""

MOST_OPEN = 500
"""Uploads that one person or system may leave unfinished."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as far as it has come."""

    id: str
    length_bytes: int
    """Of the whole, as announced."""
    received_bytes: int
    """Kept so far, from the beginning without a gap."""
    metadata: str
    """``Upload-Metadata`` as it was sent."""
    expires_at: datetime
    object_key: str | None
    """The whole, once it was put together."""
    made_document_id: str | None
    """What it became."""

    @property
    def is_complete(self) -> bool:
        """Every byte is here."""
        return self.received_bytes == self.length_bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of an upload that lie in the object store."""

    key: str
    size_bytes: int


def begin(connection: sa.Connection, actor: str, length_bytes: int, metadata: str, now: datetime) -> Upload:
    """Enter an upload of which nothing is here yet.

    Raises:
        Forbidden: the actor has left too many unfinished.
    """
    unfinished = sa.select(sa.func.count()).where(
        uploads.c.actor_id == actor, uploads.c.expires_at > now, uploads.c.made_document_id.is_(None)
    )
    if connection.execute(unfinished).scalar_one() >= MOST_OPEN:
        raise Forbidden(
            f"có hơn {MOST_OPEN} lượt gửi chưa xong", remedy="Hãy gửi tiếp hoặc hủy các lượt cũ rồi thử lại."
        )
    upload = Upload(uuid.uuid4().hex, length_bytes, 0, metadata, now + TERM, None, None)
    connection.execute(
        uploads.insert().values(
            id=upload.id, actor_id=actor, length_bytes=length_bytes, received_bytes=0, metadata=metadata,
            expires_at=upload.expires_at,
        )
    )  # fmt: skip
    return upload


def find(connection: sa.Connection, upload_id: str, actor: str) -> Upload:
    """Return an upload of the actor's own.

    Raises:
        NotFound: there is none of that id, or it is somebody else's (the two are not told apart).
    """
    row = connection.execute(
        sa.select(uploads).where(uploads.c.id == upload_id, uploads.c.actor_id == actor)
    ).one_or_none()
    if row is None:
        raise NotFound("lượt gửi này")
    return Upload(
        row.id, row.length_bytes, row.received_bytes, row.metadata, row.expires_at, row.object_key, row.made_document_id
    )


def append(connection: sa.Connection, upload: Upload, pieces: Sequence[Piece], now: datetime) -> Upload:
    """Enter pieces whose objects are stored, at the end where the sender saw it.

    Raises:
        Conflict: the upload ends elsewhere by now.
    """
    end = upload.received_bytes + sum(piece.size_bytes for piece in pieces)
    moved = connection.execute(
        uploads.update()
        .where(uploads.c.id == upload.id, uploads.c.received_bytes == upload.received_bytes)
        .values(received_bytes=end, expires_at=now + TERM)
    )
    if moved.rowcount != 1:
        raise Conflict("lượt gửi này đã nhận thêm dữ liệu", remedy="Hãy hỏi lại vị trí (HEAD) rồi gửi tiếp từ đó.")
    start = upload.received_bytes
    for piece in pieces:
        connection.execute(
            upload_pieces.insert().values(
                id=upload.id, start_byte=start, size_bytes=piece.size_bytes, key=piece.key
            )
        )  # fmt: skip
        start += piece.size_bytes
    return replace(upload, received_bytes=end, expires_at=now + TERM)


def put_together(database: Database, objects: ObjectStore, upload: Upload) -> str:
    """Make one object of a complete upload; return its key. Done again, it changes nothing.

    Raises:
        Conflict: bytes are missing.
        EmptyFile, UnknownType: it is no scan.
        StoreUnavailable: the store does not keep it now.
    """
    if not upload.is_complete:
        raise Conflict("lượt gửi chưa đủ dữ liệu", remedy="Hãy gửi tiếp phần còn thiếu rồi hoàn tất.")
    if upload.object_key is not None:
        return upload.object_key
    with database.read() as connection:
        keys = connection.execute(
            sa.select(upload_pieces.c.key).where(upload_pieces.c.id == upload.id).order_by(upload_pieces.c.start_byte)
        ).scalars().all()  # fmt: skip
    media_type_of(_Joined(objects, keys).read(PDF_HEADER_BYTES))
    key = keys[0] if len(keys) == 1 else objects.put_stream(_Joined(objects, keys), upload.length_bytes)[0]
    with database.write() as connection:
        connection.execute(uploads.update().where(uploads.c.id == upload.id).values(object_key=key))
    return key


def hand_over(connection: sa.Connection, upload_id: str, document_id: str) -> None:
    """Note what the upload became, in the transaction that entered it; the upload names no object any more."""
    connection.execute(upload_pieces.delete().where(upload_pieces.c.id == upload_id))
    connection.execute(
        uploads.update().where(uploads.c.id == upload_id).values(object_key=None, made_document_id=document_id)
    )


def end(connection: sa.Connection, upload_id: str) -> None:
    """Forget an upload; the objects of its pieces are collected later."""
    connection.execute(upload_pieces.delete().where(upload_pieces.c.id == upload_id))
    connection.execute(uploads.delete().where(uploads.c.id == upload_id))


def forget_ended(connection: sa.Connection, now: datetime) -> int:
    """Forget the uploads whose term is over; return how many."""
    ended = connection.execute(sa.select(uploads.c.id).where(uploads.c.expires_at <= now)).scalars().all()
    for upload_id in ended:
        end(connection, upload_id)
    return len(ended)


class _Joined:
    """The pieces of an upload, read one after the other; each is proved by the store on its way."""

    def __init__(self, objects: ObjectStore, keys: Sequence[str]) -> None:
        self._chunks = (chunk for key in keys for chunk in objects.open(key))
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        given, self._rest = self._rest[:size], self._rest[size:]
        return given
