"""The capture of the paper original, accepted only from the certifier within the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.capture import Offered, may_be_original
from digitize.attest.lifecycle import Captured, CopyRecord, CopyState
from digitize.lifecycle import Actor
from digitize.model import Nature
from storage import subjects
from storage.certifications.changing import record
from storage.certifications.finding import find
from storage.certifications.opening import hold_visit
from storage.certifications.visit import Copy
from storage.registry import EVERYTHING, Scope
from storage.subjects import SubjectKind
from storage.tables import captures, copy_captures, copy_revisions, revisions

_SAME_BYTES = (
    sa.select(captures.c.document_id).where(captures.c.scan_key == sa.bindparam("key")),
    sa.select(captures.c.document_id).where(captures.c.archive_key == sa.bindparam("key")),
    sa.select(revisions.c.document_id).where(revisions.c.key == sa.bindparam("key")),
    sa.select(copy_captures.c.copy_id).where(copy_captures.c.scan_key == sa.bindparam("key")),
    sa.select(copy_captures.c.copy_id).where(copy_captures.c.archive_key == sa.bindparam("key")),
    sa.select(copy_revisions.c.copy_id).where(copy_revisions.c.key == sa.bindparam("key")),
)
"""Where bytes that were captured, archived or signed before stand; every column is indexed."""


@dataclass(frozen=True, slots=True)
class DeskCapture:
    """A file that the desk hands in as the capture of an original; its object is stored already."""

    scan_key: str
    size_bytes: int
    captured_at: datetime
    """By the device's clock; with offset."""
    device: str
    """What made the capture, as the desk names it; empty: an upload."""
    at_desk: bool
    """It came from a capturing device through the certifier's own session."""
    nature: Nature = Nature.SCAN
    """Before reading it counts as a scan; the reading worker judges again."""
    of_result: str | None = None
    """Id of a digitised result that the requester refers to."""


def capture(
    connection: sa.Connection,
    copy_id: str,
    handed: DeskCapture,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    reason: str = "",
    scope: Scope = EVERYTHING,
) -> CopyRecord:
    """Take the capture of the paper original in; the very same capture sent again changes nothing.

    Args:
        connection: a writing transaction.
        copy_id: whose original was captured.
        handed: the file and where it comes from.
        actor: the certifier.
        now: by our own clock.
        version: what the certifier saw; None skips the check.
        reason: why a secrecy mark that was read on the last capture is none.
        scope: whose copies the actor may see.

    Raises:
        NotFound: there is no such copy in the scope.
        CapturedByAnother, OutsideTheVisit, AlreadyDigitised, AlreadyElectronic: it cannot stand for the original.
        Conflict, Forbidden: as :func:`storage.certifications.record`.
    """
    visit = hold_visit(connection, find(connection, copy_id, scope).certification_id)
    held = subjects.hold(connection, SubjectKind.COPY, copy_id)
    copy = find(connection, copy_id)
    if _is_repeated(copy, handed):
        return copy.record
    offered = Offered(
        by=actor.id, at_desk=handed.at_desk, captured_at=handed.captured_at, received_at=now, nature=handed.nature,
        same_as=known(connection, handed.scan_key), of_result=handed.of_result,
    )  # fmt: skip
    may_be_original(offered, visit.visit)
    event = Captured(actor=actor, scan_key=handed.scan_key, device=handed.device, reason=reason)
    emptied = dict.fromkeys(("reading_key", "archive_key", "attested_key", "captured_pages"))
    seen = held.version if version is None else version
    after = record(connection, copy_id, event, now, version=seen, changes=emptied | {"problem": ""})
    connection.execute(
        copy_captures.insert().values(
            copy_id=copy_id,
            number=after.capture,
            scan_key=handed.scan_key,
            size_bytes=handed.size_bytes,
            captured_at=handed.captured_at,
            received_at=now,
            captured_by=actor.id,
            device=handed.device,
        )
    )
    return after


def known(connection: sa.Connection, key: str) -> str | None:
    """Return a document or copy that was captured, archived or signed with these very bytes."""
    for query in _SAME_BYTES:
        found: str | None = connection.execute(query.limit(1), {"key": key}).scalar_one_or_none()
        if found is not None:
            return found
    return None


def _is_repeated(copy: Copy, handed: DeskCapture) -> bool:
    return copy.state in (CopyState.CAPTURED, CopyState.TO_COMPARE) and copy.scan_key == handed.scan_key
