"""What a person sees on a page of a PDF: pictures, drawn text and lines, in the order of painting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Matrix, Name

from digitize.errors import DamagedFile

MAX_NESTING = 12
"""Forms within forms; deeper than this is an attack, not a scanner."""

MAX_TREE_DEPTH = 32
"""Levels of a tree of pages or form fields; deeper than this is an attack."""

INVISIBLE_TEXT = frozenset({3, 7})
"""Text rendering modes that paint nothing (ISO 32000-1, table 106): how OCR software lays text over a scan."""

_PATH_PAINTERS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"})
_PATH_BUILDERS = frozenset({"m", "l", "c", "v", "y", "re"})
_CLIPPERS = frozenset({"W", "W*"})
_STROKES_ONLY = frozenset({"S", "s"})
_TEXT_PAINTERS = frozenset({"Tj", "TJ", "'", '"'})
_BLANK_BYTES = b"\x00\x03\x20\xa0"
"""Codes of blanks: U+0020 and U+00A0, and glyph 3, the blank of nearly every subset of a TrueType font."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top; user space."""


@dataclass(frozen=True, slots=True)
class PictureMark:
    """An image XObject that is painted."""

    xobject: pikepdf.Object
    matrix: Matrix
    """Unit square to user space of the page."""
    visible: Rectangle
    """What clipping and the edge of the page leave of it."""
    opaque: bool
    """Nothing shines through: no mask, no transparency."""
    black_ink: bool
    """The fill colour is black: what a stencil mask is painted with."""


@dataclass(frozen=True, slots=True)
class TextMark:
    """Visible text."""

    count: int
    """Bytes that are no blanks: at least as many as there are letters."""


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A visible line, area, shading, inline picture or annotation."""

    white: bool
    """A white area: a background, where it is painted before the scan."""


Mark = PictureMark | TextMark | DrawnMark


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that decides what can be seen."""

    matrix: Matrix
    clip: Rectangle
    render_mode: int = 0
    ink: tuple[float, ...] = (0.0,)
    translucent: bool = False


def visible_box(page: pikepdf.Page) -> Rectangle:
    """Return the part of the page that viewers show: CropBox within MediaBox.

    Raises:
        DamagedFile: the box has no area.
    """
    try:
        media, crop = (_ordered([float(value) for value in box]) for box in (page.mediabox, page.cropbox))
    except (TypeError, ValueError, AttributeError) as error:
        raise DamagedFile("khổ trang PDF không đọc được") from error
    box = intersection(media, crop)
    if area(box) <= 0:
        raise DamagedFile("trang PDF không có diện tích")
    return box


def rotation_of(page: pikepdf.Page) -> int:
    """Return the page's own turn, inherited or not: 0, 90, 180 or 270 degrees clockwise."""
    owner: Any = page.obj
    depth = 0
    while "/Rotate" not in owner and "/Parent" in owner and depth < MAX_TREE_DEPTH:
        owner, depth = owner.Parent, depth + 1
    return int(owner.get("/Rotate", 0)) // 90 * 90 % 360


def marks_of(page: pikepdf.Page) -> Iterator[Mark]:
    """Walk through what is painted on a page and can be seen, annotations last.

    Raises:
        DamagedFile: the content cannot be parsed.
    """
    start = _State(Matrix(), visible_box(page))
    try:
        yield from _Painter(page.obj.get("/Resources", pikepdf.Dictionary())).marks(page, start, 0)
        yield from _annotation_marks(page)
    except (pikepdf.PdfError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise DamagedFile("nội dung trang PDF không đọc được") from error


def area(box: Rectangle) -> float:
    """Return the area of a rectangle, 0 when it is empty."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def intersection(one: Rectangle, other: Rectangle) -> Rectangle:
    """Return what two rectangles share; empty rectangles have no area."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def unit_square(matrix: Matrix) -> Rectangle:
    """Return the rectangle around the unit square after a transformation."""
    return _around([matrix.transform(corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))])


def _around(points: list[tuple[float, float]]) -> Rectangle:
    """Return the rectangle around points."""
    across, upward = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(upward), max(across), max(upward)


