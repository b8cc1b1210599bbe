"""How a copy reaches its requester: a download link that ends, an e-mail, a webhook; each tried and kept here.

The e-mail's address stands with the visit, here only masked; the link's secret goes to the requester and is kept only
as its hash.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.attest.lifecycle import CopyState
from digitize.errors import Forbidden, NotFound
from storage import certifications
from storage.certifications import Copy
from storage.tables import deliveries

LINK_KEPT_FOR = timedelta(days=30)
"""How long a download link holds where nobody says otherwise; a new one may be given at the desk."""


class Channel(StrEnum):
    """By which way."""

    LINK = "link"
    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    """Not sent yet, or to be tried again."""
    SENT = "sent"
    """The other side took it; a link: it was handed over."""
    FAILED = "failed"
    """Given up."""
    EXPIRED = "expired"
    """A link whose term is over."""
    WITHHELD = "withheld"
    """Never sent: the copy was cancelled while it waited."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way by which a copy goes to its requester."""

    id: str
    copy_id: str
    channel: Channel
    target: str
    """Masked: ``n•••@tinh.vn``; empty for a link."""
    state: DeliveryState
    created_at: datetime
    expires_at: datetime | None
    """Of a link."""
    sent_at: datetime | None
    failures: int
    downloads: int


def offer_link(
    connection: sa.Connection, copy_id: str, now: datetime, keep: timedelta = LINK_KEPT_FOR
) -> tuple[str, Delivery]:
    """Make a download link; return its secret, which is shown once, and the delivery.

    Raises:
        NotFound: there is no such copy.
        Forbidden: it is not sealed yet, or has no value any more.
    """
    _require_good(certifications.find(connection, copy_id))
    secret = secrets.token_urlsafe(32)
    delivery = _enter(connection, copy_id, Channel.LINK, "", DeliveryState.SENT, now, now + keep, _hash(secret))
    return secret, delivery


def send(connection: sa.Connection, copy_id: str, channel: Channel, target: str, now: datetime) -> Delivery:
    """Enter a delivery that a worker is to make.

    Args:
        connection: a writing transaction.
        copy_id: of the copy.
        channel: e-mail or webhook.
        target: address in full; it is kept masked.
        now: when.
    """
    return _enter(connection, copy_id, channel, masked_address(target), DeliveryState.WAITING, now, None, None)


def open_link(connection: sa.Connection, secret: str, now: datetime) -> Copy:
    """Return the copy behind a link and count the download.

    Raises:
        NotFound: there is no such link, or its term is over; the two are not told apart.
        Forbidden: the copy was cancelled.
    """
    row = connection.execute(
        sa.select(deliveries.c.id, deliveries.c.copy_id)
        .where(deliveries.c.token_hash == _hash(secret), deliveries.c.expires_at > now)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("đường dẫn tải bản sao, hoặc đường dẫn đã hết hạn")
    copy = certifications.find(connection, row.copy_id)
    _require_good(copy)
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == row.id)
        .values(downloads=deliveries.c.downloads + 1, last_download_at=now)
    )
    return copy


def note_sent(connection: sa.Connection, delivery_id: str, now: datetime) -> None:
    """The other side took it.

    Raises:
        NotFound: there is no such delivery.
    """
    noted = {"state": DeliveryState.SENT.value, "sent_at": now}
    changed = connection.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(**noted))
    if changed.rowcount == 0:
        raise NotFound("lần trả kết quả")


def note_failure(connection: sa.Connection, delivery_id: str, *, give_up: bool) -> None:
    """An attempt failed; it is tried again unless it is given up, or was withheld in the meantime."""
    state = DeliveryState.FAILED if give_up else DeliveryState.WAITING
    waits = (deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.WAITING.value)
    connection.execute(deliveries.update().where(*waits).values(state=state.value, failures=deliveries.c.failures + 1))


def withhold(connection: sa.Connection, copy_id: str) -> int:
    """Take back what still waits to be sent for a copy; return how many."""
    waits = (deliveries.c.copy_id == copy_id, deliveries.c.state == DeliveryState.WAITING.value)
    return connection.execute(deliveries.update().where(*waits).values(state=DeliveryState.WITHHELD.value)).rowcount


def of_copy(connection: sa.Connection, copy_id: str) -> Sequence[Delivery]:
    """Return the deliveries of a copy, the oldest first."""
    return of_copies(connection, [copy_id]).get(copy_id, [])


def of_copies(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, list[Delivery]]:
    """Return the deliveries of each copy that has any, the oldest first."""
    rows = connection.execute(
        sa.select(deliveries).where(deliveries.c.copy_id.in_(ids)).order_by(deliveries.c.created_at, deliveries.c.id)
    )
    found: dict[str, list[Delivery]] = {}
    for row in rows:
        found.setdefault(row.copy_id, []).append(_delivery(row))
    return found


def expire_links(connection: sa.Connection, now: datetime) -> int:
    """Mark the links whose term is over; return how many. They open nothing from the end of their term on anyway."""
    over = (deliveries.c.state == DeliveryState.SENT.value, deliveries.c.expires_at <= now)
    return connection.execute(
        deliveries.update().where(*over).values(state=DeliveryState.EXPIRED.value, token_hash=None)
    ).rowcount


def masked_address(address: str) -> str:
    """Keep the first letter and the domain: ``nam@tinh.vn`` becomes ``n•••@tinh.vn``; else the host alone."""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}•••@{domain}"[:120]
    return address.partition("://")[2].partition("/")[0][:120]


def _require_good(copy: Copy) -> None:
    if copy.state is CopyState.CANCELLED:
        raise Forbidden("bản sao này đã bị hủy bỏ giá trị", remedy="Hãy tra cứu mã trên bản sao để biết quyết định.")
    if copy.state not in (CopyState.SEALED, CopyState.ISSUED):
        raise Forbidden("bản sao chưa được đóng dấu nên chưa trả kết quả được")


def _enter(
    connection: sa.Connection, copy_id: str, channel: Channel, target: str, state: DeliveryState, now: datetime,
    expires_at: datetime | None, token_hash: str | None,
) -> Delivery:  # fmt: skip
    sent_at = now if state is DeliveryState.SENT else None
    made = Delivery(uuid.uuid4().hex, copy_id, channel, target, state, now, expires_at, sent_at, 0, 0)
    connection.execute(
        deliveries.insert().values(
            id=made.id,
            copy_id=copy_id,
            channel=channel.value,
            target=target,
            token_hash=token_hash,
            state=state.value,
            created_at=now,
            expires_at=expires_at,
            sent_at=sent_at,
        )
    )
    return made


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(
        row.id, row.copy_id, Channel(row.channel), row.target, DeliveryState(row.state), row.created_at,
        row.expires_at, row.sent_at, row.failures, row.downloads,
    )  # fmt: skip


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
