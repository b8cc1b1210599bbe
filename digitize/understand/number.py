"""Cell 3: number and notation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from digitize.model import Field
from digitize.understand.found import field_from
from digitize.understand.header import NUMBER_MARK
from digitize.understand.rows import Row
from digitize.vietnamese import bare, tidy

WHOLE = re.compile(
    r"^\d{1,6}[A-Za-z]?(?:/\d{4})?[/\-][A-ZĐƯĂÂÊÔƠ][\w&.ĐƯ]*(?:[/\-.&][\w&ĐƯ]+)*$|^\d{1,6}/\d{4}(?:/[A-ZĐ][\w\-]*)?$"
)
"""``15/QĐ-BNV``, ``68/2020/QH14``, ``55-TB/ĐTN``, ``12/2023``, ``45/2021/TLKT-BS``."""
REGISTRATION = re.compile(r"^[0-9A-Z]{6,16}(?:-\d{3})?$")
"""The number of a business registration: ``01A8001234``, ``0312345678-001``."""
BOOK = frozenset({"quyen", "quyen so"})
"""Words, without marks, that begin the number of a book of registration."""
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
SURE_FIGURES = 0.88
"""Confidence that the figures before the notation need: a pen's figures are read as something, with less."""


def number_of(row: Row) -> Field | None:
    """Read the number off its row.

    The figures are often filled in by pen; when they do not read as figures the field is doubtful, and when nothing but
    the notation is left it is still given, doubtful, for a person to complete.
    """
    words = _after_mark(row)
    if words is None:
        return None
    value = _joined(tidy(" ".join(word.text for word in words.words)))
    if not value or not any(letter.isalnum() for letter in value):
        return None
    fits = bool(WHOLE.match(value) or REGISTRATION.match(value))
    figures = [word.confidence for word in words.words if word.text[:1].isdigit()]
    unsure = not figures or min(figures) < SURE_FIGURES
    uneven = _uneven(words)
    # "45/TTr-S": of an agency's abbreviation one letter is hardly all
    cut_short = bool(re.search(r"-[^\W\d_]$", value))
    plain = _without_tones(value)
    doubted = not fits or unsure or uneven or cut_short or plain != value
    return field_from(plain, [words], trust=1.0 if fits else 0.6, doubted=doubted, alternatives=(value,))


def _after_mark(row: Row) -> Row | None:
    """Give the words after "Số:"; a word that holds both is cut by its letters."""
    match = NUMBER_MARK.match(row.text)
    if match is None:
        return None
    position = 0
    for at, word in enumerate(row.words):
        end = position + len(word.text)
        if end > match.end():
            rest = word.text[max(0, match.end() - position) :]
            cut = type(word)(rest, word.box, word.confidence)
            # "Số: 59 Quyển số: 01/2010": the number of the book is not the paper's
            after = list(takewhile(lambda each: bare(each.text) not in BOOK, row.words[at + 1 :]))
            return Row(row.page, row.page_width, row.page_height, (cut, *after), row.box, row.block)
        position = end + 1
    return None


def _joined(text: str) -> str:
    """Fold the blanks that pen and print leave between the parts, and the dashes of typists."""
    # the Icelandic Eth looks like Đ and is not the same letter
    plain = re.sub(r"[\u2013\u2014]", "-", text.replace("\u00d0", "Đ")).strip(" .,;:_'`\"")
    return re.sub(r"\s+", "", plain)


def _without_tones(value: str) -> str:
    """Take tone marks off a notation: abbreviations have none, "ĐÀ" is "ĐA"."""
    return unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", value)))


def _uneven(row: Row) -> bool:
    """Tell whether the figures are written larger than the notation: the mark of a pen."""
    figures = [word.box.height for word in row.words if word.text.strip("/-.").isdigit()]
    letters = [word.box.height for word in row.words if any(c.isalpha() for c in word.text)]
    return bool(figures and letters) and max(figures) > 1.25 * max(letters)


def registered_number(row: Row) -> Field | None:
    """Read a number off the words after its label: "Mã số doanh nghiệp: 2600912345", "Số vào sổ cấp GCN: CH 01234"."""
    value = tidy(row.text).strip(" .,;:_'`\"")
    if not any(letter.isdigit() for letter in value):
        return None
    return field_from(value, [row], doubted=not REGISTRATION.match(_joined(value)))


def number_in(rows: Sequence[Row]) -> Field | None:
    """Read the number off the first row that has one: for papers whose number stands under the title."""
    for row in rows:
        if NUMBER_MARK.match(row.text):
            field = number_of(row)
            if field is not None:
                return field
    return None
