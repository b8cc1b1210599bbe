"""From a drawn sheet to what a scanner delivers: inks on tinted paper, light, folds, skew, noise, resolution, turn."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workers.demo.specimens.conditions import Conditions
from workers.demo.specimens.sheet import DPI, HEIGHT, WIDTH, Sheet

Pixels = NDArray[np.uint8]
"""Rows, columns, and three channels (RGB)."""

INKS: dict[str, tuple[int, int, int]] = {"black": (28, 28, 32), "red": (196, 30, 44), "blue": (32, 52, 150)}
"""RGB of each ink at full coverage."""


def pixels(image: object) -> Pixels:
    """State that an image of OpenCV, whose types are wider, holds bytes; copies nothing."""
    return np.asarray(image, dtype=np.uint8)


def cover(image: Pixels, mask: Image.Image, ink: str, strength: float) -> None:
    """Print one ink over the paper: ink takes light away, so it multiplies."""
    box = mask.getbbox()
    if box is None:
        return
    left, top, right, bottom = box
    covered = np.asarray(mask.crop(box))
    region = image[top:bottom, left:right]
    steps = np.arange(256, dtype=np.float64) / 255
    for channel, value in enumerate(INKS[ink]):
        kept = np.round(255 - (255 - value) * strength * steps).astype(np.uint8)
        region[..., channel] = cv2.multiply(region[..., channel].copy(), kept[covered], scale=1 / 255)


def reverse_side(sheet: Sheet, strength: float) -> Pixels:
    """Return the light that a sheet takes when it is seen through the paper: mirrored and blurred, one channel."""
    mirrored = np.asarray(sheet.black)[:, ::-1]
    small = cv2.resize(mirrored, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.9)
    full = cv2.resize(soft, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return pixels(cv2.convertScaleAbs(full, alpha=strength))


def crease(image: Pixels, rng: Random) -> None:
    """Darken and lighten two rows where the paper was folded in three."""
    for third in (HEIGHT // 3, 2 * HEIGHT // 3):
        y = third + rng.randrange(-60, 60)
        image[y : y + 5] = (image[y : y + 5].astype(np.uint16) * 225 // 255).astype(np.uint8)
        image[y + 5 : y + 9] = np.minimum(image[y + 5 : y + 9].astype(np.uint16) + 8, 255).astype(np.uint8)


def light(size: tuple[int, int], shade: float, rng: Random) -> Pixels:
    """Return a smooth field of light for a width and height: one channel, 255 at the brightest corner."""
    down = np.linspace(0.0, 1.0, 64)[:: rng.choice((1, -1))]
    across = np.linspace(0.0, 1.0, 64)[:: rng.choice((1, -1))]
    lean = rng.random()
    field = 255 * (1 - shade * (lean * down[:, None] + (1 - lean) * across[None, :]))
    return pixels(cv2.resize(np.round(field).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC))


def grain(size: tuple[int, int], deviation: float, rng: Random) -> NDArray[np.int16]:
    """Return the sensor's noise for a width and height, repeated from a tile too large for the eye to find."""
    seed = np.random.default_rng(rng.randrange(2**32))
    tile = np.round(seed.standard_normal((701, 809), dtype=np.float32) * np.float32(deviation)).astype(np.int16)
    return np.tile(tile, (size[1] // 701 + 1, size[0] // 809 + 1))[: size[1], : size[0]]


def geometry(conditions: Conditions) -> NDArray[np.float64]:
    """Return the matrix from sheet pixels to pixels of the upright scan: skew about the centre, then resolution."""
    scale = conditions.dpi / DPI
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -conditions.skew_degrees, 1.0)
    return np.asarray(matrix, dtype=np.float64) * scale


def expose(sheet: Sheet, behind: Sheet | None, conditions: Conditions, rng: Random) -> Pixels:
    """Return the scan of a sheet, upright or turned as it lay.

    Args:
        sheet: the drawn page.
        behind: the page on the reverse side, if any.
        conditions: paper and scanner.
        rng: source of noise.
    """
    image = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    image[:] = conditions.tint
    cover(image, sheet.black, "black", conditions.ink)
    cover(image, sheet.red, "red", 0.95)
    cover(image, sheet.blue, "blue", 0.95)
    if behind is not None and conditions.show_through:
        image = pixels(cv2.subtract(image, cv2.merge([reverse_side(behind, conditions.show_through)] * 3)))
    if conditions.fold:
        crease(image, rng)
    return sense(image, conditions, rng)


def sense(image: Pixels, conditions: Conditions, rng: Random) -> Pixels:
    """Lens and sensor: skew, resolution, blur, light, noise, turn."""
    scale = conditions.dpi / DPI
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    if scale < 1:
        image = pixels(cv2.GaussianBlur(image, (0, 0), 0.4 / scale))
    surround = (70, 70, 72) if conditions.black_edge else conditions.tint
    warped = cv2.warpAffine(image, geometry(conditions), size, flags=cv2.INTER_LINEAR, borderValue=surround)
    warped = cv2.GaussianBlur(warped, (0, 0), conditions.blur_px * scale)
    noise = grain(size, conditions.noise, rng)
    field = light(size, conditions.shade, rng) if conditions.shade else None
    channels = []
    for channel in cv2.split(warped):
        lit = channel if field is None else cv2.multiply(channel, field, scale=1 / 255)
        channels.append(cv2.add(lit, noise, dtype=cv2.CV_8U))
    sensed = pixels(cv2.merge(channels))
    if conditions.black_edge:
        sensed[:, : round(26 * scale)] //= 4
    return np.ascontiguousarray(np.rot90(sensed, -conditions.turn // 90))
