"""Writers of the register may be killed at any instruction: the numbers are 1…n all the same."""

from __future__ import annotations

from bench.register import prepare, race
from storage.database import Database


def test_numbers_are_exactly_1_to_n_whoever_is_killed(registry_database: Database) -> None:
    url = registry_database.engine.url.render_as_string(hide_password=False)
    waiting = prepare(registry_database, 240)
    registry_database.close()
    outcome = race(url, waiting, writers=4, most_kills=8)
    assert outcome.kills == 8
    assert len(outcome.serials) == 240
    assert outcome.holds
