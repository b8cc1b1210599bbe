"""Captures that a person arranged from pages of scans: kept, found again, and undone.

The scans stay as they are; every arrangement is a further capture with its event, and an undo is one more that brings
the capture before it back. What an arrangement did to other documents (pages that became a document of their own,
documents that were taken in) stands in its event, so that the undo can take that back as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from digitize.errors import Forbidden, NotFound
from digitize.lifecycle import UNSEALED, Actor, PagesArranged, State, Withdrawn
from digitize.page_plan import PagePlan, PlannedPage
from storage import history, registry
from storage.objects import ObjectStore
from storage.registry import Document, Received
from storage.tables import capture_pages, captures, documents

_ARRANGING = PagesArranged.__name__
_TAKEN_BACK = "hoàn tác việc tách trang"


def plan_of(connection: sa.Connection, document: str, capture: int) -> PagePlan | None:
    """Return the pages of a capture that was arranged; None: it is a scan as it came."""
    rows = connection.execute(
        sa.select(capture_pages.c.scan_key, capture_pages.c.page, capture_pages.c.rotation)
        .where(capture_pages.c.document_id == document, capture_pages.c.capture == capture)
        .order_by(capture_pages.c.position)
    )
    pages = tuple(PlannedPage(key, page, rotation) for key, page, rotation in rows.tuples())
    return PagePlan(pages) if pages else None


def keep(connection: sa.Connection, document: str, capture: int, pages: Sequence[PlannedPage]) -> None:
    """Write down the pages of a capture, in the place of what was written before."""
    connection.execute(
        capture_pages.delete().where(capture_pages.c.document_id == document, capture_pages.c.capture == capture)
    )
    connection.execute(
        capture_pages.insert(),
        [
            {
                "document_id": document, "capture": capture, "position": position, "scan_key": page.scan,
                "page": page.page, "rotation": page.rotation,
            }
            for position, page in enumerate(pages, start=1)
        ],
    )  # fmt: skip


def receive(
    connection: sa.Connection, objects: ObjectStore, plan: PagePlan, *, result_id: str, actor: Actor, now: datetime
) -> Received:
    """Enter a document whose first capture is arranged; the same plan for the same dossier is the same document.

    Raises:
        NotFound: there is no such result.
        StoreUnavailable: the store does not keep the plan now.
    """
    encoded = plan.encoded()
    received = registry.receive(
        connection, result_id=result_id, scan_key=objects.put(encoded), size_bytes=len(encoded), actor=actor, now=now
    )
    if received.created:
        keep(connection, received.document, 1, plan.pages)
    return received


def arrange(
    connection: sa.Connection,
    objects: ObjectStore,
    document: Document,
    plan: PagePlan,
    *,
    split_into: tuple[str, ...] = (),
    absorbed: Sequence[Document] = (),
    actor: Actor,
    now: datetime,
    version: int | None,
) -> None:
    """Give a document a capture of these pages; the documents that it takes in are withdrawn.

    Raises:
        Forbidden, Conflict: the lifecycle does not allow it, or somebody was faster.
        StoreUnavailable: the store does not keep the plan now.
    """
    encoded = plan.encoded()
    for each in absorbed:
        reason = f"các trang đã gộp vào văn bản {document.id}"
        registry.record(connection, each.id, Withdrawn(actor=actor, reason=reason), now, version=each.record.version)
    event = PagesArranged(
        actor=actor, scan_key=objects.put(encoded), before=document.record.capture, split_into=split_into,
        absorbed=tuple(each.id for each in absorbed),
    )  # fmt: skip
    after = registry.rescan(connection, document.id, event, len(encoded), now, version=version)
    keep(connection, document.id, after.capture, plan.pages)


def last_arrangement(connection: sa.Connection, document: Document) -> history.Entry | None:
    """Return the event that arranged the capture in force; None: nobody arranged it."""
    for entry in reversed(history.entries(connection, document.id)):
        if entry.name in {_ARRANGING, "Rescanned"}:
            arranged = entry.name == _ARRANGING and entry.payload["scan_key"] == document.scan_key
            return entry if arranged else None
    return None


def undo(connection: sa.Connection, document: Document, *, actor: Actor, now: datetime, version: int | None) -> None:
    """Bring back the capture before the last arrangement, and take back what it did to other documents.

    Raises:
        Forbidden: nothing was arranged, or a document made of its pages has gone too far to be taken back.
        Conflict: somebody was faster.
    """
    last = last_arrangement(connection, document)
    if last is None:
        raise Forbidden("văn bản chưa được sắp xếp trang, không có gì để hoàn tác")
    before = last.payload["before"]
    for made in last.payload.get("split_into", ()):
        _take_back(connection, made, actor, now)
    scan_key, size = _capture(connection, document.id, before)
    event = PagesArranged(actor=actor, scan_key=scan_key, before=document.record.capture)
    after = registry.rescan(connection, document.id, event, size, now, version=version)
    plan = plan_of(connection, document.id, before)
    if plan is not None:
        keep(connection, document.id, after.capture, plan.pages)
    for absorbed in last.payload.get("absorbed", ()):
        _bring_back(connection, absorbed, actor, now)


def _take_back(connection: sa.Connection, made: str, actor: Actor, now: datetime) -> None:
    """Withdraw a document that was made of pages which now go back."""
    state = registry.find(connection, made).state
    if state is State.WITHDRAWN:
        return
    if state not in UNSEALED | {State.REFUSED}:
        raise Forbidden(
            "văn bản tách ra đang được đọc hoặc đã được ký", remedy="Hãy đợi đọc xong, hoặc rút văn bản đó trước."
        )
    registry.record(connection, made, Withdrawn(actor=actor, reason=_TAKEN_BACK), now)


def _bring_back(connection: sa.Connection, absorbed: str, actor: Actor, now: datetime) -> None:
    """Receive the scan of a document that was taken in once more; what was withdrawn stays withdrawn."""
    row = connection.execute(
        sa.select(documents.c.result_id, documents.c.capture).where(documents.c.id == absorbed)
    ).one()
    scan_key, size = _capture(connection, absorbed, row.capture)
    received = registry.receive(
        connection, result_id=row.result_id, scan_key=scan_key, size_bytes=size, actor=actor, now=now
    )
    plan = plan_of(connection, absorbed, row.capture)
    if plan is not None and received.created:
        keep(connection, received.document, 1, plan.pages)


def _capture(connection: sa.Connection, document: str, number: int) -> tuple[str, int]:
    found = connection.execute(
        sa.select(captures.c.scan_key, captures.c.size_bytes).where(
            captures.c.document_id == document, captures.c.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFound("lần chụp trước của văn bản")
    return found.scan_key, found.size_bytes
