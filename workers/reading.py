"""The work of the ``read`` lane: a scan becomes a draft, an archive file and previews, or is turned away."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Protocol

import sqlalchemy as sa

from digitize.archive.capture import Capture
from digitize.errors import DocumentAtFault, Impossible, ReaderKilled, RunawayFile
from digitize.lifecycle import Event, FileRefused, FoundElectronic, ReadDone, SecrecyFound
from digitize.model import Digitized, Nature, Reading, Verdict, VerificationReport, to_json
from digitize.page_plan import JoinedScans, PlannedPage
from storage import leases, page_plans, registry, search
from storage.leases import Lease
from storage.outbox import Lane
from storage.registry import Document, Summary
from storage.tables import captures, previews
from workers.attempt import Post, attempt
from workers.memory_file import sealed

MOST_DEATHS = 5
"""So often in a row may the process that reads a file die of no limit of ours: whoever ends it from outside (a machine
short of memory, an operator) hardly does so five times in the half minute that the retries take."""


class Reader(Protocol):
    """Opens a file from outside where it can do no harm: :class:`workers.sandbox.Sandbox`."""

    def digitize(
        self, scan: BinaryIO, capture: Capture, *, cleared: bool, joined: JoinedScans | None = None
    ) -> tuple[Digitized, BinaryIO | None]:
        """Read a scan, or several that were joined, and make the archive file where it gets one; the caller closes it.

        Raises:
            DocumentAtFault: the file cannot be used.
            ReaderKilled: the process that read it died, and of no limit of ours.
        """

    def verify(self, file: BinaryIO, now: datetime) -> VerificationReport:
        """Judge the signatures that a file carries."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What reading found, ready to be committed."""

    event: Event
    summary: Summary
    reading_key: str | None = None
    archive_key: str | None = None
    preview_rows: tuple[dict[str, Any], ...] = ()
    origins: tuple[PlannedPage, ...] = ()
    """Where each page of an arranged capture comes from."""
    reading: Reading | None = None
    """Whose words are to be found; None: there is none, or it must not be."""


def read_document(post: Post, reader: Reader, document_id: str) -> None:
    """Read the scan in force of a document that waits for it."""
    attempt(post, Lane.READ, document_id, registry.find, partial(_read, post, reader))


def _read(post: Post, reader: Reader, lease: Lease, document: Document) -> None:
    started = time.perf_counter()
    with ExitStack() as opened:
        joined = _joined(post, document)
        scans = (document.scan_key,) if joined is None else joined.plan.scans
        scan = opened.enter_context(sealed(piece for key in scans for piece in post.storage.objects.open(key)))
        try:
            digitized, archive = reader.digitize(
                scan, _capture(post, document), cleared=document.record.cleared, joined=joined
            )
            if archive is not None:
                opened.enter_context(archive)
            report = reader.verify(scan, post.clock()) if digitized.reading.nature is Nature.SIGNED else None
        except DocumentAtFault as fault:
            outcome = _refusal(post, fault)
        except ReaderKilled:
            if _deaths_before(post, document) + 1 < MOST_DEATHS:
                raise
            outcome = _refusal(post, RunawayFile(f"bộ giải mã bị dừng giữa chừng {MOST_DEATHS} lần liên tiếp"))
        else:
            outcome = _judge(post, document, digitized, archive, report)
    _commit(post, lease, document, outcome, time.perf_counter() - started)


def _refusal(post: Post, fault: DocumentAtFault) -> _Outcome:
    refused = FileRefused(actor=post.actor, code=fault.code(), message=fault.message)
    return _Outcome(refused, Summary(problem=fault.message))


def _deaths_before(post: Post, document: Document) -> int:
    """Count the attempts before this one, in a row, in which the reader died."""
    with post.storage.database.read() as connection:
        return leases.failures_in_a_row(connection, document.id, ReaderKilled.code())


