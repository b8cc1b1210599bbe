"""The pages of a document before it is signed: shown, arranged, and arranged back.

What a person sees is a page of a capture that was read; what is kept is a page of a scan with its turn
(:mod:`digitize.page_plan`). The one is turned into the other here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from api import intake
from api.auth import Caller
from api.files import is_closed
from api.parts import Parts
from api.schemas_pages import ArrangementSent, CaptureBody, PageBody, PagesBody, PageSent, SplitSent
from api.steps import Hand
from digitize.errors import InvalidInput, NotFound
from digitize.lifecycle import PagesArranged
from digitize.model import Page, Reading, from_json
from digitize.page_plan import PlannedPage, planned
from storage import dossiers, page_plans, registry, scanning, shown
from storage import uploads as pieces
from storage.objects import ObjectStore
from storage.registry import Document
from storage.shown import CaptureRow


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan that was uploaded for an arrangement."""

    page: PlannedPage
    """All of its pages."""


def new_scans(parts: Parts, caller: Caller, sent: ArrangementSent) -> Mapping[str, NewScan]:
    """Put the uploads of an arrangement together, before its transaction begins; by the upload's id.

    Raises:
        NotFound, UploadEnded, Conflict, ChecksumMismatch, UnknownType: an upload cannot be used.
    """
    every = [*sent.pages, *(page for split in sent.split for page in split.pages)]
    told = {page.upload: page.sha256 for page in every if page.upload is not None}
    if any(sha256 is None for sha256 in told.values()):
        raise InvalidInput("thiếu SHA-256 của tệp mới (sha256)")
    found = [(intake.find_own(parts, caller, upload), sha256 or "") for upload, sha256 in told.items()]
    whole = intake.put_together(parts, caller, found)
    if any(upload.object_key is None for upload in whole):
        raise InvalidInput("có lượt gửi đã thành văn bản khác", remedy="Hãy gửi lại tệp đó.")
    return {upload.id: NewScan(intake.whole_scan(parts, upload.object_key or "")) for upload in whole}


def arrange(hand: Hand, sent: ArrangementSent, scans: Mapping[str, NewScan]) -> None:
    """Give the document these pages; split off and take in what is asked for.

    Raises:
        NotFound, InvalidInput: a page is named that there is not.
        WrongState, VersionMismatch, Forbidden: as every step.
    """
    document = hand.document(PagesArranged)
    resolving = _Resolving(hand, document, scans)
    plan = planned(resolving.all(sent.pages))
    absorbed = [resolving.neighbour(one.document, one.version) for one in sent.absorbs]
    made = tuple(_split_off(hand, document, one, resolving) for one in sent.split)
    page_plans.arrange(
        hand.connection, hand.objects, document, plan, split_into=made, absorbed=absorbed, actor=hand.actor,
        now=hand.now, version=hand.target.version,
    )  # fmt: skip
    for upload in scans:
        pieces.hand_over(hand.connection, upload, document.id)


def undo(hand: Hand) -> None:
    """Bring back the capture before the last arrangement."""
    document = hand.document(PagesArranged)
    page_plans.undo(hand.connection, document, actor=hand.actor, now=hand.now, version=hand.target.version)


def pages_body(connection: sa.Connection, objects: ObjectStore, document: Document) -> PagesBody:
    """Describe every capture of a document that was read, the one in force first."""
    rows = () if is_closed(document) else shown.capture_rows(connection, document.id)
    return PagesBody(
        version=document.record.version,
        can_arrange=document.state in PagesArranged.sources,
        can_undo=page_plans.last_arrangement(connection, document) is not None,
        captures=[_capture_body(connection, objects, document, row) for row in rows],
    )


