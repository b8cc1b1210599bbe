"""Laws of the reading stage that hold for every input."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from digitize.model import Box, Line, Word
from digitize.text.layout import blocks
from digitize.understand.dates import find_date
from digitize.understand.repair import repaired
from digitize.vietnamese import bare, unmarked

LETTERS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắộờỹ ", max_size=40)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line of words side by side, anywhere on a page."""
    left, top = draw(st.integers(0, 1500)), draw(st.integers(0, 2200))
    words = []
    for _ in range(draw(st.integers(1, 6))):
        width = draw(st.integers(8, 120))
        words.append(Word("chữ", Box(left, top, left + width, top + draw(st.integers(12, 30))), 0.9))
        left += width + draw(st.integers(2, 90))
    box = words[0].box
    for word in words:
        box = box.union(word.box)
    return Line(tuple(words), box)


@given(st.lists(lines(), max_size=12))
def test_layout_keeps_every_word_exactly_once(given_lines: list[Line]) -> None:
    words = [word for block in blocks(given_lines) for line in block.lines for word in line.words]
    assert sorted(map(repr, words)) == sorted(repr(word) for line in given_lines for word in line.words)


@given(DAYS)
def test_every_day_is_found_as_it_is_spelled(day: date) -> None:
    spelled = f"Hà Nội, ngày {day.day:02} tháng {day.month:02} năm {day.year}"
    found, figures = find_date(spelled), find_date(f"{day.day:02}/{day.month:02}/{day.year}")
    assert found is not None
    assert figures is not None
    assert found.value == figures.value == day


@given(LETTERS)
def test_bare_text_is_bare_already(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@given(LETTERS)
def test_repair_changes_marks_only(text: str) -> None:
    assert unmarked(repaired(text)) == unmarked(text)
