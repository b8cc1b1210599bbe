"""Charts that are heard as well as seen, and print in black and white."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from api.web.boards.charts import Bar, Column, Range, bars, columns, trend

SVG = st.one_of(st.none(), st.floats(0, 100))
MONTHS = [f"T{n}" for n in range(1, 13)]


def _named(drawing: str) -> ET.Element:
    found = ET.fromstring(drawing)  # noqa: S314  # our own drawing
    assert found.get("role") == "img"
    told = [found.find(f"*[@id='{name}']") for name in (found.get("aria-labelledby") or "").split()]
    assert [each is not None and bool(each.text) for each in told] == [True, True]
    return found


@given(values=st.lists(SVG, min_size=1, max_size=12), goal=SVG, middle=st.floats(0, 100))
def test_a_trend_stays_within_its_frame_whatever_the_numbers(
    values: list[float | None], goal: float | None, middle: float
) -> None:
    ahead = Range(max(0, middle - 5), middle, min(100, middle + 5), "dự báo")
    drawn = trend("t", "Tỷ lệ", "Nói gì", MONTHS, values, goal=goal, goal_told="chỉ tiêu", ahead=ahead, lasts=True)
    _named(drawn)
    places = [float(n) for n in re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy)="(-?[\d.]+)"', drawn)]
    assert all(-10 <= n <= 640 for n in places)


def test_nothing_is_told_by_colour_alone() -> None:
    drawn = trend("t", "a", "b", MONTHS, [1.0, 2.0], goal=15, goal_told="chỉ tiêu 15 %", ahead=Range(3, 4, 5, "dự báo"))
    assert 'class="goal"' in drawn
    assert "chỉ tiêu 15 %" in drawn
    assert "dự báo" in drawn
    assert "url(#t-hatch)" in drawn
    assert drawn.count("<circle") == 2


def test_what_people_wrote_is_escaped_and_no_style_stands_in_a_drawing() -> None:
    drawn = bars("b", "<b>", "&", [Bar("<script>", 10.0, "10 %", 30, "chỉ tiêu"), Bar("không", None, "không có")])
    _named(drawn)
    assert "<script>" not in drawn
    assert "style=" not in drawn
    _named(columns("c", "a", "b", [Column("Q1", 3), Column("Q2", 0), Column("Q3", 1, marked=True)]))
    _named(columns("c", "a", "b", []))
