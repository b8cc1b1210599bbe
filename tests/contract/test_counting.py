"""The targets count recorded facts, each result once, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from digitize.lifecycle import Published, Record, State
from digitize.targets import Level, Rate
from storage import dossiers, ending, moving, targets, units
from storage.dossiers import NewResult
from storage.registry import EVERYTHING
from storage.tables import documents, results
from tests.registry.province import CLERK, ISSUED, START, SUPERVISOR, WORKER, Province
from tests.registry.races import at_once

YEAR_END = datetime(2021, 12, 31, 16, 59, 59, tzinfo=UTC)
LATER = datetime(2023, 4, 1, tzinfo=UTC)


def rates(
    province: Province, now: datetime = YEAR_END, year: int = 2021, counted_until: datetime | None = None
) -> dict[str, Rate]:
    with province.database.read() as connection:
        counted = targets.progress(connection, year, EVERYTHING, now, counted_until=counted_until)
    return {row.unit_code or row.name: row.stock for row in counted}


def flows(province: Province, now: datetime = YEAR_END, year: int = 2021) -> dict[str, Rate]:
    with province.database.read() as connection:
        return {row.unit_code or row.name: row.flow for row in targets.progress(connection, year, EVERYTHING, now)}


def test_a_unit_without_results_has_no_rate(province: Province) -> None:
    with province.database.read() as connection:
        counted = targets.progress(connection, 2021, EVERYTHING, YEAR_END)
    assert {row.stock.text for row in counted} == {row.flow.text for row in counted} == {"không có"}
    assert [row.name for row in counted] == ["Tỉnh", "H99.01", "H99.02", "Cấp tỉnh", "Cấp xã"]


def test_only_published_results_count_and_each_once(province: Province) -> None:
    dossier = province.dossier(results=4)
    province.document(State.PUBLISHED, dossier=dossier)
    province.document(State.SEALED, dossier=dossier)
    province.document(State.TO_CHECK, dossier=dossier)
    assert rates(province)["H99.01"] == Rate(1, 4)
    again = province.receive(dossier, b"the same result, scanned once more", ordinal=1)
    province.advance(again, State.PUBLISHED)
    assert rates(province)["H99.01"] == rates(province)["Cấp xã"] == Rate(1, 4)
    assert flows(province)["H99.01"] == Rate(1, 1)


def test_a_unit_counts_its_own_results_and_a_scope_its_subtree(province: Province) -> None:
    province.document(State.PUBLISHED)
    province.document(State.TO_CHECK, province.other)
    with province.database.read() as connection:
        below = targets.progress(connection, 2021, province.other.scope, YEAR_END)
    assert [(row.unit_code, row.stock) for row in below] == [("H99.02", Rate(0, 1)), ("", Rate(0, 1))]
    assert rates(province)["H99"] == Rate(0, 0)
    assert rates(province)["Cấp xã"] == Rate(1, 2)


def test_what_is_not_in_force_at_the_end_is_in_neither_part_of_the_stock(province: Province) -> None:
    last = date(2021, 12, 31)
    day = timedelta(days=1)
    for result in (
        NewResult("hết hạn hôm trước", ISSUED, valid_until=last - day),
        NewResult("hết hạn đúng ngày cuối", ISSUED, valid_until=last),
        NewResult("hủy từ ngày cuối", ISSUED, cancelled_on=last),
        NewResult("hủy từ hôm sau", ISSUED, cancelled_on=last + day),
        NewResult("cấp hôm sau", last + day),
        NewResult("cấp năm 1999", date(1999, 1, 1)),
    ):
        province.document(State.PUBLISHED, dossier=province.dossier(results=(result,)))
    assert rates(province)["H99.01"] == Rate(3, 3)


def test_what_was_published_after_the_end_does_not_count_then(province: Province) -> None:
    province.now = YEAR_END + timedelta(seconds=2)
    province.document(State.PUBLISHED)
    assert rates(province, LATER)["H99.01"] == Rate(0, 1)
    assert rates(province, LATER, 2022)["H99.01"] == Rate(1, 1)
    assert rates(province, LATER, counted_until=LATER)["H99.01"] == Rate(1, 1)
    assert flows(province, LATER)["H99.01"] == Rate(0, 1)
    assert flows(province, LATER, 2022)["H99.01"] == Rate(0, 0)


def test_a_revoked_result_leaves_both_parts_from_that_day_on(province: Province) -> None:
    document = province.document(State.PUBLISHED)
    province.document(State.TO_CHECK)
    revoked_at = datetime(2022, 2, 1, tzinfo=UTC)
    with province.database.write() as connection:
        ending.revoke(
            connection, document, decision_number="1/QĐ", reason="cấp sai", effective_at=revoked_at, actor=SUPERVISOR,
            now=LATER, version=None,
        )  # fmt: skip
    assert rates(province, LATER, 2021)["H99.01"] == Rate(1, 2)
    assert rates(province, LATER, 2022)["H99.01"] == Rate(0, 1)


def test_a_superseded_document_leaves_and_its_successor_counts(province: Province) -> None:
    dossier = province.dossier()
    document = province.document(State.PUBLISHED, dossier=dossier)
    province.now = START + timedelta(days=1)
    successor = province.advance(province.receive(dossier, b"right file", ordinal=1), State.SEALED)
    with province.database.write() as connection:
        ending.supersede(
            connection, document, successor, "nhầm tệp", SUPERVISOR, EVERYTHING, province.now, None
        )  # fmt: skip
    assert rates(province)["H99.01"] == Rate(0, 1)
    province.record(successor, Published(actor=WORKER), changes={"published_at": province.now})
    assert rates(province)["H99.01"] == Rate(1, 1)


def test_two_documents_that_are_to_supersede_each_other_at_once_do_not_both_go(province: Province) -> None:
    dossier = province.dossier()
    first = province.document(State.PUBLISHED, dossier=dossier)
    second = province.advance(province.receive(dossier, b"right file", ordinal=1), State.PUBLISHED)

    def supersede(old: str, new: str) -> Record:
        with province.database.write() as connection:
            return ending.supersede(connection, old, new, "nhầm tệp", SUPERVISOR, EVERYTHING, province.now, None)

    at_once(lambda: supersede(first, second), lambda: supersede(second, first))
    assert {province.find(first).state, province.find(second).state} == {State.SUPERSEDED, State.PUBLISHED}


def test_a_unit_that_ended_is_shown_in_its_years_and_as_long_as_it_has_results(province: Province) -> None:
    with province.database.write() as connection:
        for code in ("H99.91", "H99.92"):
            units.add_unit(
                connection, code=code, name=code, level=Level.HUYEN, parent_id=province.top.id,
                valid_from=date(2020, 1, 1), valid_to=date(2022, 6, 30),
            )  # fmt: skip
        with_results = units.find_by_code(connection, "H99.92")
    province.dossier(with_results)
    assert {"H99.91", "H99.92", "Cấp huyện"} <= rates(province, LATER, 2022).keys()
    assert "H99.91" not in rates(province, LATER, 2023)
    assert rates(province, LATER, 2023)["H99.92"] == Rate(0, 1)


def test_the_flow_is_about_dossiers_and_not_about_results(province: Province) -> None:
    province.document(State.PUBLISHED, dossier=province.dossier(results=3))
    province.dossier(results=2)
    province.dossier(resolved_on=None)
    province.dossier(resolved_on=date(2020, 12, 31))
    assert flows(province)["H99.01"] == Rate(1, 2)


PLAIN_STOCK = """
    SELECT r.unit_id, COUNT(*),
           SUM(CASE WHEN EXISTS (SELECT 1 FROM documents d WHERE d.result_id = r.id AND d.published_at <= :end
               AND (d.ended_at IS NULL OR d.ended_at > :end)) THEN 1 ELSE 0 END)
    FROM results r
    WHERE r.issued_on <= :day AND (r.valid_until IS NULL OR r.valid_until >= :day)
      AND (r.cancelled_on IS NULL OR r.cancelled_on > :day)
    GROUP BY r.unit_id
