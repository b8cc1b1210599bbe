"""What one page of a received PDF becomes."""

from __future__ import annotations

import io
import zlib

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from digitize.image.encoding import bilevel
from digitize.image.intake import Limits, open_scan
from digitize.image.sheet import Sheet
from digitize.model import Nature
from tests.samples import scans

STAMP = b"BT /F1 14 Tf 40 800 Td (Da ky: UBND xa Hoa Binh) Tj ET\n"


def only_sheet(data: bytes) -> Sheet:
    scan = open_scan(data, Limits())
    assert scan.page_count == 1
    return next(scan.sheets())


def test_the_only_picture_of_a_page_is_carried_over_byte_for_byte() -> None:
    sheet = only_sheet(scans.scanned_pdf())
    assert sheet.image.data == scans.jpeg(scans.paper())
    assert (sheet.image.filter, sheet.image.colour_space, sheet.image.bits) == ("DCTDecode", "DeviceRGB", 8)
    assert sheet.pixels.shape == (1169, 827, 3)
    assert (sheet.dpi, sheet.turned) == (100, 0)
    assert (sheet.width_pt, sheet.height_pt) == pytest.approx(scans.A4_PT)


def test_a_jpeg_that_the_scanner_deflated_stays_deflated() -> None:
    pdf = pikepdf.new()
    wrapped = zlib.compress(scans.jpeg(scans.paper()))
    filters = Array([Name.FlateDecode, Name.DCTDecode])
    scans.add_page(pdf, scans.covering(), {"Im": scans.picture_object(pdf, wrapped, Filter=filters)})
    sheet = only_sheet(scans.written(pdf))
    assert sheet.image.deflated
    assert sheet.image.data == wrapped
    assert sheet.pixels.shape == (1169, 827, 3)


@pytest.mark.parametrize(("rotate", "turned"), [(0, 0), (90, 90), (180, 180), (270, 270), (-90, 270), (450, 90)])
def test_the_turn_of_the_page_is_told_and_not_applied(rotate: int, turned: int) -> None:
    sheet = only_sheet(scans.scanned_pdf(Rotate=rotate))
    assert sheet.turned == turned
    assert sheet.pixels.shape[:2] == (1169, 827)


@pytest.mark.parametrize(
    ("matrix", "turned"),
    [("595.44 0 0 841.68 0 0", 0), ("0 -595.44 841.68 0 0 595.44", 90), ("-595.44 0 0 -841.68 595.44 841.68", 180)],
)
def test_the_turn_of_the_picture_itself_is_told(matrix: str, turned: int) -> None:
    pdf = pikepdf.new()
    size = scans.A4_PT if turned != 90 else scans.A4_PT[::-1]
    scans.add_page(pdf, f"{matrix} cm /Im Do".encode(), {"Im": scans.jpeg_object(pdf)}, size)
    sheet = only_sheet(scans.written(pdf))
    assert sheet.turned == turned
    assert (sheet.width_pt, sheet.height_pt) == pytest.approx(scans.A4_PT)


@pytest.mark.parametrize(
    "content", [b"BT 3 Tr /F1 12 Tf 50 700 Td (UY BAN NHAN DAN) Tj ET", b"BT /F1 9 Tf 9 9 Td ( ) Tj ET"]
)
def test_text_that_nobody_sees_is_no_reason_to_render(content: bytes) -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering() + content, {"Im": scans.jpeg_object(pdf)})
    data = scans.written(pdf)
    assert open_scan(data, Limits()).nature is Nature.SCAN
    assert only_sheet(data).image.data == scans.jpeg(scans.paper())


def test_what_an_opaque_picture_hides_is_no_reason_to_render() -> None:
    pdf = pikepdf.new()
    below = b"1 g 0 0 595 842 re f 0 g BT /F1 12 Tf 50 700 Td (old text) Tj ET\n"
    scans.add_page(pdf, below + scans.covering(), {"Im": scans.jpeg_object(pdf)})
    assert only_sheet(scans.written(pdf)).image.data == scans.jpeg(scans.paper())


def test_a_stamp_over_the_scan_is_part_of_the_page() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering() + STAMP, {"Im": scans.jpeg_object(pdf)})
    data = scans.written(pdf)
    sheet = only_sheet(data)
    assert open_scan(data, Limits()).nature is Nature.SCAN
    plain = only_sheet(scans.scanned_pdf())
    changed = cv2.absdiff(sheet.pixels, cv2.resize(plain.pixels, sheet.pixels.shape[1::-1])).max(axis=2) > 100
    rows = np.nonzero(changed.any(axis=1))[0]
    assert rows.size > 0
    assert rows.max() < 75
    assert len(sheet.image.data) <= len(plain.image.data) + 8 * 1024