def _capture_body(connection: sa.Connection, objects: ObjectStore, document: Document, row: CaptureRow) -> CaptureBody:
    read = () if row.reading_key is None else from_json(objects.get(row.reading_key), Reading).pages
    sources = _sources(connection, document.id, row, read)
    base = f"/api/v1/documents/{document.id}/captures/{row.number}/previews"
    return CaptureBody(
        number=row.number, in_force=row.number == document.record.capture, made_at=row.received_at,
        pages=[
            PageBody(
                page=page.number, scan=source.scan, width=page.width, height=page.height,
                picture=f"{base}/{page.number}",
            )
            for page, source in zip(read, sources, strict=False)
        ],
    )  # fmt: skip


def _sources(connection: sa.Connection, document: str, row: CaptureRow, read: Sequence[Page]) -> Sequence[PlannedPage]:
    """Name the page of a scan behind each page of a capture that was read."""
    plan = page_plans.plan_of(connection, document, row.number)
    return [PlannedPage(row.scan_key, page.number) for page in read] if plan is None else plan.pages


def _split_off(hand: Hand, document: Document, sent: SplitSent, resolving: _Resolving) -> str:
    plan = planned(resolving.all(sent.pages))
    dossier = dossiers.find_by_code(hand.connection, document.dossier_code, hand.caller.scope)
    result = dossiers.result_for_upload(
        hand.connection, dossier, sent.ordinal, actor=hand.actor.id, now=hand.now, scan_key=plan.key
    )
    scanning.need_scannable(hand.connection, dossier, result, actor=hand.actor.id, now=hand.now, reason=sent.reason)
    received = page_plans.receive(hand.connection, hand.objects, plan, result_id=result, actor=hand.actor, now=hand.now)
    return received.document


class _Resolving:
    """Finds the page of a scan behind what a person pointed at; each capture is looked up once."""

    def __init__(self, hand: Hand, document: Document, scans: Mapping[str, NewScan]) -> None:
        self._hand = hand
        self._document = document
        self._scans = scans
        self._read: dict[tuple[str, int], tuple[Sequence[Page], Sequence[PlannedPage]]] = {}

    def all(self, sent: Sequence[PageSent]) -> list[PlannedPage]:
        return [self._one(page) for page in sent]

    def neighbour(self, document_id: str, version: int | None = None) -> Document:
        """Return another document of the same dossier, as the person saw it."""
        if document_id == self._document.id:
            raise InvalidInput("không thể gộp một văn bản với chính nó")
        found = registry.find(self._hand.connection, document_id, self._hand.caller.scope)
        if found.dossier_id != self._document.dossier_id:
            raise InvalidInput("chỉ gộp được các văn bản của cùng một hồ sơ")
        if is_closed(found) or (version is not None and found.record.version != version):
            raise InvalidInput("văn bản được gộp đã thay đổi", remedy="Hãy tải lại trang rồi làm lại.")
        return found

    def _one(self, sent: PageSent) -> PlannedPage:
        if sent.upload is not None:
            page = self._scans[sent.upload].page
            return page if not sent.turn else PlannedPage(page.scan, page.page, sent.turn)
        if sent.page is None:
            raise InvalidInput("thiếu số trang (page)")
        owner = self._document if sent.document is None else self.neighbour(sent.document)
        read, sources = self._capture(owner, sent.capture or owner.record.capture)
        if sent.page > min(len(read), len(sources)):
            raise NotFound(f"trang {sent.page} của lần chụp này")
        source = sources[sent.page - 1]
        if not sent.turn:
            return source
        return PlannedPage(source.scan, source.page, (read[sent.page - 1].rotation + sent.turn) % 360)

    def _capture(self, owner: Document, number: int) -> tuple[Sequence[Page], Sequence[PlannedPage]]:
        known = self._read.get((owner.id, number))
        if known is None:
            row = next(
                (one for one in shown.capture_rows(self._hand.connection, owner.id) if one.number == number), None
            )
            if row is None or row.reading_key is None:
                raise NotFound("lần chụp này, hoặc nó chưa được đọc")
            read = from_json(self._hand.objects.get(row.reading_key), Reading).pages
            known = self._read[owner.id, number] = (read, _sources(self._hand.connection, owner.id, row, read))
        return known
