"""Pixels become a compressed stream: without loss where the scan had none, as JPEG where a page had to be rendered."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

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

FLAT = 24
"""Steps of brightness among neighbours: less is an even tone, while the soft edge between black and white has more."""
FEW_POINTS = 50
"""Points of an even gray that no mark of ink consists of."""

_PNG_COLOURS = {0: ("DeviceGray", 1), 2: ("DeviceRGB", 3), 3: ("Indexed", 1)}
"""PNG colour type (ISO 15948, table 11.1) to colour space and samples; those with alpha are flattened first."""


def lossless(pixels: NDArray[np.uint8]) -> EncodedImage:
    """Compress without loss: CCITT G4 for a page of pure black and white, deflate with PNG's predictors otherwise."""
    plain = _without_colour(pixels)
    if plain.ndim == 2 and bool(np.isin(plain[::7], (0, 255)).all()) and bool(np.isin(plain, (0, 255)).all()):
        return bilevel(Image.fromarray(plain).convert("1", dither=Image.Dither.NONE))
    done, encoded = cv2.imencode(".png", plain, [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL])
    if not done:
        raise Impossible("OpenCV cannot write PNG")
    return png_stream(encoded.tobytes())


def rendered(pixels: NDArray[np.uint8], budget: int) -> EncodedImage:
    """Compress a page that was rendered: without loss where that fits, else as the best JPEG that does.

    Args:
        pixels: gray or BGR.
        budget: bytes that the page should not exceed.
    """
    plain = _without_colour(pixels)
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
    plain = _without_colour(pixels)
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


def _without_colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one channel where all three agree everywhere."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    for rows in (slice(None, None, 16), slice(None)):
        if not (np.array_equal(blue[rows], green[rows]) and np.array_equal(green[rows], red[rows])):
            return pixels
    return np.ascontiguousarray(green)
