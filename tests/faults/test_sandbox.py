"""Files from outside are opened in a child that can do no harm, and the worker outlives every one of them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from digitize.archive import Capture
from digitize.confined.frames import Allowance, Setup
from digitize.errors import (
    DamagedFile,
    EmptyFile,
    EngineFailed,
    Impossible,
    Misconfigured,
    ReaderKilled,
    RunawayFile,
    SohoaError,
)
from digitize.image.limits import Limits
from digitize.model import Nature
from tests.samples import scans
from workers.memory_file import sealed
from workers.sandbox import Sandbox

HOSTILE = "tests.faults.hostile_tasks"
SOON = 1.5
SECRET = "mật khẩu của kho tệp"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    allowance = Allowance(page_seconds=SOON, total_seconds=60, memory_bytes=3 << 29, answer_bytes=1 << 25)
    with Sandbox(setup=Setup(HOSTILE, allowance=allowance)) as made:
        yield made


def echo(sandbox: Sandbox, value: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Return what comes back; of a file without bytes comes none."""
    answer, attachment = sandbox.call("echo", value, data)
    with attachment or BytesIO() as file:
        return answer, file.read()


def lives_on(sandbox: Sandbox) -> bool:
    return echo(sandbox, b"still", b"here") == (b"still", b"here")


@pytest.mark.parametrize("size", [0, 1, 70_000, 20_000_000])
def test_bytes_go_in_and_values_come_out(sandbox: Sandbox, size: int) -> None:
    data = os.urandom(1) * size
    assert echo(sandbox, b"value", data) == (b"value", data)


@pytest.mark.parametrize(
    ("task", "fault", "words"),
    [
        ("spin", RunawayFile, "thời gian"),
        ("sleep", RunawayFile, "thời gian"),
        ("swell", RunawayFile, "quá giới hạn"),
        ("flood", RunawayFile, "dung lượng kết quả"),
        ("crash", ReaderKilled, "dừng giữa chừng"),
        ("babble", ReaderKilled, "dừng giữa chừng"),
    ],
)
def test_a_runaway_costs_a_child_and_never_the_worker(
    sandbox: Sandbox, task: str, fault: type[SohoaError], words: str
) -> None:
    assert lives_on(sandbox)
    nursery = sandbox.nursery_pid
    began = time.monotonic()
    with pytest.raises(fault, match=words):
        sandbox.call(task, b"", b"scan")
    assert time.monotonic() - began < 20 * SOON
    assert lives_on(sandbox)
    assert sandbox.nursery_pid == nursery


def test_every_page_has_its_own_allowance_of_time(sandbox: Sandbox) -> None:
    began = time.monotonic()
    assert sandbox.call("steps", b"", b"")[0] == b"done"
    assert time.monotonic() - began > SOON


def test_of_an_answer_that_ends_in_a_fault_nothing_is_kept(sandbox: Sandbox) -> None:
    before = open_memory()
    with pytest.raises(DamagedFile):
        sandbox.call("halve", b"", bytes(8 << 20))
    assert open_memory() == before


def test_neither_worker_nor_nursery_holds_what_passes_between_them(sandbox: Sandbox) -> None:
    assert lives_on(sandbox)
    with sealed([os.urandom(1 << 20)] * 24) as scan:
        processes = ("self", str(sandbox.nursery_pid))
        for process in processes:
            Path(f"/proc/{process}/clear_refs").write_text("5")
        before = [peak_memory(process) for process in processes]
        _, attachment = sandbox.call("echo", b"", scan)
        assert attachment is not None
        attachment.close()
        after = [peak_memory(process) for process in processes]
    assert all(peak - start < 8 << 20 for start, peak in zip(before, after, strict=True))


def test_an_error_arrives_as_the_one_that_was_raised(sandbox: Sandbox) -> None:
    with pytest.raises(DamagedFile) as caught:
        sandbox.call("fault", b"", b"")
    assert (caught.value.detail, caught.value.advice) == ("trang 3", "Hãy quét lại trang 3.")


def test_an_unforeseen_error_tells_where_and_never_quotes_the_paper(sandbox: Sandbox) -> None:
    with pytest.raises(Impossible) as caught:
        sandbox.call("bug", b"", b"")
    assert "ValueError" in str(caught.value)
    assert "_bug" in str(caught.value)
    assert "001099012345" not in str(caught.value)


def open_memory() -> int:
    """Count the files of memory that this process holds."""
    handles = list(Path("/proc/self/fd").iterdir())
    return sum(str(handle.readlink()).startswith("/memfd:sohoa") for handle in handles if handle.is_symlink())


