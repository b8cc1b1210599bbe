"""An official paper with a stamp under its number, as a scanner of any resolution sees it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

DRAWN_DPI = 300
"""The paper is drawn at this and made coarser as a scanner does."""
_MM = DRAWN_DPI / 25.4
_SIZE = (2480, 1754)
"""Pixels of the upper half of an A4 page; the lower half is white."""
_PAPER, _PRINT, _SEAL = (252, 250, 246), (25, 25, 30), (205, 30, 40)
_PLAIN, _BOLD = "DejaVuSerifCondensed.ttf", "DejaVuSerifCondensed-Bold.ttf"
_LINES = (
    (0.10, 0.05, _BOLD, 12, "ỦY BAN NHÂN DÂN"),
    (0.12, 0.066, _BOLD, 12, "TỈNH PHÚ THỌ"),
    (0.47, 0.05, _BOLD, 11, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.52, 0.066, _BOLD, 13, "Độc lập - Tự do - Hạnh phúc"),
    (0.12, 0.1, _PLAIN, 13, "Số: 15/QĐ-UBND"),
    (0.54, 0.1, _PLAIN, 13, "Phú Thọ, ngày 05 tháng 01 năm 2021"),
    (0.43, 0.175, _BOLD, 14, "QUYẾT ĐỊNH"),
    (0.13, 0.24, _PLAIN, 13, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"),
    (0.13, 0.262, _PLAIN, 13, "Điều 1. Trợ cấp xã hội hàng tháng cho ông Lò Văn Mẫu."),
)
"""Left and top as shares of an A4 page, font, points, text."""


def stamped_paper(
    mark: str, ink: tuple[int, int, int], *, dpi: int = 200, framed: bool = True, skew: float = 0.0, seal: str = ""
) -> NDArray[np.uint8]:
    """Draw the paper and pass it through JPEG; BGR.

    Args:
        mark: what the stamp says; "" for none.
        ink: its colour, RGB.
        dpi: of the scan.
        framed: the stamp has a frame of 8 mm height (TT 24/2020/TT-BCA).
        skew: degrees by which the lines run downhill.
        seal: what runs around a round red seal; "" for none.
    """
    paper = Image.new("RGB", (_SIZE[0], 2 * _SIZE[1]), _PAPER)
    pen = ImageDraw.Draw(paper)
    for left, top, font, points, text in _LINES:
        pen.text((left * paper.width, top * paper.height), text, fill=_PRINT, font=_font(font, points))
    if mark:
        _stamp(pen, mark, ink, framed=framed)
    if seal:
        _round_seal(paper, seal)
    pixels = np.asarray(paper, dtype=np.uint8)[..., ::-1]
    size = (paper.width, paper.height)
    if skew:
        turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), -skew, 1.0)
        pixels = np.asarray(
            cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_CUBIC, borderValue=_PAPER[::-1]), dtype=np.uint8
        )
    smaller = (round(size[0] * dpi / DRAWN_DPI), round(size[1] * dpi / DRAWN_DPI))
    scanned = cv2.resize(pixels, smaller, interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", scanned, [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


def _font(name: str, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, round(points * DRAWN_DPI / 72))


def _stamp(pen: ImageDraw.ImageDraw, text: str, ink: tuple[int, int, int], *, framed: bool) -> None:
    font, left, top, high = _font(_BOLD, 14), 320.0, 458.0, 8 * _MM
    wide = max(font.getlength(text) + 6 * _MM, 20 * _MM)
    if framed:
        pen.rectangle((left, top, left + wide, top + high), outline=ink, width=8)
    pen.text((left + wide / 2, top + high / 2), text, fill=ink, font=font, anchor="mm")


def _round_seal(paper: Image.Image, text: str) -> None:
    """Press a seal of 36 mm into the upper half, where the search looks."""
    x, y, radius, font = 0.7 * paper.width, 0.4 * paper.height, 18 * _MM, _font(_BOLD, 10)
    pen = ImageDraw.Draw(paper)
    for share, width in ((1.0, 12), (0.6, 5)):
        reach = share * radius
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=_SEAL, width=width)
    for place, letter in enumerate(text):
        angle = 2 * math.pi * place / len(text) - math.pi / 2
        piece = Image.new("L", (70, 70))
        ImageDraw.Draw(piece).text((35, 35), letter, fill=255, font=font, anchor="mm")
        at = (round(x + 0.8 * radius * math.cos(angle)) - 35, round(y + 0.8 * radius * math.sin(angle)) - 35)
        paper.paste(_SEAL, at, piece.rotate(-math.degrees(angle) - 90))
