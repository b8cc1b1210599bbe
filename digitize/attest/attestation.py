"""The attestation on its copy: on the last page where there is room, else on a page of its own.

It goes onto the archive file before anybody signs. The law asks for the last page of a copy of several pages (NĐ
23/2015/NĐ-CP Art 12) and leaves the place of both electronic signatures open, so they stand where ink and seal would:
beside the words, the certifier's left, the agency's right. The archive file's own two empty fields at the top of page 1
give way to them.
"""

from __future__ import annotations

import io
import re
from datetime import datetime

import pikepdf
from pikepdf import Array, Dictionary, Name

from digitize.attest.drawing import AGENCY_BOX, CERTIFIER_BOX, HEIGHT_PT, WIDTH_PT, QrPrint, draw
from digitize.attest.room import empty_band
from digitize.attest.wording import AttestationWords, words
from digitize.empty_field import empty_field
from digitize.errors import DamagedFile, Impossible
from digitize.model import Role
from digitize.page_frame import PageFrame
from digitize.targets import VIETNAM_TIME

__all__ = ["QrPrint", "attach", "words"]

A4_PT = (595.28, 841.89)
GAP_PT = 8.0
"""Between what stands on the page and the attestation."""
TOP_PT = 56.7
"""Margin above the attestation on a page of its own: 20 mm (NĐ 30/2020/NĐ-CP Annex I)."""
NAME = Name("/SohoaAttestation")


def attach(pdf: bytes, attestation: AttestationWords, qr: QrPrint, now: datetime) -> bytes:
    """Return the archive file with its attestation and the empty fields of both signers.

    The same arguments give the same bytes.

    Args:
        pdf: the unsigned archive file.
        attestation: what is attested.
        qr: what is printed to be scanned.
        now: becomes the file's date of modification; with offset.

    Raises:
        DamagedFile: the file cannot be parsed.
        Impossible: somebody signed it already.
        Misconfigured: the typeface is missing.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            _drop_fields(file)
            page, frame, left, bottom = _place(file, pdf)
            scale = _scale(frame)
            _lay(file, page, frame, draw(attestation, qr), (left, bottom, scale))
            boxes = {Role.CERTIFIER: CERTIFIER_BOX, Role.AGENCY: AGENCY_BOX}
            fields = [
                file.make_indirect(empty_field(file, page, frame, role, _within(box, left, bottom, scale)))
                for role, box in boxes.items()
            ]
            page.obj.Annots = Array(fields)
            file.Root.AcroForm = file.make_indirect(Dictionary(Fields=Array(fields)))
            _tell_change(file, now)
            return _written(file)
    except pikepdf.PdfError as fault:
        raise DamagedFile("không ghi được lời chứng vào bản chụp") from fault


def _drop_fields(file: pikepdf.Pdf) -> None:
    """Take the empty fields of the archive file away."""
    form = file.Root.get(Name.AcroForm, Dictionary(Fields=Array()))
    if any(Name.V in field for field in form.Fields):
        raise Impossible("an attestation for a file that is signed already")
    for page in file.pages:
        if Name.Annots in page.obj:
            del page.obj[Name.Annots]


def _place(file: pikepdf.Pdf, pdf: bytes) -> tuple[pikepdf.Page, PageFrame, float, float]:
    """Return page and frame for the attestation, and its lower left corner on the upright page."""
    page = file.pages[-1]
    frame = _frame(page)
    height = HEIGHT_PT * _scale(frame)
    gap = GAP_PT * _scale(frame)
    top = empty_band(pdf, len(file.pages) - 1, height + gap)
    if top is None:
        file.add_blank_page(page_size=A4_PT)
        page = file.pages[-1]
        frame = _frame(page)
        top, gap, height = frame.upright_height, TOP_PT, HEIGHT_PT
    return page, frame, (frame.upright_width - WIDTH_PT * _scale(frame)) / 2, top - gap - height


def _frame(page: pikepdf.Page) -> PageFrame:
    left, bottom, right, top = (float(value) for value in page.mediabox)
    if left or bottom:
        raise Impossible("an archive page that does not begin at its origin")
    return PageFrame.of(right, top, int(page.obj.get(Name.Rotate, 0)))


def _scale(frame: PageFrame) -> float:
    """How much larger than A4 the page is."""
    return min(frame.upright_width, frame.upright_height) / A4_PT[0]


def _within(
    box: tuple[float, float, float, float], left: float, bottom: float, scale: float
) -> tuple[float, float, float, float]:
    """Move a box of the drawing to where the drawing lies on the upright page."""
    return (left + box[0] * scale, bottom + box[1] * scale, left + box[2] * scale, bottom + box[3] * scale)


def _lay(
    file: pikepdf.Pdf, page: pikepdf.Page, frame: PageFrame, drawing: bytes, at: tuple[float, float, float]
) -> None:
    """Put the drawing onto a page: left, bottom and scale on the page as a person sees it."""
    with pikepdf.open(io.BytesIO(drawing)) as drawn:
        form = file.copy_foreign(drawn.pages[0].as_form_xobject())
    for key in (Name.Group, Name.LastModified, Name.PieceInfo):
        if key in form:
            del form[key]
    page.add_resource(form, Name.XObject, NAME)
    left, bottom, scale = at
    turn = " ".join(f"{value:g}" for value in frame.matrix)
    show = f"q {turn} cm {scale:.5f} 0 0 {scale:.5f} {left:.3f} {bottom:.3f} cm {NAME} Do Q\n"
    page.contents_add(file.make_stream(b"q\n"), prepend=True)
    page.contents_add(file.make_stream(b"\nQ\n" + show.encode()), prepend=False)


def _tell_change(file: pikepdf.Pdf, now: datetime) -> None:
    """Bring the packet of metadata up to date: when it was changed, and how many pages it has now."""
    packet = file.Root.Metadata.read_bytes()
    moment = now.astimezone(VIETNAM_TIME).isoformat(timespec="seconds").encode()
    for name in (b"xmp:ModifyDate", b"xmp:MetadataDate"):
        packet = re.sub(b"(?<=<%s>)[^<]*" % name, moment, packet)
    packet = re.sub(rb"(?<=<xmpTPg:NPages>)\d+", b"%d" % len(file.pages), packet)
    metadata = file.make_stream(packet)
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    file.Root.Metadata = metadata


def _written(file: pikepdf.Pdf) -> bytes:
    """Write as the archive writer does, so that pictures keep their bytes."""
    file.remove_unreferenced_resources()
    output = io.BytesIO()
    file.save(
        output,
        min_version="1.7",
        deterministic_id=True,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        fix_metadata_version=False,
    )
    return output.getvalue()
