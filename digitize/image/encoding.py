"""Pixels become a compressed stream: without loss where the scan had none, as JPEG where a page had to be rendered."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitize.errors import DamagedFile, Impossible
from digitize.image.sheet import EncodedImage

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_LEVEL = 6
"""zlib's own middle way between time and size."""

JPEG_QUALITIES = (92, 85, 78, 70, 62, 55)
"""Tried in this order until a rendered page fits its budget; the last one is taken in any case."""

MOST_IN_PALETTE = 256
"""Colours that one byte can choose among."""

COMMON = 0.02
"""Share of a drawing from which on a colour is one that was chosen and no soft edge."""

EDGE_STEP = 17
"""Steps of brightness from one shade of a soft edge to the next: 0, 17 ... 255 are sixteen."""

FLAT = 24
"""Steps of brightness among neighbours: less is an even tone, while the soft edge between black and white has more."""
FEW_POINTS = 50
"""Points of an even gray that no mark of ink consists of."""

_PNG_COLOURS = {0: ("DeviceGray", 1), 2: ("DeviceRGB", 3), 3: ("Indexed", 1)}
"""PNG colour type (ISO 15948, table 11.1) to colour space and samples; those with alpha are flattened first."""


class Edges(Enum):
    """What may become of the soft edges of a drawing."""

    EXACT = auto()
    """Nothing."""
    SOFT = auto()
    """Sixteen steps a channel: nobody sees it."""
    HARD = auto()
    """The nearest colour that is no edge: what a scanner for black and white makes of print."""


def lossless(pixels: NDArray[np.uint8]) -> EncodedImage:
    """Compress without loss: CCITT G4 for a page of pure black and white, deflate with PNG's predictors otherwise."""
    plain = one_channel(pixels)
    if plain.ndim == 2 and bool(np.isin(plain[::7], (0, 255)).all()) and bool(np.isin(plain, (0, 255)).all()):
        return bilevel(Image.fromarray(plain).convert("1", dither=Image.Dither.NONE))
    done, encoded = cv2.imencode(".png", plain, [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL])
    if not done:
        raise Impossible("OpenCV cannot write PNG")
    return png_stream(encoded.tobytes())


def few_coloured(pixels: NDArray[np.uint8], ground: int) -> EncodedImage:
    """Compress a drawing without loss: by a palette where that is possible, and twice where even tones fill it.

    Deflate makes nothing smaller than a thousandth; a second pass takes what it leaves of an empty ground.

    Args:
        pixels: BGR.
        ground: shade of the points on which nothing is drawn, 0 to 255.
    """
    image = _by_palette(pixels, ground) or lossless(pixels)
    again = zlib.compress(image.data, 9)
    worth = image.filter == "FlateDecode" and len(again) < len(image.data) * 9 // 10
    return replace(image, data=again, deflated=True) if worth else image