def _judge(
    post: Post, document: Document, digitized: Digitized, archive: BinaryIO | None, report: VerificationReport | None
) -> _Outcome:
    """Decide which way the document goes, and store what belongs to that way."""
    reading = digitized.reading
    if reading.secrecy is not None and not document.record.cleared:
        # Nothing but the mark leaves the reading: no text, no picture, no field.
        found = SecrecyFound(actor=post.actor, mark=reading.secrecy.value)
        return _Outcome(found, Summary(pages=len(reading.pages), problem=f"Có dấu “{reading.secrecy.value}”."))
    objects = post.storage.objects
    reading_key = objects.put(to_json(reading))
    rows = tuple(
        {"page": preview.page, "key": objects.put(preview.jpeg), "scale": preview.scale}
        for preview in digitized.previews
    )
    if reading.nature is not Nature.SCAN:
        verdict = Verdict.UNSIGNED if report is None else report.verdict
        electronic = FoundElectronic(
            actor=post.actor, nature=reading.nature.value, reading_key=reading_key, verdict=verdict.value
        )
        problem = "" if report is None or verdict is Verdict.VALID else report.sentence
        return _Outcome(electronic, summary_of(reading, problem), reading_key, None, rows, digitized.origins, reading)
    if archive is None:
        raise Impossible("a scan was read and no archive file was made")
    archive_key = objects.put_file(archive)
    done = ReadDone(actor=post.actor, reading_key=reading_key, archive_key=archive_key)
    return _Outcome(done, summary_of(reading), reading_key, archive_key, rows, digitized.origins, reading)


def summary_of(reading: Reading, problem: str = "") -> Summary:
    """Return what lists show of a draft."""
    values = {name: field.value for name, field in reading.fields.items()}
    return Summary(
        kind_code=reading.kind.code,
        kind_confidence=reading.kind.confidence,
        number=values.get("number", ""),
        issued_date=values.get("issued_date", ""),
        holder_name=values.get("holder_name", ""),
        subject=values.get("subject", ""),
        pages=len(reading.pages),
        doubtful=tuple(sorted(name for name, field in reading.fields.items() if field.doubtful)),
        findings=tuple(sorted({finding.code for finding in reading.findings})),
        problem=problem,
    )


def _capture(post: Post, document: Document) -> Capture:
    with post.storage.database.read() as connection:
        scanned_at = connection.execute(
            sa.select(captures.c.received_at).where(
                captures.c.document_id == document.id, captures.c.number == document.record.capture
            )
        ).scalar_one()
    return Capture(document.id, scanned_at, document.scan_key)


def _joined(post: Post, document: Document) -> JoinedScans | None:
    """Return how the capture is made of pages of several scans; None: it is a scan as it came."""
    with post.storage.database.read() as connection:
        plan = page_plans.plan_of(connection, document.id, document.record.capture)
    if plan is None:
        return None
    return JoinedScans(plan, tuple(post.storage.objects.size(key) for key in plan.scans))


def _commit(post: Post, lease: Lease, document: Document, outcome: _Outcome, seconds: float) -> None:
    keys = {"reading_key": outcome.reading_key, "archive_key": outcome.archive_key}
    number = document.record.capture
    summary = asdict(replace(outcome.summary, read_seconds=round(seconds, 3)))
    with post.storage.database.write() as connection:
        registry.record(
            connection, document.id, outcome.event, post.clock(), lease=lease, changes={**keys, "summary": summary}
        )
        connection.execute(
            captures.update().where(captures.c.document_id == document.id, captures.c.number == number).values(**keys)
        )
        # A second reading of the same capture, after a quarantine was lifted, takes the place of the first.
        connection.execute(previews.delete().where(previews.c.document_id == document.id, previews.c.capture == number))
        if outcome.origins:
            page_plans.keep(connection, document.id, number, outcome.origins)
        if outcome.preview_rows:
            connection.execute(
                previews.insert(),
                [{"document_id": document.id, "capture": number, **row} for row in outcome.preview_rows],
            )
        if outcome.reading is not None:
            search.index_text(connection, document.id, outcome.reading)
