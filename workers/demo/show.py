"""The demo: start the service, load the province, do the main job before the user's eyes, and stay up."""

from __future__ import annotations

import hashlib
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import httpx
import msgspec
from rich.console import Console

from digitize.errors import InvalidInput, Misconfigured
from digitize.lifecycle import Office, State
from workers import supervise
from workers.demo import screen
from workers.demo.certify import People, certify
from workers.demo.desk import Desk
from workers.demo.job import Correction, Job, Paper
from workers.demo.setup import LOGINS_FILE, SEED, DemoPlace, prepare
from workers.demo.specimens import render_assigned
from workers.demo.specimens.demo_set import assignments
from workers.supervise import Service

READY_S = 60.0
"""How long the service may take to answer, seconds; on an idle machine it takes three."""

PIPED_WIDTH = 150
"""Columns of the tables when nobody says how wide the terminal is."""

YEAR = 2021
"""The year whose targets the demo shows."""


def show(files: Sequence[Path], *, once: bool, data: Path, port: int) -> int:
    """Run the demo; return 0 when every specimen was published, or every file of the user was read.

    Raises:
        SohoaError: a part is missing, or the port is taken.
    """
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    scans = _read_files(files)
    place = prepare(data, port, datetime.now(UTC))
    address = f"http://{place.settings.api_host}:{port}"
    signal.signal(signal.SIGTERM, _interrupt)
    service = supervise.start(place.settings, timestamp_authority=(sys.executable, "-m", *place.timestamp_authority))
    try:
        _wait_until_ready(service, address)
        console.print(f"Dịch vụ đã chạy: [bold]{address}[/bold]  (dữ liệu ở {data.absolute()})")
        well = _do(console, place, address, scans)
        _tell_addresses(console, place, address)
        if once:
            return 0 if well else 1
        console.print("Ctrl-C để dừng mọi tiến trình.")
        while service.running:
            time.sleep(0.5)
        raise Misconfigured("dịch vụ tự dừng", remedy=f"Xem nhật ký ở {data / 'log'}.")
    except KeyboardInterrupt:
        console.print("\nĐang dừng…")
        return 0
    finally:
        service.stop()


def _do(console: Console, place: DemoPlace, address: str, scans: Sequence[Paper]) -> bool:
    with ExitStack() as stack:
        desks = _Desks(place, address, stack)
        known = place.settings.data / "specimens.json"
        if scans:
            well = _read_own(console, desks, scans)
        elif known.exists():
            well = _show_again(console, desks, known)
        else:
            well = _do_specimens(console, desks, known)
        if not scans:
            _certify_one(console, desks)
        today = datetime.now(UTC)
        leader = desks.of(place.unit_ids[place.province.units[0].code], Office.SUPERVISOR)
        title = f"Tỷ lệ số hóa của kết quả còn hiệu lực cuối năm {YEAR}, tính đến {today.astimezone():%d/%m/%Y}"
        console.print(screen.rates_table(leader.targets(YEAR, today), title))
        return well


class _Desks:
    """The desks of the province, each logged in when it is first needed."""

    def __init__(self, place: DemoPlace, address: str, stack: ExitStack) -> None:
        self.place = place
        self._address = address
        self._stack = stack
        self._open: dict[tuple[str, Office], Desk] = {}

    def of(self, unit: str, office: Office) -> Desk:
        if (unit, office) not in self._open:
            login = self.place.login(unit, office)
            self._open[unit, office] = self._stack.enter_context(Desk(self._address, login.username, login.password))
        return self._open[unit, office]


def _do_specimens(console: Console, desks: _Desks, known: Path) -> bool:
    units = {one.unit_code for one in assignments()}
    corrections: list[Correction] = []
    job = _do_job(
        console, desks, _specimen_papers(desks.place), len(assignments()),
        {desks.place.unit_ids[code] for code in units}, corrections,
    )  # fmt: skip
    console.print(screen.documents_table(job.documents, job.seconds))
    for name, refusal in job.refusals.items():
        console.print(f"[red]{name}[/red]: {refusal}", highlight=False)
    console.print(screen.summary(corrections, job.confirmed))
    if not all(document["state"] == State.PUBLISHED for document in job.documents.values()):
        return False
    known.write_bytes(
        msgspec.json.encode({paper.name: (paper.unit, job.documents[paper.name]["id"]) for paper in job.papers})
    )
    return True


def _show_again(console: Console, desks: _Desks, known: Path) -> bool:
    """Show what an earlier start did with the specimens."""
    done = msgspec.json.decode(known.read_bytes(), type=dict[str, tuple[str, str]])
    documents = {name: desks.of(unit, Office.CLERK).document(document) for name, (unit, document) in done.items()}
    console.print(screen.documents_table(documents, {}))
    return True


