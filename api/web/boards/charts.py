"""Charts as SVG, drawn on the server: no script, no style of their own, the colours come from the sheet by class.

Every chart is one image with a name and a description for those who hear the page, and stands beside a table with the
same numbers. Nothing is told by colour alone: what was reached is a full line with points, a goal is dashed and named,
a forecast is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup

WIDTH = 620
"""Units of the drawing's width; the page scales it."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 104, 18, 30
_HEIGHT = 270
_LABELS = 96
_ROW = 62


@dataclass(frozen=True, slots=True)
class Bar:
    """A share beside its goal."""

    label: str
    percent: float | None
    """None: there is nothing to count."""
    told: str
    """The share as it is written."""
    goal: float | None = None
    """Percent."""
    goal_told: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """Where a share will stand at the last place, in percent."""

    low: float
    middle: float
    high: float
    told: str
    """Beside the range."""


@dataclass(frozen=True, slots=True)
class Column:
    """A count of one place."""

    label: str
    count: int
    marked: bool = False
    """Hatched, for what needs to be looked at."""


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Draw shares, each beside its goal.

    Args:
        name: of the chart, unique on the page.
        title: what it shows.
        description: what it says, for those who hear it.
        rows: from top to bottom.
    """
    height = _ROW * len(rows) + 24
    drawing = _drawing(name, title, description, height)
    most = _highest([value for each in rows for value in (each.percent, each.goal) if value is not None])
    scale = (WIDTH - _LABELS - _RIGHT) / most
    for step in range(0, int(most) + 1, int(most) // 4):
        x = _LABELS + step * scale
        _line(drawing, "grid", x, 4, x, height - 20)
        _text(drawing, "axis", x, height - 6, f"{step} %", "middle")
    for place, each in enumerate(rows):
        top = place * _ROW + 8
        _text(drawing, "label", _LABELS - 10, top + 19, each.label, "end")
        if each.percent is not None:
            _shape(drawing, "rect", "share", x=_LABELS, y=top + 5, width=each.percent * scale, height=20)
        if each.goal is not None:
            x = _LABELS + each.goal * scale
            _line(drawing, "goal-ground", x, top, x, top + 32)
            _line(drawing, "goal", x, top, x, top + 32)
            _text(drawing, "goal-label", x, top + 46, each.goal_told, "middle")
        end = _LABELS + (each.percent or 0) * scale
        if each.goal is not None and 0 <= _LABELS + each.goal * scale - end < 58:
            end = _LABELS + each.goal * scale
        _text(drawing, "value", end + 8, top + 20, each.told, "start")
    return _written(drawing)


def trend(
    name: str,
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    goal: float | None = None,
    goal_told: str = "",
    ahead: Range | None = None,
    lasts: bool = False,
) -> Markup:
    """Draw how a share came along, its goal, and where it will stand at the last label.

    Args:
        name: of the chart, unique on the page.
        title: what it shows.
        description: what it says, for those who hear it.
        labels: of all places, the last of which the forecast is for.
        values: of the first places, in percent; None: nothing to count.
        goal: percent.
        goal_told: beside the goal's line.
        ahead: the forecast.
        lasts: the last value is of a place that has not ended.
    """
    drawing = _drawing(name, title, description, _HEIGHT)
    told = [value for value in values if value is not None]
    most = _highest([*told, *([] if goal is None else [goal]), *([] if ahead is None else [ahead.high])])
    plot = _Plot(len(labels), most)
    _axes(drawing, plot, labels)
    if goal is not None:
        _line(drawing, "goal", _LEFT, plot.y(goal), WIDTH - _RIGHT, plot.y(goal))
        _text(drawing, "goal-label", WIDTH - _RIGHT + 6, plot.y(goal) + 4, goal_told, "start")
    last = next((place for place in range(len(values) - 1, -1, -1) if values[place] is not None), None)
    if ahead is not None and last is not None:
        _forecast(drawing, name, plot, (last, values[last] or 0.0), ahead, beside_goal=goal)
    points = [(plot.x(place), plot.y(value)) for place, value in enumerate(values) if value is not None]
    if len(points) > 1:
        _shape(drawing, "polyline", "actual", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    for place, (x, y) in enumerate(points):
        hollow = lasts and place == len(points) - 1
        _shape(drawing, "circle", "point hollow" if hollow else "point", cx=x, cy=y, r=4)
    return _written(drawing)


def columns(name: str, title: str, description: str, rows: Sequence[Column]) -> Markup:
    """Draw counts side by side.

    Args:
        name: of the chart, unique on the page.
        title: what it shows.
        description: what it says, for those who hear it.
        rows: from left to right.
    """
    height = 200
    drawing = _drawing(name, title, description, height)
    hatch = _hatch(drawing, name)
    most = max((each.count for each in rows), default=0) or 1
    step = (WIDTH - 20) / max(len(rows), 1)
    for place, each in enumerate(rows):
        tall = (height - 60) * each.count / most
        x = 10 + place * step
        if each.count:
            shape = _shape(
                drawing, "rect", "share", x=x + step * 0.15, y=height - 30 - tall, width=step * 0.7, height=tall
            )
            if each.marked:
                shape.set("fill", f"url(#{hatch})")
                shape.set("class", "range")
            _text(drawing, "value", x + step / 2, height - 36 - tall, str(each.count), "middle")
        _text(drawing, "axis", x + step / 2, height - 12, each.label, "middle")
    _line(drawing, "base", 10, height - 30, WIDTH - 10, height - 30)
    return _written(drawing)


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where places and shares stand in a trend."""

    places: int
    most: float

    def x(self, place: int) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (place + 0.5) / self.places

    def y(self, percent: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * min(percent, self.most) / self.most


def _axes(drawing: ET.Element, plot: _Plot, labels: Sequence[str]) -> None:
    for quarter in range(5):
        percent = plot.most * quarter / 4
        y = plot.y(percent)
        _line(drawing, "base" if quarter == 0 else "grid", _LEFT, y, WIDTH - _RIGHT, y)
        _text(drawing, "axis", _LEFT - 6, y + 4, f"{percent:g} %".replace(".", ","), "end")
    for place, label in enumerate(labels):
        _text(drawing, "axis", plot.x(place), _HEIGHT - 10, label, "middle")


def _forecast(
    drawing: ET.Element, name: str, plot: _Plot, last: tuple[int, float], ahead: Range, *, beside_goal: float | None
) -> None:
    """Hatch what may be, between the slow and the quick pace, and dash the middle."""
    hatch = _hatch(drawing, name)
    begin, end = (plot.x(last[0]), plot.y(last[1])), plot.x(plot.places - 1)
    if last[0] == plot.places - 1:
        begin = (begin[0] - 10, begin[1])
    corners = [begin, (end, plot.y(ahead.high)), (end, plot.y(ahead.low))]
    band = _shape(drawing, "polygon", "range", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))
    band.set("fill", f"url(#{hatch})")
    _line(drawing, "forecast", *begin, end, plot.y(ahead.middle))
    y = plot.y(ahead.middle)
    if beside_goal is not None and abs(plot.y(beside_goal) - y) < 16:
        y = plot.y(beside_goal) + (16 if ahead.middle <= beside_goal else -16)
    _text(drawing, "forecast-label", WIDTH - _RIGHT + 6, y + 4, ahead.told, "start")


