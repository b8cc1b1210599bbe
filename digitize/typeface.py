"""Where the Times-metric face lies: Liberation Serif, in the weights that papers and signature blocks are set in."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from digitize.errors import Misconfigured

FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/liberation2"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/liberation-serif"),
)
"""Where the Liberation faces lie: Debian 12 (fonts-liberation2), Debian 13 and Ubuntu (fonts-liberation), Fedora.

Debian 12's own fonts-liberation is version 1 and has no Vietnamese letters beyond Latin-1."""

VIETNAMESE_PROBE = ord("ễ")
"""A face without this letter is too old for us."""

UPRIGHT = "LiberationSerif-Regular.ttf"
BOLD = "LiberationSerif-Bold.ttf"
ITALIC = "LiberationSerif-Italic.ttf"
BOLD_ITALIC = "LiberationSerif-BoldItalic.ttf"


@cache
def face_file(name: str) -> Path:
    """Return the file of a face that has the Vietnamese letters.

    Raises:
        Misconfigured: it is not installed, or too old.
    """
    for folder in FONT_FOLDERS:
        file = folder / name
        if file.is_file() and VIETNAMESE_PROBE in parsed(file.read_bytes()).getBestCmap():
            return file
    raise Misconfigured(
        f"thiếu phông chữ {name} có đủ chữ tiếng Việt",
        remedy="Người vận hành hãy cài gói fonts-liberation2 (Debian 12) hoặc fonts-liberation (Debian 13).",
    )


@cache
def face_program(name: str) -> bytes:
    """Return the bytes of a face.

    Raises:
        Misconfigured: it is not installed, or too old.
    """
    return face_file(name).read_bytes()


def parsed(program: bytes) -> TTFont:
    """Open a face.

    Raises:
        Misconfigured: it is damaged.
    """
    try:
        return TTFont(BytesIO(program), lazy=True, recalcTimestamp=False)
    except TTLibError as fault:
        raise Misconfigured("phông chữ Liberation Serif bị hỏng") from fault
