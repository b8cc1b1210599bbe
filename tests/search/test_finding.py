"""What is found, in which order and for whom: the same rows on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, NotFound
from digitize.lifecycle import Office, SecrecyFound, State, Withdrawn
from storage import dossiers, ending, moving, people, purge, registry, search
from storage.registry import EVERYTHING
from storage.search import finding, saved
from storage.search.finding import Filters, Position
from storage.search.rebuilding import rebuild, unfinished
from storage.search.rounds import Why
from storage.tables import result_search, search_words
from tests.registry.province import CLERK, DEPUTY, SUPERVISOR, WORKER, Province
from tests.registry.races import cut_off
from tests.search.desk import SearchDesk, reading_of


def day(number: int) -> date:
    return date(2021, 1, 1) + timedelta(days=number)


def test_exact_marks_come_first_and_a_typed_word_without_marks_finds_all(desk: SearchDesk) -> None:
    for number, name in enumerate(("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyễn Văn Hùng", "Nguyễn Văn Húng")):
        desk.enter(f"{number} {name[-4:]}", name, day=day(number))
    assert desk.found("nguyễn văn hùng") == ["2 Hùng", "0 Hùng", "3 Húng", "1 Hưng"]
    assert desk.found("NGUYEN VAN HUNG") == ["3 Húng", "2 Hùng", "1 Hưng", "0 Hùng"]
    assert desk.found('"Nguyễn Văn Hưng"') == ["1 Hưng"]


def test_a_name_is_found_by_its_end_its_beginning_and_the_old_placement_of_its_tone(desk: SearchDesk) -> None:
    desk.enter("hoa", "Trần Thị Hòa")
    desk.enter("khac", "Trần Văn Khác")
    assert desk.found("thị hoà") == desk.found("hoa") == desk.found('"Thị Hoà"') == ["hoa"]
    assert set(desk.found("tran")) == {"hoa", "khac"}
    assert desk.found("Trần Hòa") == desk.found("hòa trần") == ["hoa"]
    assert desk.found("trần hòa văn") == []


def test_the_barred_d_is_a_letter_of_its_own(desk: SearchDesk) -> None:
    desk.enter("barred", "Đỗ Văn Đức")
    desk.enter("plain", "Dỗ Văn Dức")
    assert set(desk.found("do van duc")) == {"barred", "plain"}
    assert desk.found("đo van đuc") == ["barred"]


def test_numbers_are_whole_words(desk: SearchDesk) -> None:
    desk.enter("one", "A", number="12/QĐ-UBND")
    desk.enter("zeros", "B", number="012/QĐ-UBND", day=day(1))
    desk.enter("longer", "C", number="112/QĐ-UBND")
    desk.enter("other", "D", number="12/GP-UBND", day=day(2))
    assert desk.found("12/qđ-ubnd") == desk.found("0012/QD-UBND") == ["one", "zeros"]
    assert set(desk.found("12")) == {"one", "zeros", "other"}
    assert desk.found("12/QĐ-UBND B") == ["zeros", "one"]


def test_a_person_is_found_by_number_and_by_nothing_like_it(desk: SearchDesk) -> None:
    desk.enter("hers", "Trần Thị Bưởi", holder_id="001321004567")
    desk.enter("another's", "Trần Thị Bưởi", holder_id="001321004568")
    assert desk.found("001321004567") == ["hers"]
    assert desk.found("001321004569") == []


def test_a_dossier_is_found_by_its_code_and_a_result_by_its_own(desk: SearchDesk) -> None:
    desk.enter("first", "A")
    desk.enter("second", "B")
    assert desk.found("H99.01-210520-0001") == desk.found("h99.01-210520-0001-KQ(1)") == ["second"]
    assert desk.found("H99.01-210520-0001-KQ(2)") == []


def test_text_inside_the_scan_is_found_with_its_marks_first_rules(desk: SearchDesk) -> None:
    desk.enter("house", "A", text="Cấp phép xây dựng nhà ở riêng lẻ\ncho ông Nguyễn Văn Cường")
    desk.enter("well", "B", text="Cấp phép khai thác nước dưới đất")
    assert desk.found("xay dung nha o") == desk.found("phép xây dựng") == desk.found("văn cường") == ["house"]
    assert set(desk.found("cap phep")) == {"house", "well"}
    assert desk.found("nuoc duoi đat") == ["well"]
    assert desk.found('"phép xay"') == []
    assert desk.found("riêng") == ["house"]


def test_one_slip_of_the_keyboard_still_finds_the_name(desk: SearchDesk) -> None:
    desk.enter("her", "Trần Thị Phượng")
    assert [hit.why for hit in desk.page("tran thi phuogn").hits] == [Why.NEARLY]
    assert desk.found("tan thi phuong") == desk.found("trần thị phợng") == ["her"]
    assert desk.found("tan thi phong") == ["her"]
    assert desk.found("tran thi phonh") == []
    assert desk.found('"tran thi phuogn"') == []


def test_nobody_finds_what_lies_outside_the_scope(either: SearchDesk) -> None:
    either.enter("here", "Lê Văn An", number="1/QĐ", holder_id="001321004567", text="khai sinh muộn")
    either.enter("there", "Lê Văn An", number="1/QĐ", holder_id="001321004567", text="khai sinh muộn",
               unit=either.province.other)  # fmt: skip
    for typed in ("lê văn an", "văn an", "1/QĐ", "001321004567", "sinh muộn", "muon", "", "H99.01-210520-0001"):
        found = either.found(typed, scope=either.province.commune.scope)
        assert set(found) <= {"here"}, typed
        assert found or typed.startswith("H99"), typed


def test_the_holder_on_the_paper_and_who_handed_the_dossier_in_are_both_found(province: Province) -> None:
    document = province.document(State.PUBLISHED)
    with province.database.write() as connection:
        result = registry.find(connection, document).result_id
        connection.execute(sa.text("UPDATE dossiers SET holder_name = 'Trần Văn Cha'"))
        search.index_result(connection, result)
    desk = SearchDesk(province, {"birth": result})
    assert desk.found("trần thị bưởi") == desk.found("trần văn cha") == desk.found("12/2021") == ["birth"]


def test_filters_and_facets(desk: SearchDesk) -> None:
    for number in range(4):
        desk.enter(f"r{number}", "Lê Văn An", kind=("quyet_dinh", "giay_khai_sinh")[number % 2], day=day(200 * number))
    page = desk.page("le van an")
    assert page.facets["kind"] == Counter(quyet_dinh=2, giay_khai_sinh=2)
    assert page.facets["year"] == Counter({"2021": 2, "2022": 2})
    assert page.facets["state"] == Counter(none=4)
    assert not page.bounded
    only = Filters(kind_codes=frozenset({"quyet_dinh"}), first_day=day(1))
    assert [hit.result_id for hit in desk.page("", filters=only).hits] == [desk.ids["r2"]]
    assert desk.found("giấy khai sinh lê văn an") == ["r3", "r1"]


def test_pages_follow_each_other_without_a_gap_or_a_repetition(
    either: SearchDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "READ", 3)
    for number in range(9):
        either.enter(f"r{number}", ("Lê Văn An", "Lê Văn Ân")[number % 2], day=day(number // 2))
    every = list(chain.from_iterable(walked(either, "lê văn an")))
    assert sorted(every) == sorted(either.ids.values())
    assert every[:5] == [either.ids[f"r{number}"] for number in (8, 6, 4, 2, 0)]
    newest_first = list(chain.from_iterable(walked(either, "")))
    assert sorted(newest_first) == sorted(either.ids.values())
    assert newest_first[0] == either.ids["r8"]


def walked(desk: SearchDesk, typed: str) -> Iterator[list[str]]:
    after: Position | None = None
    for _ in range(40):
        page = desk.page(typed, after=after, limit=2)
        assert len(page.hits) <= 2
        yield [hit.result_id for hit in page.hits]
        after = page.after
        if after is None:
            return
    raise AssertionError("the pages have no end")


def test_a_frequent_word_is_read_to_a_bound_and_the_page_says_so(
    desk: SearchDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "READ", 2)
    for number in range(5):
        desk.enter(f"r{number}", "Lê Văn An", day=day(number))
    page = desk.page("le van an")
    assert len(page.hits) == 2
    assert page.bounded
    assert page.after is not None


def test_a_secret_paper_never_enters_the_index(desk: SearchDesk) -> None:
    desk.enter("secret", "Lê Văn Mật", secret=True)
    desk.enter("marked", "Lê Văn Dấu")
    assert desk.found("lê văn mật") == []
    assert desk.found("lê văn dấu") == ["marked"]
    with desk.province.database.read() as connection:
        dossier = dossiers.find_by_code(connection, "H99.01-210520-0001", EVERYTHING)
    document = desk.province.receive(dossier)
    desk.province.record(document, SecrecyFound(actor=WORKER, mark="MẬT"))
    assert desk.found("lê văn dấu") == desk.found("H99.01-210520-0001") == []


def test_a_purge_takes_the_rows_away(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    with province.database.write() as connection:
        search.index_text(connection, document, reading_of("khai sinh quá hạn"))
        result = registry.find(connection, document).result_id
    desk = SearchDesk(province, {"gone": result})
    assert desk.found("trần thị bưởi") == desk.found("qua han") == ["gone"]
    with province.database.write() as connection:
        purge.propose(connection, document, "Luật", "1/QĐ", SUPERVISOR, province.now, None)
        purge.approve(connection, document, DEPUTY, province.now, None)
    assert desk.found("trần thị bưởi") == desk.found("qua han") == []
    with province.database.read() as connection:
        for table in (result_search, search_words):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def test_a_revoked_result_stays_found_with_its_state(desk: SearchDesk) -> None:
    province = desk.province
    document = province.document(State.PUBLISHED)
    with province.database.write() as connection:
        ending.revoke(connection, document, decision_number="2/QĐ", reason="cấp sai", effective_at=province.now,
                      actor=SUPERVISOR, now=province.now, version=None)  # fmt: skip
        result = registry.find(connection, document).result_id
    page = SearchDesk(province, {"it": result}).page("12/2021")
    assert page.facets["state"] == Counter(revoked=1)


def test_a_document_that_moved_or_was_withdrawn_is_found_where_it_is(desk: SearchDesk) -> None:
    desk.enter("wrong", "Lê Văn Một", text="nội dung riêng biệt")
    desk.enter("right", "Lê Văn Hai", unit=desk.province.other)
    with desk.province.database.write() as connection:
        document = connection.execute(sa.select(search_words.c.document_id).limit(1)).scalar_one()
        moving.move(connection, document, "H99.01-210520-0001", 1, "nhầm", CLERK, EVERYTHING, desk.province.now, None)
    assert desk.found("riêng biệt") == ["right"]
    assert desk.found("riêng biệt", scope=desk.province.other.scope) == ["right"]
    assert desk.page("lê văn một").facets["state"] == Counter(none=1)
    desk.province.record(document, Withdrawn(actor=CLERK, reason="quét nhầm"))
    assert desk.found("riêng biệt") == []
    assert desk.page("lê văn hai").facets["state"] == Counter(none=1)


def test_the_name_that_a_unit_bore_once_finds_what_it_left(desk: SearchDesk) -> None:
    desk.enter("here", "Lê Văn An")
    desk.enter("there", "Lê Văn An", unit=desk.province.other)
    with desk.province.database.write() as connection:
        connection.execute(
            sa.text("INSERT INTO unit_names (unit_id, name, folded, valid_from, valid_to) VALUES (:u, :n, :f, :a, :b)"),
            {"u": desk.province.other.id, "n": "Xã Cũ", "f": "xa cu", "a": "2001-01-01", "b": "2010-01-01"},
        )
    assert desk.found("lê văn an", unit_name="UBND xã Cũ") == ["there"]
    with pytest.raises(NotFound):
        desk.found("lê văn an", unit_name="xã Không Có")


def test_a_rebuild_makes_the_same_rows_and_goes_on_where_it_was_cut_off(
    desk: SearchDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.rebuilding.PORTION", 2)
    for number in range(3):
        desk.enter(
            f"r{number}", f"Lê Văn {['Một', 'Hai', 'Ba'][number]}", text=f"tài liệu thứ {['nhất', 'nhì', 'ba'][number]}"
        )
    database, objects = desk.province.database, desk.province.objects
    before = kept(desk)
    with database.write() as connection:
        connection.execute(result_search.delete())
        connection.execute(search_words.delete())
    later = datetime(2021, 7, 1, tzinfo=UTC)
    portions = rebuild(database, objects, later)
    next(portions)
    portions.close()
    with database.read() as connection:
        assert unfinished(connection)
        assert connection.execute(sa.select(sa.func.count()).select_from(result_search)).scalar_one() == 2
    assert [portion.done for portion in rebuild(database, objects, later)] == [1, 2, 1]
    assert kept(desk) == before
    with database.read() as connection:
        assert not unfinished(connection)


def kept(desk: SearchDesk) -> list[list[tuple[object, ...]]]:
    with desk.province.database.read() as connection:
        return [
            sorted(tuple(map(str, row)) for row in connection.execute(sa.select(table)))
            for table in (result_search, search_words)
        ]


def test_who_dies_before_the_commit_leaves_no_row(desk: SearchDesk) -> None:
    result = desk.enter("kept", "Lê Văn An")
    with desk.province.database.write() as connection:
        connection.execute(sa.text("UPDATE dossiers SET holder_name = 'Lê Văn Khác'"))
    cut_off(desk.province.database, lambda connection: search.index_result(connection, result))
    assert desk.found("lê văn an") == ["kept"]


def test_queries_are_kept_for_their_owner_alone(desk: SearchDesk) -> None:
    province = desk.province
    with province.database.write() as connection:
        mine, yours = (
            people.add_person(
                connection,
                username=name,
                full_name=name,
                office=Office.CLERK,
                unit_id=province.commune.id,
                password="x" * 12,
            ).id
            for name in ("toi", "ban")
        )
        kept_query = saved.save(connection, mine, "Hôm nay", {"q": "an"}, province.now)
        with pytest.raises(Conflict):
            saved.save(connection, mine, "Hôm nay", {"q": "b"}, province.now)
        assert [each.name for each in saved.listing(connection, mine)] == ["Hôm nay"]
        assert saved.listing(connection, yours) == []
        for act in (saved.find, saved.remove):
            with pytest.raises(NotFound):
                act(connection, yours, kept_query.id)
        assert saved.change(connection, mine, kept_query.id, "Mai", {"q": "c"}).query == {"q": "c"}
        saved.remove(connection, mine, kept_query.id)
        assert saved.listing(connection, mine) == []
