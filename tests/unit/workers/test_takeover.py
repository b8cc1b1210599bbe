"""Files of a manifest are taken over from its folder alone, once each; a bad one stops no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from digitize.backfill import parse_window
from digitize.errors import StoreUnavailable
from storage import backfill
from storage.backfill import Pace
from storage.connect import Storage, open_queue
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.settings import Settings
from storage.tables import documents, dossiers, takeover_items, takeovers
from storage.takeovers import Outcome
from tests.registry.province import CLERK, Province
from workers import takeover
from workers.backfill import feeding
from workers.backfill.feeding import Fed, Feeder, Step
from workers.takeover import Done, Hand, Opened

BAD = ("", "không có tệp", "không phải một tệp", "SHA-256", "PDF, JPEG", "không phải một tệp", "nặng hơn", "")
HEADER = "Tệp;Mã hồ sơ;Mã đơn vị;Mã TTHC;Tên thủ tục;Tên kết quả;Số ký hiệu;Ngày cấp;Mã nguồn;SHA-256"


@dataclass
class Office:
    """A folder of files with their manifest, and who takes them over."""

    province: Province
    folder: Path
    storage: Storage
    rows: list[str] = field(default_factory=list)

    @property
    def hand(self) -> Hand:
        return Hand(self.storage, CLERK, self.province.top.scope, self.clock, 10_000)

    def clock(self) -> datetime:
        return self.province.now

    def add(self, name: str, content: bytes | None = b"%PDF-1.4 ", code: str = "", sha256: str = "") -> None:
        """Enter a row, and write its file unless that is None; the number of the row makes contents differ."""
        number = len(self.rows) + 2
        if content is not None:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content + str(number).encode())
        dossier = code or f"HS-{number}"
        self.rows.append(
            f"{name};{dossier};H99.01;1.001193;Khai sinh;Giấy;{number}/2019;20/05/2019;id-{number};{sha256}"
        )

    def open(self) -> Opened:
        path = self.folder / "bảng kê.csv"
        path.write_text("\n".join([HEADER, *self.rows]), encoding="utf-8")
        return takeover.open_manifest(path, self.hand.storage, self.hand.scope, source="QLVB", unit=None)

    def run(self) -> list[Done]:
        opened = self.open()
        begun = takeover.begin(opened, self.hand)
        return [takeover.take_over(opened, begun, piece, self.hand) for piece in opened.pieces]

    def counts(self) -> list[int]:
        with self.province.database.read() as connection:
            return [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (takeovers, dossiers, documents, takeover_items)
            ]


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Office:
    province = Province.found(sqlite_database, FolderStore(tmp_path / "objects"))
    (tmp_path / "kho").mkdir()
    storage = Storage(province.database, province.objects, open_queue(Settings(data=tmp_path)))
    return Office(province, tmp_path / "kho", storage)


def test_every_bad_file_is_named_and_the_rest_goes_on(office: Office, tmp_path: Path) -> None:
    outside = tmp_path / "kín.pdf"
    outside.write_bytes(b"%PDF-1.4 x")
    (office.folder / "lối ra.pdf").symlink_to(outside)
    office.add("2019/tốt.pdf")
    office.add("thiếu.pdf", None)
    office.add("lối ra.pdf", None)
    office.add("khác.pdf", sha256="a" * 64)
    office.add("chữ.pdf", b"<html>")
    office.add("rỗng", None)
    (office.folder / "rỗng").mkdir()
    office.add("to.pdf", b"%PDF-1.4 " + b"x" * 10_000)
    office.add("đúng.pdf", sha256=hashlib.sha256(b"%PDF-1.4 9").hexdigest())
    told = [list(takeover.try_out(office.open(), office.hand)), office.run()]
    for done in told:
        assert [one.outcome for one in done] == [Outcome.ENTERED, *[None] * 6, Outcome.ENTERED]
        said = [one.problem.message if one.problem else "" for one in done]
        assert all(word in sentence for sentence, word in zip(said, BAD, strict=True))
    assert office.counts() == [1, 2, 2, 2]


def test_a_trial_keeps_nothing_and_a_second_run_enters_nothing(office: Office) -> None:
    office.add("1.pdf", code="HS-1")
    office.add("2.pdf", code="HS-1")
    tried = list(takeover.try_out(office.open(), office.hand))
    assert [one.document for one in tried] == [None, None]
    assert office.counts() == [0, 0, 0, 0]
    assert not list((office.folder.parent / "objects").rglob("??????????????????????????*"))
    first, again = office.run(), office.run()
    assert office.counts() == [1, 1, 2, 2]
    assert [one.outcome for one in again] == [Outcome.BEFORE] * 2
    assert [one.document for one in again] == [one.document for one in first]
    assert [one.outcome for one in takeover.try_out(office.open(), office.hand)] == [Outcome.BEFORE] * 2


@pytest.mark.parametrize("where", ["before the object", "after the object", "in the transaction"])
def test_a_death_anywhere_loses_and_doubles_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    office.add("1.pdf")

    def dying(work: Callable[..., object], *, late: bool) -> Callable[..., object]:
        def die(*given: object, **named: object) -> None:
            if late:
                work(*given, **named)
            raise KeyboardInterrupt

        return die

    with monkeypatch.context() as patched:
        if where == "in the transaction":
            patched.setattr(takeover.takeovers, "take", dying(takeover.takeovers.take, late=True))
        else:
            late = where == "after the object"
            patched.setattr(takeover, "_keep", dying(takeover._keep, late=late))
        with pytest.raises(KeyboardInterrupt):
            office.run()
    assert office.counts() == [1, 0, 0, 0]
    [done] = office.run()
    assert done.outcome is Outcome.ENTERED
    assert office.counts() == [1, 1, 1, 1]


def test_outside_its_hours_nothing_is_fed_and_a_pause_holds_for_the_file_in_hand(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.add("1.pdf")
    opened = office.open()
    backlog = feeding.begin(opened, Pace(parse_window("19:00-06:00"), 2, 1), office.hand)
    feeder = Feeder(opened, backlog, office.hand)
    opens_at = office.clock() + timedelta(hours=4)
    assert feeder.step() == Fed(Step.CLOSED, opens_at=opens_at)
    office.province.now = opens_at
    keep = takeover._keep

    def keep_while_somebody_pauses(*given: Any) -> None:  # noqa: ANN401  # those of the function itself
        keep(*given)
        with office.province.database.write() as connection:
            backfill.pause(connection, backlog.id, CLERK, opens_at)

    with monkeypatch.context() as patched:
        patched.setattr(takeover, "_keep", keep_while_somebody_pauses)
        assert feeder.step() == Fed(Step.PAUSED)
    assert office.counts()[1:] == [0, 0, 0]
    with office.province.database.write() as connection:
        backfill.resume(connection, backlog.id)
    assert [feeder.step().step for _ in range(2)] == [Step.FED, Step.DONE]
    assert office.counts()[1:] == [1, 1, 1]


def test_what_does_not_answer_stops_the_run_and_refuses_no_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.add("1.pdf")

    def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(takeover, "_keep", away)
    with pytest.raises(StoreUnavailable):
        office.run()
    assert office.counts() == [1, 0, 0, 0]