def test_a_number_over_a_black_and_white_scan_leaves_it_black_and_white() -> None:
    pdf = pikepdf.new()
    samples = zlib.compress(scans.black_and_white().tobytes())
    picture = scans.picture_object(
        pdf, samples, Filter=Name.FlateDecode, BitsPerComponent=1, ColorSpace=Name.DeviceGray
    )
    scans.add_page(pdf, scans.covering() + b" 0 g 200 400 60 20 re f", {"Im": picture})
    sheet = only_sheet(scans.written(pdf))
    assert (sheet.image.data, sheet.image.bits) == (samples, 1)
    assert sheet.pixels.ndim == 2
    assert sheet.pixels[1169 - 570, 320] == 0


def test_a_seal_in_an_annotation_is_part_of_the_page() -> None:
    pdf = pikepdf.new()
    page = scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    look = pikepdf.Stream(
        pdf, b"1 0 0 rg 0 0 100 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 50])
    )
    note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([400, 700, 500, 750]), F=4, AP=Dictionary(N=look))
    page.obj.Annots = Array([pdf.make_indirect(note)])
    sheet = only_sheet(scans.written(pdf))
    blue, green, red = sheet.pixels[160, 620].astype(int)
    assert red > 200
    assert max(blue, green) < 60


def test_a_picture_of_which_the_page_hides_a_part_is_not_taken_whole() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)}, CropBox=Array([0, 420, 595.44, 841.68]))
    sheet = only_sheet(scans.written(pdf))
    assert sheet.height_pt == pytest.approx(421.68, abs=1)


def test_a_black_and_white_page_keeps_its_fax_stream() -> None:
    pdf = pikepdf.new()
    encoded = bilevel(scans.black_and_white())
    parms = Dictionary(K=-1, Columns=827, Rows=1169, BlackIs1=bool(dict(encoded.decode_parms)["BlackIs1"]))
    picture = scans.picture_object(
        pdf, encoded.data, BitsPerComponent=1, ColorSpace=Name.DeviceGray, Filter=Name.CCITTFaxDecode, DecodeParms=parms
    )
    scans.add_page(pdf, scans.covering(), {"Im": picture})
    sheet = only_sheet(scans.written(pdf))
    assert (sheet.image.filter, sheet.image.data) == ("CCITTFaxDecode", encoded.data)
    assert np.array_equal(sheet.pixels, np.asarray(scans.black_and_white().convert("L")))


def test_a_stencil_in_black_ink_is_carried_over_as_a_black_and_white_page() -> None:
    pdf = pikepdf.new()
    samples = zlib.compress(scans.black_and_white().tobytes())
    stencil = scans.picture_object(pdf, samples, Filter=Name.FlateDecode, ImageMask=True, BitsPerComponent=1)
    del stencil.ColorSpace
    scans.add_page(pdf, scans.covering(), {"Im": stencil})
    sheet = only_sheet(scans.written(pdf))
    assert sheet.image.data == samples
    assert np.array_equal(sheet.pixels, np.asarray(scans.black_and_white().convert("L")))


def gray_page() -> NDArray[np.uint8]:
    return scans.paper(colour=False)


@pytest.mark.parametrize("kind", ["lzw", "cmyk", "calibrated", "jpeg2000"])
def test_a_stream_that_pdfa_forbids_becomes_another_without_loss(kind: str) -> None:
    pdf = pikepdf.new()
    picture, expected = _forbidden(pdf, kind)
    scans.add_page(pdf, scans.covering(), {"Im": picture})
    sheet = only_sheet(scans.written(pdf))
    assert sheet.image.filter == "FlateDecode"
    shown = sheet.pixels if sheet.pixels.ndim == expected.ndim else sheet.pixels[..., 0]
    assert np.abs(shown.astype(int) - expected).max() <= AS_A_VIEWER_SHOWS_IT.get(kind, 0)


AS_A_VIEWER_SHOWS_IT = {"cmyk": 45}
"""Gray levels between our plain formula and a viewer's: full black ink is printed as a very dark gray."""


