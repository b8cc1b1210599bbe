"""The kept numbers are those of the definitions in docs/targets.md, whatever happened, on either database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings

from digitize import span
from digitize.errors import InvalidInput
from digitize.indicators import Over, indicator
from digitize.span import Span
from digitize.targets import FLOW, STOCK, Level, Rate
from storage import explaining, indicators, local_targets, scanning_plan, snapshots, tallies, targets, units
from storage.database import Database
from storage.explaining import Page, Place, Side
from storage.registry import EVERYTHING
from storage.tables import results, tally_days
from storage.units import Unit, answering
from tests.registry import histories
from tests.registry.histories import FILES, NOW, PROCEDURES, QUERIES, File, Paper, by_definition
from tests.registry.races import at_once


def moment(day: int) -> datetime:
    """Return noon of a day of December 2022."""
    return datetime(2022, 12, day, 5, tzinfo=UTC)


SPANS = (span.span(NOW, 2022), span.span(NOW, 2022, month=12), span.span(NOW, 2023, month=2))
LATER = date(2023, 2, 9)


@pytest.fixture
def made(registry_database: Database) -> list[Unit]:
    """A province with a commune."""
    with registry_database.write() as connection:
        return histories.found(connection)


def kept(connection: sa.Connection, what: str, asked: Span, made: Sequence[Unit]) -> dict[str, Rate] | None:
    """Return what every unit itself stands at, as the service counts it; None: it does not hold in that time."""
    if what in {STOCK, FLOW}:
        stock, flow = targets.rates(connection, EVERYTHING, asked, answering(connection, EVERYTHING, asked.last))
        return dict(stock if what == STOCK else flow)
    whole, part = (
        {each.indicator.code: each.rate for each in indicators.measured(connection, unit.scope, asked)} for unit in made
    )
    if what not in whole:
        return None
    if "'' AS unit_id" in QUERIES[what]:
        return {"": whole[what]}
    above = Rate(whole[what].numerator - part[what].numerator, whole[what].denominator - part[what].denominator)
    return {made[0].id: above, made[1].id: part[what]}


def assert_defined(database: Database, made: Sequence[Unit]) -> None:
    with database.read() as connection:
        for asked in SPANS:
            for what in QUERIES:
                counted = kept(connection, what, asked, made)
                if counted is not None:
                    assert filled(counted) == filled(by_definition(connection, what, asked)), (what, asked)
        late = targets.rates(connection, EVERYTHING, SPANS[0], answering(connection, EVERYTHING, SPANS[0].last), LATER)
        for what, counted in zip((STOCK, FLOW), late, strict=True):
            assert filled(counted) == filled(by_definition(connection, what, SPANS[0], LATER)), what
        assert tallies.prove(connection) == ()


def filled(rates: Mapping[str, Rate]) -> dict[str, Rate]:
    return {unit: rate for unit, rate in dict(rates).items() if rate != Rate(0, 0)}


def enter(database: Database, files: Sequence[File], made: Sequence[Unit]) -> None:
    with database.write() as connection:
        entered, visits = histories.write(connection, files, made)
        tallies.count_many(connection, dossier_ids=entered)
        tallies.count_certifications(connection, visits)


@settings(
    max_examples=4, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(first=FILES, then=FILES)
def test_the_numbers_are_those_of_the_sql_in_the_documents_whatever_happened(
    registry_database: Database, first: list[File], then: list[File]
) -> None:
    with registry_database.write() as connection:
        histories.empty(connection)
        made = histories.found(connection)
    for files in (first, then):
        enter(registry_database, files, made)
        assert_defined(registry_database, made)


MIXED = [
    File(
        unit=number % 2, received_on=date(2022, 12, 1 + number), resolved_on=date(2022, 12, 5 + number),
        finished_at=moment(5 + number) if number % 4 else None,
        due_at=moment(7 + number % 3 * 4) if number % 5 else None,
        paid_how=1 + number % 3 if number % 2 else None, vneid_verified=(None, True, False)[number % 3],
        procedure=sorted(PROCEDURES)[number % 3],
        papers=(
            Paper(date(2022, 12, 5), scans=((moment(10), None),) if number % 2 else ()),
            Paper(date(2022, 12, 6), valid_until=date(2022, 12, 20) if number % 3 else None),
        ),
        parts=((moment(3) if number % 2 else None, number % 3 == 1, number % 4 == 0, False),),
        events=(("SyncedResult", moment(12)),) if number % 3 == 0 else (("ComponentReused", moment(4)),),
        copied_at=(moment(8), moment(9)) if number % 4 == 0 else (),
    )
    for number in range(7)
]  # fmt: skip


def test_every_number_is_the_length_of_its_list(registry_database: Database, made: list[Unit]) -> None:
    enter(registry_database, MIXED, made)
    asked = span.span(NOW, 2022)
    with registry_database.read() as connection:
        stock, flow = targets.rates(connection, EVERYTHING, asked, answering(connection, EVERYTHING, asked.last))
        assert stock[made[1].id].numerator
        for what, rates in ((STOCK, stock), (FLOW, flow)):
            question = explaining.rate_question(what, asked)
            for unit in made:
                lengths = {
                    side: pages(
                        lambda after, side=side, unit=unit, question=question: explaining.explain(
                            connection, question, side, EVERYTHING, {unit.id}, after=after, limit=2
                        )
                    )
                    for side in Side
                }
                assert_lengths(lengths, rates[unit.id], 0)
        for each in indicators.measured(connection, EVERYTHING, asked):
            lengths = {
                side: pages(
                    lambda after, side=side, each=each: listed(connection, each.indicator.code, side, made, after)
                )
                for side in Side
            }
            assert_lengths(lengths, each.rate, each.unknown)


def assert_lengths(lengths: Mapping[Side, int], rate: Rate, unknown: int) -> None:
    assert (lengths[Side.NUMERATOR], lengths[Side.DENOMINATOR]) == (rate.numerator, rate.denominator)
    assert lengths[Side.MISSING] == max(0, rate.denominator - rate.numerator)
    assert lengths[Side.UNKNOWN] == unknown


def listed(connection: sa.Connection, code: str, side: Side, made: Sequence[Unit], after: Place | None) -> Page:
    asked, of = span.span(NOW, 2022), indicator(code)
    if of.over in {Over.PROCEDURES, Over.CATALOGUE}:
        return explaining.explain_procedures(connection, of, side, EVERYTHING, asked, after=after, limit=2)
    question = explaining.indicator_question(of, asked)
    inside = [unit.id for unit in made]
    return explaining.explain(connection, question, side, EVERYTHING, inside, after=after, limit=2)


def pages(page: Callable[[Place | None], Page]) -> int:
    """Follow the cursors to the end; nothing may stand twice."""
    shown, after = [], None
    while True:
        found = page(after)
        shown += [thing.id for thing in found.things]
        after = found.following
        if after is None:
            assert len(set(shown)) == len(shown)
            return len(shown)


def test_the_board_reads_no_row_of_the_register(registry_database: Database, made: list[Unit]) -> None:
    enter(registry_database, MIXED, made)
    asked: list[str] = []
    sa.event.listen(registry_database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with registry_database.read() as connection:
        assert targets.progress(connection, 2022, EVERYTHING, NOW)
        assert indicators.measured(connection, EVERYTHING, span.span(NOW, 2022))
    read = {name for query in asked for name in re.findall(r"(?:FROM|JOIN) (\w+)", query)}
    assert read <= {"units", "unit_heirs", "local_targets", "tallies", "tally_days", "procedures"}
    assert len(asked) <= 12


def test_lists_and_plans_go_by_an_index_whatever_the_size(registry_database: Database, made: list[Unit]) -> None:
    enter(registry_database, MIXED, made)
    asked: list[tuple[str, object]] = []
    sa.event.listen(registry_database.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    with registry_database.read() as connection:
        for what in (STOCK, FLOW):
            question = explaining.rate_question(what, span.span(NOW, 2022))
            explaining.explain(connection, question, Side.MISSING, EVERYTHING, {made[1].id}, limit=2)
        scanning_plan.plan(connection, made[1], NOW)
        told = list(asked)
        if not registry_database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [_plan(connection, *each) for each in told if each[0].startswith("SELECT")]
    of_register = [plan for plan in plans if re.search(r"\b(results|dossiers|documents)\b", plan)]
    assert of_register
    assert not [plan for plan in of_register if re.search(r"Seq Scan on (results|dossiers|documents)\b", plan)]
    assert not [plan for plan in of_register if re.search(r"\bSCAN (results|dossiers|documents)\b(?! USING)", plan)]
    # Which index PostgreSQL takes for a handful of rows is its own affair.
    if registry_database.is_sqlite:
        assert any("ix_results_wanted" in plan for plan in of_register)
        assert any("ix_results_unit_id_issued_on" in plan for plan in of_register)


def _plan(connection: sa.Connection, query: str, values: Any) -> str:  # noqa: ANN401  # as the driver takes them
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(" ".join(map(str, row)) for row in connection.exec_driver_sql(f"{explain} {query}", values))


def test_what_was_changed_behind_the_numbers_is_named_and_mended(registry_database: Database, made: list[Unit]) -> None:
    enter(registry_database, MIXED, made)
    with registry_database.write() as connection:
        connection.execute(results.update().where(results.c.id == "r1-0").values(cancelled_on=date(2022, 12, 8)))
        connection.execute(tally_days.update().where(tally_days.c.unit_id == made[0].id).values(n=tally_days.c.n + 1))
    with registry_database.read() as connection:
        faults = tallies.prove(connection)
    assert {fault.split(":")[0] for fault in faults} == {"đơn vị H99", "đơn vị H99.1"}
    assert any("1 kết quả được đếm khác" in fault for fault in faults)
    assert tallies.recount(registry_database) == 7 * 4
    assert_defined(registry_database, made)


def test_two_who_count_the_same_thing_at_once_count_it_once(registry_database: Database, made: list[Unit]) -> None:
    enter(registry_database, MIXED, made)

    def publish(name: str, result: str) -> None:
        with registry_database.write() as connection:
            histories.document(connection, name, result, made[0].id, NOW, None)
            tallies.count_result(connection, result)

    at_once(lambda: publish("x1", "r0-0"), lambda: publish("x2", "r0-0"), lambda: publish("x3", "r2-0"))
    with registry_database.read() as connection:
        assert tallies.prove(connection) == ()


def test_a_frozen_month_is_never_written_again_and_a_late_fact_stands_beside_it(
    registry_database: Database, made: list[Unit]
) -> None:
    enter(registry_database, MIXED, made)
    january, february = datetime(2023, 1, 10, tzinfo=UTC), datetime(2023, 2, 1, 1, tzinfo=UTC)
    assert snapshots.take_due(registry_database, january) == ["2022-12"]
    with registry_database.write() as connection:
        histories.document(connection, "late", "r0-0", made[0].id, moment(30), None)
        tallies.count_result(connection, "r0-0")
    assert snapshots.take(registry_database, "2022-12", february) == 0
    assert snapshots.take_due(registry_database, february) == ["2023-01"]
    assert snapshots.take_due(registry_database, february) == []
    with registry_database.read() as connection:
        told = snapshots.months_of(connection, made[0].id, made[0].scope, STOCK, 2022, NOW)
        of_indicator = snapshots.months_of(connection, made[0].id, made[0].scope, "4.1", 2022, NOW)
    assert told[-1].corrected == (1, 0)
    assert told[0].frozen is None
    assert of_indicator[-1].frozen is not None
    assert of_indicator[-1].corrected == (0, 0)
    with pytest.raises(InvalidInput, match="chưa kết thúc"):
        snapshots.take(registry_database, "2023-02", february)


def test_the_plan_names_reused_kinds_first_and_leaves_out_what_needs_no_scan(
    registry_database: Database, made: list[Unit]
) -> None:
    enter(registry_database, MIXED, made)
    with registry_database.write() as connection:
        connection.execute(results.update().where(results.c.id.in_(["r0-0", "r4-0"])).values(kind_code="khai_sinh"))
        connection.execute(results.update().where(results.c.id == "r2-0").values(secret=True))
        tallies.count_many(connection, dossier_ids=["d0", "d2", "d3", "d4"])
    with registry_database.read() as connection:
        papers = scanning_plan.plan(connection, made[0], datetime(2022, 12, 15, tzinfo=UTC)).papers
        some, after = [], None
        while True:
            page = scanning_plan.plan(connection, made[0], datetime(2022, 12, 15, tzinfo=UTC), after=after, limit=2)
            some += page.papers
            if (after := page.following) is None:
                break
    assert [paper.result_id for paper in papers] == [paper.result_id for paper in some]
    assert [paper.result_id for paper in papers[:2]] == ["r4-0", "r0-0"]
    assert "r2-0" not in {paper.result_id for paper in papers}
    assert [paper.in_force_until for paper in papers][-2:] == [date(2022, 12, 20)] * 2
    assert len(papers) == 7


def test_a_unit_that_is_gone_stands_with_its_heir_and_the_nearest_authority_sets_the_local_target(
    registry_database: Database, made: list[Unit]
) -> None:
    top, commune = made
    enter(registry_database, MIXED, made)
    with registry_database.write() as connection:
        heir = units.add_unit(
            connection, code="H99.2", name="Xã mới", level=Level.XA, parent_id=top.id, valid_from=date(2023, 1, 1)
        )
        units.abolish(connection, commune.id, date(2023, 1, 1), [heir.id], source="NQ 1", today=date(2023, 6, 1))
        for unit, percent in ((top, 40), (heir, 60)):
            local_targets.enter(
                connection, unit, year=2023, level=Level.XA, measure=STOCK, percent=percent, source="KH 1", since=None,
                until=None, entered_by="p", now=NOW,
            )  # fmt: skip
    with registry_database.read() as connection:
        before, after = (
            {row.unit_code: row for row in targets.progress(connection, year, EVERYTHING, NOW)} for year in (2022, 2023)
        )
    assert before["H99.1"].stock.numerator == after["H99.2"].stock.numerator > 0
    assert "H99.2" not in before
    assert "H99.1" not in after
    assert [each.percent for each in after["H99.2"].local] == [60]
    assert after["H99"].local == ()