def simplified(pixels: NDArray[np.uint8], ground: int, edges: Edges) -> NDArray[np.uint8]:
    """Give fewer shades to the soft edges of a drawing; a colour that many of its points have stays as it is.

    Args:
        pixels: BGR.
        ground: shade of the points on which nothing is drawn, 0 to 255.
        edges: what becomes of the shades between two colours.
    """
    drawn, colours, places, counts = _colours_of(pixels, ground)
    rare = counts < drawn.size * COMMON
    if edges is Edges.EXACT or not rare.any():
        return pixels
    if edges is Edges.SOFT or rare.all():
        colours[rare] = (colours[rare] + EDGE_STEP // 2) // EDGE_STEP * EDGE_STEP
    else:
        chosen = np.vstack([np.full(3, ground), colours[~rare]])
        apart = np.abs(colours[rare][:, None] - chosen[None]).sum(axis=2)
        colours[rare] = chosen[apart.argmin(axis=1)]
    simple = pixels.copy()
    simple.reshape(-1, 3)[drawn] = colours[places]
    return simple


def _by_palette(pixels: NDArray[np.uint8], ground: int) -> EncodedImage | None:
    """Compress by a palette, one colour on its ground as a fax; None for a picture of more than 256 colours."""
    drawn, colours, places, _ = _colours_of(pixels, ground)
    if len(colours) >= MOST_IN_PALETTE:
        return None
    chosen = np.zeros(pixels.shape[0] * pixels.shape[1], np.uint8)
    chosen[drawn] = places + 1
    palette = bytes([ground] * 3) + colours[:, ::-1].astype(np.uint8).tobytes()
    indexed = Image.fromarray(chosen.reshape(pixels.shape[:2]), "P")
    if len(colours) == 1:
        fax = bilevel(indexed.point([0] + [255] * 255, "1"))
        return replace(fax, colour_space="Indexed", palette=palette)
    indexed.putpalette(palette)
    buffer = io.BytesIO()
    indexed.save(buffer, "PNG", compress_level=9)
    return png_stream(buffer.getvalue())


def _colours_of(
    pixels: NDArray[np.uint8], ground: int
) -> tuple[NDArray[np.intp], NDArray[np.int_], NDArray[np.intp], NDArray[np.int_]]:
    """Return the points that differ from the ground, their colours, which one each has, and how often each occurs."""
    drawn = np.flatnonzero((pixels != ground).any(axis=2))
    codes = pixels.reshape(-1, 3)[drawn].astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return drawn, np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(int), places, counts


def rendered(pixels: NDArray[np.uint8], budget: int) -> EncodedImage:
    """Compress a page that was rendered: without loss where that fits, else as the best JPEG that does.

    Args:
        pixels: gray or BGR.
        budget: bytes that the page should not exceed.
    """
    plain = one_channel(pixels)
    if plain.ndim == 2 and bool(np.isin(plain, (0, 255)).all()):
        return lossless(plain)
    encoded = b""
    for quality in JPEG_QUALITIES:
        done, buffer = cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
        if not done:
            raise Impossible("OpenCV cannot write JPEG")
        encoded = buffer.tobytes()
        if len(encoded) <= budget:
            break
    height, width = plain.shape[:2]
    colour_space = "DeviceGray" if plain.ndim == 2 else "DeviceRGB"
    return EncodedImage(encoded, width, height, "DCTDecode", colour_space, 8)


def two_toned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give back the black and white that rendering has softened; a page with coloured or gray marks stays as it is.

    Args:
        pixels: a rendered page, gray or BGR, whose pictures have one bit a point.
    """
    plain = one_channel(pixels)
    if plain.ndim == 3:
        return plain
    around = np.ones((3, 3), np.uint8)
    flat = cv2.subtract(cv2.dilate(plain, around), cv2.erode(plain, around)) < FLAT
    if np.count_nonzero(flat & (plain > FLAT) & (plain < 255 - FLAT)) > FEW_POINTS:
        return plain
    return np.where(plain < 128, 0, 255).astype(np.uint8)


def bilevel(picture: Image.Image) -> EncodedImage:
    """Compress a picture of mode ``1`` as CCITT Group 4, one strip, black is 0 as in DeviceGray."""
    buffer = io.BytesIO()
    width, height = picture.size
    picture.save(buffer, "TIFF", compression="group4", strip_size=(width // 8 + 1) * height, tiffinfo={266: 1})
    buffer.seek(0)
    with Image.open(buffer) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        offsets, counts = tags[273], tags[279]
        if len(offsets) != 1:
            raise Impossible("libtiff cut the page into strips")
        start = int(offsets[0])
        data = buffer.getvalue()[start : start + int(counts[0])]
        white_is_zero = int(tags[262]) == 0
    parms = (("BlackIs1", 0 if white_is_zero else 1), ("Columns", width), ("K", -1), ("Rows", height))
    return EncodedImage(data, width, height, "CCITTFaxDecode", "DeviceGray", 1, parms)


def png_stream(data: bytes) -> EncodedImage:
    """Take the deflate stream out of a PNG without alpha and without interlace; PDF reads it as it is.

    Raises:
        DamagedFile: a chunk is cut off or its checksum is wrong.
    """
    palette = b""
    parts: list[bytes] = []
    width = height = bits = colour = 0
    for kind, body in png_chunks(data):
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            parts.append(body)
    colour_space, samples = _PNG_COLOURS[colour]
    parms = (("BitsPerComponent", bits), ("Colors", samples), ("Columns", width), ("Predictor", 15))
    used = palette if colour_space == "Indexed" else b""
    return EncodedImage(b"".join(parts), width, height, "FlateDecode", colour_space, bits, parms, palette=used)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk through the chunks of a PNG up to IEND, their checksums verified (ISO 15948, 5.3).

    Raises:
        DamagedFile: a chunk is cut off, its checksum is wrong, or IEND is missing.
    """
    place = len(PNG_SIGNATURE)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        end = place + 8 + length
        if end + 4 > len(data) or zlib.crc32(data[place + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            break
        yield kind, data[place + 8 : end]
        if kind == b"IEND":
            return
        place = end + 4
    raise DamagedFile("PNG bị cắt cụt")


def one_channel(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one channel where all three agree everywhere."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    blue, green, red = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    for rows in (slice(None, None, 16), slice(None)):
        if not (np.array_equal(blue[rows], green[rows]) and np.array_equal(green[rows], red[rows])):
            return pixels
    return np.ascontiguousarray(green)
