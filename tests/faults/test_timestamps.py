"""A timestamp authority that is slow or dead holds up nothing but the timestamps."""

from __future__ import annotations

import time
from pathlib import Path

from digitize.lifecycle import State
from tests.faults.conftest import OnPostgres
from tests.faults.running import embedded
from tests.faults.town import Town, scan_of, until

PAUSE_S = 4.0


def ordered(town: Town, numbers: range) -> list[str]:
    """Documents whose captures are to be signed."""
    documents = [town.hand_in(scan_of(number)) for number in numbers]
    for document in documents:
        until(lambda document=document: town.stands(document, State.TO_CHECK))  # type: ignore[misc]
        town.order_capture(document)
    return documents


def test_with_a_dead_authority_documents_wait_in_the_open_and_catch_up_by_themselves(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    running.stop("tsa")
    waiting = ordered(town, range(60, 63))
    until(lambda: all(town.stands(document, State.CAPTURE_TIMING) for document in waiting))
    until(lambda: any(row.lane == "timestamp" and row.outcome == "failed" for row in town.attempts_of(waiting[0])))
    behind = town.hand_in(scan_of(64))
    until(lambda: town.stands(behind, State.TO_CHECK), 30)
    assert all(town.stands(document, State.CAPTURE_TIMING) for document in waiting)
    running.start("tsa")
    town.finish([*waiting, behind])
    town.prove([*waiting, behind])


def test_a_slow_authority_is_asked_by_four_at_once_and_the_keys_go_on(short_folder: Path) -> None:
    with embedded(short_folder / "w", stamped=True, pause_s=PAUSE_S) as running:
        town = running.town
        documents = ordered(town, range(70, 76))
        until(lambda: not any(town.stands(each, State.CAPTURE_ORDERED) for each in documents), PAUSE_S * 4)
        assert sum(town.stands(each, State.CAPTURE_TIMING) for each in documents) >= 1, "keys wait for no timestamp"
        begun, asking = time.monotonic(), [0]

        def all_signed() -> bool:
            asking.append(sum(town.attempts_of(each)[-1].outcome is None for each in documents))
            return all(town.stands(each, State.CAPTURE_SIGNED) for each in documents)

        until(all_signed)
        assert 2 <= max(asking) <= running.settings.tsa_at_once
        assert time.monotonic() - begun < PAUSE_S * len(documents), "side by side, not one after the other"