def _ordered(box: list[float]) -> Rectangle:
    """Return a rectangle whose corners were given in any order."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _annotation_marks(page: pikepdf.Page) -> Iterator[Mark]:
    """An annotation is seen when it has an appearance and is not hidden (ISO 32000-1, table 165)."""
    hidden_or_no_view = 0b100010
    for annotation in page.obj.get("/Annots", []):
        left, bottom, right, top = _ordered([float(value) for value in annotation.get("/Rect", [0, 0, 0, 0])])
        shown = "/AP" in annotation and not int(annotation.get("/F", 0)) & hidden_or_no_view
        if shown and annotation.get("/Subtype") != Name.Popup and area((left, bottom, right, top)) > 0:
            appearance = annotation.AP.get("/N")
            if not isinstance(appearance, pikepdf.Stream) or appearance.read_bytes().strip():
                yield DrawnMark(white=False)


class _Painter:
    """Interprets one content stream and the forms that it draws."""

    def __init__(self, resources: pikepdf.Object) -> None:
        self._resources = resources
        self._path: list[tuple[float, float]] = []
        self._clips = False

    def marks(self, content: pikepdf.Page | pikepdf.Object, start: _State, depth: int) -> Iterator[Mark]:
        """Yield the marks of the stream in the order of painting."""
        if depth > MAX_NESTING:
            raise DamagedFile("các lớp trang PDF lồng nhau quá sâu")
        state, stack = start, [start]
        for instruction in pikepdf.parse_content_stream(content):
            operator = str(instruction.operator)
            operands: list[Any] = list(instruction.operands)
            yield from self._seen(operator, operands, state, depth)
            if operator == "q":
                stack.append(state)
            elif operator == "Q":
                state = stack.pop() if len(stack) > 1 else state
            elif operator in _PATH_BUILDERS:
                self._build(operator, operands, state)
            elif operator in _CLIPPERS:
                self._clips = True
            elif operator == "n" or operator in _PATH_PAINTERS:
                state = self._end_path(state)
            else:
                state = self._changed(operator, operands, state)

    def _seen(self, operator: str, operands: list[Any], state: _State, depth: int) -> Iterator[Mark]:
        """Yield what an operator paints."""
        if operator == "Do":
            yield from self._draw(operands[0], state, depth)
        elif operator in _TEXT_PAINTERS:
            yield from self._text(operands, state)
        elif operator in _PATH_PAINTERS:
            yield from self._paint_path(operator, state)
        elif operator == "INLINE IMAGE":
            yield DrawnMark(white=False)

    def _resource(self, category: str, name: pikepdf.Object) -> pikepdf.Object | None:
        """Return a named resource, None when there is none."""
        entries = self._resources.get(category)
        return None if entries is None else entries.get(str(name))

    def _changed(self, operator: str, operands: list[Any], state: _State) -> _State:
        """Return the state after an operator that only sets it."""
        if operator == "cm":
            return replace(state, matrix=Matrix(*[float(value) for value in operands]) @ state.matrix)
        if operator == "Tr":
            return replace(state, render_mode=int(operands[0]))
        if operator in ("g", "rg", "k"):
            return replace(state, ink=tuple(float(value) for value in operands))
        if operator in ("sc", "scn", "cs"):
            return replace(state, ink=(-1.0,))
        if operator == "gs":
            return replace(state, translucent=_lets_shine_through(self._resource("/ExtGState", operands[0])))
        return state

    def _build(self, operator: str, operands: list[Any], state: _State) -> None:
        """Add the corners of a segment to the current path."""
        values = [float(value) for value in operands]
        if operator == "re":
            left, bottom, width, height = values
            corners = [(left, bottom), (left + width, bottom), (left, bottom + height), (left + width, bottom + height)]
        else:
            corners = list(zip(values[::2], values[1::2], strict=True))
        self._path.extend(state.matrix.transform(corner) for corner in corners)

    def _paint_path(self, operator: str, state: _State) -> Iterator[Mark]:
        """A path that lies within the clip is seen."""
        if self._path and _outside(_around(self._path), state.clip):
            return
        yield DrawnMark(white=operator not in _STROKES_ONLY and operator != "sh" and _is_white(state.ink))

    def _end_path(self, state: _State) -> _State:
        """Forget the path; let it clip if it was asked to."""
        clip = intersection(state.clip, _around(self._path)) if self._clips and self._path else state.clip
        self._path, self._clips = [], False
        return replace(state, clip=clip)

    def _text(self, operands: list[Any], state: _State) -> Iterator[Mark]:
        """Text is seen unless its mode hides it or it has only blanks."""
        if state.render_mode in INVISIBLE_TEXT:
            return
        shown = operands[-1]
        pieces = [shown] if isinstance(shown, pikepdf.String) else list(shown)
        strings = [bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String)]
        count = sum(len(string.translate(None, _BLANK_BYTES)) for string in strings)
        if count:
            yield TextMark(count)

    def _draw(self, name: pikepdf.Object, state: _State, depth: int) -> Iterator[Mark]:
        """An image is one mark, a form as many as it paints."""
        xobject = self._resource("/XObject", name)
        if xobject is None:
            return
        if xobject.get("/Subtype") == Name.Form:
            yield from self._draw_form(xobject, state, depth)
            return
        visible = intersection(unit_square(state.matrix), state.clip)
        if area(visible) > 0:
            masked = "/SMask" in xobject or "/Mask" in xobject
            yield PictureMark(xobject, state.matrix, visible, not (masked or state.translucent), _is_black(state.ink))

    def _draw_form(self, form: pikepdf.Object, state: _State, depth: int) -> Iterator[Mark]:
        """A form has its own resources, matrix and edge."""
        matrix = Matrix(*[float(value) for value in form.get("/Matrix", [1, 0, 0, 1, 0, 0])]) @ state.matrix
        left, bottom, right, top = _ordered([float(value) for value in form.get("/BBox", [0, 0, 0, 0])])
        corners = ((left, bottom), (right, bottom), (left, top), (right, top))
        edge = _around([matrix.transform(corner) for corner in corners])
        inner = replace(state, matrix=matrix, clip=intersection(state.clip, edge))
        yield from _Painter(form.get("/Resources", self._resources)).marks(form, inner, depth + 1)


def _outside(box: Rectangle, clip: Rectangle) -> bool:
    """Nothing of a box lies within the clip; a line without thickness has no area and may still lie within."""
    return box[2] < clip[0] or box[0] > clip[2] or box[3] < clip[1] or box[1] > clip[3]


def _lets_shine_through(extra: pikepdf.Object | None) -> bool:
    """The extended graphics state asks for transparency or for a blend with what lies below."""
    if extra is None:
        return False
    opaque = float(extra.get("/ca", 1)) == 1 and extra.get("/SMask", Name.None_) == Name.None_
    return not opaque or extra.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible)


def _is_white(ink: tuple[float, ...]) -> bool:
    """White in DeviceGray, DeviceRGB or DeviceCMYK."""
    return all(value == 0 for value in ink) if len(ink) == 4 else all(value == 1 for value in ink)


def _is_black(ink: tuple[float, ...]) -> bool:
    """Black in DeviceGray, DeviceRGB or DeviceCMYK."""
    return ink[3] == 1 if len(ink) == 4 else all(value == 0 for value in ink)
