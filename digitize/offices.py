"""Names of agencies as papers print them, in a form that can be compared.

"ỦY BAN NHÂN DÂN XÃ TÂN AN", "UBND xã Tân An, huyện Vĩnh Cửu" and the unit "Xã Tân An" name one office: a people's
committee is its territory. "Sở Xây dựng" under "UBND tỉnh Đồng Nai" and "Sở Xây dựng tỉnh Đồng Nai" do as well. The
police of a commune is another office than the commune.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from digitize.vietnamese import bare, tidy, unmarked

_PLACES = ("thị trấn", "thị xã", "thành phố", "đặc khu", "phường", "xã", "huyện", "quận", "tỉnh")
"""Kinds of territory; where one begins another, the longer first."""
_NOT_PLACES = r"(?!\s+(?:hội|hoi|ủy|uỷ|uy|đoàn|doan)(?!\w))"
""" "Xã hội", "Huyện ủy" and "Tỉnh đoàn" name no territory."""
_MARKED = rf"(?<!\w)(?:{'|'.join(_PLACES)})(?!\w){_NOT_PLACES}"
_UNMARKED = rf"(?<!\w)(?:{'|'.join(unmarked(place) for place in _PLACES)})(?=\s){_NOT_PLACES}"
_MARKED_PLACE, _UNMARKED_PLACE = re.compile(_MARKED), re.compile(_UNMARKED)
_PART = re.compile(rf"(?:\s*[,;()/|]\s*|\s*[-–—]\s*)(?={_MARKED}|{_UNMARKED})")
"""What parts two territories; the comma in "Sở Văn hóa, Thể thao" parts nothing."""

_SHORT = (
    (r"u\.?b\.?n\.?d(?:\.|(?!\w))", "ủy ban nhân dân "),
    (r"h\.?đ\.?n\.?d(?:\.|(?!\w))", "hội đồng nhân dân "),
    (r"tp(?:\s*\.|(?=\s))", "thành phố "),
    (r"tx(?:\s*\.|(?=\s))", "thị xã "),
    (r"tt(?:\s*\.|(?=\s))", "thị trấn "),
    (r"p\s*\.", "phường "),
    (r"q\s*\.", "quận "),
    (r"h\s*\.", "huyện "),
    (r"x\s*\.", "xã "),
    (r"hcm(?!\w)", "hồ chí minh"),
)
"""Abbreviations at the begin of a word, and what they stand for."""
_ABBREVIATION = re.compile(rf"(?<!\w)(?:{'|'.join(f'({pattern})' for pattern, _ in _SHORT)})")
_COMMITTEE = "uy ban nhan dan"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EDGES = " .,;:-–—()"


@dataclass(frozen=True, slots=True)
class OfficeName:
    """A name of an agency, taken apart; all in lower case, with single blanks."""

    key: str
    """What it is looked up by, without marks: the territory ("xa tan an") of a people's committee, else the agency
    without its territory ("so xay dung", "cong an"). Empty: there is no name."""
    marked: str
    """The same with marks, every tone at the end of its syllable, so that "hoà" and "hòa" are one."""
    within: tuple[str, ...]
    """The territories that it is said to lie in, as keys, the nearest first."""
    has_marks: bool
    """The text had any, so that they can be compared."""


def read_name(text: str, above: str = "") -> OfficeName:
    """Take the name of an agency apart.

    Args:
        text: the name, on one line.
        above: the agency over it in the letterhead; the territory of a people's committee is one that it lies in.
    """
    agency, territories = _parted(text)
    own = agency or (territories[0] if territories else "")
    superior, over = _parted(above)
    lies_in = [*(territories if agency else territories[1:]), *([] if superior else over)]
    within = dict.fromkeys(key for each in lies_in if (key := bare(each)) != bare(own))
    return OfficeName(bare(own), _tones_last(own), tuple(within), has_marks=_has_marks(text))


def _parted(text: str) -> tuple[str, list[str]]:
    """Part a name into the agency (empty for a people's committee) and its territories, the nearest first."""
    lower = tidy(text).lower()
    words = _ABBREVIATION.sub(_written_out, lower)
    if not _has_marks(text):
        words = unmarked(words)
    first, *others = (tidy(part).strip(_EDGES) for part in _PART.split(words))
    begins = list(_places(first, marked=_has_marks(text)))
    agency = first[: begins[0]] if begins else first
    territories = [first[begin:end] for begin, end in pairwise([*begins, len(first)])]
    name = "" if bare(agency) == _COMMITTEE else agency.strip(_EDGES)
    return name, [each.strip(_EDGES) for each in (*territories, *others) if each.strip(_EDGES)]


def _places(text: str, *, marked: bool) -> Iterator[int]:
    """Give where territories begin.

    Without marks "Tịnh Ấn" looks like "tỉnh", so that only the begin of the name and what follows the committee are
    believed.
    """
    if not marked:
        begin = len(_COMMITTEE) + 1 if text.startswith(f"{_COMMITTEE} ") else 0
        found = _UNMARKED_PLACE.match(text, begin)
        if found:
            yield found.start()
        return
    after = 0
    for found in _MARKED_PLACE.finditer(text):
        # "xã Thị Trấn" is one territory.
        if after == 0 or text[after : found.start()].strip():
            yield found.start()
        after = found.end()


def _written_out(found: re.Match[str]) -> str:
    return _SHORT[(found.lastindex or 1) - 1][1]


def _has_marks(text: str) -> bool:
    return unmarked(text) != unicodedata.normalize("NFD", text)


def _tones_last(text: str) -> str:
    return " ".join(_tone_last(word) for word in re.findall(r"\w+", tidy(text)))


def _tone_last(word: str) -> str:
    spread = unicodedata.normalize("NFD", word)
    tones = "".join(mark for mark in spread if mark in _TONES)
    return "".join(mark for mark in spread if mark not in _TONES) + tones
