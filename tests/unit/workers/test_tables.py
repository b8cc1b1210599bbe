"""A spreadsheet that somebody sent becomes rows once, in the sandbox, and is kept no longer than needed."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from digitize.confined.frames import Allowance, Setup
from digitize.errors import NotATable, NotConverted, NotFound, RunawayFile
from storage import spreadsheets
from storage.outbox import RESEND_AFTER, Lane
from storage.spreadsheets import KNOWN_FOR, Spreadsheet
from storage.waiting_files import ANSWERED_WITHIN, VeiledSource
from tests.samples.workbooks import with_part, xlsx
from tests.unit.workers.conftest import Place
from workers.sweep import sweep_once
from workers.tables import open_spreadsheet
from workers.tidying import tidy

ROWS = [["Mã", "Tên"], ["1", "Xã A"]]
OWNER = "quan-tri"


def sent(place: Place, content: bytes | None = None) -> Spreadsheet:
    veiled = VeiledSource(io.BytesIO(content or xlsx(*ROWS)))
    key, _ = place.post.storage.objects.put_stream(veiled, 100_000)
    with place.post.storage.database.write() as connection:
        return spreadsheets.enter(connection, key, veiled, OWNER, place.clock())


def found(place: Place, asked: Spreadsheet, owner: str = OWNER) -> Spreadsheet:
    with place.post.storage.database.read() as connection:
        return spreadsheets.find(connection, asked.id, owner, place.clock())


def rows(place: Place, asked: Spreadsheet) -> list[list[str]]:
    key = found(place, asked).rows_stored_as
    assert key is not None
    return [list(row) for row in spreadsheets.rows(place.post.storage.objects, key)]


def kept(place: Place) -> int:
    return len(list(place.post.storage.objects.stored()))


def test_rows_are_made_once_read_by_who_sent_them_and_go_with_the_file(place: Place) -> None:
    asked = sent(place)
    for _ in range(2):
        open_spreadsheet(place.post, asked.id)
    assert rows(place, asked) == ROWS
    with pytest.raises(NotFound):
        found(place, asked, "nguoi-khac")
    tidy(place.post)
    assert (kept(place), rows(place, asked)) == (1, ROWS)
    place.clock.forward(KNOWN_FOR.total_seconds() + 1)
    tidy(place.post)
    assert kept(place) == 0
    with pytest.raises(NotFound):
        found(place, asked)


def test_after_a_kill_and_an_emptied_redis_another_worker_does_it_and_the_late_one_changes_nothing(
    place: Place,
) -> None:
    asked, hold = sent(place), place.post.lease_duration
    sweep_once(place.post)
    with place.post.storage.database.write() as connection:
        dead = spreadsheets.FILES.claim(connection, asked.id, place.clock(), hold)
    assert dead is not None
    place.post.storage.queue.connection.flushall()
    sweep_once(place.post)
    assert place.post.storage.queue.depth()[Lane.TABLE] == 0
    place.clock.forward(max(hold, RESEND_AFTER).total_seconds() + 1)
    sweep_once(place.post)
    assert place.post.storage.queue.depth()[Lane.TABLE] == 1
    open_spreadsheet(place.post, asked.id)
    with place.post.storage.database.write() as connection:
        assert not spreadsheets.FILES.hold(connection, dead, place.clock(), hold)
        assert not spreadsheets.finish(connection, asked.id, "0" * 64)
    assert rows(place, asked) == ROWS


def test_what_a_spreadsheet_is_at_fault_for_is_its_answer(place: Place) -> None:
    macros, greedy = sent(place, with_part("xl/vbaProject.bin")), sent(place, xlsx(["x" * 8_000] * 250))
    open_spreadsheet(place.post, macros.id)
    narrow = Setup("digitize.confined.spreadsheets", allowance=Allowance(answer_bytes=1_000))
    open_spreadsheet(place.post, greedy.id, narrow)
    faults = [found(place, each).fault for each in (macros, greedy)]
    assert [type(fault) for fault in faults] == [NotATable, RunawayFile]
    assert [fault.message.rsplit(". ", 1)[1] for fault in faults if fault] == [
        "Hãy lưu lại dạng .xlsx không macro, hoặc CSV UTF-8.",
        "Hãy chia thành nhiều bảng nhỏ hơn, hoặc lưu lại dạng CSV UTF-8.",
    ]
    tidy(place.post)
    assert kept(place) == 0


def test_what_nobody_opens_is_given_up_after_an_hour(place: Place) -> None:
    asked = sent(place)
    place.clock.forward((ANSWERED_WITHIN + timedelta(seconds=1)).total_seconds())
    tidy(place.post)
    assert isinstance(found(place, asked).fault, NotConverted)
    open_spreadsheet(place.post, asked.id)
    assert kept(place) == 0
