"""An incremental update that holds an empty place for one signature.

Whatever signs, this comes first and last: the file is extended by a revision whose signature dictionary has its
/Contents reserved, the digest over the rest is taken, and the finished CMS object is written into the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PreparedByteRangeDigest, SignatureObject

from digitize.errors import DamagedFile, EmptyFile, EncryptedPdf, SigningRefused
from digitize.model import SIGNATURE_FIELDS, Role
from digitize.sign import pyhanko_made_fit  # noqa: F401 - imported for its repairs
from digitize.sign.block import PageFrame, corner_box, draw
from digitize.sign.rules import VIETNAM_TIME

DEEPEST_TREE = 64
"""Levels of a page tree that are followed."""


class QuietRevision(IncrementalPdfFileWriter):
    """A revision that leaves document information and XMP as they are.

    pyHanko would stamp both with the time at which it writes; then the same order would give other bytes each time, and
    a signature would change more than its own field.
    """

    def _update_meta(self) -> None:
        """Keep the metadata of the file that is being signed."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A file with an empty place for a signature."""

    pdf: bytes
    """The whole file, the place filled with zeros."""
    start: int
    """Offset of the ``<`` of /Contents."""
    end: int
    """Offset behind its ``>``."""
    digest: bytes
    """Over everything but the place."""

    @property
    def room(self) -> int:
        """Bytes of DER that fit."""
        return (self.end - self.start - 2) // 2

    def fill(self, signature: bytes) -> bytes:
        """Return the file with a CMS object in its place.

        Raises:
            TooSmall: the object does not fit.
        """
        if len(signature) > self.room:
            raise TooSmall(len(signature))
        place = PreparedByteRangeDigest(self.digest, self.start, self.end)
        output = BytesIO(self.pdf)
        place.fill_with_cms(output, signature)
        return output.getvalue()


class TooSmall(Exception):
    """A CMS object is larger than its place; never leaves this package."""

    def __init__(self, needed: int) -> None:
        """Keep how many bytes it takes."""
        super().__init__(needed)
        self.needed = needed


def open_slot(
    pdf: bytes, role: Role, lines: tuple[str, ...] | None, room: int, digest_algorithm: str, now: datetime
) -> Slot:
    """Extend a file by a revision with an empty place.

    Args:
        pdf: the file so far; the result begins with exactly these bytes.
        role: decides the field and, where the file has no such field yet, its corner.
        lines: of the visible block; None leaves the field's appearance as it is.
        room: bytes of DER to reserve.
        digest_algorithm: as asn1crypto names it.
        now: becomes /M.

    Raises:
        EmptyFile: no bytes.
        EncryptedPdf: the file asks for a password.
        DamagedFile: the file cannot be parsed.
        SigningRefused: the field carries a signature already.
    """
    with faults_named():
        return _open_slot(pdf, role, lines, room, digest_algorithm, now)


def open_archive_slot(pdf: bytes, prefix: str, room: int, digest_algorithm: str) -> Slot:
    """Extend a file by a revision with an empty place for a document timestamp (EN 319 142-1 §5.4.3).

    Args:
        pdf: the file so far; the result begins with exactly these bytes.
        prefix: of the new field's name; a number that the file has not yet follows it.
        room: bytes of DER to reserve.
        digest_algorithm: as asn1crypto names it.

    Raises:
        EmptyFile: no bytes.
        EncryptedPdf: the file asks for a password.
        DamagedFile: the file cannot be parsed.
    """
    with faults_named():
        writer = revision_of(pdf)
        taken = {str(each) for each, _, _ in enumerate_sig_fields(writer)}
        name = next(each for each in (f"{prefix}{number}" for number in count(1)) if each not in taken)
        embedding = PdfCMSEmbedder(new_field_spec=SigFieldSpec(name, on_page=0)).write_cms(name, writer)
        next(embedding)
        embedding.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * room)))
        place, output = embedding.send(SigIOSetup(md_algorithm=digest_algorithm))
        return Slot(output.getvalue(), place.reserved_region_start, place.reserved_region_end, place.document_digest)


def revision_of(pdf: bytes) -> QuietRevision:
    """Begin a revision of a file.

    Raises:
        EmptyFile: no bytes.
        EncryptedPdf: the file asks for a password.
        PdfReadError: the file cannot be parsed.
    """
    if not pdf:
        raise EmptyFile
    writer = QuietRevision(BytesIO(pdf))
    if writer.prev.encrypted:
        raise EncryptedPdf
    return writer


