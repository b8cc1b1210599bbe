"""Specimens are invented papers on scans whose truth is exact."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitize.errors import Misconfigured
from workers.demo import specimens
from workers.demo.specimens import folder, fonts, pen
from workers.demo.specimens.conditions import Conditions
from workers.demo.specimens.content import BUILDERS, compose, wording
from workers.demo.specimens.handling import handling
from workers.demo.specimens.layout import lay_out
from workers.demo.specimens.paper import Paper
from workers.demo.specimens.people import INVENTED_PROVINCE
from workers.demo.specimens.rendering import truth_fields
from workers.demo.specimens.sheet import WIDTH, Hand, Sheet, mm
from workers.demo.units import procedures, resolving_units

KINDS = specimens.kinds()


def paper(kind_code: str, seed: int) -> Paper:
    """Write a paper without drawing it."""
    procedure = next(each for each in procedures() if each.kind_code == kind_code)
    return compose(kind_code, resolving_units(procedure)[0], Random(seed))


def drawn(kind_code: str, conditions: Conditions, family: fonts.Family | None = None) -> list[Sheet]:
    """Draw a paper without scanning it."""
    hand = Hand(family or fonts.families()[0], fonts.pens()[0], Random(3))
    return lay_out(paper(kind_code, 3), hand, handling(conditions))


def picture(specimen: specimens.Specimen) -> Image.Image:
    """Decode the first page of a picture format."""
    return Image.open(io.BytesIO(specimen.data))


def test_there_are_twelve_kinds_and_each_ends_a_procedure() -> None:
    assert len(KINDS) >= 12
    assert set(KINDS) == {each.kind_code for each in procedures()} == set(BUILDERS)


def test_a_copy_names_agency_place_and_date_in_its_header_and_an_original_in_its_rows() -> None:
    made = {written.header: written for written in (paper("giay_khai_sinh", seed) for seed in range(30))}
    copy, original = truth_fields(made["columns"]), truth_fields(made["centred"])
    assert copy["organ_name"].isupper()
    assert copy["place"]
    assert original["organ_name"].startswith("Ủy ban nhân dân xã")
    assert "place" not in original


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    coarse = Conditions(dpi=100)
    first, again, other = (specimens.render("trich_luc_khai_tu", seed, coarse) for seed in (4, 4, 5))
    assert first == again
    assert first.data != other.data


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(KINDS), st.integers(0, 10**6))
def test_every_paper_is_of_2021_and_of_people_who_cannot_exist(kind_code: str, seed: int) -> None:
    written = paper(kind_code, seed)
    fields = truth_fields(written)
    assert date(2021, 1, 1) <= written.issued_on <= date(2021, 12, 31)
    assert " " not in fields["number"]
    assert all(fields[name] for name in ("number", "signer_name", "organ_name", "signer_title"))
    if re.fullmatch(r"\d{12}", fields.get("holder_id", "")):
        assert fields["holder_id"].startswith(INVENTED_PROVINCE)
        assert fields["holder_id"][4:6] == fields["holder_birth_date"][2:4]


@pytest.mark.parametrize("kind_code", KINDS)
def test_every_printed_letter_has_a_glyph_and_stays_on_the_paper(kind_code: str) -> None:
    for sheet in drawn(kind_code, Conditions(leaders="under"), fonts.families()[-1]):
        printed = "".join(sheet.lines).replace("\t", "").replace("\n", "")
        for family in fonts.families():
            assert fonts.covers(family.regular, printed)
            assert fonts.covers(family.bold, printed)
        box = sheet.black.getbbox()
        assert box is not None
        assert box[0] > mm(10)
        assert box[2] < WIDTH - mm(5)


def test_the_lines_hold_the_values_of_the_fields() -> None:
    text = " ".join(line for sheet in drawn("giay_khai_sinh", Conditions()) for line in sheet.lines)
    fields = truth_fields(paper("giay_khai_sinh", 3))
    for name in ("number", "holder_name", "holder_id", "signer_name"):
        assert fields[name] in text
    assert wording.figures(date.fromisoformat(fields["holder_birth_date"])) in text


def test_the_box_of_a_field_lies_on_its_ink_in_a_skewed_scan_of_lower_resolution() -> None:
    conditions = Conditions(media="image/png", dpi=200, skew_degrees=2.0, noise=1.0)
    specimen = specimens.render("giay_phep_lao_dong", 1, conditions)
    grey = np.asarray(picture(specimen).convert("L"))
    assert grey.shape == (2339, 1653)
    for name in ("number", "holder_name", "issued_date", "organ_name"):
        box = specimen.truth.boxes[name]
        inked = grey[box.top : box.bottom, box.left : box.right] < 128
        assert 0.02 < inked.mean() < 0.5, name


def test_each_format_is_what_it_says() -> None:
    def made(kind_code: str, conditions: Conditions) -> specimens.Specimen:
        return specimens.render(kind_code, 2, conditions)

    assert picture(made("cong_van", Conditions(media="image/jpeg", dpi=100))).format == "JPEG"
    bilevel = picture(made("cong_van", Conditions(media="image/tiff", mode="bilevel", dpi=100)))
    assert (bilevel.format, bilevel.mode, bilevel.info["compression"]) == ("TIFF", "1", "group4")
    notice = made("thong_bao", Conditions(media="image/jpeg", dpi=100))
    assert notice.media_type == "application/pdf", "two pages do not fit into a JPEG"
    with pikepdf.open(io.BytesIO(notice.data)) as document:
        assert len(document.pages) == len(notice.truth.pages) == 2


def test_a_quarter_turn_lays_the_paper_on_its_side() -> None:
    image = picture(specimens.render("cong_van", 2, Conditions(turn=90, dpi=100)))
    assert image.size == (1169, 827)


def test_pen_written_values_are_blue_and_named() -> None:
    sheet = drawn("giay_khai_sinh", Conditions(pen_values=True, pen_number=True))[0]
    assert np.asarray(sheet.blue).astype(bool).mean() > 0.005
    specimen = specimens.render("giay_khai_sinh", 2, Conditions(pen_values=True, pen_number=True, dpi=100))
    assert {"number", "holder_name", "holder_id", "holder_birth_date"} <= specimen.truth.pen


def test_a_mark_that_the_pen_lacks_is_drawn() -> None:
    def ink(letter: str) -> int:
        mask = Image.new("L", (200, 200))
        pen.write(mask, fonts.pens()[0], 100, letter, 50, 120, Random(1))
        return int(np.asarray(mask).astype(bool).sum())

    assert ink("e") < ink("ẹ")
    assert ink("e") < ink("ễ")
    assert ink("D") < ink("Đ")


def test_the_odd_ones_are_odd() -> None:
    blank, coarse, secret = specimens.blank(1), specimens.coarse(1), specimens.secret(1)
    assert np.asarray(picture(blank).convert("L")).min() > 200
    assert blank.truth.pages == ((),)
    assert picture(coarse).size == (827, 1169)
    assert secret.truth.secrecy == "MẬT"


def test_the_folder_is_in_the_form_that_the_scorer_reads(tmp_path: Path) -> None:
    made = specimens.render("giay_khai_sinh", 9, Conditions(dpi=100, pen_number=True))
    assert folder.write([made], tmp_path) == 1
    entry = json.loads((tmp_path / "fields.json").read_text(encoding="utf-8"))["documents"][0]
    assert entry["kind"] == "giay_khai_sinh"
    assert entry["so_ky_hieu"] == made.truth.fields["number"]
    assert entry["handwritten"] == ["so_ky_hieu"]
    assert (tmp_path / entry["file"]).read_bytes() == made.data
    page = json.loads((tmp_path / "text/index.json").read_text(encoding="utf-8"))["pages"][0]
    assert "GIẤY KHAI SINH" in (tmp_path / page["text"]).read_text(encoding="utf-8").splitlines()


def test_without_a_vietnamese_font_the_sentence_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", dict)
    with pytest.raises(Misconfigured, match="fonts-texgyre"):
        fonts.families.__wrapped__()
    with pytest.raises(Misconfigured, match="fonts-dancingscript"):
        fonts.pens.__wrapped__()


def test_a_date_is_said_as_the_forms_want_it() -> None:
    assert wording.in_words(date(2021, 7, 25)) == "Ngày hai mươi lăm, tháng bảy, năm hai nghìn không trăm hai mươi mốt"
    assert wording.in_words(date(2005, 1, 4)) == "Ngày mùng bốn, tháng Giêng, năm hai nghìn không trăm linh năm"


def test_every_number_under_a_hundred_is_said_differently() -> None:
    assert len({wording.two_digits(value) for value in range(100)}) == 100


def test_conditions_that_are_fixed_are_not_drawn() -> None:
    assignment = replace(specimens.assignments()[0], fixed={"dpi": 250, "turn": 0})
    assert {(each.dpi, each.turn) for each in (assignment.conditions(Random(seed)) for seed in range(20))} == {(250, 0)}
