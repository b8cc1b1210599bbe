"""Few sessions, many who wait: in order, the counter a little before the night, nobody for ever."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from digitize.errors import KeyUnavailable
from workers.keys import turns
from workers.keys.turns import Turns, Urgency


def _queue(gate: Turns, *who: tuple[str, Urgency]) -> tuple[list[str], list[threading.Thread]]:
    """Have several come one after the other to a gate that is taken."""
    served: list[str] = []

    def wait(name: str, urgency: Urgency) -> None:
        with gate.turn(urgency, 10):
            served.append(name)

    threads = []
    for name, urgency in who:
        threads.append(threading.Thread(target=wait, args=(name, urgency)))
        threads[-1].start()
        while len(gate._waiting) < len(threads):
            time.sleep(0.001)
    return served, threads


def _served(gate: Turns, *who: tuple[str, Urgency]) -> list[str]:
    with gate.turn(Urgency.COUNTER, 0):
        served, threads = _queue(gate, *who)
    for thread in threads:
        thread.join(10)
    return served


def test_who_came_first_is_served_first() -> None:
    names = [(str(number), Urgency.COUNTER) for number in range(8)]
    assert _served(Turns(1), *names) == [str(number) for number in range(8)]


def test_the_counter_is_served_before_the_night() -> None:
    came = [("night 1", Urgency.BATCH), ("night 2", Urgency.BATCH), ("counter", Urgency.COUNTER)]
    assert _served(Turns(1), *came) == ["counter", "night 1", "night 2"]


def test_the_night_is_not_starved_by_a_counter_that_never_empties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "HEAD_START_S", 0.0)  # as if the counter had come five seconds later
    came = [("night", Urgency.BATCH), ("counter", Urgency.COUNTER)]
    assert _served(Turns(1), *came) == ["night", "counter"]


def test_waiting_has_an_end_and_a_sentence() -> None:
    gate = Turns(1)
    with gate.turn(Urgency.COUNTER, 0), pytest.raises(KeyUnavailable, match="bận suốt 0 giây") as caught:
        gate._take(Urgency.COUNTER, 0.02)
    assert caught.value.retryable
    with gate.turn(Urgency.COUNTER, 0):  # who gave up left no gap behind
        assert gate._waiting == []


def test_never_more_than_so_many_at_once_whatever_fails_inside() -> None:
    gate, inside, most, failed = Turns(3), [0], [0], [0]
    lock = threading.Lock()

    def work(number: int) -> None:
        for _ in range(20):
            try:
                with gate.turn(list(Urgency)[number % 2], 10):
                    with lock:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                    time.sleep(0.0005)
                    with lock:
                        inside[0] -= 1
                    if number == 0:
                        raise ValueError  # noqa: TRY301 - what fails inside is the subject
            except ValueError:
                failed[0] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most[0] == 3
    assert failed[0] == 20
    with ExitStack() as all_free:
        for _ in range(3):
            all_free.enter_context(gate.turn(Urgency.BATCH, 0))
