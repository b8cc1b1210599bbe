"""No question touches rows in proportion to the whole: PostgreSQL says itself what it reads.

The registry of the benchmark, drawn small. The planner is kept from what is only good for small tables (reading them
whole to compare them), so that it shows the way that it goes when they are large.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from bench.registry import NOW, questions
from bench.registry_drawing import Drawn, draw
from digitize import span
from digitize.targets import FLOW, STOCK
from storage import explaining, scanning_plan, units
from storage.database import Database
from storage.explaining import Side
from storage.registry import EVERYTHING
from storage.search.finding import READ
from tests.servers.plans import plans_of
from tests.servers.postgres import PostgresServer

SIZE = 2_000
LARGE = frozenset({"dossiers", "results", "documents", "subjects", "captures", "result_search", "search_words"})
"""Tables that grow with the registry."""


@pytest.fixture(scope="module")
def drawn(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Drawn]:
    url = postgres_server.create_database(like=migrated_postgres)
    database = Database(url)
    made = draw(database, url, SIZE, date(2026, 10, 15))
    with database.write() as connection:
        name = url.rsplit("/", 1)[1]
        for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            connection.execute(sa.text(f"ALTER DATABASE {name} SET {setting} = off"))
    database.close()
    yield made
    postgres_server.drop_database(url)


ASKED = (
    "by owner", "by number", "by name without marks", "by name in a commune", "list of a commune",
    "list of the province", "what waits in the province", "dossier by its code", "board of the province",
)  # fmt: skip


@pytest.mark.parametrize("question", ASKED)
def test_every_question_is_answered_by_indexes_and_reads_a_bounded_number_of_rows(drawn: Drawn, question: str) -> None:
    database = Database(drawn.url)
    plans = plans_of(database, questions(drawn, random.Random(3))[question])
    database.close()
    assert plans
    for plan in plans:
        assert not plan.walked & LARGE, plan.statement
        assert all(plan.rows.get(table, 0) <= READ for table in LARGE), (plan.rows, plan.statement)


def test_what_grows_is_counted_up_to_a_bound(drawn: Drawn) -> None:
    database = Database(drawn.url)
    [plan] = [each for each in plans_of(database, questions(drawn, random.Random(3))["counts of the province"])
              if "documents" in each.rows]  # fmt: skip
    database.close()
    assert not plan.walked & LARGE
    assert "LIMIT" in plan.statement


def test_lists_behind_numbers_and_the_scanning_plan_take_the_indexes_made_for_them(drawn: Drawn) -> None:
    database = Database(drawn.url)
    with database.read() as connection:
        every = units.subtree(connection, EVERYTHING)
    unit = next(each for each in every if each.code == "H99.7")

    def missing(connection: sa.Connection) -> None:
        for what in (STOCK, FLOW):
            question = explaining.rate_question(what, span.span(NOW, 2026))
            of = {each.id for each in every}
            assert explaining.explain(connection, question, Side.MISSING, EVERYTHING, of, limit=2).things

    listed = plans_of(database, missing)
    planned = plans_of(database, lambda connection: scanning_plan.plan(connection, unit, NOW, limit=2))
    database.close()
    assert not [plan.statement for plan in (*listed, *planned) if plan.walked & LARGE]
    assert any("ix_results_unit_id_issued_on" in plan.indexes for plan in listed)
    assert any("ix_dossiers_unit_id_resolved_on" in plan.indexes for plan in listed)
    assert any("ix_results_wanted" in plan.indexes for plan in planned)
