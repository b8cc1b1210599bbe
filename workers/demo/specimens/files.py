"""Write pages the way scanners do: JPEG, PNG, TIFF (LZW or Group 4) and PDF with one image a page."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pikepdf
from PIL import Image

from workers.demo.specimens.conditions import Conditions
from workers.demo.specimens.model import Media
from workers.demo.specimens.scan import Pixels

SUFFIXES: dict[Media, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "application/pdf": ".pdf",
}


def picture(pixels: Pixels, conditions: Conditions) -> Image.Image:
    """Bring the pixels into the scan's mode; bilevel takes a fixed threshold below the paper's own tone."""
    image = Image.fromarray(pixels)
    if conditions.mode == "colour":
        return image
    grey = image.convert("L")
    if conditions.mode == "grey":
        return grey
    threshold = int(np.median(np.asarray(grey)) * 0.72)
    return grey.point([255 if value > threshold else 0 for value in range(256)]).convert("1", dither=Image.Dither.NONE)


def encode(pages: list[Pixels], conditions: Conditions) -> bytes:
    """Write the pages into one file; formats of a single picture take the first page only."""
    pictures = [picture(page, conditions) for page in pages]
    match conditions.media:
        case "application/pdf":
            return pdf(pictures, conditions)
        case "image/tiff":
            return tiff(pictures, conditions)
        case _:
            return single(pictures[0], conditions)


def single(image: Image.Image, conditions: Conditions) -> bytes:
    """Write one picture as JPEG or PNG, with its resolution."""
    out = io.BytesIO()
    dpi = (conditions.dpi, conditions.dpi)
    if conditions.media == "image/png":
        image.save(out, "PNG", dpi=dpi, compress_level=3)
    else:
        image.convert("L" if image.mode == "1" else image.mode).save(out, "JPEG", quality=conditions.quality, dpi=dpi)
    return out.getvalue()


def tiff(images: list[Image.Image], conditions: Conditions) -> bytes:
    """Write a TIFF of many pages: Group 4 for bilevel, LZW otherwise."""
    out = io.BytesIO()
    images[0].save(
        out,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression="group4" if conditions.mode == "bilevel" else "tiff_lzw",
        dpi=(conditions.dpi, conditions.dpi),
    )
    return out.getvalue()


def pdf(images: list[Image.Image], conditions: Conditions) -> bytes:
    """Write a PDF with one image a page, as scanners' firmware does."""
    with pikepdf.new() as document:
        for image in images:
            add_page(document, image, conditions)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def add_page(document: pikepdf.Pdf, image: Image.Image, conditions: Conditions) -> None:
    """Append a page that is filled by its image."""
    width, height = (side * 72 / conditions.dpi for side in image.size)
    space = pikepdf.Name.DeviceRGB if image.mode == "RGB" else pikepdf.Name.DeviceGray
    if image.mode == "1":
        data, filter_name, bits = zlib.compress(image.tobytes()), pikepdf.Name.FlateDecode, 1
    else:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=conditions.quality)
        data, filter_name, bits = buffer.getvalue(), pikepdf.Name.DCTDecode, 8
    stream = pikepdf.Stream(document, b"")
    stream.write(data, filter=filter_name)
    stream.stream_dict.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=image.size[0],
            Height=image.size[1],
            ColorSpace=space,
            BitsPerComponent=bits,
        )
    )
    page = document.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=stream))
    page.Contents = pikepdf.Stream(document, f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Scan Do Q".encode())
