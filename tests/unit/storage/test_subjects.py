"""What every kind of subject has in common holds for a kind that is no document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, Impossible, MailUnavailable, NotFound
from digitize.lifecycle import Actor, State
from storage import history, leases, outbox, subjects
from storage.history import Happening
from storage.leases import Lease, LeaseLost
from storage.outbox import Lane
from storage.subjects import SubjectKind
from storage.tables import attempts
from tests.registry.province import CLERK, LEASE, WORKER, Province


@dataclass(frozen=True, slots=True)
class Captured:
    """An event of a kind of its own."""

    actor: Actor
    scan_key: str


def enter(province: Province, lane: Lane | None = Lane.SEAL) -> str:
    with province.database.write() as connection:
        return subjects.enter(connection, SubjectKind.COPY, "Opened", CLERK, {}, lane, province.now, {"name": "Bưởi"})


def claim(province: Province, copy: str) -> Lease:
    with province.database.write() as connection:
        lease = leases.claim(connection, copy, Lane.SEAL, "may-1", province.now, LEASE)
    assert lease is not None
    return lease


def advance(
    province: Province, copy: str, event: Happening, lease: Lease | None = None, *, moved: bool = True,
    lane: Lane | None = None, version: int | None = None,
) -> int:  # fmt: skip
    with province.database.write() as connection:
        held = subjects.hold(connection, SubjectKind.COPY, copy, version=version, lease=lease)
        return subjects.advance(connection, held, event, province.now, moved=moved, lane=lane)


def waits_for(province: Province, copy: str) -> Lane | None:
    with province.database.read() as connection:
        lanes = outbox.lanes_of(connection, copy)
    assert len(lanes) <= 1
    return next(iter(lanes), None)


def outcomes(province: Province, copy: str) -> list[str | None]:
    told = sa.select(attempts.c.outcome).where(attempts.c.subject_id == copy).order_by(attempts.c.number)
    with province.database.read() as connection:
        return list(connection.execute(told).scalars())


def test_a_copy_that_is_entered_waits_for_its_lane_and_has_a_history(province: Province) -> None:
    copy = enter(province)
    with province.database.read() as connection:
        assert subjects.kind_of(connection, copy) is SubjectKind.COPY
        assert [hint.subject for hint in outbox.due(connection, province.now)] == [copy]
        assert [entry.name for entry in history.entries(connection, copy)] == ["Opened"]
        assert history.private_values(connection, copy) == {(1, "name"): "Bưởi"}
        assert history.broken_links(connection, copy) == ()


def test_the_event_of_a_lease_ends_the_work_and_asks_for_the_next(province: Province) -> None:
    copy = enter(province)
    lease = claim(province, copy)
    assert advance(province, copy, Captured(WORKER, "a" * 64), lease, lane=Lane.DELIVER) == 1
    assert waits_for(province, copy) is Lane.DELIVER
    assert outcomes(province, copy) == ["done"]
    with pytest.raises(LeaseLost):
        advance(province, copy, Captured(WORKER, "a" * 64), lease)
    with province.database.read() as connection:
        assert history.broken_links(connection, copy) == ()


def test_an_event_of_a_lease_that_moves_nothing_still_ends_the_work(province: Province) -> None:
    copy = enter(province)
    advance(province, copy, Captured(WORKER, "a" * 64), claim(province, copy), moved=False)
    assert (waits_for(province, copy), outcomes(province, copy)) == (None, ["done"])


def test_a_person_who_moves_a_copy_on_takes_it_from_the_worker(province: Province) -> None:
    copy = enter(province)
    lease = claim(province, copy)
    advance(province, copy, Captured(CLERK, "a" * 64))
    assert outcomes(province, copy) == ["lost"]
    with pytest.raises(LeaseLost):
        advance(province, copy, Captured(WORKER, "a" * 64), lease)


def test_a_person_who_moves_nothing_leaves_the_worker_at_work(province: Province) -> None:
    copy = enter(province)
    lease = claim(province, copy)
    advance(province, copy, Captured(CLERK, "a" * 64), moved=False)
    assert waits_for(province, copy) is Lane.SEAL
    assert advance(province, copy, Captured(WORKER, "a" * 64), lease) == 2


def test_a_worker_moves_nothing_without_a_lease_or_with_that_of_another(province: Province) -> None:
    copy, other = enter(province), enter(province)
    with pytest.raises(Impossible):
        advance(province, copy, Captured(WORKER, "a" * 64))
    with pytest.raises(Impossible):
        advance(province, copy, Captured(WORKER, "a" * 64), claim(province, other))


def test_who_saw_an_older_version_of_a_copy_is_told(province: Province) -> None:
    copy = enter(province, lane=None)
    assert advance(province, copy, Captured(CLERK, "a" * 64), version=0) == 1
    with pytest.raises(Conflict):
        advance(province, copy, Captured(CLERK, "a" * 64), version=0)


def test_a_subject_is_held_only_as_what_it_is(province: Province) -> None:
    copy, document = enter(province), province.document(State.TO_CHECK)
    with province.database.write() as connection:
        with pytest.raises(NotFound, match="bản sao"):
            subjects.hold(connection, SubjectKind.COPY, document)
        with pytest.raises(NotFound, match="văn bản"):
            subjects.hold(connection, SubjectKind.DOCUMENT, copy)
        assert subjects.kind_of(connection, "no-such-subject") is None


def test_silence_and_strays_of_a_copy_are_found_as_those_of_a_document(province: Province) -> None:
    copy = enter(province)
    lease = claim(province, copy)
    with province.database.write() as connection:
        leases.name_signed_object(connection, lease, "f" * 64)
        assert leases.expire(connection, province.now + LEASE + timedelta(seconds=1)) == 1
        found = [(stray.subject, stray.kind, stray.key) for stray in leases.strays(connection)]
    assert found == [(copy, "copy", "f" * 64)]


def test_what_waits_beside_each_other_is_ended_and_put_off_on_its_own(province: Province) -> None:
    copy, waiting = enter(province, lane=None), {Lane.DELIVER, Lane.TIMESTAMP}
    with province.database.write() as connection:
        for lane in waiting:
            outbox.add(connection, copy, lane, 0, province.now)
        hints = outbox.due(connection, province.now)
        assert {hint.lane for hint in hints} == waiting
        outbox.sent(connection, [hint for hint in hints if hint.lane is Lane.DELIVER], province.now)
        assert [hint.lane for hint in outbox.due(connection, province.now)] == [Lane.TIMESTAMP]
        failed = leases.claim(connection, copy, Lane.DELIVER, "may-1", province.now, LEASE)
        assert failed is not None
        assert leases.claim(connection, copy, Lane.TIMESTAMP, "may-2", province.now, LEASE) is None, "one at a time"
        leases.fail(connection, failed, MailUnavailable(), province.now)
        assert [hint.lane for hint in outbox.due(connection, province.now)] == [Lane.TIMESTAMP]
        renewing = leases.claim(connection, copy, Lane.TIMESTAMP, "may-2", province.now, LEASE)
    assert advance(province, copy, Captured(WORKER, "a" * 64), renewing, moved=False) == 1
    with province.database.read() as connection:
        assert outbox.lanes_of(connection, copy) == {Lane.DELIVER}


def test_a_lane_that_rests_is_told_of_nothing_and_then_of_everything(province: Province) -> None:
    stamped, sealed = enter(province, lane=Lane.TIMESTAMP), enter(province)
    with province.database.write() as connection:
        for seconds in (10, 30):
            outbox.rest(connection, Lane.TIMESTAMP, province.now + timedelta(seconds=seconds))
        for after, told in ((0, {sealed}), (29, {sealed}), (30, {stamped, sealed})):
            moment = province.now + timedelta(seconds=after)
            assert {hint.subject for hint in outbox.due(connection, moment)} == told
