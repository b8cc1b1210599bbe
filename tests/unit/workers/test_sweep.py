"""What was lost is told again; what was left behind is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from digitize.errors import QueueUnavailable
from storage import leases
from storage.outbox import Lane
from storage.tables import revisions
from tests.unit.workers.conftest import Place
from workers.sweep import STORED_LATE, free_silent, mark_strays, sweep_once, tell_due

PAST_RESEND_S = 21.0


def depth(place: Place) -> int:
    return place.post.storage.queue.depth()[Lane.READ]


def claim(place: Place, document: str) -> leases.Lease:
    with place.post.storage.database.write() as connection:
        lease = leases.claim(connection, document, Lane.READ, "w", place.clock(), timedelta(seconds=2))
    assert lease is not None
    return lease


def test_a_due_document_is_told_once(place: Place) -> None:
    place.town.hand_in(b"scan")
    for _ in range(3):
        sweep_once(place.post)
    assert depth(place) == 1


def test_a_hint_that_redis_forgot_is_told_again(place: Place) -> None:
    place.town.hand_in(b"scan")
    sweep_once(place.post)
    place.post.storage.queue.connection.flushall()
    place.clock.forward(PAST_RESEND_S)
    sweep_once(place.post)
    assert depth(place) == 1


def test_a_hint_that_still_waits_is_not_doubled(place: Place) -> None:
    place.town.hand_in(b"scan")
    sweep_once(place.post)
    place.clock.forward(PAST_RESEND_S)
    sweep_once(place.post)
    assert depth(place) == 1


@pytest.mark.parametrize("died", ["after taking the hint", "after starting the job"])
def test_a_hint_that_a_worker_took_and_died_with_is_told_again(place: Place, died: str) -> None:
    place.town.hand_in(b"scan")
    sweep_once(place.post)
    queue = place.post.storage.queue
    worker = SimpleWorker([queue.lane(Lane.READ)], connection=queue.connection, serializer=JSONSerializer)
    taken = worker.dequeue_job_and_maintain_ttl(1)
    assert taken is not None
    if died == "after starting the job":
        worker.prepare_execution(taken[0])
        worker.prepare_job_execution(taken[0], remove_from_intermediate_queue=True)
    assert depth(place) == 0
    place.clock.forward(PAST_RESEND_S)
    sweep_once(place.post)
    assert depth(place) == 1


def test_what_redis_could_not_be_told_is_told_when_it_is_back(place: Place) -> None:
    place.town.hand_in(b"scan")
    place.redis.stop()
    with pytest.raises(QueueUnavailable):
        tell_due(place.post)
    place.redis.start()
    tell_due(place.post)
    assert depth(place) == 1


def test_the_work_of_a_silent_worker_is_given_away(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    sweep_once(place.post)
    place.post.storage.queue.connection.flushall()
    claim(place, document)
    free_silent(place.post)
    assert place.town.attempts_of(document)[0].outcome is None
    place.clock.forward(3)
    sweep_once(place.post)
    assert place.town.attempts_of(document)[0].outcome == "lost"
    assert depth(place) == 1


def stray(place: Place, stored: bool) -> tuple[str, str]:
    """An attempt that named its signed file and fell silent, before or after storing it."""
    document = place.town.hand_in(b"scan")
    key = place.town.storage.objects.put(b"signed") if stored else "ab" * 32
    with place.post.storage.database.write() as connection:
        lease = leases.claim(connection, document, Lane.READ, "w", place.clock(), timedelta(seconds=2))
        assert lease is not None
        leases.name_signed_object(connection, lease, key)
    place.clock.forward(3)
    free_silent(place.post)
    return document, key


def test_a_stray_signed_file_is_marked_once_and_kept(place: Place) -> None:
    document, key = stray(place, stored=True)
    mark_strays(place.post)
    mark_strays(place.post)
    assert place.town.names_of_events(document) == ["Received", "SignedFileDiscarded"]
    assert place.town.attempts_of(document)[0].discarded
    assert place.town.storage.objects.get(key) == b"signed"


def test_a_signed_file_that_was_never_stored_is_no_stray(place: Place) -> None:
    document, _ = stray(place, stored=False)
    mark_strays(place.post)
    assert place.town.attempts_of(document)[0].signed_object is not None
    place.clock.forward(STORED_LATE.total_seconds() + 1)
    mark_strays(place.post)
    assert place.town.attempts_of(document)[0].signed_object is None
    assert place.town.names_of_events(document) == ["Received"]


def test_a_file_that_another_attempt_released_is_no_stray(place: Place) -> None:
    document, key = stray(place, stored=True)
    with place.post.storage.database.write() as connection:
        connection.execute(
            revisions.insert().values(
                document_id=document, capture=1, number=1, key=key, role="clerk", signer="x", signed_at=place.clock(),
                level="B-B", verdict="valid",
            )
        )  # fmt: skip
    mark_strays(place.post)
    assert place.town.attempts_of(document)[0].discarded
    assert place.town.names_of_events(document) == ["Received"]
