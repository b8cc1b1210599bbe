"""An attempt commits once or not at all."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import StoreUnavailable
from digitize.lifecycle import FileRefused, State
from storage import leases, registry
from storage.leases import Lease
from storage.outbox import Lane
from storage.registry import Document
from storage.tables import outbox
from tests.faults.town import now
from tests.unit.workers.conftest import Place, at_once
from workers.attempt import Post, attempt


def refuse(post: Post, lease: Lease, document: Document) -> None:
    """The shortest work of the reading lane: the file is refused."""
    with post.storage.database.write() as connection:
        event = FileRefused(actor=post.actor, code="empty_file", message="Tệp rỗng.")
        registry.record(connection, document.id, event, post.clock(), lease=lease)


def test_two_runs_of_the_same_job_at_once_commit_once(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    runs = []

    def work(lease: Lease, found: Document) -> None:
        runs.append(lease.number)
        time.sleep(0.2)
        refuse(place.post, lease, found)

    at_once(*[lambda: attempt(place.post, Lane.READ, document, registry.find, work)] * 4)
    assert runs == [1]
    assert place.town.names_of_events(document) == ["Received", "FileRefused"]
    assert [row.outcome for row in place.town.attempts_of(document)] == ["done"]


def test_a_worker_that_slept_past_its_lease_commits_nothing(place: Place) -> None:
    document = place.town.hand_in(b"scan")

    def sleeper(lease: Lease, found: Document) -> None:
        place.clock.forward(60)
        with place.post.storage.database.write() as connection:
            assert leases.expire(connection, place.clock()) == 1
        attempt(place.post, Lane.READ, document, registry.find, lambda held, seen: refuse(place.post, held, seen))
        refuse(place.post, lease, found)

    attempt(replace(place.post, lease_duration=timedelta(seconds=30)), Lane.READ, document, registry.find, sleeper)
    assert place.town.names_of_events(document) == ["Received", "FileRefused"]
    assert [row.outcome for row in place.town.attempts_of(document)] == ["lost", "done"]


def test_a_fault_of_the_world_changes_no_state_and_is_tried_again(place: Place) -> None:
    document = place.town.hand_in(b"scan")

    def fail(_lease: Lease, _found: Document) -> None:
        raise StoreUnavailable("kho đầy")

    attempt(place.post, Lane.READ, document, registry.find, fail)
    first = place.town.attempts_of(document)[0]
    assert (first.outcome, first.code) == ("failed", "store_unavailable")
    assert place.town.stands(document, State.RECEIVED)
    attempt(place.post, Lane.READ, document, registry.find, lambda lease, found: refuse(place.post, lease, found))
    assert place.town.stands(document, State.REFUSED)


def waits_s(place: Place) -> int:
    """How long the only document waits for its next attempt, seconds."""
    with place.town.storage.database.read() as connection:
        due_at: datetime = connection.execute(sa.select(outbox.c.due_at)).scalar_one()
    return round((due_at - place.clock()).total_seconds())


def test_a_bug_is_recorded_by_its_kind_and_tried_again_ever_more_rarely(place: Place) -> None:
    document = place.town.hand_in(b"scan")

    def stumble(_lease: Lease, _found: Document) -> None:
        raise ValueError("Nguyễn Văn A, 001099012345")

    waits = []
    for _ in range(14):
        with pytest.raises(ValueError, match="Nguyễn"):
            attempt(place.post, Lane.READ, document, registry.find, stumble)
        waits.append(waits_s(place))
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600
    last = place.town.attempts_of(document)[-1]
    assert (last.outcome, last.code) == ("failed", "bug")
    assert "ValueError" in str(last.message)
    assert "Nguyễn" not in str(last.message)
    attempt(place.post, Lane.READ, document, registry.find, lambda lease, found: refuse(place.post, lease, found))
    assert place.town.stands(document, State.REFUSED)


def test_work_that_silences_whoever_takes_it_waits_in_between(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    waits = []
    for _ in range(6):
        with place.post.storage.database.write() as connection:
            assert leases.claim(connection, document, Lane.READ, "r", place.clock(), timedelta(seconds=2)) is not None
        place.clock.forward(3)
        with place.post.storage.database.write() as connection:
            assert leases.expire(connection, place.clock()) == 1
        waits.append(waits_s(place))
    assert waits == [0, 0, 0, 16, 32, 60]


def test_the_heartbeat_keeps_the_lease_of_long_work(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    post = replace(place.post, clock=now, lease_duration=timedelta(seconds=0.6))

    def work(lease: Lease, found: Document) -> None:
        for _ in range(8):
            time.sleep(0.2)
            with post.storage.database.write() as connection:
                assert leases.expire(connection, now()) == 0
        refuse(post, lease, found)

    attempt(post, Lane.READ, document, registry.find, work)
    assert [row.outcome for row in place.town.attempts_of(document)] == ["done"]


def test_nothing_is_done_for_a_document_that_waits_for_somebody_else(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    attempt(place.post, Lane.SEAL, document, registry.find, lambda _lease, _found: pytest.fail("claimed"))
    attempt(place.post, Lane.READ, "no-such-document", registry.find, lambda _lease, _found: pytest.fail("claimed"))
    assert place.town.attempts_of(document) == []
