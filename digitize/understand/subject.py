"""Cells 5a and 5b: what the paper is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.found import field_from
from digitize.understand.kind import Title
from digitize.understand.likeness import begins_with
from digitize.understand.repair import repaired
from digitize.understand.rows import Row, side_by_side
from digitize.vietnamese import tidy

MOST_LINES = 8
"""Lines that a subject may have."""
FARTHEST = 2.3
"""Heights of a line between two lines of one subject, head to head at most that many plus one."""
WIDEST_FIRST = 0.6
"""Share of the page's width: a first line wider than that may be the body's."""
FIRM_STARTERS = ("Căn cứ", "Kính gửi", "Điều", "Chương", "Phần", "Theo đề nghị", "Xét", "Hôm nay", "Chúng tôi")
"""Words that begin a body and never a subject."""
_ABOUT = re.compile(r"^\W*V(?:\s*/|[vVwWyYN]\s)")
"""``V/v``, of which a pen stroke or a stamp may have taken the end."""
_ITEM = re.compile(r"^(?:[IVX]+\.|\d+\.|[a-zđ]\)|[-+])\s")
_EDGES = " .,;:-_'`|/\\~*—–"


def subject_under_title(rows: Sequence[Row], title: Title) -> Field | None:
    """Gather the centred lines under a title, down to the body."""
    first = side_by_side([row for row in rows if row.page == title.rows[0].page and row not in title.rows])
    last = title.rows[-1]
    middle = title.rows[0].centre
    gathered: list[Row] = []
    for row in sorted(first, key=lambda each: each.box.top):
        if row.box.top < last.box.bottom - 0.4 * last.height:
            continue
        reached = gathered[-1] if gathered else last
        if row.box.top - reached.box.bottom > FARTHEST * max(row.height, reached.height) or len(gathered) == MOST_LINES:
            break
        if abs(row.centre - middle) > 0.07 or row.confidence < 0.35:
            # a stamp beside the subject is passed over; the body, which is as wide as the page, ends it
            if row.box.width > 0.5 * row.page_width:
                break
            continue
        # "CHỦ TỊCH ỦY BAN NHÂN DÂN ..." names who decides, not what
        authority = row.capitals and (_decides(row) if not gathered else not gathered[0].capitals)
        if authority or _is_body(row, bool(gathered)):
            break
        gathered.append(row)
    return _field(gathered)


def subject_under_number(left: Sequence[Row]) -> Field | None:
    """Gather cell 5b: the lines under the number of a letter."""
    gathered: list[Row] = []
    for row in left[:MOST_LINES]:
        about = _ABOUT.match(row.text) or begins_with(row.text, ("V/v", "Về việc", "Về", "Vv"))
        if not gathered and not about:
            continue
        gathered.append(row)
    return _field(gathered)


def _decides(row: Row) -> bool:
    """Tell whether a line in capitals names who decides: "GIÁM ĐỐC SỞ NỘI VỤ", "ỦY BAN NHÂN DÂN TỈNH ..."."""
    return begins_with(
        row.text, (*catalogue.words_in_order("signer_titles"), "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"), 92.0
    )


def _is_body(row: Row, begun: bool) -> bool:
    """Tell whether a line belongs to the body; a dash before the first line is dust."""
    text = row.text if begun else row.text.strip(_EDGES)
    # "Thực hiện đăng ký khai sinh lưu động" is a subject where it stands first and does not fill the line
    narrow = not begun and row.box.width < WIDEST_FIRST * row.page_width
    usual = [word for word in catalogue.words_in_order("body_starters") if len(word) > 3]
    return bool(_ITEM.match(text)) or begins_with(text, FIRM_STARTERS if narrow else usual, 90.0)


def _field(rows: Sequence[Row]) -> Field | None:
    readable = [row for row in rows if any(letter.isalpha() for letter in row.text)]
    if not readable:
        return None
    read = tidy(" ".join(row.text for row in readable)).strip(_EDGES)
    # a subject that begins with a small letter has lost its first line
    return field_from(repaired(read), readable, doubted=read[:1].islower(), alternatives=(read,))
