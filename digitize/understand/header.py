"""The cells of the official header on page 1 (NĐ 30/2020/NĐ-CP, Annex I): where each stands.

Left column: cell 2, the agency; cell 3, ``Số: 15/QĐ-BNV``; on letters cell 5b, ``V/v ...``. Right column: cell 1, the
national header and the motto; cell 4, ``Hà Nội, ngày 05 tháng 01 năm 2021``. Below both stands cell 5a, the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.catalogue import reading as catalogue
from digitize.understand.likeness import begins_with, is_like
from digitize.understand.rows import Row, row_of
from digitize.vietnamese import bare

NATIONAL_HEADERS = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "ĐOÀN TNCS HỒ CHÍ MINH")
"""Cell 1; the Party and the Youth Union write their own."""
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DEEPEST = 0.5
"""Share of the page's height below which no header reaches."""
COLUMN = 0.9
"""The middle of a line of cell 2 lies left of this share of the left edge of cell 1."""
MOTTO_COLUMN = 0.78
"""The same, of the left edge of the motto, which is shorter."""
NUMBER_MARK = re.compile(
    r"^\W*(?:luật\s+|pháp lệnh\s+)?s(?:\W?[ốôóòồổỗọộơởoéèê6]){1,2}[ẽẻˆ'`]?(?:\s+hiệu)?\s*[:;.,]", re.IGNORECASE
)
"""``Số:`` and its misreadings, with a word before it (``Luật số:``)."""
DATE_MARK = re.compile(r"ng[àaáảâ]y.{0,12}th[^\W\d_]{1,2}ng.{0,12}n[ăaâäã]m", re.IGNORECASE)
"""``ngày … tháng … năm``, whatever the pen wrote between."""
LABEL = re.compile(r"ng[àaáảâ]y\s*,\s*th|^\W*(?:đăng ký|cấp lần|có hiệu lực|có giá trị)", re.IGNORECASE)
"""``Ngày, tháng, năm sinh``, ``Đăng ký lần đầu, ngày ...``: labels of a form, not cell 4."""
SEALED_AT = re.compile(r"th[oờơ]i\s+gian\s+k[ýy]|ng[ưu][oờơ]i\s+k[ýy]", re.IGNORECASE)
"""Text of a digital signature's picture: not a cell of the header."""


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of the header, cell by cell; a cell that was not found is empty or None."""

    national: Row | None
    """Cell 1, upper line."""
    motto: Row | None
    """Cell 1, lower line."""
    agency: tuple[Row, ...]
    """Cell 2, from the top."""
    number: Row | None
    """Cell 3."""
    dated: Row | None
    """Cell 4."""
    left: tuple[Row, ...]
    """Rows of the left column under the number: cell 5b, if any."""

    @property
    def bottom(self) -> int:
        """Pixels: lower edge of what was found; 0 when nothing was."""
        found = [row for row in (self.national, self.motto, self.number, self.dated, *self.agency) if row]
        return max((row.box.bottom for row in found), default=0)


def find_header(rows: Sequence[Row]) -> Header:
    """Find the cells of the header among the rows of the first page."""
    top = [row for row in rows if row.page == rows[0].page and row.depth < DEEPEST] if rows else []
    national = next((row for row in top if any(is_like(row.text, name) for name in NATIONAL_HEADERS)), None)
    motto = next((row for row in top if is_like(row.text, MOTTO)), None)
    dated = next(
        (
            row
            for row in top
            if DATE_MARK.search(row.text) and not LABEL.search(row.text) and _is_right(row) and _short(row)
        ),
        None,
    )
    number = next((_with_rest(row, top) for row in top if _is_number(row)), None)
    agency = _agency(top, national, motto, number, dated)
    left = _under(top, number) if number else ()
    return Header(national, motto, agency, number, dated, left)


def _is_right(row: Row) -> bool:
    return row.box.left > 0.3 * row.page_width


def _short(row: Row) -> bool:
    return row.box.width < 0.62 * row.page_width


def _is_number(row: Row) -> bool:
    return bool(NUMBER_MARK.match(row.text)) and row.box.width < 0.5 * row.page_width and not SEALED_AT.search(row.text)


def _with_rest(mark: Row, top: Sequence[Row]) -> Row:
    """Join "Số:" with what stands right of it, where a seal or a pen parted them."""
    if NUMBER_MARK.sub("", mark.text).strip():
        return mark
    level = [
        row
        for row in top
        if abs(row.depth - mark.depth) * row.page_height < 0.5 * mark.height
        and mark.box.right <= row.box.left < mark.box.right + 4 * mark.height
        and row.box.right < 0.55 * row.page_width
    ]
    return row_of(mark, [*mark.words, *min(level, key=lambda row: row.box.left).words]) if level else mark


def _agency(
    top: Sequence[Row], national: Row | None, motto: Row | None, number: Row | None, dated: Row | None
) -> tuple[Row, ...]:
    """Cell 2: capitals in the left column, above the number and beside the national header."""
    beside = national or motto
    if beside is None and number is None:
        return ()
    # the date stands in the other column: it bounds the agency only where there is no number
    limit = number or dated
    floor = limit.box.top if limit else (beside.box.bottom + 3 * beside.box.height if beside else 0)
    # a number under a centred title leaves the title above it: what is centred on the page is no agency
    right = (COLUMN if beside is national else MOTTO_COLUMN) * beside.box.left if beside else 0.55 * top[0].page_width
    centred = beside is not None and beside.box.left < 0.4 * beside.page_width and abs(beside.centre - 0.5) < 0.08
    if centred:
        return ()
    found = [
        row
        for row in top
        if row is not national
        and row is not motto
        and row.capitals
        and row.box.bottom <= floor + row.height * 0.6
        and (row.box.left + row.box.right) / 2 < right
        and row.confidence > 0.4
        and len(bare(row.text)) > 2
    ]
    return tuple(sorted(found, key=lambda row: row.box.top))


def _under(top: Sequence[Row], number: Row) -> tuple[Row, ...]:
    """Cell 5b: what follows the number in its column without a wide gap, until the addressees or a title."""
    found: list[Row] = []
    reached = number.box.bottom
    middle = number.page_width * 0.5
    for row in sorted(top, key=lambda each: each.box.top):
        if row.box.top < number.box.bottom - 0.4 * number.height or (row.box.left + row.box.right) / 2 > middle:
            continue
        if row.box.left > middle * 0.9 or row.box.right > 0.6 * row.page_width:
            continue
        starters = [word for word in catalogue.words_in_order("body_starters") if word == "Kính gửi"]
        if row.box.top - reached > 2.2 * row.height or begins_with(row.text, starters):
            break
        found.append(row)
        reached = row.box.bottom
    return tuple(found)