def _drawing(name: str, title: str, description: str, height: int) -> ET.Element:
    drawing = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height}", "class": "chart", "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
        },
    )  # fmt: skip
    ET.SubElement(drawing, "title", {"id": f"{name}-title"}).text = title
    ET.SubElement(drawing, "desc", {"id": f"{name}-desc"}).text = description
    return drawing


def _hatch(drawing: ET.Element, name: str) -> str:
    """Define slanting lines; return by what name they fill."""
    kept = ET.SubElement(
        ET.SubElement(drawing, "defs"), "pattern",
        {"id": f"{name}-hatch", "width": "7", "height": "7", "patternUnits": "userSpaceOnUse",
         "patternTransform": "rotate(45)"},
    )  # fmt: skip
    _shape(kept, "rect", "hatch-ground", x=0, y=0, width=7, height=7)
    _line(kept, "hatch", 0, 0, 0, 7)
    return f"{name}-hatch"


def _shape(parent: ET.Element, kind: str, look: str, **places: float | str) -> ET.Element:
    told = {name: place if isinstance(place, str) else f"{place:.1f}" for name, place in places.items()}
    return ET.SubElement(parent, kind, {"class": look, **told})


def _line(parent: ET.Element, look: str, x1: float, y1: float, x2: float, y2: float) -> None:
    _shape(parent, "line", look, x1=x1, y1=y1, x2=x2, y2=y2)


def _text(parent: ET.Element, look: str, x: float, y: float, told: str, anchor: str) -> None:
    _shape(parent, "text", look, x=x, y=y, **{"text-anchor": anchor}).text = told


def _highest(values: Sequence[float]) -> float:
    """Return where the axis ends: the next step of 20, at most 100."""
    return float(min(100, max(20, 20 * math.ceil(max(values, default=0) * 1.05 / 20))))


def _written(drawing: ET.Element) -> Markup:
    # ElementTree escapes every text and attribute.
    return Markup(ET.tostring(drawing, encoding="unicode"))  # noqa: S704
