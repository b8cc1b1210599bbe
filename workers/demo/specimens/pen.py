"""Handwriting: cursive letters with a shaking baseline, Vietnamese marks as strokes, and signatures as scribbles."""

from __future__ import annotations

import unicodedata
from math import pi
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from workers.demo.specimens import fonts

Stroke = tuple[tuple[float, float], ...]
"""A polyline in units of the letter's own width (x) and of the x-height (y, upwards, 0 at the foot of the mark)."""

STROKES: dict[str, Stroke] = {
    "\u0300": ((0.25, 0.55), (0.6, 0.1)),
    "\u0301": ((0.4, 0.1), (0.75, 0.55)),
    "\u0303": ((0.15, 0.15), (0.35, 0.4), (0.6, 0.2), (0.85, 0.45)),
    "\u0309": ((0.4, 0.5), (0.6, 0.6), (0.65, 0.4), (0.5, 0.3), (0.5, 0.1)),
    "\u0302": ((0.15, 0.1), (0.5, 0.45), (0.85, 0.1)),
    "\u0306": ((0.15, 0.4), (0.35, 0.12), (0.65, 0.12), (0.85, 0.4)),
    "\u031b": ((0.8, -0.1), (1.02, 0.0), (1.0, 0.2)),
}
"""Marks above the letter by their combining code point."""
DOT_BELOW = "\u0323"
"""The only mark under the letter: no stroke but a dot."""


def draw_mark(draw: ImageDraw.ImageDraw, mark: str, x: float, foot: float, width: float, height: float) -> None:
    """Draw one mark with its foot at a height of the mask."""
    if mark == DOT_BELOW:
        middle, radius = x + width / 2, max(3.0, height / 8)
        draw.ellipse((middle - radius, foot - radius, middle + radius, foot + radius), fill=255)
        return
    points = [(x + px * width, foot - py * height) for px, py in STROKES[mark]]
    draw.line(points, fill=255, width=max(2, round(height / 9)), joint="curve")


def draw_letter(draw: ImageDraw.ImageDraw, path: Path, size: int, letter: str, x: float, baseline: float) -> float:
    """Draw one letter with its marks and return its advance."""
    font = fonts.face(path, size)
    if fonts.covers(path, letter):
        draw.text((x, baseline), letter, font=font, fill=255, anchor="ls")
        return float(font.getlength(letter))
    base, *marks = tuple(unicodedata.normalize("NFD", letter.replace("đ", "d").replace("Đ", "D")))
    base = {"i": "ı"}.get(base, base) if marks and fonts.covers(path, "ı") else base
    left, top, right, _ = draw.textbbox((x, baseline), base, font=font, anchor="ls")
    draw.text((x, baseline), base, font=font, fill=255, anchor="ls")
    x_height = size * 0.36
    foot = top - x_height * 0.05
    for mark in marks:
        if mark == DOT_BELOW:
            draw_mark(draw, mark, left, baseline + x_height * 0.4, right - left, x_height)
        elif mark == "\u031b":
            draw_mark(draw, mark, left, top + x_height * 0.15, right - left, x_height)
        else:
            draw_mark(draw, mark, left, foot, right - left, x_height)
            foot -= x_height * 0.42
    if letter in "đĐ":
        height = top + (baseline - top) * (0.2 if letter == "đ" else 0.5)
        shift = (right - left) * (0.35 if letter == "đ" else -0.1)
        draw.line([(left + shift, height), (left + shift + (right - left) * 0.7, height)], fill=255, width=4)
    return float(font.getlength(base))


def write(mask: Image.Image, path: Path, size: int, text: str, x: float, baseline: float, rng: Random) -> float:
    """Write a text by pen and return the x where it ends.

    Args:
        mask: coverage of pen ink, one channel.
        path: cursive face.
        size: pixels per em.
        text: what to write.
        x: left edge.
        baseline: pixels from the top.
        rng: source of the hand's unsteadiness.
    """
    draw = ImageDraw.Draw(mask)
    slope = rng.uniform(-0.02, 0.02)
    start = x
    for letter in text:
        shaken = round(size * rng.uniform(0.96, 1.05))
        height = baseline - (x - start) * slope + rng.uniform(-0.02, 0.02) * size
        x += draw_letter(draw, path, shaken, letter, x, height) * rng.uniform(0.94, 1.04)
    return x


def width(path: Path, size: int, text: str) -> float:
    """Pixels that a written text takes, a little more than the steady hand's."""
    font = fonts.face(path, size)
    bases = "".join(unicodedata.normalize("NFD", letter.replace("đ", "d").replace("Đ", "D"))[0] for letter in text)
    return float(font.getlength(bases)) * 1.04


def sign(mask: Image.Image, corner: tuple[int, int], size: tuple[int, int], rng: Random) -> None:
    """Scribble a signature into a rectangle of the mask: uneven loops that run to the right, and a flourish.

    Args:
        mask: coverage of pen ink.
        corner: left and top of the rectangle.
        size: its breadth and height.
        rng: the signer's hand; the same hand signs alike every time.
    """
    steps = np.linspace(0.0, 1.0, 400)
    turns, lean = rng.uniform(2.5, 6.5), rng.uniform(-0.05, 0.12)
    angle = 2 * pi * turns * steps ** rng.uniform(0.8, 1.3) + rng.uniform(0, 2 * pi)
    knots = [rng.uniform(0.25, 1.0) for _ in range(6)]
    swell = np.interp(steps, np.linspace(0, 1, 6), knots) * np.interp(steps, [0, 0.8, 1], [1, 0.8, 0.1])
    wobble = rng.uniform(0.1, 0.35) * np.sin(angle * rng.uniform(1.7, 2.6) + rng.uniform(0, 6))
    x = 0.06 + 0.7 * steps + rng.uniform(0.05, 0.12) * np.cos(angle) * swell + lean * np.sin(angle)
    y = 0.5 - 0.42 * (np.sin(angle) + wobble) * swell - rng.uniform(-0.05, 0.2) * steps
    rise = rng.uniform(-0.35, 0.1)
    foot = np.linspace(0, 1, 40)
    underline = np.stack([0.1 + 0.85 * foot, 0.85 + rise * foot + 0.05 * np.sin(pi * foot)], axis=1)
    canvas: NDArray[np.uint8] = np.array(mask)
    thickness = rng.choice((4, 5, 6))
    curves = [np.stack([x, y], axis=1)] + ([underline] if rng.random() < 0.6 else [])
    for curve in curves:
        points = np.array(corner) + curve * np.array(size)
        cv2.polylines(
            canvas,
            [np.round(points * 8).astype(np.int32)],
            isClosed=False,
            color=255,
            thickness=thickness,
            lineType=cv2.LINE_AA,
            shift=3,
        )
    mask.paste(Image.fromarray(canvas))