def _forbidden(pdf: pikepdf.Pdf, kind: str) -> tuple[pikepdf.Stream, NDArray[np.uint8]]:
    """Return a picture and the pixels that a viewer shows of it."""
    gray = gray_page()
    if kind == "lzw":
        tiff = scans.saved(Image.fromarray(gray), "TIFF", compression="tiff_lzw", strip_size=1 << 24)
        tags = Image.open(io.BytesIO(tiff)).tag_v2  # type: ignore[attr-defined]
        data = tiff[tags[273][0] : tags[273][0] + tags[279][0]]
        parms = Dictionary(Predictor=int(tags.get(317, 1)), Colors=1, BitsPerComponent=8, Columns=827)
        entries = {"Filter": Name.LZWDecode, "ColorSpace": Name.DeviceGray, "DecodeParms": parms}
        return scans.picture_object(pdf, data, scans.A4, **entries), gray
    if kind == "cmyk":
        ink = np.zeros((*gray.shape, 4), np.uint8)
        ink[..., 3] = 255 - gray
        data = zlib.compress(ink.tobytes())
        return scans.picture_object(pdf, data, Filter=Name.FlateDecode, ColorSpace=Name.DeviceCMYK), gray
    if kind == "calibrated":
        space = Array([Name.CalGray, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]), Gamma=1)])
        return scans.flate_object(pdf, gray, ColorSpace=space), gray
    data = scans.saved(Image.fromarray(gray).convert("RGBA"), "JPEG2000", irreversible=False)
    shown = np.dstack([gray] * 3)
    return scans.picture_object(pdf, data, Filter=Name.JPXDecode), shown


def test_a_plain_jpeg_2000_is_carried_over() -> None:
    pdf = pikepdf.new()
    data = scans.saved(Image.fromarray(gray_page()).convert("RGB"), "JPEG2000", irreversible=False)
    scans.add_page(pdf, scans.covering(), {"Im": scans.picture_object(pdf, data, Filter=Name.JPXDecode)})
    sheet = only_sheet(scans.written(pdf))
    assert (sheet.image.filter, sheet.image.data) == ("JPXDecode", data)
    assert np.array_equal(sheet.pixels[..., 0], gray_page())


def test_a_default_of_72_dpi_is_no_measure() -> None:
    pdf = pikepdf.new()
    large = scans.paper((1654, 2339))
    scans.add_page(pdf, scans.covering((1654, 2339)), {"Im": scans.jpeg_object(pdf, large)}, (1654, 2339))
    sheet = only_sheet(scans.written(pdf))
    assert sheet.dpi == 200
    assert sheet.height_pt == pytest.approx(841.89, abs=0.1)


def test_drawn_text_is_born_digital() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, STAMP * 3)
    data = scans.written(pdf)
    assert open_scan(data, Limits()).nature is Nature.BORN_DIGITAL
    assert only_sheet(data).dpi == 300


def test_a_scan_among_drawn_pages_makes_the_file_a_scan() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, STAMP)
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    assert open_scan(scans.written(pdf), Limits()).nature is Nature.SCAN


def test_a_logo_does_not_make_a_drawn_page_a_scan() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, STAMP + b"q 150 0 0 150 50 600 cm /Im Do Q", {"Im": scans.jpeg_object(pdf)})
    assert open_scan(scans.written(pdf), Limits()).nature is Nature.BORN_DIGITAL


@pytest.mark.parametrize("nested", [False, True])
def test_a_value_with_a_byte_range_makes_the_file_signed(nested: bool) -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String("x"))
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Signature1"), V=value))
    parent = pdf.make_indirect(Dictionary(T=String("form"), Kids=Array([field])))
    pdf.Root.AcroForm = Dictionary(Fields=Array([parent if nested else field]))
    assert open_scan(scans.written(pdf), Limits()).nature is Nature.SIGNED


def test_an_empty_signature_field_signs_nothing() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Signature1")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    assert open_scan(scans.written(pdf), Limits()).nature is Nature.SCAN


def test_an_owners_password_does_not_lock_a_file() -> None:
    pdf = pikepdf.new()
    scans.add_page(pdf, scans.covering(), {"Im": scans.jpeg_object(pdf)})
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=pikepdf.Encryption(owner="chủ", user=""))
    assert only_sheet(buffer.getvalue()).image.data == scans.jpeg(scans.paper())


def test_pages_are_decoded_one_at_a_time() -> None:
    scan = open_scan(scans.scanned_pdf(pages=3), Limits())
    assert scan.page_count == 3
    assert [sheet.number for sheet in scan.sheets()] == [1, 2, 3]