def peak_memory(process: str) -> int:
    """Return the most bytes that were resident since the mark was cleared (proc(5))."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def attempts(sandbox: Sandbox, folder: Path, port: int) -> dict[str, Any]:
    settings = folder / "settings.env"
    settings.write_text(f"SOHOA_S3_SECRET={SECRET}")
    wanted = {
        "settings": str(settings),
        "worker": os.getpid(),
        "folder": str(folder),
        "port": port,
        "socket": str(folder / "s"),
    }
    found: dict[str, Any] = json.loads(sandbox.call("attempt", json.dumps(wanted).encode(), b"scan")[0])
    return found


def test_a_child_reaches_no_settings_no_network_and_no_other_process(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_S3_SECRET", SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = attempts(sandbox, tmp_path, listener.getsockname()[1])
    assert found.pop("environment") == {"got": {}}
    handles = found.pop("handles")["got"]
    assert sorted(handle.split(":")[1] for handle in handles[3:]) == ["1", "10"], "the answer's pipe, the sealed scan"
    assert all(outcome == {"refused": "PermissionError"} for outcome in found.values()), found
    assert not (tmp_path / "planted").exists()


def test_the_nursery_has_no_environment_and_no_handle_of_the_worker(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_S3_SECRET", SECRET)
    sandbox.close()
    with (tmp_path / "settings.env").open("w") as opened:
        assert lives_on(sandbox)
        handles = [str(entry.readlink()) for entry in Path(f"/proc/{sandbox.nursery_pid}/fd").iterdir()]
        assert opened.name not in handles
    assert all(handle.startswith(("pipe:", "socket:", "/dev/null")) for handle in handles)
    assert Path(f"/proc/{sandbox.nursery_pid}/environ").read_bytes() == b""


def test_a_nursery_that_was_killed_is_replaced(sandbox: Sandbox) -> None:
    assert lives_on(sandbox)
    killed = sandbox.nursery_pid
    assert killed is not None
    os.kill(killed, 9)
    time.sleep(0.1)
    assert lives_on(sandbox)
    assert sandbox.nursery_pid != killed


def test_a_child_killed_from_outside_says_nothing_of_the_file(sandbox: Sandbox) -> None:
    assert lives_on(sandbox)
    nursery = sandbox.nursery_pid
    subprocess.Popen(["sh", "-c", f"sleep 0.4; kill -9 $(cat /proc/{nursery}/task/{nursery}/children)"])
    with pytest.raises(ReaderKilled) as caught:
        sandbox.call("sleep", b"", b"")
    assert caught.value.retryable
    assert lives_on(sandbox)
    assert sandbox.nursery_pid == nursery


def test_a_nursery_killed_in_mid_work_is_worth_a_retry(sandbox: Sandbox) -> None:
    assert lives_on(sandbox)
    subprocess.Popen(["sh", "-c", f"sleep 0.4; kill -9 {sandbox.nursery_pid}"])
    with pytest.raises(EngineFailed) as caught:
        sandbox.call("sleep", b"", b"")
    assert caught.value.retryable
    assert lives_on(sandbox)


WORKER = """
import sys
from digitize.confined.frames import Allowance, Setup
from workers.sandbox import Sandbox
sandbox = Sandbox(setup=Setup("tests.faults.hostile_tasks", allowance=Allowance(page_seconds=60)))
sandbox.call("echo", b"", b"")
print(sandbox.nursery_pid, flush=True)
sandbox.call("spin", b"", b"")
"""


def test_nothing_survives_a_worker_that_is_killed() -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    nursery = int(worker.stdout.readline())
    children = Path(f"/proc/{nursery}/task/{nursery}/children")
    deadline = time.monotonic() + 20
    while not (child := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert child
    worker.kill()
    worker.wait()
    worker.stdout.close()
    while (alive(nursery) or alive(int(child[0]))) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(nursery)
    assert not alive(int(child[0]))


def alive(pid: int) -> bool:
    """A zombie that nobody has buried yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


CAPTURE = Capture("d1", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


@pytest.fixture(scope="module")
def reader() -> Iterator[Sandbox]:
    with Sandbox(Limits(pages=10)) as made:
        yield made


def test_a_scan_is_digitised_in_the_child(reader: Sandbox) -> None:
    data = scans.jpeg(scans.paper((1654, 2339)), dpi=(200, 200))
    digitized, archive = reader.digitize(data, CAPTURE)
    assert archive is not None
    with archive:
        made = archive.read()
    assert digitized.reading.nature is Nature.SCAN
    assert "nhân dân" in digitized.reading.text
    assert made.startswith(b"%PDF-1.7")
    assert data in made
    assert [preview.page for preview in digitized.previews] == [1]


def test_a_bad_scan_is_refused_by_its_name_across_the_pipe(reader: Sandbox) -> None:
    with pytest.raises(EmptyFile):
        reader.digitize(b"", CAPTURE)
    with pytest.raises(DamagedFile):
        reader.digitize(scans.scanned_pdf()[:9000], CAPTURE)


def test_signatures_are_judged_in_the_child(reader: Sandbox) -> None:
    report = reader.verify(scans.scanned_pdf(), datetime(2026, 11, 22, tzinfo=UTC))
    assert report.verdict == "unsigned"


def test_a_missing_model_is_named_when_the_nursery_starts(tmp_path: Path) -> None:
    with (
        Sandbox(setup=Setup("tests.faults.missing_model", tessdata=str(tmp_path))) as made,
        pytest.raises(Misconfigured),
    ):
        made.call("echo", b"", b"")
