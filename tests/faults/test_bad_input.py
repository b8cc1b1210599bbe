"""Files that nobody can digitise: each is refused by its own code and a sentence that says what to do."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest
from pikepdf import AttachedFileSpec, Dictionary, Name, String

from digitize import errors
from digitize.archive import ArchiveWriter, Capture
from digitize.image.intake import Limits, open_scan
from digitize.model import Page
from tests.samples import scans

BadFile = Callable[[], bytes]
HUGE = 40_000


def encrypted_pdf() -> bytes:
    pdf = pikepdf.open(io.BytesIO(scans.scanned_pdf()))
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=pikepdf.Encryption(owner="chủ", user="người đọc"))
    return buffer.getvalue()


def huge_png() -> bytes:
    """A page of 40,000 × 40,000 white points in 200 kB."""
    header = struct.pack(">IIBBBBB", HUGE, HUGE, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes((HUGE // 8 + 1) * HUGE), 9)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def huge_jpeg() -> bytes:
    plain = scans.jpeg(scans.paper(colour=False))
    frame = plain.index(b"\xff\xc0")
    return plain[: frame + 5] + struct.pack(">HH", HUGE, HUGE) + plain[frame + 9 :]


def huge_pdf() -> bytes:
    pdf = pikepdf.new()
    picture = scans.picture_object(pdf, scans.jpeg(scans.paper()), (HUGE, HUGE), Filter=Name.DCTDecode)
    scans.add_page(pdf, scans.covering(), {"Im": picture})
    return scans.written(pdf)


def huge_drawing() -> bytes:
    pdf = pikepdf.new()
    scans.add_page(pdf, b"0 0 m 40000 40000 l S", size_pt=(HUGE, HUGE))
    return scans.written(pdf)


def many_pages() -> bytes:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    for _ in range(2_999):
        pdf.pages.append(pdf.pages[0])
    return scans.written(pdf)


def many_tiff_pages() -> bytes:
    """A TIFF whose directories are only entries of a list: 2,001 of one point each."""
    entry = struct.pack("<HHIHH", 256, 3, 1, 1, 0) + struct.pack("<HHIHH", 257, 3, 1, 1, 0)
    strip = struct.pack("<HHII", 273, 4, 1, 8) + struct.pack("<HHII", 279, 4, 1, 1)
    size = 2 + 4 * 12 + 4
    parts = [b"II*\x00" + struct.pack("<I", 12), b"\x00" * 4]
    for number in range(2_001):
        following = 12 + size * (number + 1) if number < 2_000 else 0
        parts.append(struct.pack("<H", 4) + entry + strip + struct.pack("<I", following))
    return b"".join(parts)


def truncated(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


CASES: list[tuple[str, BadFile, type[errors.SohoaError], str]] = [
    ("empty", lambda: b"", errors.EmptyFile, "Tệp rỗng"),
    ("html_named_pdf", lambda: b"<!DOCTYPE html><html><body>404</body></html>", errors.UnknownType, "không phải PDF"),
    ("word_file", lambda: b"PK\x03\x04" + bytes(500), errors.UnknownType, "không phải PDF"),
    ("truncated_jpeg", lambda: truncated(scans.jpeg(scans.paper())), errors.DamagedFile, "cắt cụt"),
    ("jpeg_without_a_frame", lambda: scans.jpeg(scans.paper())[:15], errors.DamagedFile, "cắt cụt"),
    ("truncated_png", lambda: truncated(scans.saved(scans.black_and_white(), "PNG")), errors.DamagedFile, "cắt cụt"),
    ("truncated_pdf", lambda: truncated(scans.scanned_pdf()), errors.DamagedFile, "cắt cụt"),
    ("pdf_of_a_truncated_jpeg", lambda: pdf_of(truncated(scans.jpeg(scans.paper()))), errors.DamagedFile, "cắt cụt"),
    ("pdf_of_no_jpeg", lambda: pdf_of(b"no picture at all"), errors.DamagedFile, "hỏng"),
    ("truncated_tiff", lambda: truncated(scans.tiff([scans.black_and_white()])), errors.DamagedFile, "cắt cụt"),
    (
        "truncated_fax",
        lambda: truncated(scans.tiff([scans.black_and_white()], compression="group4")),
        errors.DamagedFile,
        "cắt cụt",
    ),
    ("encrypted_pdf", encrypted_pdf, errors.EncryptedPdf, "mật khẩu"),
    ("pdf_without_pages", lambda: scans.written(pikepdf.new()), errors.NoPages, "không có trang"),
    ("huge_png", huge_png, errors.TooManyPixels, "40000 × 40000 điểm ảnh"),
    ("huge_jpeg", huge_jpeg, errors.TooManyPixels, "40000 × 40000 điểm ảnh"),
    ("huge_pdf", huge_pdf, errors.TooManyPixels, "40000 × 40000 điểm ảnh"),
    ("huge_drawing", huge_drawing, errors.TooManyPixels, "quá lớn"),
    ("many_pages", many_pages, errors.TooManyPages, "3000 trang, tối đa 2000"),
    ("many_tiff_pages", many_tiff_pages, errors.TooManyPages, "2001 trang, tối đa 2000"),
]


def pdf_of(jpeg: bytes) -> bytes:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.picture_object(pdf, jpeg, Filter=Name.DCTDecode)})
    return scans.written(pdf)


@pytest.mark.parametrize(("make", "error", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_bad_file_is_refused_by_name(make: BadFile, error: type[errors.SohoaError], words: str) -> None:
    with pytest.raises(errors.DocumentAtFault) as caught:
        for _ in open_scan(make(), Limits()).sheets():
            pass
    assert type(caught.value) is error
    assert words in caught.value.message
    assert not caught.value.retryable


def test_a_file_above_the_limit_of_bytes_is_not_opened() -> None:
    with pytest.raises(errors.TooLarge, match="tối đa 1 MB"):
        open_scan(bytes(2 * 1024 * 1024), Limits(file_bytes=1024 * 1024))


def test_nothing_but_the_picture_reaches_the_archive_file() -> None:
    pdf = pikepdf.open(io.BytesIO(scans.scanned_pdf()))
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('planted')"))
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.pages[0].obj.AA = Dictionary(O=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=pikepdf.Array([String("x"), script])))
    pdf.attachments["planted.exe"] = AttachedFileSpec(
        pdf,
        b"MZ planted",
        description="",
        filename="planted.exe",
        mime_type="application/octet-stream",
        creation_date="",
        mod_date="",
    )
    buffer = io.BytesIO()
    pdf.save(buffer)
    capture = Capture("d1", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)
    writer = ArchiveWriter(capture)
    for sheet in open_scan(buffer.getvalue(), Limits()).sheets():
        writer.add(sheet, Page(sheet.number, 827, 1169, 100, 0, 0.0, ()))
    archive = scans.finished(writer)
    made = pikepdf.open(io.BytesIO(archive))
    assert not {"/OpenAction", "/Names", "/AA"} & set(made.Root.keys())
    assert len(made.attachments) == 0
    for word in (b"planted", b"JavaScript", b"EmbeddedFile", b"app.alert"):
        assert word not in archive
