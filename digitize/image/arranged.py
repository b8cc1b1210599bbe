"""Scans joined by a plan, opened as if they were one scan."""

from __future__ import annotations

from dataclasses import replace

from digitize.errors import InvalidInput
from digitize.image.intake import open_scan
from digitize.image.limits import Limits
from digitize.image.scan import Scan
from digitize.image.sheet import Sheet
from digitize.mapped import Content
from digitize.model import Nature
from digitize.page_plan import JoinedScans, PlannedPage


def open_arranged(data: Content, joined: JoinedScans, limits: Limits) -> tuple[Scan, tuple[PlannedPage, ...]]:
    """Open the scans of a plan.

    Args:
        data: their bytes, one after the other.
        joined: the plan, and where each of them lies.
        limits: what each file may ask of the decoders, and how many pages they may have together.

    Returns:
        The pages in the order of the plan, and the plan with a line for each page.

    Raises:
        DocumentAtFault: a scan cannot be opened, is no scan, or lacks a page that the plan names.
    """
    scans = {key: open_scan(data[joined.place_of(key)], limits) for key in joined.plan.scans}
    for scan in scans.values():
        if scan.nature is not Nature.SCAN:
            raise InvalidInput(
                "có tệp đã ký số hoặc sinh ra từ máy tính trong các trang",
                remedy="Chỉ sắp xếp trang của bản quét; tệp điện tử hãy gửi riêng, nguyên vẹn.",
            )
    pages = tuple(one for page in joined.plan.pages for one in _each(page, scans[page.scan].page_count))
    limits.check_pages(len(pages))

    def load(number: int) -> Sheet:
        page = pages[number - 1]
        return _placed(scans[page.scan].sheet(page.page or 1), number, page.rotation)

    first = scans[joined.plan.scans[0]]
    return Scan(first.media_type, Nature.SCAN, len(pages), load), pages


def _each(page: PlannedPage, count: int) -> tuple[PlannedPage, ...]:
    """Name every page that a line of the plan stands for."""
    if page.page is None:
        return tuple(replace(page, page=number) for number in range(1, count + 1))
    if page.page > count:
        raise InvalidInput(f"tệp chỉ có {count} trang, không có trang {page.page}")
    return (page,)


def _placed(sheet: Sheet, number: int, rotation: int | None) -> Sheet:
    if rotation is None:
        return replace(sheet, number=number)
    return replace(sheet, number=number, turned=rotation, turn_is_told=True)
