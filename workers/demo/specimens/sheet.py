"""A sheet of paper to draw on: one mask of coverage for each ink, and a note of every line that was drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from workers.demo.specimens import fonts, pen
from workers.demo.specimens.paper import Align, Colour

DPI = 300
"""Dots per inch of every drawing; a scan of less is made smaller afterwards."""
WIDTH = 2480
"""A4 (210 mm) in pixels."""
HEIGHT = 3508
"""A4 (297 mm) in pixels."""

Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the sheet."""


def mm(length: float) -> float:
    """Pixels of a length in millimetres."""
    return length * DPI / 25.4


def pt(length: float) -> float:
    """Pixels of a length in typographic points."""
    return length * DPI / 72


PEN_SCALE = 1.25
"""Size of handwriting in relation to the print around it."""
LEFT, RIGHT, BOTTOM = mm(28), WIDTH - mm(18), HEIGHT - mm(20)
"""Edges of the text, within the margins of NĐ 30/2020 Annex I."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    written: bool = False
    """By pen instead of print."""
    field: str | None = None
    """Name of the truth's field that the span is, or a part of."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Typeface and pen of a paper."""

    family: fonts.Family
    pen: Path
    """Cursive face."""
    rng: Random
    """Source of the pen's unsteadiness."""


@dataclass(slots=True)
class Sheet:
    """One page while it is being drawn."""

    hand: Hand
    black: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT)))
    """Coverage of black print: 0 bare paper, 255 full ink; so for every mask."""
    red: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT)))
    """Coverage of red print and of red stamps."""
    blue: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT)))
    """Coverage of pen ink."""
    lines: list[str] = field(default_factory=list)
    """Every line in the order of drawing."""
    bounds: dict[str, Bounds] = field(default_factory=dict)
    """Where each field of the truth stands."""

    def font(self, size_pt: float, *, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
        """Return the paper's typeface in a style."""
        return fonts.face(self.hand.family.style(bold=bold, italic=italic), round(pt(size_pt) * self.hand.family.scale))

    def measure(self, span: Span, size_pt: float) -> float:
        """Pixels that a span takes."""
        if span.written:
            return pen.width(self.hand.pen, round(pt(size_pt) * PEN_SCALE), span.text)
        return float(self.font(size_pt, bold=span.bold, italic=span.italic).getlength(span.text))

    def note(self, name: str | None, bounds: Bounds) -> None:
        """Remember where a field stands; parts of one field are joined."""
        if name is None:
            return
        old = self.bounds.get(name, bounds)
        self.bounds[name] = (
            min(old[0], bounds[0]),
            min(old[1], bounds[1]),
            max(old[2], bounds[2]),
            max(old[3], bounds[3]),
        )

    def spans(
        self, x: float, baseline: float, spans: tuple[Span, ...], size_pt: float, colour: Colour = "black"
    ) -> float:
        """Draw spans one after the other from a left edge and return where they end; notes no line."""
        target = ImageDraw.Draw(self.red if colour == "red" else self.black)
        for span in spans:
            width = self.measure(span, size_pt)
            if span.written:
                size = round(pt(size_pt) * PEN_SCALE)
                pen.write(self.blue, self.hand.pen, size, span.text, x, baseline - pt(1), self.hand.rng)
            else:
                font = self.font(size_pt, bold=span.bold, italic=span.italic)
                target.text((x, baseline), span.text, font=font, fill=255, anchor="ls")
            if span.text.strip():
                self.note(span.field, (x, baseline - pt(size_pt), x + width, baseline + pt(size_pt) * 0.3))
            x += width
        return x

    def centred(
        self, middle: float, baseline: float, spans: tuple[Span, ...], size_pt: float, colour: Colour = "black"
    ) -> float:
        """Draw a line around a middle, note it, and return its width in pixels."""
        width = sum(self.measure(span, size_pt) for span in spans)
        self.spans(middle - width / 2, baseline, spans, size_pt, colour)
        self.lines.append("".join(span.text for span in spans).strip())
        return width

    def rule(self, left: float, right: float, y: float, thickness_px: int = 3) -> None:
        """Draw a horizontal rule in black."""
        ImageDraw.Draw(self.black).line([(left, y), (right, y)], fill=255, width=thickness_px)

    def dots(self, left: float, right: float, y: float) -> None:
        """Draw the dotted leader of a form."""
        draw = ImageDraw.Draw(self.black)
        for x in range(round(left), round(right), 13):
            draw.ellipse((x, y - 2, x + 3, y + 1), fill=210)

    def wrap(
        self, text: str, width: float, size_pt: float, *, bold: bool, italic: bool, indent: float
    ) -> list[list[str]]:
        """Break a text into lines of words; the first line is narrower by the indent."""
        font = self.font(size_pt, bold=bold, italic=italic)
        lines: list[list[str]] = [[]]
        for word in text.split():
            room = width - (indent if len(lines) == 1 else 0)
            if lines[-1] and font.getlength(" ".join([*lines[-1], word])) > room:
                lines.append([])
            lines[-1].append(word)
        return lines

    def words(
        self,
        x: float,
        baseline: float,
        words: list[str],
        size_pt: float,
        *,
        bold: bool,
        italic: bool,
        colour: Colour,
        fill_to: float | None,
    ) -> None:
        """Draw a line of words, spread until an edge when one is given."""
        font = self.font(size_pt, bold=bold, italic=italic)
        draw = ImageDraw.Draw(self.red if colour == "red" else self.black)
        gap = float(font.getlength(" "))
        if fill_to is not None and len(words) > 1:
            gap = (fill_to - x - sum(float(font.getlength(word)) for word in words)) / (len(words) - 1)
        for word in words:
            draw.text((x, baseline), word, font=font, fill=255, anchor="ls")
            x += float(font.getlength(word)) + gap

    def paragraph(
        self,
        area: tuple[float, float],
        top: float,
        text: str,
        size_pt: float,
        *,
        align: Align = "justify",
        bold: bool = False,
        italic: bool = False,
        indent: float = 0.0,
        colour: Colour = "black",
        name: str | None = None,
    ) -> float:
        """Draw a paragraph between two edges, note its lines and return the y below it."""
        left, right = area
        pitch = pt(size_pt) * 1.22
        lines = self.wrap(text, right - left, size_pt, bold=bold, italic=italic, indent=indent)
        font = self.font(size_pt, bold=bold, italic=italic)
        for index, words in enumerate(lines):
            baseline = top + pitch * (index + 0.8)
            width = float(font.getlength(" ".join(words)))
            x = left + (indent if index == 0 else 0)
            if align == "center":
                x = (left + right - width) / 2
            fill_to = right if align == "justify" and index < len(lines) - 1 else None
            self.words(x, baseline, words, size_pt, bold=bold, italic=italic, colour=colour, fill_to=fill_to)
            self.note(name, (x, baseline - pt(size_pt), fill_to or x + width, baseline + pt(size_pt) * 0.3))
            self.lines.append(" ".join(words))
        return top + pitch * len(lines)
