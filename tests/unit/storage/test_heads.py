"""Heads are made a little at a time, on either database: whoever is killed in between leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.attest.lifecycle import CopyState
from digitize.merkle import Head
from storage import heads
from storage.audit import Audit, audit
from storage.audit.trees import TokenJudgement
from storage.heads import HeadMaker
from storage.tables import merkle_leaves
from tests.registry.desk import Desk

MOST = 3


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk whose yesterday brought more rows than a small head holds."""
    for state in (CopyState.TO_COMPARE, CopyState.CERTIFIER_SIGNED):
        desk.copy(state)
    desk.province.now += timedelta(days=1)
    return desk


def maker_of(desk: Desk, most: int = MOST) -> HeadMaker:
    return HeadMaker(desk.province.database, most, page=2)


def made_by(maker: HeadMaker, desk: Desk) -> list[Head]:
    """Let a maker go on until it is idle."""
    made = []
    while not maker.is_idle(desk.province.now):
        head = maker.step(desk.province.now)
        if head is not None:
            made.append(head)
    return made


def covered(desk: Desk) -> int:
    with desk.province.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(merkle_leaves)).scalar_one()


def examined(desk: Desk) -> Audit:
    """Audit; nobody stamps here, and the desk of the tests keeps no revisions."""
    return audit(desk.province.database, lambda _token, _digest: TokenJudgement("", None))


def about_heads(found: Audit) -> list[str]:
    return [each.told for each in found.findings if each.table.startswith("merkle")]


def test_a_day_of_many_rows_gets_several_heads_and_each_row_stands_once(filled: Desk) -> None:
    made = made_by(maker_of(filled), filled)
    assert len(made) > 2
    assert [head.leaves for head in made[:-1]] == [MOST] * (len(made) - 1)
    assert made[-1].leaves < MOST
    assert len({head.day for head in made}) == 1
    assert about_heads(examined(filled)) == []
    again = made_by(maker_of(filled, 1000), filled)
    assert again == [], "the day is closed"
    filled.province.now += timedelta(days=1)
    assert [head.leaves for head in made_by(maker_of(filled, 1000), filled)] == [0], "everything stands already"


def test_a_day_that_fills_its_heads_to_the_last_leaf_is_closed_by_an_empty_one(filled: Desk) -> None:
    (whole,) = made_by(maker_of(filled, 1000), filled)
    with filled.province.database.write() as connection:
        connection.execute(merkle_leaves.delete())
        connection.execute(sa.text("DELETE FROM merkle_heads"))
    made = made_by(maker_of(filled, whole.leaves), filled)
    assert [head.leaves for head in made] == [whole.leaves, 0]
    assert about_heads(examined(filled)) == []


@pytest.mark.parametrize("steps", [1, 40])
def test_a_killed_maker_leaves_nothing_behind_and_the_next_one_goes_on(filled: Desk, steps: int) -> None:
    killed = maker_of(filled)
    for _ in range(steps):
        killed.step(filled.province.now)
    made_by(maker_of(filled), filled)
    assert about_heads(examined(filled)) == []
    several = covered(filled)
    with filled.province.database.write() as connection:
        connection.execute(merkle_leaves.delete())
        connection.execute(sa.text("DELETE FROM merkle_heads"))
    assert heads.make_due(filled.province.database, filled.province.now) is not None
    assert covered(filled) == several


def test_of_two_makers_at_once_each_row_is_taken_by_one(filled: Desk) -> None:
    one, two = maker_of(filled), maker_of(filled)
    for _ in range(300):
        one.step(filled.province.now)
        two.step(filled.province.now)
    assert one.is_idle(filled.province.now)
    assert two.is_idle(filled.province.now)
    assert about_heads(examined(filled)) == []
