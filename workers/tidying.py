"""What the sweep tidies once a minute: what a purge condemned, what has ended, numbers whose day is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from digitize.errors import WorldAtFault
from digitize.targets import VIETNAM_TIME
from storage import (
    clients,
    deliveries,
    idempotency,
    logins,
    oidc_logins,
    purge,
    register,
    reuse,
    roles,
    sizes,
    snapshots,
    spreadsheets,
    throttle,
    token_signing,
    units,
    uploads,
    verifying,
)
from storage.reviewing import drafts
from storage.webhooks import messages
from workers.attempt import Post

log = structlog.get_logger(__name__)


def tidy(post: Post) -> None:
    """Remove the objects of purged documents and of answered files, and whatever is over at the door.

    Links whose term is over end, orders whose token did not answer are taken back, and numbers that were not signed on
    their printed day become void. Changes of the tree of units take effect on their day.

    Raises:
        WorldAtFault: the database or the store does not answer; the rest waits for the next time.
    """
    now = post.clock()
    with post.storage.database.write() as connection:
        logins.forget_ended_sessions(connection, now)
        clients.forget_ended_tokens(connection, now)
        idempotency.forget_old(connection, now)
        deliveries.expire_links(connection, now)
        throttle.forget_old(connection, now)
        reuse.forget_ended(connection, now)
        oidc_logins.forget_ended(connection, now)
        messages.forget_old(connection, now)
        uploads.forget_ended(connection, now)
        drafts.forget_old(connection, now)
    settle_units(post)
    settle_roles(post)
    take_back_unanswered(post)
    void_overdue(post)
    freeze_months(post)
    measure_sizes(post)
    for files in (verifying.FILES, spreadsheets.FILES):
        files.tidy(post.storage.database, post.storage.objects, now)
    removed = purge.remove_due(post.storage.database, post.storage.objects, now)
    if removed:
        log.info("purged_objects_removed", count=removed)


@contextmanager
def spared(subject: str) -> Iterator[None]:
    """Let a row that the program cannot deal with hold up nobody but itself: it is logged, and looked at again.

    Raises:
        WorldAtFault: the database or the store does not answer.
    """
    try:
        yield
    except WorldAtFault:
        raise
    except Exception as bug:  # noqa: BLE001  # the others must go on
        log.error("bug", subject=subject, kind=type(bug).__name__)  # noqa: TRY400  # it may quote a person's data


def settle_units(post: Post) -> None:
    """Let changes of the tree of units that were entered for today, or for a day that was slept through, take effect.

    Raises:
        RegistryUnavailable: the database does not answer; the next time does it.
    """
    today = post.clock().astimezone(VIETNAM_TIME).date()
    with post.storage.database.read() as connection:
        due = units.due(connection, today)
    if due:
        with post.storage.database.write() as connection:
            log.info("units_settled", changed=units.settle(connection, today))


def settle_roles(post: Post) -> None:
    """Let roles of people that begin or end today, or on a day that was slept through, take effect.

    Raises:
        RegistryUnavailable: the database does not answer; the next time does it.
    """
    today = post.clock().astimezone(VIETNAM_TIME).date()
    with post.storage.database.read() as connection:
        due = roles.due(connection, today)
    if due:
        with post.storage.database.write() as connection:
            log.info("roles_settled", changed=roles.settle(connection, today))


def take_back_unanswered(post: Post) -> None:
    """Take back the orders whose token let its term pass; the document waits for its person again, with the reason.

    Raises:
        RegistryUnavailable: the database does not answer; the rest waits for the next time.
    """
    with post.storage.database.read() as connection:
        found = token_signing.overdue(connection, post.clock())
    for document in found:
        with spared(document), post.storage.database.write() as connection:
            if token_signing.give_up_overdue(connection, document, post.actor, post.clock()):
                log.warning("token_silent", subject=document)


def freeze_months(post: Post) -> None:
    """Take the numbers of the months that have ended since the last ones were taken.

    Raises:
        RegistryUnavailable: the database does not answer; the next round takes them.
    """
    with spared("snapshots"):
        for month in snapshots.take_due(post.storage.database, post.clock()):
            log.info("month_frozen", month=month)


def measure_sizes(post: Post) -> None:
    """Count once a day how much the service keeps.

    Raises:
        RegistryUnavailable: the database does not answer; the next round counts.
    """
    with spared("sizes"):
        sizes.record_due(post.storage.database, post.clock())


def void_overdue(post: Post) -> None:
    """Void the numbers whose certifier did not sign on the printed day; the entry stays with the reason.

    Raises:
        RegistryUnavailable: the database does not answer; the rest waits for the next time.
    """
    with post.storage.database.read() as connection:
        found = register.overdue(connection, post.clock())
    for copy in found:
        with spared(copy), post.storage.database.write() as connection:
            if register.void_overdue(connection, copy, post.actor, post.clock()):
                log.warning("number_voided", subject=copy)
