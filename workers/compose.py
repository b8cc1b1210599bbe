"""The only wiring of a worker process: from the settings to what its lane works with."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from digitize.errors import Misconfigured
from storage.connect import open_storage
from storage.outbox import Lane
from storage.settings import Settings
from storage.subjects import SubjectKind
from workers.attempt import Post
from workers.dispatch import Works, do_by_kind
from workers.freed_memory import giving_back
from workers.metrics import open_meter

if TYPE_CHECKING:
    from workers.copies.mail import Postman
    from workers.renewing import Archive


def utc_now() -> datetime:
    """Read the one clock of the worker processes."""
    return datetime.now(UTC)


def open_post(settings: Settings) -> Post:
    """Put together what every worker process stands on; nothing is contacted yet."""
    return Post(
        storage=open_storage(settings),
        clock=utc_now,
        holder=f"{socket.gethostname()[:80]}:{os.getpid()}",
        lease_duration=timedelta(seconds=settings.lease_s),
        meter=open_meter(settings.metrics),
    )


def lane_work(settings: Settings, post: Post, lane: Lane) -> Callable[[str], None]:
    """Return what a lane does with the id of a subject, of a file that waits for an answer, or of a head.

    Raises:
        Misconfigured: a setting that this lane needs is missing.
    """
    if lane is Lane.VERIFY:
        return _verify(settings, post)
    if lane is Lane.TABLE:
        return _table(post)
    if lane is Lane.TIMESTAMP:
        return _timestamp(settings, post)
    works = {Lane.READ: _read, Lane.SEAL: _seal, Lane.DELIVER: _deliver}[lane](settings, post)
    work = partial(do_by_kind, post, works)
    return giving_back(work) if lane is Lane.READ else work


def _read(settings: Settings, post: Post) -> Works:
    from digitize.confined.frames import Allowance, Setup
    from digitize.image.limits import Limits
    from digitize.sign.trust import load_trust
    from workers.copies.reading import read_copy
    from workers.reading import read_document
    from workers.sandbox import TASKS, Sandbox

    setup = Setup(
        TASKS,
        trust=None if settings.trust is None else load_trust(settings.trust),
        allowance=Allowance(page_seconds=settings.read_wall_s, memory_bytes=settings.read_memory_bytes),
    )
    sandbox = Sandbox(Limits(file_bytes=settings.upload_max_bytes), setup)
    return {
        SubjectKind.DOCUMENT: partial(read_document, post, sandbox),
        SubjectKind.COPY: partial(read_copy, post, sandbox),
    }


def _verify(settings: Settings, post: Post) -> Callable[[str], None]:
    from digitize.confined.frames import Allowance, Setup
    from digitize.sign.trust import load_trust
    from workers.sandbox import BACKSTOP_SECONDS, JUDGING, Sandbox
    from workers.verifying import Court, verify_file, warm_up

    wall = settings.verify_wall_s
    setup = Setup(
        JUDGING,
        trust=None if settings.trust is None else load_trust(settings.trust),
        allowance=Allowance(page_seconds=wall, total_seconds=wall, memory_bytes=settings.verify_memory_bytes),
    )
    court = Court(Sandbox(setup=setup), timedelta(seconds=2 * (wall + BACKSTOP_SECONDS)))
    warm_up(court.judge, post.clock())
    return partial(verify_file, post, court)


def _table(post: Post) -> Callable[[str], None]:
    from workers.tables import open_spreadsheet

    return partial(open_spreadsheet, post)


def _seal(settings: Settings, post: Post) -> Works:
    from digitize.sign.revocation_http import HttpRevocation
    from digitize.sign.trust import load_trust
    from workers.copies.qr_key import load_qr_key
    from workers.copies.signing import CertifyingDesk, sign_copy
    from workers.key_desk import ANSWER_WITHIN_SECONDS, LEFT_IN_PEACE
    from workers.key_roll import KeyRoll
    from workers.keyring import Keyring
    from workers.signing import Desk, sign_document

    if settings.keyring is None:
        raise Misconfigured("thiếu SOHOA_KEYRING: làn ký cần danh mục khóa ký")
    keyring = Keyring(settings.keyring)
    revocation = HttpRevocation(ANSWER_WITHIN_SECONDS, LEFT_IN_PEACE)
    trust = None if settings.trust is None else load_trust(settings.trust)
    issuers = () if trust is None else (*trust.between(), *trust.certificates())
    roll = KeyRoll(post.storage.database, post.clock)
    roll.enter(settings.keyring)
    desk = Desk(keyring, _copy_form(settings.form_of_copy), revocation=revocation, issuers=issuers, roll=roll)
    qr_key = load_qr_key(settings.qr_key) if settings.qr_key and settings.qr_key.exists() else None
    certifying = CertifyingDesk(keyring, qr_key, settings.pages, revocation=revocation, issuers=issuers, roll=roll)
    return {
        SubjectKind.DOCUMENT: partial(sign_document, post, desk),
        SubjectKind.COPY: partial(sign_copy, post, certifying),
    }


def _timestamp(settings: Settings, post: Post) -> Callable[[str], None]:
    from workers.stamping_heads import stamp_or_do

    archive = open_archive(settings, post)
    return partial(stamp_or_do, post, archive.timestamper, timing_works(post, archive))


def timing_works(post: Post, archive: Archive) -> Works:
    """Return what the timestamp lane does with a subject: timestamps and renewals."""
    from workers.copies.timing import time_copy
    from workers.timing import time_document

    return {
        SubjectKind.DOCUMENT: partial(time_document, post, archive),
        SubjectKind.COPY: partial(time_copy, post, archive),
    }


def open_archive(settings: Settings, post: Post) -> Archive:
    """Put together what renews the proof of the archive."""
    from digitize.sign.revocation_http import HttpRevocation
    from digitize.sign.rules import signing_rules
    from digitize.sign.timestamps import HttpTimeStamper
    from digitize.sign.trust import built_in_trust, load_trust
    from workers.guarded_timestamper import GuardedTimeStamper
    from workers.renewing import Archive

    timestamp_rules = replace(signing_rules().timestamp, timeout_seconds=settings.tsa_timeout_s)
    return Archive(
        timestamper=None
        if settings.tsa_url is None
        else GuardedTimeStamper(HttpTimeStamper(settings.tsa_url, timestamp_rules), pause_s=settings.tsa_rest_s),
        revocation=HttpRevocation(),
        trust=built_in_trust(post.clock().date()) if settings.trust is None else load_trust(settings.trust),
        lock_days=settings.s3_lock_days,
        archive_timestamp=settings.archive_timestamp,
    )


def _copy_form(wording: str) -> str:
    """Return the code of a form of copy by its wording.

    Raises:
        Misconfigured: the catalogue knows no such wording.
    """
    from digitize.sign.rules import signing_rules

    for form in signing_rules().copy_form:
        if form.wording == wording:
            return form.code
    raise Misconfigured(f"SOHOA_FORM_OF_COPY “{wording}” không có trong danh mục hình thức sao")


def _deliver(settings: Settings, post: Post) -> Works:
    from workers.copies.delivering import Counter, deliver_copy
    from workers.delivery import deliver_document

    counter = Counter(_postman(settings), settings.pages, timedelta(days=settings.link_days), settings.s3_lock_days)
    return {
        SubjectKind.DOCUMENT: partial(deliver_document, post, settings.s3_lock_days),
        SubjectKind.COPY: partial(deliver_copy, post, counter),
    }


def _postman(settings: Settings) -> Postman | None:
    from workers.copies.mail import Postman

    if not settings.smtp_host:
        return None
    password = None if settings.smtp_password is None else settings.smtp_password.get_secret_value()
    return Postman(
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_sender, settings.smtp_username,
        password,
    )  # fmt: skip
