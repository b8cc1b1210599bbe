"""The two-layer PDF/A-2b that the archive keeps."""

from __future__ import annotations

import io
import subprocess
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms

from digitize.archive import ArchiveWriter, Capture
from digitize.corner import placement
from digitize.errors import Impossible
from digitize.image.decoding import render_page
from digitize.image.intake import Limits, open_scan
from digitize.image.sheet import Sheet
from digitize.model import SIGNATURE_FIELDS, Block, Box, Line, Page, Role, Word
from tests.samples import marked, scans
from tests.verapdf.plugin import PdfaJudge

CAPTURE = Capture("01JD8ZK7", datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=7))), "ab" * 32)
SENTENCES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc .",
    "Số: 8256/UBND-HCC ngày 22 tháng 11 năm 2026",
    "Về việc tăng cường số hóa kết quả giải quyết thủ tục hành chính",
    "Nguyễn Thị Ngọc Ánh, Đặng Hữu Phước; (1) [2] \\ <3> ₫ “ngoặc”",
)


def page_of(
    sheet: Sheet, rotation: int | None = None, sentences: tuple[str, ...] = SENTENCES, skew: float = 0.0
) -> Page:
    """Lay sentences on a page, each word in a box of the width that print would give it."""
    turn = sheet.turned if rotation is None else rotation
    height, width = sheet.pixels.shape[:2] if turn in (0, 180) else sheet.pixels.shape[1::-1]
    return Page(
        sheet.number,
        width,
        height,
        sheet.dpi,
        turn,
        skew,
        tuple(_block(row, text) for row, text in enumerate(sentences)),
    )


def _block(row: int, sentence: str) -> Block:
    words, left, top = [], 60, 120 + 45 * row
    for text in sentence.split():
        box = Box(left, top, left + 8 * len(text), top + 18)
        words.append(Word(text, box, 0.9))
        left = box.right + 6
    line = Line(tuple(words), words[0].box.union(words[-1].box))
    return Block((line,), line.box)


def archived(data: bytes, rotation: int | None = None) -> bytes:
    writer = ArchiveWriter(CAPTURE)
    for sheet in open_scan(data, Limits()).sheets():
        writer.add(sheet, page_of(sheet, rotation))
    return scans.finished(writer)


def words_by_poppler(pdf: bytes, folder: Path) -> list[str]:
    place = folder / "read.pdf"
    place.write_bytes(pdf)
    shown = subprocess.run(["pdftotext", "-raw", str(place), "-"], check=True, capture_output=True, text=True)
    return shown.stdout.split()


