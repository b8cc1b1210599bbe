"""A compressed picture becomes pixels, once."""

from __future__ import annotations

import io
import zlib

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from pikepdf import Array, Dictionary

from digitize.errors import DamagedFile
from digitize.image.sheet import EncodedImage, image_xobject
from digitize.mapped import Content, opened

_END_OF_IMAGE = b"\xff\xd9"
_GROUNDS = ((255, 0, 255, 255), (0, 0, 0, 255))
"""Lie under a picture while it is drawn, red, green, blue and opacity: where each shows all over when it is there, the
picture could not be decoded."""
_GRAY_GROUNDS = ((127, 127, 127, 255), (0, 0, 0, 255))
_CHUNK = 1 << 20


def decode(image: EncodedImage) -> NDArray[np.uint8]:
    """Return gray (height, width) or BGR (height, width, 3), as stored, colours as a viewer shows them.

    Raises:
        DamagedFile: the stream cannot be decoded to its end.
    """
    if image.filter == "DCTDecode" and image.components != 4 and not image.inverted and not image.decode_parms:
        return decode_jpeg(image.plain_data(), image.components)
    if image.filter == "FlateDecode":
        _check_inflates(image)
    return _as_shown(image)


def _check_inflates(image: EncodedImage) -> None:
    """Inflate to nowhere: pdfium shows a truncated stream as white rows and says nothing.

    Raises:
        DamagedFile: the stream ends before the last row.
    """
    predictor = dict(image.decode_parms).get("Predictor", 1)
    row = (image.width * image.components * image.bits + 7) // 8 + (1 if predictor >= 10 else 0)
    missing = row * image.height
    inflater = zlib.decompressobj()
    try:
        rest = image.data
        while missing > 0 and rest and not inflater.eof:
            missing -= len(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
        missing -= len(inflater.flush()) if missing > 0 else 0
    except zlib.error as error:
        raise DamagedFile("ảnh nén bị hỏng") from error
    if missing > 0:
        raise DamagedFile("ảnh nén bị cắt cụt")


def decode_jpeg(data: bytes, components: int) -> NDArray[np.uint8]:
    """Decode a JPEG of one or three components, whatever its EXIF orientation.

    Raises:
        DamagedFile: the stream is truncated or no JPEG.
    """
    if data.rfind(_END_OF_IMAGE) <= data.find(b"\xff\xda"):
        raise DamagedFile("ảnh JPEG bị cắt cụt")
    mode = cv2.IMREAD_GRAYSCALE if components == 1 else cv2.IMREAD_COLOR
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), mode | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise DamagedFile("ảnh JPEG không giải mã được") from error
    if pixels is None:
        raise DamagedFile("ảnh JPEG không giải mã được")
    return pixels.astype(np.uint8, copy=False)


def _as_shown(image: EncodedImage) -> NDArray[np.uint8]:
    """Decode any picture by pdfium."""
    pdf = pikepdf.new()
    gray = image.components == 1 and image.colour_space != "Indexed"
    return drawn_by_pdfium(pdf, image_xobject(pdf, image), gray=gray)


def drawn_by_pdfium(pdf: pikepdf.Pdf, xobject: pikepdf.Object, *, gray: bool) -> NDArray[np.uint8]:
    """Draw a picture on a page of its own size, one pixel a point, and let pdfium show it.

    One decoder for every filter and colour space, and the same that shows the archive file to people.

    Args:
        pdf: an empty file that owns the picture.
        xobject: the picture.
        gray: give one channel.

    Raises:
        DamagedFile: nothing could be drawn.
    """
    width, height = int(xobject.Width), int(xobject.Height)
    pdf.add_blank_page()
    page = pdf.pages[0]
    page.MediaBox = Array([0, 0, width, height])
    page.Resources = Dictionary(XObject=Dictionary(Im=xobject))
    page.Contents = pikepdf.Stream(pdf, f"{width} 0 0 {height} 0 0 cm /Im Do".encode())
    buffer = io.BytesIO()
    pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    for ground in _GRAY_GROUNDS if gray else _GROUNDS:
        shown = render_page(buffer.getvalue(), 0, 72, gray=gray, ground=ground)
        unpainted = bool((shown == np.array(ground[0] if gray else ground[2::-1], np.uint8)).all())
        if not unpainted and shown.shape[:2] == (height, width):
            return shown
    raise DamagedFile("ảnh không giải mã được")


def render_page(
    data: Content,
    index: int,
    dpi: float,
    *,
    gray: bool = False,
    ground: tuple[int, int, int, int] = (255, 255, 255, 255),
) -> NDArray[np.uint8]:
    """Render one page of a PDF as a viewer shows it, annotations and filled fields included.

    Args:
        data: the PDF.
        index: 0-based page.
        dpi: dots per inch of the result.
        gray: give one channel.
        ground: red, green, blue and opacity of the paper, 0 to 255 each.

    Raises:
        DamagedFile: pdfium cannot load the file or the page.
    """
    try:
        document = pypdfium2.PdfDocument(data if isinstance(data, bytes) else opened(data))
        try:
            document.init_forms()
            page = document[index]
            bitmap = page.render(scale=dpi / 72, grayscale=gray, fill_color=ground)
            pixels = np.array(bitmap.to_numpy()[..., 0] if gray and bitmap.n_channels > 1 else bitmap.to_numpy())
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise DamagedFile(f"trang {index + 1} không hiển thị được") from error
    shown = pixels[..., :3] if pixels.ndim == 3 and pixels.shape[2] > 3 else pixels
    return np.ascontiguousarray(shown[..., 0] if shown.ndim == 3 and shown.shape[2] == 1 else shown)