def _certify_one(console: Console, desks: _Desks) -> None:
    """Certify one copy at the last commune, whose supervisor is its chairman."""
    place = desks.place
    root, commune = place.province.units[0], place.province.units[-1]
    unit = place.unit_ids[commune.code]
    people = People(
        desks.of(place.unit_ids[root.code], Office.ADMINISTRATOR), desks.of(unit, Office.SUPERVISOR),
        place.login(unit, Office.SUPERVISOR).username, desks.of(unit, Office.OFFICER), commune.code,
    )  # fmt: skip
    done = certify(people, place.settings.data / "certified.json")
    console.print(screen.copy_told(done, place.settings.pages), highlight=False, soft_wrap=True)


def _read_own(console: Console, desks: _Desks, scans: Sequence[Paper]) -> bool:
    papers = _own_papers(desks.place, scans)
    for paper in papers:
        desks.of(paper.unit, Office.CLERK).enter_dossier(_own_dossier(paper, desks.place))
    job = _do_job(console, desks, papers, len(papers), {paper.unit for paper in papers}, [])
    console.print(screen.documents_table(job.documents, job.seconds))
    console.print("Máy không xác nhận gì: hãy đăng nhập để kiểm tra, ký bản chụp, xác nhận và đóng dấu.")
    return all(document["state"] != State.RECEIVED for document in job.documents.values())


def _do_job(
    console: Console,
    desks: _Desks,
    arriving: Iterable[Paper],
    total: int,
    units: AbstractSet[str],
    corrections: list[Correction],
) -> Job:
    with screen.stages(console, total) as stages:

        def told(correction: Correction) -> None:
            corrections.append(correction)
            stages.told(correction)

        clerks = {unit: desks.of(unit, Office.CLERK) for unit in units}
        officers = {unit: desks.of(unit, Office.OFFICER) for unit in units}
        job = Job(arriving, clerks, officers, told, stages.moved)
        job.do()
    return job


def _specimen_papers(place: DemoPlace) -> Iterator[Paper]:
    """Draw the specimens one by one, so that the first is read while the second is drawn."""
    for assignment in assignments():
        specimen = render_assigned(SEED, assignment)
        dossier = place.province.dossier_of(specimen.name)
        unit = place.unit_ids[dossier.unit_code]
        yield Paper(specimen.name, unit, dossier.code, specimen.data, specimen.truth.fields, specimen.kind_code)


def _read_files(files: Sequence[Path]) -> list[Paper]:
    scans: list[Paper] = []
    for path in files:
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise InvalidInput(f"không đọc được {path}: {fault.strerror}") from fault
        name = path.name if path.name not in {scan.name for scan in scans} else str(path)
        scans.append(Paper(name, "", f"TEP-{hashlib.sha256(data).hexdigest()[:12].upper()}", data, None, None))
    return scans


def _own_papers(place: DemoPlace, scans: Sequence[Paper]) -> list[Paper]:
    commune = place.province.units[-1]
    unit = place.unit_ids[commune.code]
    return [Paper(one.name, unit, one.dossier, one.data, None, None) for one in scans]


def _own_dossier(paper: Paper, place: DemoPlace) -> dict[str, object]:
    code = next(code for code, unit in place.unit_ids.items() if unit == paper.unit)
    title = "Tệp quét của người dùng"
    result = {"title": title, "issued_on": datetime.now(UTC).date().isoformat()}
    return {"code": paper.dossier, "unit": code, "procedure_code": "TEP", "procedure_name": title, "results": [result]}


def _wait_until_ready(service: Service, address: str) -> None:
    deadline = time.monotonic() + READY_S
    # one client for all questions: each new one would read the machine's certificates while the service wants the core
    with httpx.Client(base_url=address, timeout=5) as client:
        while time.monotonic() < deadline and service.running:
            try:
                if client.get("/health/ready").is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
    raise Misconfigured(
        f"dịch vụ không trả lời ở {address}", remedy="Có thể cổng đang bị chương trình khác dùng: hãy thử --port khác."
    )


def _tell_addresses(console: Console, place: DemoPlace, address: str) -> None:
    console.print(screen.logins_table(place.logins))
    console.print(f"Các tài khoản khác: {place.settings.data.absolute() / LOGINS_FILE}", soft_wrap=True)
    console.print(f"Trang làm việc: {address}/   Tài liệu API: {address}/api/docs")
    console.print("[bold]Chữ ký của bản thử nghiệm này không có giá trị pháp lý.[/bold]")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
