"""The visible block says what the law asks, where the law asks, upright and legible on any page."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image

from digitize.errors import InvalidInput
from digitize.model import Role
from digitize.sign.apply import sign
from digitize.sign.block import PageFrame, corner_box, wording
from digitize.sign.lettering import face_for
from digitize.sign.order import SigningOrder
from tests.pki.world import AGENCY_ORDER, CLERK_ORDER, NOW, archive_page, sealed, world

VIETNAMESE = "ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựỳỵỷỹđĐỦỴÊ"


def test_the_clerks_block_names_the_person_and_the_time_of_the_scan() -> None:
    assert wording(CLERK_ORDER, no_legal_value=False, now=NOW) == (
        "Nguyễn Thị Hương",
        "Thời gian quét: 2026-11-22T14:57:00+07:00",
    )


def test_the_agencys_block_names_the_form_of_copy_the_office_and_the_time_of_signing() -> None:
    assert wording(AGENCY_ORDER, no_legal_value=False, now=NOW) == (
        "SAO Y",
        "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH",
        "2026-11-22T15:00:00+07:00",
    )


@pytest.mark.parametrize(("code", "words"), [("SY", "SAO Y"), ("TrS", "TRÍCH SAO"), ("SL", "SAO LỤC")])
def test_the_form_of_copy_is_data(code: str, words: str) -> None:
    order = SigningOrder(Role.AGENCY, "UBND xã A", copy_form=code)
    assert wording(order, no_legal_value=False, now=NOW)[0] == words


def test_a_form_of_copy_that_is_not_in_force_is_refused() -> None:
    with pytest.raises(InvalidInput, match="hình thức sao"):
        wording(AGENCY_ORDER, no_legal_value=False, now=datetime(2020, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize("order", [CLERK_ORDER, AGENCY_ORDER])
def test_a_development_signature_confesses_on_the_page(order: SigningOrder) -> None:
    assert any("không có giá trị pháp lý" in line for line in wording(order, no_legal_value=True, now=NOW))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_blocks_stand_in_the_upper_corners_of_the_page_as_it_is_shown(rotation: int, tmp_path: Path) -> None:
    signed = sign(archive_page(rotation=rotation), CLERK_ORDER, world().clerk, None, NOW)
    signed = sign(signed.pdf, AGENCY_ORDER, world().office, None, NOW)
    words = _words(signed.pdf, tmp_path)
    width, height = (841.89, 595.276) if rotation % 180 else (595.276, 841.89)
    assert words["Hương"][0] < width / 2 < words["SAO"][0]
    assert all(words[word][1] < 60 < height for word in ("Hương", "SAO"))
    assert words["BÌNH"][0] > words["ỦY"][0], "the line runs from left to right for the reader"


def test_type_is_10_points_on_a4(tmp_path: Path) -> None:
    left, top, right, bottom = _words(sealed().pdf, tmp_path)["Hương"]
    assert bottom - top == pytest.approx(10 * (0.891 + 0.216), abs=0.4), "ascent and descent of the face at 10 pt"
    assert right > left


def test_the_only_fonts_are_embedded_times_metric_subsets(tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(sealed().pdf)
    rows = subprocess.run(["pdffonts", place], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(rows) == 2
    for row in rows:
        assert "+LiberationSerif" in row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], "embedded, subset, with Unicode"


def test_a_long_name_is_broken_and_set_smaller_but_stays_whole(tmp_path: Path) -> None:
    name = "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH THƯỢNG HUYỆN VĂN CHẤN TỈNH YÊN BÁI " * 2
    signed = sign(archive_page(), SigningOrder(Role.AGENCY, name), world().office, None, NOW)
    words = _text(signed.pdf, tmp_path).split()
    assert words.count("THƯỢNG") == 2
    assert words.count("BÁI") == 2


def test_a_name_that_no_legible_size_can_hold_is_refused() -> None:
    with pytest.raises(InvalidInput, match="tên quá dài"):
        sign(archive_page(), SigningOrder(Role.AGENCY, "DÀI " * 400), world().office, None, NOW)


def test_a_character_without_a_glyph_is_refused_by_its_number() -> None:
    with pytest.raises(InvalidInput, match=r"U\+1F600"):
        sign(archive_page(), SigningOrder(Role.AGENCY, "UBND \U0001f600"), world().office, None, NOW)


def test_the_face_has_every_vietnamese_letter() -> None:
    face = face_for(VIETNAMESE)
    assert all(face.glyph(letter) > 0 for letter in VIETNAMESE)


def test_decomposed_names_are_set_composed(tmp_path: Path) -> None:
    decomposed = "Nguye\u0302\u0303n Thi\u0323"
    order = SigningOrder(Role.CLERK, decomposed, scanned_at=NOW)
    assert "Nguyễn Thị" in _text(sign(archive_page(), order, world().clerk, None, NOW).pdf, tmp_path)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("role", list(Role))
def test_a_corner_lies_within_the_page_whatever_its_origin(rotate: int, role: Role) -> None:
    page = PageFrame(-100, 50, 495, 892, rotate)
    left, bottom, right, top = corner_box(role, page)
    assert -100 < left < right < 495
    assert 50 < bottom < top < 892


@dataclass(frozen=True, slots=True)
class Paper:
    """A page on which something stands already."""

    width: float
    height: float
    rotate: int = 0
    crop: tuple[float, float, float, float] | None = None
    user_unit: float = 1.0

    def pdf(self) -> bytes:
        """Print it all over in grey, and give it its boxes and its turn."""
        drawn = FPDF(unit="pt", format=(self.width, self.height))
        drawn.add_page()
        drawn.set_fill_color(90, 90, 90)
        drawn.rect(0, 0, self.width, self.height, "F")
        with pikepdf.open(BytesIO(bytes(drawn.output()))) as pdf:
            page = pdf.pages[0]
            page.rotate(self.rotate, relative=False)
            if self.crop:
                page.CropBox = pikepdf.Array(self.crop)
            page.UserUnit = self.user_unit
            saved = BytesIO()
            pdf.save(saved)
        return saved.getvalue()


PAPERS = {
    "A3": Paper(842, 1191),
    "A5": Paper(420, 595),
    "landscape": Paper(842, 595),
    "turned": Paper(842, 595, rotate=270),
    "cropped": Paper(795, 1042, crop=(100, 100, 695, 942)),
    "cropped and turned": Paper(1042, 795, rotate=90, crop=(100, 100, 942, 695)),
    "card": Paper(243, 153),
    "stamp": Paper(72, 100),
    "large units": Paper(149, 211, user_unit=4),
}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS.keys())
def test_on_any_paper_both_blocks_are_read_beside_each_other_in_the_upper_corners(paper: Paper, tmp_path: Path) -> None:
    first = sign(paper.pdf(), CLERK_ORDER, world().clerk, None, NOW)
    second = sign(first.pdf, AGENCY_ORDER, world().office, None, NOW)
    place = tmp_path / "a.pdf"
    place.write_bytes(second.pdf)
    command = ["pdftoppm", "-cropbox", "-scale-to", "1600", "-gray", "-singlefile", place, tmp_path / "a"]
    subprocess.run(command, check=True)
    shown = np.asarray(Image.open(tmp_path / "a.pgm"))[4:-4, 4:-4]  # the edges are rounded to whole pixels
    ink = np.argwhere((shown < 40) | (shown > 200))
    top, left, bottom, right = *ink.min(axis=0), *ink.max(axis=0)
    assert 0 < top < bottom < 0.45 * shown.shape[0]
    assert 0 < left < 0.5 * shown.shape[1] < right < shown.shape[1]
    half = shown.shape[1] // 2
    for side in (shown[:, : half - 2], shown[:, half + 2 :]):
        assert (side < 40).sum() > 200, "black letters"
        assert (side > 200).sum() > (side < 40).sum(), "with a white rim"


def test_type_is_never_smaller_than_can_be_read_where_the_paper_has_room(tmp_path: Path) -> None:
    signed = sign(Paper(243, 153).pdf(), CLERK_ORDER, world().clerk, None, NOW)
    left, top, right, bottom = _words(signed.pdf, tmp_path)["Hương"]
    assert bottom - top == pytest.approx(6 * (0.891 + 0.216), abs=0.4)
    assert left < right


def _text(pdf: bytes, folder: Path) -> str:
    place = folder / "a.pdf"
    place.write_bytes(pdf)
    return subprocess.run(["pdftotext", place, "-"], capture_output=True, text=True, check=True).stdout


def _words(pdf: bytes, folder: Path) -> dict[str, tuple[float, float, float, float]]:
    """Return the box of each word on the page as shown: left, top, right, bottom in points."""
    place = folder / "a.pdf"
    place.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-bbox", place, "-"], capture_output=True, text=True, check=True).stdout
    boxes: dict[str, tuple[float, float, float, float]] = {}
    for line in said.splitlines():
        if "<word" in line:
            parts = line.split('"')
            word = line.split(">")[1].split("<")[0]
            boxes[word] = (float(parts[1]), float(parts[3]), float(parts[5]), float(parts[7]))
    return boxes
