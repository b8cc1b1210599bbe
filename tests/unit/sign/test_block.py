"""The visible block says what the law asks, where the law asks, upright and legible on any page."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

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
