"""The ``read`` lane for a copy: the capture becomes an archive file and previews, or the certifier captures again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

import sqlalchemy as sa

from digitize.archive.capture import Capture
from digitize.attest.lifecycle import Archived, CaptureFailed, CopyEvent, SecrecyFound
from digitize.errors import AlreadyElectronic, DocumentAtFault, Impossible, ReaderKilled, RunawayFile, SohoaError
from digitize.model import Digitized, Nature, to_json
from storage import certifications, leases
from storage.certifications import Copy
from storage.leases import Lease
from storage.outbox import Lane
from storage.tables import copy_captures
from workers.attempt import Post, attempt
from workers.memory_file import sealed
from workers.reading import MOST_DEATHS, Reader


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What reading found, ready to be committed."""

    event: CopyEvent
    problem: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    preview_rows: tuple[dict[str, Any], ...] = ()


def read_copy(post: Post, reader: Reader, copy_id: str) -> None:
    """Read the capture in force of a copy that waits for it."""
    attempt(post, Lane.READ, copy_id, certifications.find, partial(_read, post, reader))


def _read(post: Post, reader: Reader, lease: Lease, copy: Copy) -> None:
    if copy.scan_key is None:
        raise Impossible("a copy waits to be read and was not captured")
    with ExitStack() as opened:
        scan = opened.enter_context(sealed(post.storage.objects.open(copy.scan_key)))
        try:
            digitized, archive = reader.digitize(scan, _capture(post, copy, copy.scan_key), cleared=copy.record.cleared)
            if archive is not None:
                opened.enter_context(archive)
        except DocumentAtFault as fault:
            outcome = _failure(post, fault)
        except ReaderKilled:
            with post.storage.database.read() as connection:
                deaths = leases.failures_in_a_row(connection, copy.id, ReaderKilled.code())
            if deaths + 1 < MOST_DEATHS:
                raise
            outcome = _failure(post, RunawayFile(f"bộ giải mã bị dừng giữa chừng {MOST_DEATHS} lần liên tiếp"))
        else:
            outcome = _judge(post, copy, digitized, archive)
    _commit(post, lease, copy, outcome)


def _failure(post: Post, fault: SohoaError) -> _Outcome:
    return _Outcome(CaptureFailed(actor=post.actor, code=fault.code(), message=fault.message), fault.message)


def _judge(post: Post, copy: Copy, digitized: Digitized, archive: BinaryIO | None) -> _Outcome:
    """Decide which way the copy goes, and store what belongs to that way."""
    reading = digitized.reading
    if reading.secrecy is not None and not copy.record.cleared:
        # Nothing but the mark leaves the reading: no text, no picture.
        mark = reading.secrecy.value
        return _Outcome(SecrecyFound(actor=post.actor, mark=mark), f"Trên bản chính có dấu “{mark}”.")
    if reading.nature is not Nature.SCAN:
        return _failure(post, AlreadyElectronic())
    if archive is None:
        raise Impossible("a capture was read and no archive file was made")
    objects = post.storage.objects
    reading_key, archive_key = objects.put(to_json(reading)), objects.put_file(archive)
    rows = tuple(
        {"page": preview.page, "key": objects.put(preview.jpeg), "scale": preview.scale}
        for preview in digitized.previews
    )
    done = Archived(actor=post.actor, reading_key=reading_key, archive_key=archive_key)
    changes = {"reading_key": reading_key, "archive_key": archive_key, "captured_pages": len(reading.pages)}
    return _Outcome(done, changes=changes, preview_rows=rows)


def _capture(post: Post, copy: Copy, scan_key: str) -> Capture:
    with post.storage.database.read() as connection:
        scanned_at = connection.execute(
            sa.select(copy_captures.c.received_at).where(
                copy_captures.c.copy_id == copy.id, copy_captures.c.number == copy.record.capture
            )
        ).scalar_one()
    return Capture(copy.id, scanned_at, scan_key)


def _commit(post: Post, lease: Lease, copy: Copy, outcome: _Outcome) -> None:
    changes = {**outcome.changes, "problem": outcome.problem[:1000]}
    with post.storage.database.write() as connection:
        certifications.record(connection, copy.id, outcome.event, post.clock(), lease=lease, changes=changes)
        archive_key = outcome.changes.get("archive_key")
        certifications.keep_previews(connection, copy, archive_key, outcome.preview_rows)
