"""The two-layer PDF/A-2b: the scan's own pictures below, invisible text above, two empty signature fields.

The file is built from nothing, so that whatever else the received file held (scripts, attachments, old text) cannot
get in. The same pages, words and capture always give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from digitize.archive.capture import Capture
from digitize.archive.glyphless import Glyphless
from digitize.archive.signature_fields import add_signature_fields
from digitize.archive.text_layer import FONT, text_layer
from digitize.errors import Impossible
from digitize.image.sheet import EncodedImage, Sheet, icc_profile, image_xobject, jbig2_symbols, lay_on_page
from digitize.model import Page
from digitize.page_frame import PageFrame


class ArchiveWriter:
    """Takes page after page and keeps only what is compressed."""

    def __init__(self, capture: Capture) -> None:
        """Begin an empty file.

        Args:
            capture: what goes into its metadata.
        """
        self._capture = capture
        self._pdf = pikepdf.new()
        self._font = Glyphless()
        self._font_object = self._pdf.make_indirect(Dictionary())
        self._shared: dict[bytes, pikepdf.Object] = {}

    def add(self, sheet: Sheet, page: Page) -> None:
        """Append a page.

        Args:
            sheet: the picture as the scan holds it.
            page: what was read on it; its rotation turns the picture.
        """
        frame = PageFrame.of(sheet.width_pt, sheet.height_pt, page.rotation)
        self._pdf.add_blank_page(page_size=(frame.width, frame.height))
        target = self._pdf.pages[-1]
        target.obj.MediaBox = Array([0, 0, frame.width, frame.height])
        if frame.rotation:
            target.obj.Rotate = frame.rotation
        text = text_layer(page, frame.upright_width, frame.upright_height, self._font)
        layers = [(layer, self._picture(layer.image)) for layer in sheet.layers]
        whole = (frame.width, 0.0, 0.0, frame.height, 0.0, 0.0)
        content = lay_on_page(target, whole, self._picture(sheet.image), layers)
        if text:
            target.obj.Resources.Font = Dictionary({"/" + FONT: self._font_object})
        target.obj.Contents = self._deflated(content + _turned(frame, text))
        if len(self._pdf.pages) == 1:
            add_signature_fields(self._pdf, target, frame)

    def finish(self, file: BinaryIO) -> None:
        """Complete the archive file and write it, in order, once.

        Args:
            file: where it goes.

        Raises:
            Impossible: no page was added.
        """
        if not len(self._pdf.pages):
            raise Impossible("an archive file without a page")
        self._font.write(self._pdf, self._font_object)
        metadata = pikepdf.Stream(self._pdf, self._capture.packet(len(self._pdf.pages)))
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        self._pdf.Root.Metadata = self._pdf.make_indirect(metadata)
        self._pdf.Root.OutputIntents = Array([self._output_intent()])
        self._pdf.save(
            file,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )

    def _picture(self, image: EncodedImage) -> pikepdf.Object:
        """Write a picture; what several share, a picture, a colour profile, JBIG2's symbols, is written once."""
        profile = self._once(image.icc, lambda: icc_profile(self._pdf, image)) if image.icc else None
        symbols = self._once(image.globals, lambda: jbig2_symbols(self._pdf, image)) if image.globals else None
        whole = image.data + repr(replace(image, data=b"")).encode()
        return self._once(whole, lambda: self._pdf.make_indirect(image_xobject(self._pdf, image, profile, symbols)))

    def _once(self, content: bytes, write: Callable[[], pikepdf.Object]) -> pikepdf.Object:
        """Write an object unless one of the same content stands in the file already."""
        digest = hashlib.sha256(content).digest()
        if digest not in self._shared:
            self._shared[digest] = write()
        return self._shared[digest]

    def _output_intent(self) -> pikepdf.Object:
        """Say which colours DeviceRGB and DeviceGray mean (ISO 19005-2, 6.2.3)."""
        profile = self._deflated(files("digitize.archive").joinpath("srgb.icc").read_bytes())
        profile.N = 3
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                Info=String("sRGB IEC61966-2.1"),
                RegistryName=String("http://www.color.org"),
                DestOutputProfile=profile,
            )
        )

    def _deflated(self, data: bytes) -> pikepdf.Object:
        """Make a compressed stream."""
        return self._pdf.make_indirect(pikepdf.Stream(self._pdf, zlib.compress(data, 9), Filter=Name.FlateDecode))


def _turned(frame: PageFrame, text: bytes) -> bytes:
    """Put the text into the frame of the upright page."""
    if not text:
        return b""
    turn = " ".join(f"{value:g}" for value in frame.matrix)
    return f"q {turn} cm\n".encode() + text + b"Q\n"
