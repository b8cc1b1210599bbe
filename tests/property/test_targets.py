"""Whatever the register holds: each result counts once, and what ended does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitize.targets import Level, Rate
from storage import targets, units
from storage.database import Database
from storage.registry import EVERYTHING
from storage.tables import documents, dossiers, results, subjects
from storage.tables import units as unit_rows

NOW = datetime(2026, 11, 22, tzinfo=UTC)
END = date(2021, 12, 31)
DAYS = st.integers(-3, 3).map(lambda days: END + timedelta(days=days))
MOMENTS = st.integers(-3, 3).map(lambda days: datetime(2021, 12, 31, 17, tzinfo=UTC) + timedelta(days=days, seconds=1))


@dataclass(frozen=True, slots=True)
class Paper:
    """A result and its documents: when each was published and ended."""

    unit: int
    issued_on: date
    valid_until: date | None
    cancelled_on: date | None
    resolved_on: date | None
    scans: tuple[tuple[datetime | None, datetime | None], ...]

    @property
    def in_force(self) -> bool:
        kept = self.valid_until is None or self.valid_until >= END
        return self.issued_on <= END and kept and (self.cancelled_on is None or self.cancelled_on > END)

    @property
    def digitised(self) -> bool:
        end = datetime(2021, 12, 31, 17, tzinfo=UTC)
        return any(
            published is not None and published < end and (ended is None or ended >= end)
            for published, ended in self.scans
        )


PAPERS = st.lists(
    st.builds(
        Paper, st.integers(0, 1), DAYS, st.none() | DAYS, st.none() | DAYS, st.none() | DAYS,
        st.lists(st.tuples(st.none() | MOMENTS, st.none() | MOMENTS), max_size=3).map(tuple),
    ),
    max_size=12,
)  # fmt: skip


def enter(database: Database, papers: Sequence[Paper]) -> list[str]:
    """Empty the register and enter the papers; return the ids of the units."""
    with database.write() as connection:
        for table in (documents, subjects, results, dossiers, unit_rows):
            connection.execute(table.delete())
        made = [
            units.add_unit(
                connection, code=f"H{n}", name="Xã", level=Level.XA, parent_id=None, valid_from=date(2020, 1, 1)
            ).id
            for n in range(2)
        ]
        for number, paper in enumerate(papers):
            name, unit = f"p{number}", made[paper.unit]
            connection.execute(
                dossiers.insert().values(
                    id=name, code=name, unit_id=unit, procedure_code="1", procedure_name="x", created_by="x",
                    created_at=NOW, resolved_on=paper.resolved_on,
                )
            )  # fmt: skip
            connection.execute(
                results.insert().values(
                    id=name, dossier_id=name, ordinal=1, unit_id=unit, title="x", issued_on=paper.issued_on,
                    valid_until=paper.valid_until, cancelled_on=paper.cancelled_on,
                )
            )  # fmt: skip
            for scan, (published, ended) in enumerate(paper.scans):
                connection.execute(subjects.insert().values(id=f"{name}-{scan}", kind="document", version=0))
                connection.execute(
                    documents.insert().values(
                        id=f"{name}-{scan}", result_id=name, unit_id=unit, state="published", waiting_for="nobody",
                        capture=1, hands=[], four_eyes=False, received_at=NOW, changed_at=NOW, summary={},
                        published_at=published, ended_at=ended,
                    )
                )  # fmt: skip
        return made


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=PAPERS)
def test_the_rates_are_those_of_counting_by_hand(sqlite_database: Database, papers: list[Paper]) -> None:
    made = enter(sqlite_database, papers)
    with sqlite_database.read() as connection:
        counted = {row.unit_id: row for row in targets.progress(connection, 2021, EVERYTHING, NOW)}
    for index, unit in enumerate(made):
        own = [paper for paper in papers if paper.unit == index]
        stock = [paper for paper in own if paper.in_force]
        flow = [paper for paper in own if paper.resolved_on is not None and paper.resolved_on <= END]
        assert counted[unit].stock == Rate(sum(paper.digitised for paper in stock), len(stock))
        assert counted[unit].flow == Rate(sum(paper.digitised for paper in flow), len(flow))
    assert counted[None].stock == counted[made[0]].stock + counted[made[1]].stock
    assert counted[None].flow == counted[made[0]].flow + counted[made[1]].flow


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=PAPERS.filter(bool))
def test_a_further_scan_of_a_digitised_result_changes_no_rate(sqlite_database: Database, papers: list[Paper]) -> None:
    early = datetime(2021, 1, 1, tzinfo=UTC)
    twice = [
        Paper(
            paper.unit, paper.issued_on, paper.valid_until, paper.cancelled_on, paper.resolved_on,
            (*paper.scans, (early, None)) if paper.digitised else paper.scans,
        )
        for paper in papers
    ]  # fmt: skip
    found = []
    for register in (papers, twice):
        enter(sqlite_database, register)
        with sqlite_database.read() as connection:
            counted = targets.progress(connection, 2021, EVERYTHING, NOW)
        found.append([(row.unit_code, row.stock, row.flow) for row in counted])
    assert found[0] == found[1]
