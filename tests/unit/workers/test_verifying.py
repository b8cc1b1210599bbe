"""A file that somebody sent is judged once, by whoever is alive, and kept no longer than needed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from digitize.errors import EncryptedPdf, EngineFailed, NotFound, NotVerified, ReaderKilled, RunawayFile
from digitize.model import Verdict, VerificationReport
from storage import verifying
from storage.outbox import RESEND_AFTER, Lane
from storage.tables import verifications
from storage.verifying import KNOWN_FOR, Verification
from storage.waiting_files import ANSWERED_WITHIN, VEIL_BYTES, VeiledSource, unveiled
from tests.unit.workers.conftest import Place, at_once
from workers.sweep import sweep_once
from workers.verifying import Court, verify_file
from workers.waiting_files import MOST_DEATHS

PDF = b"%PDF-1.7 not really"
LONGEST = timedelta(seconds=30)
UNSIGNED = VerificationReport(Verdict.UNSIGNED, "Tệp không có chữ ký số.")


@dataclass(slots=True)
class Judge:
    """Says or raises what it was told to."""

    tell: Callable[[], VerificationReport] = lambda: UNSIGNED
    seen: list[bytes] = field(default_factory=list)

    def verify(self, file: BinaryIO, now: datetime) -> VerificationReport:
        assert now.utcoffset() is not None
        self.seen.append(file.read())
        return self.tell()


def raising(error: Exception) -> Judge:
    def tell() -> VerificationReport:
        raise error

    return Judge(tell)


def sent(place: Place, content: bytes = PDF) -> Verification:
    veiled = VeiledSource(io.BytesIO(content))
    key, _ = place.post.storage.objects.put_stream(veiled, 10_000)
    with place.post.storage.database.write() as connection:
        return verifying.enter(connection, key, veiled, place.clock())


def found(place: Place, asked: Verification) -> Verification:
    with place.post.storage.database.read() as connection:
        return verifying.find(connection, asked.id, place.clock())


def depth(place: Place) -> int:
    return place.post.storage.queue.depth()[Lane.VERIFY]


def tidy(place: Place) -> int:
    return verifying.FILES.tidy(place.post.storage.database, place.post.storage.objects, place.clock())


def objects(place: Place) -> list[str]:
    return [stored.key for stored in place.post.storage.objects.stored()]


@given(content=st.binary(max_size=200), sizes=st.lists(st.integers(1, 60), min_size=300, max_size=300))
def test_what_is_veiled_comes_back_and_its_hash_is_that_of_the_file(content: bytes, sizes: list[int]) -> None:
    veiled = VeiledSource(io.BytesIO(content))
    pieces = [piece for size in sizes if (piece := veiled.read(size))]
    assert b"".join(unveiled(iter(pieces))) == content
    assert len(b"".join(pieces)) == len(content) + VEIL_BYTES
    assert (veiled.sha256, veiled.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_judge_sees_the_file_itself_and_the_asker_the_report(place: Place) -> None:
    asked, judge = sent(place), Judge()
    verify_file(place.post, Court(judge, LONGEST), asked.id)
    assert judge.seen == [PDF]
    assert found(place, asked).report == UNSIGNED


def test_of_many_workers_one_judges(place: Place) -> None:
    asked, judge = sent(place), Judge()
    at_once(*[lambda: verify_file(place.post, Court(judge, LONGEST), asked.id)] * 4)
    assert len(judge.seen) == 1


def test_the_fault_of_a_file_is_its_answer(place: Place) -> None:
    asked = sent(place)
    verify_file(place.post, Court(raising(EncryptedPdf()), LONGEST), asked.id)
    fault = found(place, asked).fault
    assert isinstance(fault, EncryptedPdf)
    assert fault.message == EncryptedPdf().message


def test_a_fault_of_the_world_is_tried_again_later(place: Place) -> None:
    asked = sent(place)
    verify_file(place.post, Court(raising(EngineFailed()), LONGEST), asked.id)
    assert not found(place, asked).answered
    sweep_once(place.post)
    assert depth(place) == 0
    place.clock.forward(3)
    sweep_once(place.post)
    assert depth(place) == 1
    verify_file(place.post, Court(Judge(), LONGEST), asked.id)
    assert found(place, asked).report == UNSIGNED


def test_a_file_at_which_the_judge_dies_again_and_again_is_given_up(place: Place) -> None:
    asked = sent(place)
    for _ in range(MOST_DEATHS):
        assert not found(place, asked).answered
        verify_file(place.post, Court(raising(ReaderKilled()), LONGEST), asked.id)
    fault = found(place, asked).fault
    assert isinstance(fault, RunawayFile)
    assert "quét lại" not in fault.message


def test_a_bug_leaves_the_file_to_the_next_attempt(place: Place) -> None:
    asked = sent(place)
    with pytest.raises(ZeroDivisionError):
        verify_file(place.post, Court(raising(ZeroDivisionError()), LONGEST), asked.id)
    verify_file(place.post, Court(Judge(), LONGEST), asked.id)
    assert found(place, asked).report == UNSIGNED


def test_a_worker_that_fell_silent_is_replaced_and_its_late_answer_changes_nothing(place: Place) -> None:
    asked = sent(place)
    with place.post.storage.database.write() as connection:
        assert verifying.FILES.claim(connection, asked.id, place.clock(), LONGEST) is not None
        assert verifying.FILES.claim(connection, asked.id, place.clock(), LONGEST) is None
    place.clock.forward(LONGEST.total_seconds() + 1)
    verify_file(place.post, Court(Judge(), LONGEST), asked.id)
    with place.post.storage.database.write() as connection:
        verifying.FILES.fail(connection, asked.id, EncryptedPdf())
    assert found(place, asked).report == UNSIGNED
    assert found(place, asked).fault is None


def test_a_hint_that_redis_forgot_is_told_again(place: Place) -> None:
    sent(place)
    for _ in range(3):
        sweep_once(place.post)
    assert depth(place) == 1
    place.post.storage.queue.connection.flushall()
    place.clock.forward(RESEND_AFTER.total_seconds() + 1)
    sweep_once(place.post)
    assert depth(place) == 1


def test_the_bytes_go_with_the_answer_and_the_answer_after_a_day(place: Place) -> None:
    kept = place.post.storage.objects.put(PDF)
    asked = sent(place)
    assert tidy(place) == 0
    assert len(objects(place)) == 2
    verify_file(place.post, Court(Judge(), LONGEST), asked.id)
    assert tidy(place) == 1
    assert objects(place) == [kept]
    assert found(place, asked).report == UNSIGNED
    place.clock.forward(KNOWN_FOR.total_seconds() + 1)
    with pytest.raises(NotFound):
        found(place, asked)
    tidy(place)
    with place.post.storage.database.read() as connection:
        assert connection.execute(sa.select(verifications)).all() == []


def test_what_nobody_judges_is_given_up_after_an_hour(place: Place) -> None:
    asked = sent(place)
    place.clock.forward(ANSWERED_WITHIN.total_seconds() + 1)
    tidy(place)
    assert isinstance(found(place, asked).fault, NotVerified)
    assert objects(place) == []
