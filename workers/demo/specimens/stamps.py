"""Rubber stamps: the round seal, the incoming stamp, boxed words and the signer's name."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, degrees, pi, radians, sin
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw

from workers.demo.specimens import fonts, pen
from workers.demo.units import DemoUnit, units

if TYPE_CHECKING:
    from workers.demo.specimens.sheet import Hand

MM = 300 / 25.4
"""Pixels per millimetre of a sheet."""


def press(mask: Image.Image, stamp: Image.Image, centre: tuple[float, float], tilt: float, rng: Random) -> None:
    """Press a stamp on a mask: tilted, with ink that is uneven over its face."""
    turned = stamp.rotate(tilt, resample=Image.Resampling.BICUBIC, expand=True)
    seed = np.random.default_rng(rng.randrange(2**32))
    coarse = seed.uniform(0.65, 1.0, (9, 9)).astype(np.float32)
    size = turned.size
    cover = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    grain = seed.uniform(0.75, 1.05, (size[1], size[0])).astype(np.float32)
    inked = np.clip(np.asarray(turned, dtype=np.float32) * cover * grain, 0, 255).astype(np.uint8)
    corner = (round(centre[0] - size[0] / 2), round(centre[1] - size[1] / 2))
    box = (corner[0], corner[1], corner[0] + size[0], corner[1] + size[1])
    mask.paste(ImageChops.lighter(mask.crop(box), Image.fromarray(inked)), corner)


def arc(stamp: Image.Image, text: str, radius: float, family: fonts.Family, size: int, *, below: bool) -> None:
    """Write a text along a circle, above the centre or below it, smaller where it would run too far around."""
    limit = radians(100 if below else 230)
    while True:
        font = fonts.face(family.bold, size)
        sweep = sum(float(font.getlength(letter)) * 1.12 for letter in text) / radius
        if sweep <= limit:
            break
        size -= 1
    middle = stamp.size[0] / 2
    angle = -sweep / 2
    for letter in text:
        step = float(font.getlength(letter)) * 1.12 / radius
        at = angle + step / 2
        tile = Image.new("L", (size * 2, size * 2))
        ImageDraw.Draw(tile).text((size, size), letter, font=font, fill=255, anchor="mm")
        if below:
            x, y = middle + radius * sin(at), middle + radius * cos(at)
            tile = tile.rotate(degrees(at), resample=Image.Resampling.BICUBIC)
        else:
            x, y = middle + radius * sin(at), middle - radius * cos(at)
            tile = tile.rotate(-degrees(at), resample=Image.Resampling.BICUBIC)
        corner = (round(x - size), round(y - size))
        region = stamp.crop((*corner, corner[0] + 2 * size, corner[1] + 2 * size))
        stamp.paste(ImageChops.lighter(region, tile), corner)
        angle += step


def star(draw: ImageDraw.ImageDraw, middle: float, radius: float) -> None:
    """Draw a five-pointed star."""
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.4
        angle = index * pi / 5
        points.append((middle + reach * sin(angle), middle - reach * cos(angle)))
    draw.polygon(points, fill=230)


def seal(mask: Image.Image, unit: DemoUnit, centre: tuple[float, float], family: fonts.Family, rng: Random) -> None:
    """Press the agency's round seal, 36 mm wide."""
    side = round(36 * MM)
    stamp = Image.new("L", (side, side))
    draw = ImageDraw.Draw(stamp)
    draw.ellipse((4, 4, side - 5, side - 5), outline=235, width=9)
    draw.ellipse((18, 18, side - 19, side - 19), outline=235, width=3)
    inner = side * 0.29
    draw.ellipse((side / 2 - inner, side / 2 - inner, side / 2 + inner, side / 2 + inner), outline=235, width=4)
    star(draw, side / 2, side * 0.11)
    lower = unit.header_parent.removeprefix("UBND ") if unit.header_parent else units()[0].header[-1]
    arc(stamp, unit.organ_name, side * 0.37, family, 40, below=False)
    arc(stamp, f"* {lower} *", side * 0.385, family, 32, below=True)
    press(mask, stamp, centre, rng.uniform(-14, 14), rng)


def boxed(mask: Image.Image, text: str, centre: tuple[float, float], family: fonts.Family, rng: Random) -> None:
    """Press words in a rectangle."""
    font = fonts.face(family.bold, round(14 * 300 / 72))
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    stamp = Image.new("L", (round(right - left + 90), round(bottom - top + 56)))
    draw = ImageDraw.Draw(stamp)
    draw.rectangle((4, 4, stamp.size[0] - 5, stamp.size[1] - 5), outline=255, width=6)
    draw.text((stamp.size[0] / 2, stamp.size[1] / 2), text, font=font, fill=255, anchor="mm")
    press(mask, stamp, centre, rng.uniform(-2, 2), rng)


def name_stamp(mask: Image.Image, name: str, middle: float, baseline: float, rng: Random) -> None:
    """Press the signer's name in red letters."""
    path = next((path for path in fonts.pens() if fonts.covers(path, name)), fonts.families()[0].bold_italic)
    font = fonts.face(path, round(16 * 300 / 72))
    width = round(font.getlength(name)) + 40
    stamp = Image.new("L", (width, 110))
    ImageDraw.Draw(stamp).text((20, 75), name, font=font, fill=255, anchor="ls")
    press(mask, stamp, (middle, baseline - 20), rng.uniform(-1.5, 1.5), rng)


def incoming(red: Image.Image, blue: Image.Image, corner: tuple[float, float], hand: Hand, issued_on: date) -> None:
    """Press the receiver's incoming stamp, with number and day written into it: noise for whoever reads the header."""
    rng = hand.rng
    stamp = Image.new("L", (round(52 * MM), round(27 * MM)))
    draw = ImageDraw.Draw(stamp)
    draw.rectangle((3, 3, stamp.size[0] - 4, stamp.size[1] - 4), outline=255, width=5)
    small = fonts.face(hand.family.regular, 42)
    receiver = f"UBND {units()[0].header[-1]}"
    draw.text((stamp.size[0] / 2, 42), receiver, font=fonts.face(hand.family.bold, 40), fill=255, anchor="mm")
    for row, label in enumerate(("ĐẾN  Số: ...............", "Ngày: ....................", "Chuyển: ................")):
        draw.text((30, 115 + row * 75), label, font=small, fill=255, anchor="lm")
    centre = (corner[0] + stamp.size[0] / 2, corner[1] + stamp.size[1] / 2)
    press(red, stamp, centre, rng.uniform(-3, 3), rng)
    arrived = issued_on + timedelta(days=rng.randrange(1, 8))
    number, day = str(rng.randrange(100, 9999)), f"{arrived.day}/{arrived.month}"
    pen.write(blue, hand.pen, 70, number, corner[0] + 290, corner[1] + 125, rng)
    pen.write(blue, hand.pen, 70, day, corner[0] + 200, corner[1] + 200, rng)