def words_by_pdfium(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    words = [word for page in document for word in page.get_textpage().get_text_range().split()]
    document.close()
    return words


EXPECTED = [word for sentence in SENTENCES for word in sentence.split()]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_viewer_gives_back_every_vietnamese_word(rotation: int, tmp_path: Path) -> None:
    pdf = archived(scans.jpeg(scans.paper()), rotation)
    assert words_by_poppler(pdf, tmp_path) == EXPECTED
    assert words_by_pdfium(pdf) == EXPECTED


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_lie_where_they_were_read(rotation: int, tmp_path: Path) -> None:
    (sheet,) = open_scan(scans.jpeg(scans.paper()), Limits()).sheets()
    page = page_of(sheet, rotation)
    place = tmp_path / "a.pdf"
    writer = ArchiveWriter(CAPTURE)
    writer.add(sheet, page)
    place.write_bytes(scans.finished(writer))
    shown = subprocess.run(["pdftotext", "-bbox", str(place), "-"], check=True, capture_output=True, text=True).stdout
    found = [line.split('"')[1:8:2] for line in shown.splitlines() if "<word" in line]
    assert len(found) == len(page.words)
    for word, edges in zip(page.words, found, strict=True):
        expected = (word.box.left, word.box.top, word.box.right, word.box.bottom)
        for edge, pixels in zip(edges, expected, strict=True):
            assert float(edge) == pytest.approx(pixels * 72 / sheet.dpi, abs=1.5)


def test_text_runs_along_sloping_lines(tmp_path: Path) -> None:
    (sheet,) = open_scan(scans.jpeg(scans.paper()), Limits()).sheets()
    level = page_of(sheet)
    sloping = page_of(sheet, skew=3.0)
    tilted = []
    for block in sloping.blocks:
        words = []
        for word in block.lines[0].words:
            drop = round(np.tan(np.radians(3.0)) * (word.box.left + word.box.right) / 2)
            grown = round(word.box.width * np.sin(np.radians(3.0)) / 2)
            box = Box(word.box.left, word.box.top + drop - grown, word.box.right, word.box.bottom + drop + grown)
            words.append(Word(word.text, box, word.confidence))
        line = Line(tuple(words), words[0].box.union(words[-1].box))
        tilted.append(Block((line,), line.box))
    page = Page(1, level.width, level.height, level.dpi, 0, 3.0, tuple(tilted))
    writer = ArchiveWriter(CAPTURE)
    writer.add(sheet, page)
    pdf = scans.finished(writer)
    assert words_by_poppler(pdf, tmp_path) == EXPECTED
    textpage = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    for found in ("VIỆT", "Nguyễn"):
        word = next(word for word in page.words if word.text == found)
        index, _ = textpage.search(found).get_next() or (-1, 0)
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        middle = level.height - (bottom + top) / 2 * sheet.dpi / 72
        assert middle == pytest.approx((word.box.top + word.box.bottom) / 2, abs=6)
        assert left * sheet.dpi / 72 == pytest.approx(word.box.left, abs=4)
        assert right > left


def test_the_same_input_gives_the_same_bytes() -> None:
    data = scans.scanned_pdf(pages=2)
    assert archived(data) == archived(data)


def test_the_picture_is_the_scan_s_own_stream() -> None:
    made = pikepdf.open(io.BytesIO(archived(scans.scanned_pdf(Rotate=90))))
    picture = made.pages[0].Resources.XObject.Im
    assert picture.read_raw_bytes() == scans.jpeg(scans.paper())
    assert made.pages[0].obj.Rotate == 90


@pytest.mark.parametrize("pages", [1, 5])
def test_the_file_is_hardly_larger_than_the_scan(pages: int) -> None:
    data = scans.scanned_pdf(pages)
    grown = len(archived(data)) - len(data)
    assert grown <= 16 * 1024 + 12 * 1024 * pages


def test_only_what_is_certain_stands_in_the_metadata() -> None:
    made = pikepdf.open(io.BytesIO(archived(scans.scanned_pdf(pages=2))))
    assert "/Info" not in made.trailer
    with made.open_metadata(set_pikepdf_as_editor=False) as metadata:
        assert metadata["dc:identifier"] == "01JD8ZK7"
        assert metadata["dc:source"] == "sha256:" + "ab" * 32
        assert metadata["xmp:CreateDate"] == "2026-11-22T08:30:00+07:00"
        assert metadata["{http://ns.adobe.com/xap/1.0/t/pg/}NPages"] == "2"
        assert metadata.pdfa_status == "2B"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(827, 1169), (1169, 827), (583, 827)])
def test_both_signature_fields_wait_at_the_top_of_page_1(rotation: int, size: tuple[int, int]) -> None:
    pdf = archived(scans.jpeg(scans.paper(size)), rotation)
    made = pikepdf.open(io.BytesIO(pdf))
    fields = {str(field.T): field for field in made.Root.AcroForm.Fields}
    expected = {role: SIGNATURE_FIELDS[role] for role in (Role.CLERK, Role.AGENCY)}
    assert set(fields) == set(expected.values())
    shown = render_page(_marked(pdf), 0, 72)
    height, width = shown.shape[:2]
    scale = min(width, height) / 595.276
    for role, name in expected.items():
        field = fields[name]
        assert "/V" not in field
        assert isinstance(field.AP.N, pikepdf.Stream)
        assert int(field.F) & 4
        red = (
            (shown.astype(int) @ np.array([-1, -1, 2]) > 300)
            if role is Role.CLERK
            else (shown.astype(int) @ np.array([2, -1, -1]) > 300)
        )
        rows, columns = np.nonzero(red)
        left = 8 * scale if role is Role.CLERK else width - (8 + placement().width_pt) * scale
        assert columns.min() == pytest.approx(left, abs=2)
        assert columns.max() == pytest.approx(left + placement().width_pt * scale, abs=2)
        assert (rows.min(), rows.max()) == pytest.approx((8 * scale, (8 + placement().height_pt) * scale), abs=2)


