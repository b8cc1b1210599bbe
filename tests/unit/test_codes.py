"""The codes of a digitised result."""

from __future__ import annotations

import pytest

from digitize import codes
from digitize.catalogue.reading import kinds
from digitize.codes import DocCode
from digitize.errors import InvalidInput


def test_the_doc_code_is_that_of_cv_7197() -> None:
    assert DocCode("G06.01", "CV", 21, 1).text == "G06.01_CV_000021_V1"
    assert codes.parse_doc_code("G06.01_CV_000021_V1") == DocCode("G06.01", "CV", 21, 1)


@pytest.mark.parametrize(
    "code", ["", "G06.01_CV_21_V1", "G06.01_CV_000021", "G06_01_CV_000021_V1", "G06.01-CV-000021-V1"]
)
def test_what_is_no_doc_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        codes.parse_doc_code(code)


def test_every_kind_with_the_longest_agency_code_fits_into_thirty_characters() -> None:
    for kind in kinds():
        code = DocCode("000.00.12.H61", codes.document_type(kind.code), 999_999, 9).text
        assert len(code) <= 30
        assert codes.parse_doc_code(code).type == codes.document_type(kind.code)


def test_a_series_ends_at_its_last_number_with_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="đã hết số thứ tự"):
        _ = DocCode("H99", "QĐ", 1_000_000, 1).text


def test_the_abbreviations_are_those_of_the_catalogue_of_kinds() -> None:
    differing = {
        kind.code: (codes.document_type(kind.code), kind.symbols)
        for kind in kinds()
        if kind.family == "administrative" and kind.symbols and codes.document_type(kind.code) not in kind.symbols
    }
    assert differing == {}


def test_a_kind_without_an_abbreviation_is_any_other_document() -> None:
    assert codes.document_type("giay_khai_sinh") == "VB"


def test_the_result_code_is_the_dossier_and_its_ordinal() -> None:
    assert codes.result_code("H99.01-210520-0001", 2) == "H99.01-210520-0001-KQ(2)"


def test_the_digitization_code_leaves_the_owner_blank_and_invents_no_type() -> None:
    known = codes.digitization_code(
        owner_id="001321004567", kind_code="giay_khai_sinh", procedure_code="1.001193", number="12/2021", ordinal=1
    )
    unknown = codes.digitization_code(
        owner_id="", kind_code="giay_phep_xay_dung", procedure_code="1.013225", number="3/GPXD", ordinal=2
    )
    assert known == "001321004567.KQ.G15.000031.12/2021.1"
    assert unknown == ".1.013225.3/GPXD.2"


def test_a_code_that_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(InvalidInput, match="quá 200"):
        codes.digitization_code(
            owner_id="1", kind_code="giay_phep", procedure_code="1", number="x" * 200, ordinal=1
        )  # fmt: skip
