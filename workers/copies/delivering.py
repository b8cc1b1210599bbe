"""The ``deliver`` lane for a copy: a sealed copy is handed out at once, and its e-mail follows.

A mail server that is away holds nothing up: the copy is issued, the desk can hand a link over, and the e-mail is tried
until the server takes it or refuses the address for good. It is sent once more only if this process dies between the
server's answer and the commit; both messages then bear the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog

from digitize.attest.lifecycle import CopyState
from digitize.errors import Forbidden, InvalidInput, MailUnavailable
from digitize.targets import VIETNAM_TIME
from storage import certifications, deliveries, leases, outbox
from storage.certifications import Copy
from storage.deliveries import Channel, Delivery, DeliveryState
from storage.leases import Lease
from storage.outbox import Lane
from storage.tables import units
from workers.attempt import Post, attempt
from workers.copies.mail import Postman, notice

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counter:
    """How copies are handed out."""

    postman: Postman | None
    """None: no e-mail is sent."""
    base_url: str
    """Of the public pages, without a slash at its end."""
    keep_links: timedelta
    lock_days: int = 0
    """Days for which the store is asked to hold an issued copy; 0 for none."""


def deliver_copy(post: Post, counter: Counter, copy_id: str) -> None:
    """Hand a sealed copy out, or send the e-mail of an issued one."""
    attempt(post, Lane.DELIVER, copy_id, certifications.find, partial(_deliver, post, counter))


def _deliver(post: Post, counter: Counter, lease: Lease, copy: Copy) -> None:
    if copy.state is CopyState.SEALED:
        _issue(post, counter, lease, copy)
    else:
        _send(post, counter, lease, copy)


def _issue(post: Post, counter: Counter, lease: Lease, copy: Copy) -> None:
    objects, sealed_key = post.storage.objects, copy.sealed_key
    if counter.lock_days > 0 and sealed_key is not None and objects.lock(sealed_key, counter.lock_days) is None:
        log.warning("store_has_no_locks", object=sealed_key)
    now = post.clock()
    with post.storage.database.write() as connection:
        after = certifications.issue(connection, copy.id, Channel.LINK.value, post.actor, now, lease)
        address = certifications.find_visit(connection, copy.certification_id).requester.email
        if address and counter.postman is not None:
            deliveries.send(connection, copy.id, Channel.EMAIL, address, now)
            outbox.put(connection, copy.id, Lane.DELIVER, after.version, now)


def _send(post: Post, counter: Counter, lease: Lease, copy: Copy) -> None:
    """Send what waits; a link that was made for a message that was not sent opens for nobody, its secret is gone."""
    with post.storage.database.read() as connection:
        address = certifications.find_visit(connection, copy.certification_id).requester.email
        waiting = [
            each
            for each in deliveries.of_copy(connection, copy.id)
            if each.channel is Channel.EMAIL and each.state is DeliveryState.WAITING
        ]
    for delivery in waiting:
        _send_one(post, counter, copy, delivery, address)
    with post.storage.database.write() as connection:
        leases.end(connection, lease, post.clock())


def _send_one(post: Post, counter: Counter, copy: Copy, delivery: Delivery, address: str) -> None:
    if counter.postman is None:
        raise MailUnavailable("chưa đặt SOHOA_SMTP_HOST")
    try:
        counter.postman.post(partial(_message, post, counter, copy, delivery, address))
    except (InvalidInput, Forbidden) as refusal:
        log.warning("not_sent", subject=copy.id, code=refusal.code())
        with post.storage.database.write() as connection:
            deliveries.note_failure(connection, delivery.id, give_up=True)
    except MailUnavailable:
        with post.storage.database.write() as connection:
            deliveries.note_failure(connection, delivery.id, give_up=False)
        raise
    else:
        with post.storage.database.write() as connection:
            deliveries.note_sent(connection, delivery.id, post.clock())


def _message(post: Post, counter: Counter, copy: Copy, delivery: Delivery, address: str) -> EmailMessage:
    """Write the e-mail with a link of its own.

    Raises:
        Forbidden: the copy has no value any more.
    """
    now = post.clock()
    with post.storage.database.write() as connection:
        secret, link = deliveries.offer_link(connection, copy.id, now, counter.keep_links)
        unit = connection.execute(sa.select(units.c.name).where(units.c.id == copy.unit_id)).scalar_one()
    until = (link.expires_at or now).astimezone(VIETNAM_TIME)
    number = "" if copy.numbering is None else f"{copy.numbering.number}, quyển {copy.numbering.book}"
    identity = f"{delivery.id}@{urlsplit(counter.base_url).hostname}"
    return notice(
        address, identity, unit, number, f"{counter.base_url}/tai/{secret}", f"{until:%d/%m/%Y}",
        f"{counter.base_url}/k/{copy.code.text}",
    )  # fmt: skip
