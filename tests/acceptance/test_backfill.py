"""A backlog is estimated, fed in, killed, paused, resumed and read; every file stands once, with where it came from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from pikepdf import Dictionary, Name
from pydantic import SecretStr

from api.view import history_body
from digitize.lifecycle import Office, State
from storage import history, people
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.settings import Settings
from storage.tables import backfill_items, documents, outbox
from tests.faults.town import scan_of
from tests.registry.province import Province
from tests.samples import scans
from workers.attempt import Post
from workers.cli import backfilling, taking_over
from workers.compose import open_post
from workers.reading import read_document
from workers.sandbox import Sandbox

HEADER = "Tệp,Mã hồ sơ,Mã đơn vị,Mã TTHC,Tên thủ tục,Tên kết quả,Số ký hiệu,Ngày cấp,Mã nguồn"
SOHOA = str(Path(sys.executable).with_name("sohoa"))


def drawn() -> bytes:
    """A born-digital page."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.obj.Resources = Dictionary(
        Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    )
    page.obj.Contents = pikepdf.Stream(pdf, b"BT /F 14 Tf 80 700 Td (Giay xac nhan so 12) Tj ET")
    return scans.written(pdf)


@dataclass
class Town:
    """Two communes with a folder of old files, and what a clerk and a reader do there."""

    province: Province
    post: Post
    sandbox: Sandbox
    manifest: Path
    pauses_seen: int = 0
    most_in_flight: int = 0
    order: list[str] = field(default_factory=list)

    def sohoa(self, command: str, *arguments: str) -> tuple[int, str]:
        group = taking_over.taking_over if command.startswith("takeover ") else backfilling.backfill
        done = CliRunner().invoke(group, [command.split()[1], *arguments], standalone_mode=False)
        assert done.exception is None, done.output
        return done.return_value or 0, done.stdout

    def status(self) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.sohoa("backfill status", "--as", "canbo", "--json")[1])
        return told

    def in_between(self, _seconds: float) -> None:
        """What happens while the feeder waits: a pause is lifted, or what waits is read."""
        if self.status()["paused_at"] is not None:
            self.pauses_seen += 1
            assert self.sohoa("backfill resume", "--as", "canbo")[0] == 0
            return
        self.read()

    def read(self) -> None:
        """Read all that waits for a reader, in the order of the queue."""
        with self.province.database.read() as connection:
            waiting = connection.execute(sa.select(outbox.c.subject_id).order_by(outbox.c.due_at)).scalars().all()
        self.most_in_flight = max(self.most_in_flight, len(waiting))
        for document in waiting:
            read_document(self.post, self.sandbox, document)
            self.order.append(document)


@pytest.fixture
def town(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    url = sqlite_database.engine.url.render_as_string()
    settings = Settings(data=tmp_path, database_url=SecretStr(url))
    province = Province.found(sqlite_database, FolderStore(settings.object_folder))
    with sqlite_database.write() as connection:
        people.add_person(
            connection, username="canbo", full_name="Nguyễn Thị Hương", office=Office.CLERK, unit_id=province.top.id,
            password="mat-khau-dai-12",
        )  # fmt: skip
    folder = tmp_path / "kho"
    folder.mkdir()
    rows = []
    for number, unit in enumerate(("H99.01", "H99.01", "H99.02", "H99.02", "H99.01"), start=1):
        rows.append(f"{number}.bin,HS-{number},{unit},1.001193,Khai sinh,Giấy,{number}/2019,20/05/2019,cu-{number}")
        if number < 5:
            (folder / f"{number}.bin").write_bytes(drawn() if number == 4 else scan_of(number, 1))
    (folder / "bảng kê.csv").write_text("\n".join([HEADER, *rows, "../x.pdf,HS-9,H99.01,1.001193"]), encoding="utf-8")
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path))
    monkeypatch.setenv("SOHOA_DATABASE_URL", url)
    return Town(province, open_post(settings), Sandbox(), folder / "bảng kê.csv")


def run_and_kill(town: Town) -> str:
    """Run until the first file is in, and kill the process; return what it said of that file."""
    command = [SOHOA, "backfill", "run", str(town.manifest), "--as", "canbo", "--source", "QLVB cũ"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as running:
        assert running.stdout is not None
        said = next(line for line in running.stdout if line.startswith("dòng".encode()))
        running.kill()
    return said.decode()


def test_a_backlog_is_killed_paused_and_resumed_and_every_file_enters_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "dòng 2: " in run_and_kill(town)
    assert town.sohoa("backfill pause", "--as", "canbo")[0] == 0
    monkeypatch.setattr(backfilling.time, "sleep", town.in_between)
    code, said = town.sohoa("backfill run", str(town.manifest), "--as", "canbo", "--source", "QLVB cũ", "--json")
    town.read()
    told = json.loads(said[said.index("{\n") :])  # the reader of this test logs to the same place
    assert (code, [one["row"] for one in told["faults"]], {one["row"] for one in told["bad_rows"]}) == (2, [6], {7})
    assert told["items"] == {"waiting": 0, "entered": 4, "known": 0, "refused": 1}
    assert (town.pauses_seen, town.most_in_flight) == (1, 2)
    with town.province.database.read() as connection:
        states = Counter(connection.execute(sa.select(documents.c.state)).scalars())
        rows = dict(connection.execute(sa.select(backfill_items.c.document_id, backfill_items.c.row)).tuples().all())
        for document in town.order:
            assert history.broken_links(connection, document) == ()
        [origin] = history_body(connection, town.order[0]).origins
    assert states == {State.TO_CHECK.value: 3, State.ELECTRONIC.value: 1}
    assert [rows[document] for document in town.order] == [2, 4, 3, 5], "the units have their turns"
    assert (origin.source_system, origin.source_id, origin.manifest_name) == ("QLVB cũ", "cu-1", "bảng kê.csv")
    status = town.status()
    assert (status["in_flight"], status["finished_at"] is not None) == (0, True)
    again = json.loads(
        town.sohoa("takeover run", str(town.manifest), "--as", "canbo", "--source", "QLVB cũ", "--json")[1]
    )
    assert again["outcomes"] == {"entered": 0, "known": 0, "before": 4, "refused": 2}


def test_a_plan_reads_a_sample_for_real_and_says_what_it_assumes(town: Town) -> None:
    folder = town.manifest.parent
    for name in ("2.bin", "3.bin"):
        (folder / name).unlink()
    code, said = town.sohoa("backfill plan", str(folder), "--sample", "9", "--window", "19:00-06:00", "--json")
    told = json.loads(said)
    assert (code, told["files"], told["sampled"]) == (0, 3, 3)
    measured = {one["file"]: one for one in told["sample"]}
    scan, electronic, table = measured["1.bin"], measured["4.bin"], measured["bảng kê.csv"]
    assert scan["pages"] == 1
    assert scan["archive_bytes"] > 0
    assert 0 < scan["cpu_seconds"] < 60
    assert (electronic["electronic"], electronic["archive_bytes"], table["problem"]) == (True, 0, "unknown_type")
    assert (told["pages"]["expected"], told["timestamps"]["expected"]) == (2, 2)
    assert told["nights"]["expected"] == pytest.approx(told["machine_hours"]["expected"] / 11)
    assert all(one["source"] for one in told["assumptions"])
    again = town.sohoa("backfill plan", str(town.manifest), "--sample", "1", "--source", "x")[1]
    assert "2 tệp" in again
    assert "3 tệp không có, 1 dòng hỏng" in again
