"""The fonts of the specimens: found among the installed ones, and taken only when they hold every Vietnamese letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from digitize.errors import Misconfigured

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
"""Where distributions and people install fonts."""

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬEÈẺẼÉẸÊỀỂỄẾỆIÌỈĨÍỊOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢUÙỦŨÚỤƯỪỬỮỨỰYỲỶỸÝỴĐ"
    "0123456789.,:;/()-–\"'²…"
)
"""Every glyph that a printed specimen may use."""

PACKAGES = "fonts-liberation2 (hoặc fonts-liberation từ bản 2), fonts-texgyre, fonts-dejavu-core, fonts-dancingscript"
"""Debian packages that bring the families below."""

CANDIDATES: dict[str, tuple[str, str, str, str]] = {
    "Liberation Serif": (
        "LiberationSerif-Regular.ttf",
        "LiberationSerif-Bold.ttf",
        "LiberationSerif-Italic.ttf",
        "LiberationSerif-BoldItalic.ttf",
    ),
    "TeX Gyre Termes": (
        "texgyretermes-regular.otf",
        "texgyretermes-bold.otf",
        "texgyretermes-italic.otf",
        "texgyretermes-bolditalic.otf",
    ),
    "Liberation Sans": (
        "LiberationSans-Regular.ttf",
        "LiberationSans-Bold.ttf",
        "LiberationSans-Italic.ttf",
        "LiberationSans-BoldItalic.ttf",
    ),
    "DejaVu Serif": (
        "DejaVuSerif.ttf",
        "DejaVuSerif-Bold.ttf",
        "DejaVuSerif-Italic.ttf",
        "DejaVuSerif-BoldItalic.ttf",
    ),
}
"""Families in order of preference: file names of regular, bold, italic and bold italic. DejaVu's core package has no
serif italics, which upright letters replace."""

SCALES = {"Liberation Sans": 0.94, "DejaVu Serif": 0.86}
"""Typefaces that run wider than Times are set smaller, as people do to make a form fit its page."""

PENS = ("DancingScript-Regular.otf", "texgyrechorus-mediumitalic.otf")
"""Cursive faces for what is written by pen; marks that a face lacks are drawn as strokes."""


@dataclass(frozen=True, slots=True)
class Family:
    """Four styles of one typeface."""

    name: str
    regular: Path
    bold: Path
    italic: Path
    bold_italic: Path
    scale: float
    """Factor that brings the typeface to the width of Times."""

    def style(self, *, bold: bool, italic: bool) -> Path:
        """Return the file of a style."""
        if bold:
            return self.bold_italic if italic else self.bold
        return self.italic if italic else self.regular


@cache
def installed() -> dict[str, tuple[Path, ...]]:
    """Installed font files by file name, each list in order of path."""
    found: dict[str, list[Path]] = {}
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.[ot]tf")) if folder.is_dir() else ():
            found.setdefault(path.name, []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


@cache
def glyphs(path: Path) -> frozenset[int]:
    """Code points for which a font has a glyph."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def covers(path: Path, letters: str) -> bool:
    """Tell whether a font has a glyph for each of the letters."""
    return glyphs(path).issuperset(map(ord, letters))


def complete(name: str) -> Path | None:
    """Return the first installed file of that name which holds every Vietnamese letter."""
    return next((path for path in installed().get(name, ()) if covers(path, VIETNAMESE)), None)


def usable() -> Iterator[Family]:
    """Yield the families of which at least the regular and the bold style are installed and complete."""
    for name, files in CANDIDATES.items():
        regular, bold, italic, bold_italic = (complete(file) for file in files)
        if regular and bold:
            yield Family(name, regular, bold, italic or regular, bold_italic or bold, SCALES.get(name, 1.0))


@cache
def families() -> tuple[Family, ...]:
    """Return the families that can print Vietnamese, the preferred one first.

    Raises:
        Misconfigured: none is installed.
    """
    found = tuple(usable())
    if not found:
        raise Misconfigured(
            "không có phông chữ nào đủ chữ tiếng Việt để vẽ bản mẫu", remedy=f"Hãy cài một trong các gói: {PACKAGES}."
        )
    return found


@cache
def pens() -> tuple[Path, ...]:
    """Return the cursive faces that are installed.

    Raises:
        Misconfigured: none is installed.
    """
    found = tuple(installed()[name][0] for name in PENS if name in installed())
    if not found:
        raise Misconfigured(
            "không có phông chữ viết tay để vẽ bản mẫu", remedy=f"Hãy cài một trong các gói: {PACKAGES}."
        )
    return found


@cache
def face(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """Open a font at a size in pixels per em."""
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
