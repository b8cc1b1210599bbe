"""Where a label of a form ends, and where its value goes on: rules of the fields "Nhãn: giá trị" of printed forms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digitize.catalogue import reading as catalogue
from digitize.model import Box, Word
from digitize.understand.rows import Row, row_of, union
from digitize.vietnamese import bare

LONGEST_REST = 8
"""Words that a label may have after the words that the catalogue knows."""
CLOSEST = 0.9
"""Heights of a line between a line and the one on which its value goes on, at most."""
LABELS_THAT_GO_ON = frozenset({"holder_name", "holder_id", "holder_birth_date"})
"""Fields whose labels may name another person."""
ANOTHER = "another_name"
"""The field of a label for the name of somebody else on the form."""
OTHER = "other"
"""The field of a label whose value nobody asked for."""
_RUN_TOGETHER = re.compile(r"(?P<label>\W*[^\W\d_]+:)\W*\w")
_ORDINAL = re.compile(r"^\(?\d{1,2}[.)]?$")


def whole_label(row: Row, end: int, stop: int, field: str) -> tuple[int, str]:
    """Follow a label to its colon: "Họ và tên" may go on as "chủ hộ:" or as "người yêu cầu:".

    Words that the catalogue does not know for the field make it the label of something else.

    Args:
        row: where the label stands.
        end: the word after those that were recognised.
        stop: the first word of the next label.
        field: what those words stand for.

    Returns:
        The word after the label, and the field that it stands for.
    """
    if row.words[end - 1].text.endswith((":", ";")):
        return end, field
    reach = range(end, min(stop, end + LONGEST_REST))
    colon = next((at for at in reach if row.words[at].text.endswith(":")), None)
    if colon is None:
        return end, field
    rest = [word.text for word in row.words[end : colon + 1]]
    words = [part for text in rest for part in bare(text).split()]
    known = catalogue.words(f"{field}_label") if field in LABELS_THAT_GO_ON else frozenset()
    if all(word in known for word in words):
        return colon + 1, field
    # a capital begins a value whose own colon is another's: "Nguyễn Văn An Bí danh:"
    printed_small = all(text.strip("(\"'")[:1].islower() for text in rest if text.strip("(\"'")[:1].isalpha())
    if field not in LABELS_THAT_GO_ON or not printed_small:
        return end, field
    return colon + 1, ANOTHER if field == "holder_name" else OTHER


def parted(row: Row) -> Row:
    """Part words that the recogniser ran together at a mark: "CCCD:0991..." is a label and a value."""
    words: list[Word] = []
    for word in row.words:
        cut = _RUN_TOGETHER.match(word.text)
        words += [word] if cut is None else _halves(word, cut.end("label"))
    return Row(row.page, row.page_width, row.page_height, tuple(words), row.box, row.block)


def _halves(word: Word, at: int) -> list[Word]:
    box = word.box
    middle = box.left + max(1, box.width * at // len(word.text))
    if middle >= box.right:
        return [word]
    before, after = Box(box.left, box.top, middle, box.bottom), Box(middle, box.top, box.right, box.bottom)
    return [Word(word.text[:at], before, word.confidence), Word(word.text[at:], after, word.confidence)]


def before_ordinal(row: Row, stop: int) -> int:
    """Leave the ordinal of the next label out of a value: "TANAKA HIROSHI 2. Giới tính:"."""
    follows = 0 < stop < len(row.words)
    return stop - 1 if follows and _ORDINAL.match(row.words[stop - 1].text) else stop


def continuation(row: Row, below: Row, start: int, stop: int, value: Row | None, margin: int) -> Row | None:
    """Give the words on the next row that belong to a value, in the column of its label.

    They do, where the value reaches so near to the end of its column that the first of them would not have fitted.

    Args:
        row: where the label stands.
        below: the next row across the page.
        start: first word of the label.
        stop: first word of the next label on the row.
        value: what stands beside the label.
        margin: pixels: right end of the printed lines.
    """
    left = row.words[start].box.left
    right = row.words[stop].box.left if stop < len(row.words) else margin
    words = [word for word in below.words if word.box.left >= left - row.height and word.box.left < right - row.height]
    if below.page != row.page or below.box.top - row.box.bottom > CLOSEST * row.height or not words:
        return None
    reached = (value or row.part(start, stop)).words[-1].box.right
    fits = reached + row.height / 2 + words[0].box.width < right - row.height / 2
    aligned = abs(words[0].box.left - left) < 2 * row.height
    return row_of(below, words) if aligned and not fits else None


def joined(first: Row | None, second: Row | None) -> Row | None:
    """Make one row of a value and its continuation."""
    if first is None or second is None:
        return first or second
    words = (*first.words, *second.words)
    return Row(first.page, first.page_width, first.page_height, words, union((first, second)), first.block)


def right_margin(rows: Sequence[Row]) -> int:
    """Pixels: where printed lines end; dust beyond it does not count."""
    ends = sorted(row.box.right for row in rows)
    return ends[int(0.95 * (len(ends) - 1))] if ends else 0
