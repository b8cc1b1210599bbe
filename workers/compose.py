"""The only wiring of a worker process: from the settings to what its lane works with."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from digitize.errors import Misconfigured
from storage.connect import open_storage
from storage.outbox import Lane
from storage.settings import Settings
from workers.attempt import Post
from workers.metrics import open_meter


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
    """Return what a lane does with a document's id.

    Raises:
        Misconfigured: a setting that this lane needs is missing.
    """
    return {Lane.READ: _read, Lane.SEAL: _seal, Lane.DELIVER: _deliver}[lane](settings, post)


def _read(settings: Settings, post: Post) -> Callable[[str], None]:
    from digitize.confined.frames import Allowance, Setup
    from digitize.image.limits import Limits
    from digitize.sign.trust import load_trust
    from workers.reading import read_document
    from workers.sandbox import TASKS, Sandbox

    setup = Setup(
        TASKS,
        trust=None if settings.trust is None else load_trust(settings.trust).roots,
        allowance=Allowance(page_seconds=settings.read_wall_s, memory_bytes=settings.read_memory_bytes),
    )
    return partial(read_document, post, Sandbox(Limits(file_bytes=settings.upload_max_bytes), setup))


def _seal(settings: Settings, post: Post) -> Callable[[str], None]:
    from digitize.sign.rules import signing_rules
    from digitize.sign.timestamps import HttpTimeStamper
    from digitize.sign.trust import built_in_trust, load_trust
    from workers.keyring import Keyring
    from workers.signing import Desk, sign_document

    if settings.keyring is None:
        raise Misconfigured("thiếu SOHOA_KEYRING: làn ký cần danh mục khóa ký")
    today = post.clock().date()
    timestamp_rules = replace(signing_rules().timestamp, timeout_seconds=settings.tsa_timeout_s)
    desk = Desk(
        keyring=Keyring(settings.keyring),
        timestamper=None if settings.tsa_url is None else HttpTimeStamper(settings.tsa_url, timestamp_rules),
        trust=built_in_trust(today) if settings.trust is None else load_trust(settings.trust),
        copy_form=_copy_form(settings.form_of_copy),
    )
    return partial(sign_document, post, desk)


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


def _deliver(settings: Settings, post: Post) -> Callable[[str], None]:
    from workers.delivery import deliver_document

    return partial(deliver_document, post, settings.s3_lock_days)
