"""Scans as scanners and phones write them, made on the spot: small, and each with its own peculiarity."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from digitize.archive import ArchiveWriter

DPI = 100
A4 = (827, 1169)
"""Pixels of an A4 page at :data:`DPI`."""
A4_PT = (595.44, 841.68)
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"


def paper(size: tuple[int, int] = A4, *, colour: bool = True) -> NDArray[np.uint8]:
    """Return a page with some lines of text and a red ring, BGR or gray."""
    picture = Image.new("RGB", size, (251, 249, 244))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(_FONT, 18)
    for number in range(12):
        draw.text((80, 90 + 60 * number), f"Điều {number + 1}. Ủy ban nhân dân xã quyết định", (25, 25, 40), font)
    draw.ellipse((500, 800, 680, 980), outline=(190, 30, 40), width=6)
    pixels = np.asarray(picture, dtype=np.uint8)
    bgr = np.ascontiguousarray(pixels[..., ::-1])
    return bgr if colour else cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8)


def jpeg(pixels: NDArray[np.uint8], **options: object) -> bytes:
    """Encode by Pillow: ``dpi=``, ``exif=``, ``quality=``..."""
    shown = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    return saved(Image.fromarray(np.ascontiguousarray(shown)), "JPEG", **{"dpi": (DPI, DPI), "quality": 80, **options})


def turned_jpeg(pixels: NDArray[np.uint8], orientation: int) -> bytes:
    """Encode with an EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpeg(pixels, exif=exif.tobytes())


def saved(picture: Image.Image, format_: str, **options: object) -> bytes:
    """Return what Pillow writes."""
    buffer = io.BytesIO()
    picture.save(buffer, format_, **options)
    return buffer.getvalue()


def black_and_white(size: tuple[int, int] = A4) -> Image.Image:
    """Return the page as a fax machine sees it."""
    return Image.fromarray(paper(size, colour=False)).point(lambda value: 255 if value > 140 else 0).convert("1")


def tiff(pictures: Sequence[Image.Image], **options: object) -> bytes:
    """Encode pages as one TIFF."""
    rest = list(pictures[1:])
    return saved(pictures[0], "TIFF", **{"save_all": True, "append_images": rest, "dpi": (DPI, DPI), **options})


def picture_object(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int] = A4, **entries: object) -> pikepdf.Stream:
    """Make an image XObject around a stream that is already encoded."""
    stream = pikepdf.Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1])
    for name, value in {"BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB, **entries}.items():
        stream["/" + name] = value
    return stream


def jpeg_object(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8] | None = None, **entries: object) -> pikepdf.Stream:
    """Make the image XObject that most scanners write."""
    shown = paper() if pixels is None else pixels
    height, width = shown.shape[:2]
    space = Name.DeviceGray if shown.ndim == 2 else Name.DeviceRGB
    return picture_object(
        pdf, jpeg(shown), (width, height), **{"Filter": Name.DCTDecode, "ColorSpace": space, **entries}
    )


def flate_object(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8], **entries: object) -> pikepdf.Stream:
    """Make an image XObject of deflated samples."""
    height, width = pixels.shape[:2]
    samples = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    space = Name.DeviceGray if pixels.ndim == 2 else Name.DeviceRGB
    data = zlib.compress(np.ascontiguousarray(samples).tobytes())
    return picture_object(pdf, data, (width, height), **{"Filter": Name.FlateDecode, "ColorSpace": space, **entries})


def covering(size_pt: tuple[float, float] = A4_PT, name: str = "Im") -> bytes:
    """Return the content that paints a picture over the whole page."""
    return f"q {size_pt[0]} 0 0 {size_pt[1]} 0 0 cm /{name} Do Q\n".encode()


def add_page(
    pdf: pikepdf.Pdf,
    content: bytes,
    pictures: dict[str, pikepdf.Object] | None = None,
    size_pt: tuple[float, float] = A4_PT,
    **entries: object,
) -> pikepdf.Page:
    """Append a page with Helvetica as /F1 and the given pictures."""
    pdf.add_blank_page()
    page = pdf.pages[-1]
    page.obj.MediaBox = Array([0, 0, *size_pt])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    xobjects = Dictionary({f"/{name}": pdf.make_indirect(value) for name, value in (pictures or {}).items()})
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font), XObject=xobjects)
    page.obj.Contents = pikepdf.Stream(pdf, content)
    for name, value in entries.items():
        page.obj["/" + name] = value
    return page


def written(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """Return the bytes of a file, its streams as they were made."""
    buffer = io.BytesIO()
    pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none, static_id=True, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def scanned_pdf(pages: int = 1, **entries: object) -> bytes:
    """Return the PDF that most scanners write: one JPEG a page."""
    pdf = pikepdf.new()
    picture = jpeg_object(pdf)
    for _ in range(pages):
        add_page(pdf, covering(), {"Im": picture}, A4_PT, **entries)
    return written(pdf)


def finished(writer: ArchiveWriter) -> bytes:
    """Complete an archive file in memory."""
    file = io.BytesIO()
    writer.finish(file)
    return file.getvalue()
