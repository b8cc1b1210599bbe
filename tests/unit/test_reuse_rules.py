"""Validity and assurance are told as they are, and owners are named by whole numbers."""

from __future__ import annotations

from datetime import date

import pytest

from digitize import cv7197
from digitize.catalogue.reading import kinds
from digitize.errors import InvalidInput
from digitize.reuse import (
    UNKNOWN,
    Access,
    Facts,
    Holding,
    Making,
    RequestState,
    Signed,
    _catalogue,
    assurance,
    owner_number,
    restriction,
    state_of,
    validity,
)

ISSUED, LAST, DAY = date(2021, 5, 20), date(2023, 5, 20), date(2022, 1, 1)
_AFTER = date(2023, 5, 21)


@pytest.mark.parametrize(
    ("facts", "on", "holding", "since", "told"),
    [
        (Facts(ISSUED), DAY, Holding.IN_FORCE, ISSUED, "Còn hiệu lực, không thời hạn."),
        (Facts(ISSUED, LAST), LAST, Holding.IN_FORCE, ISSUED, "Còn hiệu lực, đến hết ngày 20/05/2023."),
        (Facts(ISSUED, LAST), _AFTER, Holding.EXPIRED, _AFTER, "Hết hiệu lực sau ngày 20/05/2023."),
        (Facts(ISSUED), date(2021, 5, 19), Holding.NOT_YET, ISSUED, "Chưa có hiệu lực: ngày cấp 20/05/2021."),
        (Facts(ISSUED, cancelled_on=DAY), date(2021, 7, 1), Holding.IN_FORCE, ISSUED, "Còn hiệu lực, không thời hạn."),
        (Facts(ISSUED, cancelled_on=DAY, decision_number="7/QĐ"), DAY, Holding.REVOKED, DAY,
         "Đã bị hủy bỏ từ ngày 01/01/2022, quyết định số: 7/QĐ."),
        (Facts(ISSUED, cancelled_on=DAY), DAY, Holding.REVOKED, DAY,
         "Đã bị hủy bỏ từ ngày 01/01/2022, quyết định số: không rõ."),
        (Facts(ISSUED, superseded_on=DAY, successor="ab"), DAY, Holding.SUPERSEDED, DAY,
         "Tệp đã được thay thế bằng bản khác từ ngày 01/01/2022."),
        (Facts(ISSUED, date(2021, 6, 1), cancelled_on=DAY, superseded_on=DAY), DAY, Holding.REVOKED, DAY,
         "Đã bị hủy bỏ từ ngày 01/01/2022, quyết định số: không rõ."),
    ],
)  # fmt: skip
def test_validity_is_a_fact_of_a_day_and_what_ended_a_result_weighs_most(
    facts: Facts, on: date, holding: Holding, since: date, told: str
) -> None:
    found = validity(facts, on)
    assert (found.holding, found.since, found.sentence, found.on) == (holding, since, told, on)
    assert found.holds is (holding is Holding.IN_FORCE)


def test_assurance_never_says_more_than_the_record() -> None:
    clerk, agency = Signed("clerk", "Trần Thị Số", "B-T", "valid"), Signed("agency", "UBND xã", "B-LT", "valid")
    whole = assurance(Making(2, 1, 2, 1, data_signed=True, signatures=(clerk, agency)))
    assert whole.scanned == "Quét từ bản giấy, 2 trang, 1 nhận xét về chất lượng."
    assert whole.checked == "2 người kiểm dữ liệu, đính chính 1 lần sau khi đóng dấu, dữ liệu có chữ ký của cơ quan."
    assert whole.signed == "người quét: Trần Thị Số (B-T, valid); cơ quan: UBND xã (B-LT, valid)"
    assert whole.signatures_hold
    unknown = assurance(Making(0, 0, 0, 0, data_signed=False, signatures=()))
    assert all(UNKNOWN in text for text in (unknown.scanned, unknown.checked, unknown.signed))
    assert not unknown.signatures_hold
    doubtful = Signed("agency", "UBND xã", "B-LT", "indeterminate")
    assert not assurance(Making(1, 0, 1, 0, data_signed=True, signatures=(clerk, doubtful))).signatures_hold


def test_every_restriction_names_kinds_of_the_catalogue_a_source_and_its_mark() -> None:
    known = {kind.code for kind in kinds()}
    for each in _catalogue().restricted:
        assert each.kinds
        assert set(each.kinds) <= known
        assert each.source
        assert each.ground.endswith("(chưa kiểm chứng)") is not each.verified
    assert restriction("phieu_ly_lich_tu_phap", date(2024, 1, 1)) is not None
    assert restriction("phieu_ly_lich_tu_phap", date(2016, 1, 1)) is None
    assert restriction("giay_khai_sinh", date(2024, 1, 1)) is restriction(None, date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("001 099 012 345", "001099012345"), ("012345678",) * 2, ("c1234567", "C1234567"), ("0101234567-001",) * 2],
)
def test_an_owner_is_named_by_a_whole_number(typed: str, number: str) -> None:
    assert owner_number(typed) == number


@pytest.mark.parametrize("typed", ["", "00109901234", "0010990123456", "Lò Văn Mẫu", "%", "001099012%"])
def test_a_part_of_a_number_names_nobody(typed: str) -> None:
    with pytest.raises(InvalidInput):
        owner_number(typed)


def test_a_request_waits_while_a_person_must_decide() -> None:
    granted, pending, refused = Access.GRANTED, Access.PENDING, Access.REFUSED
    assert state_of([]) is state_of([granted, refused]) is RequestState.ANSWERED
    assert state_of([granted, pending]) is RequestState.PENDING
    assert state_of([refused]) is RequestState.REFUSED


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("15/QĐ-UBND", ("15", "QĐ-UBND")), ("8256/UBND-HCC", ("8256", "UBND-HCC")), ("12", ("12", "")),
        ("BM 123", ("", "BM 123")), ("", ("", "")),
    ],
)  # fmt: skip
def test_number_and_notation_are_taken_apart_and_joined_again(number: str, parts: tuple[str, str]) -> None:
    assert cv7197.split_number(number) == parts
    assert cv7197.joined_number(*parts) == number


def test_the_fields_of_cv_7197_never_grow_beyond_their_lengths() -> None:
    told = cv7197.metadata(
        doc_code="G06.01_CV_000021_V1", kind_name="Công văn", pages=3, signed=True, restricted=False,
        confirmed={"number": "15/" + "Đ" * 60, "subject": "x" * 900, "organ_name": "y" * 300},
    ).as_dict()  # fmt: skip
    assert list(told)[:7] == ["DocCode", "TypeName", "CodeNumber", "CodeNotation", "IssuedDate", "OrganName", "Subject"]
    assert all(len(str(told[name])) <= most for name, most in cv7197.LONGEST.items())
    assert cv7197.kind_named(" công  văn ") == "cong_van"
    with pytest.raises(InvalidInput):
        cv7197.kind_named("Công văn mật")