@contextmanager
def faults_named() -> Iterator[None]:
    """Call a file that the library cannot extend by its name.

    Raises:
        DamagedFile: the file cannot be parsed.
    """
    try:
        yield
    except (PdfError, SigningError, KeyError, ValueError, TypeError, IndexError) as fault:
        raise DamagedFile(f"không thêm được chữ ký ({type(fault).__name__})") from fault


def _open_slot(
    pdf: bytes, role: Role, lines: tuple[str, ...] | None, room: int, digest_algorithm: str, now: datetime
) -> Slot:
    writer = revision_of(pdf)
    name = SIGNATURE_FIELDS[role]
    _refuse_second(writer, name)
    waiting = [found for _, _, found in enumerate_sig_fields(writer, filled_status=False, with_name=name)]
    if role is Role.CERTIFIER and not waiting:
        raise SigningRefused("tệp chưa có lời chứng nên không có chỗ cho chữ ký chứng thực")
    frame = _frame_of(waiting[0].get_object(), writer) if waiting else _first_page(writer)
    box = None if lines is None or waiting else corner_box(role, frame)
    spec = SigFieldSpec(name, on_page=0, box=None if box is None else _whole_units(box))
    embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
    field = next(embedding).get_object()
    if box is not None:
        field[pdf_name("/Rect")] = generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in box])
    if lines is not None:
        _dress(field, lines, frame, writer)
    placeholder = SignatureObject(
        timestamp=now.astimezone(VIETNAM_TIME), subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * room
    )
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    place, output = embedding.send(SigIOSetup(md_algorithm=digest_algorithm))
    return Slot(output.getvalue(), place.reserved_region_start, place.reserved_region_end, place.document_digest)


def _refuse_second(writer: IncrementalPdfFileWriter, name: str) -> None:
    if any(True for _ in enumerate_sig_fields(writer, filled_status=True, with_name=name)):
        raise SigningRefused(f"ô chữ ký {name} đã có chữ ký")


def _frame_of(field: generic.DictionaryObject, writer: IncrementalPdfFileWriter) -> PageFrame:
    """Read the frame of the page on which a waiting field stands; one that does not say stands on page 1."""
    page = get_single_field_annot(field).get("/P")
    return _first_page(writer) if page is None else _page_frame(page.get_object())


def _first_page(writer: IncrementalPdfFileWriter) -> PageFrame:
    """Read the frame of page 1."""
    page = writer.root["/Pages"]
    for _ in range(DEEPEST_TREE):
        if "/Kids" not in page:
            return _page_frame(page)
        page = page["/Kids"][0]
    raise PdfReadError("page tree too deep")


def _page_frame(page: generic.DictionaryObject) -> PageFrame:
    """Read the visible area and the turn of a page, inherited values included."""
    known: dict[str, object] = {}
    node = page
    for _ in range(DEEPEST_TREE):
        for key in ("/MediaBox", "/CropBox", "/Rotate"):
            if key in node:
                known.setdefault(key, node[key])
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    box = known.get("/CropBox", known.get("/MediaBox"))
    if not isinstance(box, generic.ArrayObject) or len(box) != 4:
        raise PdfReadError("a page without media box")
    x1, y1, x2, y2 = (float(value) for value in box)
    rotate = int(known.get("/Rotate", 0))  # type: ignore[call-overload]
    unit = float(page["/UserUnit"]) if "/UserUnit" in page else 1.0
    return PageFrame(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), rotate % 360 // 90 * 90, unit)


def _whole_units(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """Round a box as the library wants it; on small pages with large units only the exact one will do."""
    return round(box[0]), round(box[1]), round(box[2]), round(box[3])


def _dress(
    field: generic.DictionaryObject, lines: tuple[str, ...], frame: PageFrame, writer: IncrementalPdfFileWriter
) -> None:
    """Give the field's widget the appearance of a signed block; a widget without area stays invisible."""
    widget = get_single_field_annot(field)
    x1, y1, x2, y2 = (float(value) for value in widget["/Rect"])
    width, height = abs(x2 - x1), abs(y2 - y1)
    if width == 0 or height == 0:
        return
    shown = (width, height) if frame.rotate % 180 == 0 else (height, width)
    drawing = draw(lines, *shown, frame, writer)
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawing})
    if "/AS" in widget:
        del widget["/AS"]
    writer.update_container(widget)
