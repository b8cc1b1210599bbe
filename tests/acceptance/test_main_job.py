"""The story of the README, executed: `sohoa demo --once` does the job with real processes, and its traces are true."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitize.lifecycle import State
from digitize.model import Role, Verdict
from digitize.sign.trust import load_trust
from digitize.sign.verify import verify
from digitize.targets import Level
from storage import history, reconcile, registry, targets
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.registry import EVERYTHING, Document
from tests.verapdf.plugin import PdfaJudge

SOHOA = str(Path(sys.executable).with_name("sohoa"))


ROAD = [
    "Received", "ReadDone", "CaptureOrdered", "CaptureKeyUsed", "CaptureSigned", "Confirmed", "Coded",
    "SealOrdered", "SealKeyUsed", "Sealed",
]  # fmt: skip
"""What happens to every document, before it is published."""


@dataclass(frozen=True)
class Done:
    """A demo that has done its job."""

    folder: Path
    output: str
    documents: tuple[Document, ...]
    objects: FolderStore
    database: Database


def run_demo(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SOHOA, "demo", "--once", "--data", str(folder), "--port", str(free_port()), *more],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    folder = tmp_path_factory.mktemp("demo") / "d"
    run = run_demo(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    database = Database(f"sqlite:///{folder / 'registry.sqlite'}")
    with database.read() as connection:
        documents = tuple(registry.listing(connection, EVERYTHING, limit=500))
    yield Done(folder, run.stdout, documents, FolderStore(folder / "objects"), database)
    database.close()


def test_one_certified_copy_is_issued_and_its_addresses_are_told(done: Done) -> None:
    assert re.search(r"có chứng thực: số 01, .*đã cấp \(người chứng thực B-T, cơ quan B-LT\)", done.output)
    assert re.search(r"Tra cứu công khai: http://127\.0\.0\.1:\d+/k/\S{16}", done.output)


def test_every_specimen_is_published_and_the_screen_tells_it(done: Done) -> None:
    assert len(done.documents) >= 16
    assert len({document.summary.kind_code for document in done.documents}) >= 8
    assert {document.state for document in done.documents} == {State.PUBLISHED}
    assert "Công bố" in done.output
    assert "không có giá trị pháp lý" in done.output
    for line in ("Cấp tỉnh", "Cấp huyện", "Cấp xã"):
        assert line in done.output


def test_each_revision_begins_with_the_bytes_of_the_one_before(done: Done) -> None:
    for document in done.documents:
        archive, capture, sealed = (
            done.objects.get(key or "") for key in (document.archive_key, document.capture_key, document.sealed_key)
        )
        assert capture.startswith(archive)
        assert sealed.startswith(capture)


def test_both_signatures_of_every_result_hold_and_stand_in_their_order(done: Done) -> None:
    trust = load_trust(done.folder / "pki" / "trust")
    for document in done.documents:
        report = verify(done.objects.get(document.sealed_key or ""), trust, datetime.now(UTC))
        assert report.verdict is Verdict.VALID, report
        assert [one.role for one in report.signatures] == [Role.CLERK, Role.AGENCY]
        assert {one.level for one in report.signatures} == {"B-LT"}, "the sealed file carries the evidence for both"


def test_every_archive_file_is_pdfa_before_and_after_the_signatures(done: Done, pdfa_verdict: PdfaJudge) -> None:
    for document in done.documents:
        for key in (document.archive_key, document.sealed_key):
            verdict = pdfa_verdict(done.objects.get(key or ""))
            assert verdict.compliant, (document.summary.kind_code, verdict)


def test_the_history_of_every_document_tells_the_whole_road_in_an_unbroken_chain(done: Done) -> None:
    with done.database.read() as connection:
        for document in done.documents:
            assert history.broken_links(connection, document.id) == ()
            road = [entry.name for entry in history.entries(connection, document.id)]
            assert road == [*ROAD, "Published"]


def test_no_code_is_given_twice_and_the_proof_holds(done: Done) -> None:
    codes = [document.doc_code for document in done.documents]
    assert None not in codes
    assert len(set(codes)) == len(codes)
    with done.database.read() as connection:
        proof = reconcile.prove(connection, datetime.now(UTC))
    assert proof.holds
    assert (proof.received, sum(proof.finished.values()), proof.waiting) == (len(codes), len(codes), ())


def test_the_rates_of_the_three_levels_stand_on_both_sides_of_their_targets(done: Done) -> None:
    now = datetime.now(UTC)
    with done.database.read() as connection:
        levels = {
            one.level: one
            for one in targets.progress(connection, 2021, EVERYTHING, now, counted_until=now)
            if one.unit_id is None
        }
    targeted = {level: one.target.percent for level, one in levels.items() if one.target is not None}
    assert targeted == {Level.TINH: 30, Level.HUYEN: 20, Level.XA: 15}
    assert {levels[level].reached for level in Level} == {True, False}


def test_a_second_start_keeps_the_data_and_ctrl_c_stops_every_child(done: Done) -> None:
    port = free_port()
    process = subprocess.Popen(
        [SOHOA, "demo", "--data", str(done.folder), "--port", str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "Dịch vụ đã chạy" in process.stdout.readline()
        until = time.monotonic() + 60
        told = ""
        while "Ctrl-C" not in told and time.monotonic() < until:
            told += process.stdout.readline()
        assert f"http://127.0.0.1:{port}" in told
        children = _descendants(process.pid)
        assert len(children) >= 6
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
    assert [pid for pid in children if _alive(pid)] == []
    with done.database.read() as connection:
        assert len(registry.listing(connection, EVERYTHING, limit=500)) == len(done.documents)


def test_the_users_own_scans_are_read_and_nothing_of_them_is_confirmed(done: Done, tmp_path: Path) -> None:
    scan = tmp_path / "cua-toi.pdf"
    scan.write_bytes(done.objects.get(done.documents[0].scan_key))
    run = run_demo(tmp_path / "rieng", str(scan))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Máy không xác nhận gì" in run.stdout
    database = Database(f"sqlite:///{tmp_path / 'rieng' / 'registry.sqlite'}")
    with database.read() as connection:
        (document,) = registry.listing(connection, EVERYTHING)
    assert document.state is State.TO_CHECK
    assert document.capture_key is None


def test_a_missing_file_is_told_before_anything_starts(tmp_path: Path) -> None:
    run = run_demo(tmp_path / "x", str(tmp_path / "khong-co.pdf"))
    assert run.returncode == 2
    assert "không đọc được" in run.stderr
    assert not (tmp_path / "x").exists()


def test_passwords_and_keys_are_readable_by_their_owner_alone(done: Done) -> None:
    secret = [done.folder / "logins.json", *(done.folder / "pki" / "keys").iterdir()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in secret)
    logins: list[Mapping[str, str]] = json.loads((done.folder / "logins.json").read_text())
    assert not any(login["password"] in _logs(done.folder) for login in logins)


def _logs(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in (folder / "log").glob("*.log"))


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