def _marked(pdf: bytes) -> bytes:
    """Paint the clerk's field red and the agency's blue, on an empty page, to see where they stand."""
    made = pikepdf.open(io.BytesIO(pdf))
    made.pages[0].Contents = pikepdf.Stream(made, b"")
    for field, colour in zip(made.Root.AcroForm.Fields, ("1 0 0", "0 0 1"), strict=True):
        box = [float(value) for value in field.AP.N.BBox]
        field.AP.N.write(f"{colour} rg 0 0 {box[2]} {box[3]} re f".encode())
        field.Subtype = Name.Stamp
        del field.FT
    del made.Root.AcroForm
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _indexed(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    levels = (scans.paper(colour=False) >> 6).astype(np.uint8)
    table = pikepdf.String(bytes(value for level in range(4) for value in (level * 85, level * 80, level * 75)))
    return scans.flate_object(pdf, levels, ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 3, table]))


# Made once: the profile carries the second of its making, so two of them need not be equal.
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _profiled(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    return scans.jpeg_object(
        pdf, ColorSpace=Array([Name.ICCBased, pdf.make_indirect(pikepdf.Stream(pdf, PROFILE, N=3))])
    )


def _deep(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    samples = (scans.paper(colour=False).astype(">u2") * 257).tobytes()
    entries = {"Filter": Name.FlateDecode, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 16, "Interpolate": True}
    return scans.picture_object(pdf, zlib.compress(samples), scans.A4, **entries)


def _jpeg_2000(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    picture = Image.fromarray(scans.paper()[..., ::-1].copy())
    return scans.picture_object(pdf, scans.saved(picture, "JPEG2000", quality_layers=[20]), Filter=Name.JPXDecode)


def _negative(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    return scans.flate_object(pdf, 255 - scans.paper(colour=False), Decode=Array([1, 0]))


PECULIAR = {"indexed": _indexed, "profiled": _profiled, "deep": _deep, "jpeg_2000": _jpeg_2000, "negative": _negative}


@pytest.mark.parametrize("kind", PECULIAR)
def test_peculiar_pictures_are_carried_over_and_comply(kind: str, pdfa_verdict: PdfaJudge) -> None:
    pdf = pikepdf.new()
    picture = PECULIAR[kind](pdf)
    stream = picture.read_raw_bytes()
    scans.add_page(pdf, scans.covering(), {"Im": picture})
    archive = archived(scans.written(pdf))
    verdict = pdfa_verdict(archive)
    assert verdict.compliant, verdict
    made = pikepdf.open(io.BytesIO(archive))
    assert made.pages[0].Resources.XObject.Im.read_raw_bytes() == stream
    original = render_page(scans.written(pdf), 0, 100)
    shown = cv2.resize(render_page(archive, 0, 100), original.shape[1::-1])
    assert np.abs(shown.astype(int) - original).mean() < 3


RECEIVED = {
    "pdf": lambda: scans.scanned_pdf(pages=3),
    "pdf_turned": lambda: scans.scanned_pdf(Rotate=270),
    "jpeg": lambda: scans.jpeg(scans.paper()),
    "gray_jpeg": lambda: scans.jpeg(scans.paper(colour=False)),
    "progressive_jpeg": lambda: scans.jpeg(scans.paper(), progressive=True),
    "turned_jpeg": lambda: scans.turned_jpeg(scans.paper(), 6),
    "cmyk_jpeg": lambda: scans.saved(Image.fromarray(scans.paper()).convert("CMYK"), "JPEG"),
    "png": lambda: scans.saved(Image.fromarray(scans.paper()), "PNG"),
    "palette_png": lambda: scans.saved(Image.fromarray(scans.paper()).convert("P"), "PNG"),
    "fax_tiff": lambda: scans.tiff([scans.black_and_white()] * 2, compression="group4", strip_size=1 << 24),
    "lzw_tiff": lambda: scans.tiff([Image.fromarray(scans.paper())], compression="tiff_lzw"),
}


@pytest.mark.parametrize("kind", RECEIVED)
def test_an_independent_validator_finds_pdfa_2b(kind: str, pdfa_verdict: PdfaJudge) -> None:
    verdict = pdfa_verdict(archived(RECEIVED[kind]()))
    assert verdict.compliant, verdict
    assert verdict.assertions > 500


def test_a_stamped_scan_and_a_blank_page_comply(pdfa_verdict: PdfaJudge) -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering() + b"BT /F1 14 Tf 40 800 Td (So 12) Tj ET", {"Im": scans.jpeg_object(pdf)})
    writer = ArchiveWriter(CAPTURE)
    for sheet in open_scan(scans.written(pdf), Limits()).sheets():
        writer.add(sheet, page_of(sheet, sentences=()))
    assert pdfa_verdict(scans.finished(writer)).compliant


MARKS = ("red number", "watermark", "highlight", marked.ANNOTATION)


# Every mark over the commonest form of scan, every other form under the first of the marks: the layers of a mark do
# not depend on the stream of the scan below it, which tests/unit/intake/test_marks_over_scans.py holds.
@pytest.mark.parametrize(
    ("form", "mark"), [("g4", mark) for mark in MARKS] + [(form, MARKS[0]) for form in marked.FORMS if form != "g4"]
)
def test_a_mark_over_a_scan_complies_and_adds_little(form: str, mark: str, pdfa_verdict: PdfaJudge) -> None:
    data = marked.marked(form, mark, scans.paper())
    archive = archived(data)
    verdict = pdfa_verdict(archive)
    assert verdict.compliant, verdict
    assert len(archive) - len(data) <= 16 * 1024 + 12 * 1024
    seen, kept = (cv2.blur(render_page(pdf, 0, 100), (9, 9)) for pdf in (data, archive))
    assert int(cv2.absdiff(cv2.resize(kept, seen.shape[1::-1]), seen).max()) < 60


def test_a_mark_that_stands_on_every_page_is_written_once() -> None:
    pdf = pikepdf.new()
    for _ in range(2):
        marked.marked_page(pdf, "g4", "red number", scans.paper())
    made = pikepdf.open(io.BytesIO(archived(scans.written(pdf))))
    assert len({page.Resources.XObject.L1.objgen for page in made.pages}) == 1


def test_the_validator_finds_what_is_wrong(pdfa_verdict: PdfaJudge) -> None:
    made = pikepdf.open(io.BytesIO(archived(scans.jpeg(scans.paper()))))
    del made.Root.OutputIntents
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("1"))
    buffer = io.BytesIO()
    made.save(buffer)
    verdict = pdfa_verdict(buffer.getvalue())
    assert not verdict.compliant
    assert "6.5.1-1" in verdict.failed_rules
    assert not pdfa_verdict(b"no PDF").compliant


def test_a_profile_that_many_pages_share_is_written_once() -> None:
    pdf = pikepdf.new()
    for _ in range(2):
        scans.add_page(pdf, scans.covering(), {"Im": _profiled(pdf)})
    made = pikepdf.open(io.BytesIO(archived(scans.written(pdf))))
    profiles = {page.Resources.XObject.Im.ColorSpace[1].objgen for page in made.pages}
    assert len(profiles) == 1


def test_an_archive_file_needs_a_page() -> None:
    with pytest.raises(Impossible):
        scans.finished(ArchiveWriter(CAPTURE))


def test_a_capture_without_an_offset_names_no_instant() -> None:
    with pytest.raises(Impossible):
        Capture("d", datetime(2026, 11, 22), "0" * 64)  # noqa: DTZ001 - what is refused
    assert Capture("d", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64).document_id == "d"
