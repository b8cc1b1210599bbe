"""What a portal is told follows from the facts alone: nothing is invented, flags come from events (law.md §8.5)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.exchange.facts import ComponentFacts, DossierFacts, ResultFacts, Reuse, StatusFacts
from digitize.exchange.mapping import dossier_message, moment, progress_messages
from digitize.exchange.rules import Kind, options_of, rules_of
from digitize.exchange.wire import encode

RULES = {kind: rules_of(kind, options_of({"madonvi": "H99"})) for kind in Kind}

_text = st.text(min_size=1, max_size=30)
_maybe = st.none() | _text
_days = st.dates(date(2000, 1, 1), date(2199, 12, 31))
_moments = st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # a zone follows
_components = st.builds(
    ComponentFacts, name=st.text(min_size=1, max_size=5000), code=_maybe, scanned=st.booleans(),
    reuse=st.sampled_from(Reuse), from_personal_store=st.booleans(), replaced_by=_maybe,
)  # fmt: skip
_results = st.builds(
    ResultFacts, id=_text, code=_text, title=st.text(min_size=1, max_size=2500), type_code=_maybe, document=_text,
    link=_text,
)  # fmt: skip
_statuses = st.builds(StatusFacts, sequence=st.integers(1, 99), status=st.integers(1, 10), at=_moments, handler=_maybe)
_facts = st.builds(
    DossierFacts, code=_text, version=st.integers(0, 9), procedure_code=_text, procedure_name=_text, field_code=_maybe,
    field_name=_maybe, channel=st.none() | st.integers(1, 3), holder_name=_maybe,
    holder_id=st.none() | st.from_regex(r"\d{8,13}|[A-Z]\d{7}", fullmatch=True),
    holder_type=st.none() | st.integers(1, 4), received_on=st.none() | _days, due_at=st.none() | _moments,
    status=st.none() | st.integers(1, 10), status_at=st.none() | _moments, finished_at=st.none() | _moments,
    returned_at=st.none() | _moments, unit_name=_text, vneid_verified=st.none() | st.booleans(),
    population_linked=st.none() | st.booleans(), paid_how=st.none() | st.integers(1, 3),
    components=st.lists(_components, max_size=3).map(tuple), results=st.lists(_results, max_size=3).map(tuple),
    statuses=st.lists(_statuses, max_size=4).map(tuple),
)  # fmt: skip


def told(facts: DossierFacts, kind: Kind) -> tuple[dict[str, Any], tuple[str, ...]]:
    mapped = dossier_message(facts, RULES[kind])
    return json.loads(encode(mapped.message)), mapped.lacks


@settings(max_examples=60, deadline=None)
@given(_facts, st.sampled_from(Kind))
def test_nothing_is_told_that_is_not_a_fact(facts: DossierFacts, kind: Kind) -> None:
    message, lacks = told(facts, kind)

    assert message.get("TrangThaiHoSo") == (None if facts.status is None else str(facts.status))
    for name, fact in (
        ("ChuHoSo", facts.holder_name), ("SoGiayToChuHoSo", facts.holder_id), ("MaLinhVuc", facts.field_code),
        ("NgayTiepNhan", moment(facts.received_on)), ("NgayHenTra", moment(facts.due_at)),
    ):  # fmt: skip
        assert message.get(name) == fact
    numbers = [each["SoDinhDanh"] for each in message.get("DinhDanhCHS", ())]
    assert numbers in ([], [facts.holder_id])
    assert bool(numbers) == (
        facts.holder_id is not None and facts.holder_id.isdigit() and len(facts.holder_id) in (9, 12)
    )
    assert ("TaiKhoanDuocXacThucVoiVNeID" in message) == (facts.vneid_verified is not None)
    assert "DuocThanhToanTrucTuyen" not in message, "no connector says how"
    assert "DSKetNoiCSDL" not in message
    required = {name for name in RULES[kind].required if not message.get(name)}
    assert len(lacks) == len(required)


@settings(max_examples=60, deadline=None)
@given(_facts)
def test_flags_follow_the_events_and_only_results_are_told_as_results(facts: DossierFacts) -> None:
    message, _ = told(facts, Kind.DVCQG)

    papers = message.get("TaiLieuNop", [])
    assert [each["DuocSoHoa"] for each in papers] == [str(int(each.scanned)) for each in facts.components]
    assert [each["DuocTaiSuDung"] for each in papers] == [str(each.reuse.value) for each in facts.components]
    assert [each["DuocLayTuKhoDMQG"] for each in papers] == [
        str(int(each.from_personal_store)) for each in facts.components
    ]
    assert message["HoSoCoThanhPhanSoHoa"] == str(int(any(each.scanned for each in facts.components)))
    typed = [each for each in facts.results if each.type_code]
    sent = [
        (each["GiayToId"], each["MaGiayToKetQua"], each["DuongDanTepTinKetQua"])
        for each in message["DanhSachGiayToKetQua"]
    ]
    assert sent == [(each.code, each.type_code, each.link) for each in typed]
    assert all(len(each["TenTepDinhKem"]) <= 4000 for each in papers)
    assert all(len(each["TenGiayTo"]) <= 2000 for each in message["DanhSachGiayToKetQua"])


@settings(max_examples=40, deadline=None)
@given(_facts, st.integers(0, 99))
def test_progress_tells_what_comes_after_and_names_no_invented_person(facts: DossierFacts, after: int) -> None:
    sent = progress_messages(facts, after, RULES[Kind.DVCQG])

    assert [status for status, _ in sent] == [each for each in facts.statuses if each.sequence > after]
    for status, record in sent:
        assert record.TrangThai == str(status.status)
        assert len(record.NguoiXuLy) <= 50
        assert record.NguoiXuLy[:49] in {(status.handler or "")[:49], facts.unit_name[:49]}


def test_a_moment_is_told_in_vietnamese_time_and_a_day_by_its_first_second() -> None:
    assert moment(datetime(2021, 3, 1, 20, 5, 9, tzinfo=UTC)) == "20210302030509"
    assert moment(date(2021, 3, 1)) == "20210301000000"
    assert moment(None) is None


def test_a_connector_says_how_its_portal_counts_kinds_and_payments() -> None:
    facts = DossierFacts(
        code="H99-1", version=1, procedure_code="1.001193", procedure_name="Đăng ký khai sinh", field_code="HT",
        field_name=None, channel=1, holder_name=None, holder_id=None, holder_type=2, received_on=date(2021, 3, 1),
        due_at=None, status=6, status_at=None, finished_at=None, returned_at=None, unit_name="UBND xã",
        vneid_verified=None, population_linked=True, paid_how=3,
    )  # fmt: skip
    options = {
        "madonvi": "G15", "holder_types": {"1": "0", "2": "1"}, "paid_online": {"3": "1"}, "population_code": "7",
    }  # fmt: skip
    ministry = rules_of(Kind.LGSP, options_of(options))

    message = dossier_message(facts, ministry).message
    assert (message.LoaiDoiTuong, message.DuocThanhToanTrucTuyen) == ("1", "1")
    assert [each.MaCSDL for each in message.DSKetNoiCSDL] == ["7"]
    assert message.TrangThaiHoSo == "6"
    other = dossier_message(replace(facts, holder_type=4), ministry)
    assert other.lacks == ("thiếu loại đối tượng của chủ hồ sơ (LoaiDoiTuong)",)