"""


def test_the_count_of_a_mixed_register_is_that_of_plain_sql(province: Province) -> None:
    for number in range(8):
        unit = (province.commune, province.other)[number % 2]
        result = NewResult("x", ISSUED, valid_until=date(2021, 6 + number % 7, 15) if number % 3 else None)
        dossier = province.dossier(unit, results=(result, NewResult("y", date(2021, 1 + number, 1))))
        province.now = START + timedelta(days=40 * number)
        province.document((State.PUBLISHED, State.SEALED, State.PUBLISHED)[number % 3], dossier=dossier)
    asked = {"end": YEAR_END, "day": date(2021, 12, 31)}
    bound = sa.text(PLAIN_STOCK).bindparams(
        sa.bindparam("end", type_=documents.c.published_at.type), sa.bindparam("day", type_=results.c.issued_on.type)
    )
    with province.database.read() as connection:
        plain = {unit: Rate(int(done), total) for unit, total, done in connection.execute(bound, asked)}
        counted = targets.progress(connection, 2021, EVERYTHING, YEAR_END)
    assert {row.unit_id: row.stock for row in counted if row.stock.denominator and row.unit_id} == plain
    assert sum((rate for rate in plain.values()), Rate(0, 0)).numerator > 0


def test_moving_a_scan_moves_what_is_counted(province: Province) -> None:
    wrong, right = province.dossier(province.other), province.dossier(province.commune)
    document = province.document(State.CAPTURE_SIGNED, dossier=wrong)
    with province.database.write() as connection:
        moving.move(connection, document, right.code, None, "nhầm hồ sơ", CLERK, EVERYTHING, province.now, None)
    province.advance(document, State.PUBLISHED)
    assert rates(province)["H99.01"] == Rate(1, 1)
    assert rates(province)["H99.02"] == Rate(0, 1)
    with province.database.read() as connection:
        assert dossiers.find_by_code(connection, right.code, EVERYTHING).results[0].documents == (document,)
