"""How much a slow timestamp authority slows the rest: the pace of reading and of B-B signatures beside it.

    python -m bench.timestamps [--seconds 40] [--rounds 3] [--pause 2 131]

Two whole services run side by side, each part a process of its own, one reader each: one with an authority that answers
at once, the other with one that takes 2 to 131 seconds, as the state's own does. First every hand of the slow one's
timestamp lane is taken. Then windows alternate: one service always has documents to read and captures to sign, the
other has none (its slow authority goes on being waited for). The pace is what has been read and signed by key, whatever
its timestamp does; it is told per minute and per CPU minute of all parts but the authority and its lane. The first
holds on a quiet machine only, the second also on a busy one. Target: with the slow authority at least 95 %.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count, islice
from pathlib import Path
from statistics import median
from uuid import uuid4

import sqlalchemy as sa

from bench.material import jpeg_pages
from bench.spent import cpu_seconds
from digitize.lifecycle import Actor, CaptureOrdered, Office, State
from storage import registry
from storage.connect import Storage, open_storage
from storage.migrate import migrate
from storage.settings import Settings
from storage.tables import documents, dossiers, people, results, units
from tests.servers.process import free_port
from workers import supervise
from workers.demo.pki import make_pki

UNIT, CLERK = "xa", "can-bo"
FLOOR = 0.95
AHEAD = 3
"""Documents on their way at once: the reader never waits for the next one."""
DIFFERENT = 3
"""Pages; the same ones in the same order in each window."""
PATIENCE_S = 240.0
TIMED = ("workers.demo.tsa", "sohoa worker timestamp")
"""Processes whose work follows from the timestamps themselves."""
KEYED = (State.CAPTURE_TIMING, State.CAPTURE_SIGNED)
"""Read, and the key was used."""


@dataclass(slots=True)
class Commune:
    """A service and the clerk who uses it."""

    storage: Storage
    supervisor: int
    numbers: Iterator[int] = field(default_factory=count)

    def hand_in(self, page: bytes) -> str:
        """Enter a scan of a new result; a comment at its end makes each a scan of its own."""
        scan = page + f"{next(self.numbers):06}".encode()
        dossier, result, now = uuid4().hex, uuid4().hex, datetime.now(UTC)
        key = self.storage.objects.put(scan)
        with self.storage.database.write() as connection:
            connection.execute(
                dossiers.insert().values(
                    id=dossier, code=dossier[:20], unit_id=UNIT, procedure_code="1.001193", procedure_name="Thử",
                    created_by=CLERK, created_at=now,
                )
            )  # fmt: skip
            connection.execute(
                results.insert().values(
                    id=result, dossier_id=dossier, ordinal=1, unit_id=UNIT, title="Kết quả", issued_on=date(2021, 1, 1)
                )
            )
            return registry.receive(
                connection, result_id=result, scan_key=key, size_bytes=len(scan), actor=Actor(CLERK, Office.CLERK),
                now=now,
            ).document  # fmt: skip

    def states(self, asked: Sequence[str]) -> dict[str, State]:
        """Return where documents stand."""
        with self.storage.database.read() as connection:
            found = connection.execute(
                sa.select(documents.c.id, documents.c.state).where(documents.c.id.in_(asked))
            ).tuples()
            return {document: State(state) for document, state in found}

    def order(self, document: str) -> None:
        """Order the clerk's signature."""
        event = CaptureOrdered(actor=Actor(CLERK, Office.CLERK), signer=CLERK)
        with self.storage.database.write() as connection:
            registry.record(connection, document, event, datetime.now(UTC), changes={"signer": CLERK})

    def spent(self) -> float:
        """Return the CPU seconds of the service but for its timestamps."""
        return cpu_seconds(self.supervisor, but=TIMED)


@dataclass(frozen=True, slots=True)
class Pace:
    """What one window gave."""

    a_minute: float
    """Documents read and signed by key."""
    a_cpu_minute: float


def main() -> int:
    """Print the pace beside either authority, and whether the slow one costs at most one twentieth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0, help="of a window")
    parser.add_argument("--rounds", type=int, default=3, help="windows for each")
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 131.0), metavar=("LEAST", "MOST"))
    given = parser.parse_args()
    pages = jpeg_pages(DIFFERENT, None)
    paces: dict[str, list[Pace]] = {"prompt": [], "slow": []}
    with commune((0.0, 0.0)) as prompt, commune(tuple(given.pause)) as slow:
        for each in (prompt, slow):
            fill_lane(each, pages)
        for _ in range(given.rounds):
            for name, each in (("prompt", prompt), ("slow", slow)):
                told = window(each, pages, given.seconds)
                paces[name].append(told)
                print(f"{name:6} {told.a_minute:6.2f} a minute, {told.a_cpu_minute:6.2f} a CPU minute", flush=True)
    return verdict(paces)


def verdict(paces: dict[str, list[Pace]]) -> int:
    """Print the ratios of the middle windows; return 1 where the slow authority costs too much."""
    wall, cpu = (
        median(getattr(each, name) for each in paces["slow"]) / median(getattr(each, name) for each in paces["prompt"])
        for name in ("a_minute", "a_cpu_minute")
    )
    print(f"slow ÷ prompt: {wall:.3f} a minute, {cpu:.3f} a CPU minute (target at least {FLOOR})")
    return 0 if wall >= FLOOR else 1


@contextmanager
def commune(pause_s: tuple[float, ...]) -> Iterator[Commune]:
    """Run a service with an authority that takes so long, and stop it."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name:
        folder, port = Path(name), free_port()
        pki = make_pki(folder / "pki", [(CLERK, "Nguyễn Thị Hương")], [(UNIT, "UBND xã")], datetime.now(UTC))
        (folder / "data").mkdir()
        settings = Settings(data=folder / "data", secure_cookies=False, api_port=free_port()).model_copy(
            update={"trust": pki.trust, "keyring": pki.keyring, "tsa_url": f"http://127.0.0.1:{port}/"}
        )
        storage = open_storage(settings)
        migrate(storage.database)
        with storage.database.write() as connection:
            connection.execute(
                units.insert().values(
                    id=UNIT, code="H01.1", name="UBND xã", level="xa", path=f"/{UNIT}/", four_eyes=False,
                    valid_from=date(2020, 1, 1),
                )
            )  # fmt: skip
            connection.execute(
                people.insert().values(
                    id=CLERK, username=CLERK, full_name="Nguyễn Thị Hương", office=Office.CLERK.value, unit_id=UNIT,
                    password_hash="", active=True,
                )
            )  # fmt: skip
        authority = [
            sys.executable, "-m", "workers.demo.tsa", "--folder", str(folder / "pki"), "--port", str(port),
            "--pause", *map(str, pause_s),
        ]  # fmt: skip
        service = supervise.start(settings, readers=1, timestamp_authority=authority)
        try:
            yield Commune(storage, service.pid)
        finally:
            service.stop()
            storage.close()


def fill_lane(commune: Commune, pages: Sequence[bytes]) -> None:
    """Let every hand of the timestamp lane have a document, and one more wait; every part is warm then."""
    finish(commune, [commune.hand_in(pages[0]) for _ in range(Settings.model_fields["tsa_at_once"].default + 1)])


def window(commune: Commune, pages: Sequence[bytes], seconds: float) -> Pace:
    """Keep a service busy for a while, let it finish, and return its pace from the first document to the last."""
    spent, ends = commune.spent(), time.monotonic() + seconds
    more = (commune.hand_in(pages[number % len(pages)]) for number in numbers_until(ends))
    moments = finish(commune, [next(more) for _ in range(AHEAD)], more)
    return Pace(60 * (len(moments) - 1) / (moments[-1] - moments[0]), 60 * len(moments) / (commune.spent() - spent))


def numbers_until(ends: float) -> Iterator[int]:
    """Count until a moment of the monotonic clock, and to the end of a round of the pages, for they differ."""
    for number in count():
        if number >= AHEAD and time.monotonic() > ends and number % DIFFERENT == 0:
            return
        yield number


def finish(commune: Commune, underway: list[str], more: Iterator[str] | None = None) -> list[float]:
    """Order each capture once it is read, and hand in the next one for each that was signed by key.

    Returns:
        When each was, of the monotonic clock.
    """
    ordered: set[str] = set()
    moments: list[float] = []
    deadline = time.monotonic() + PATIENCE_S
    while underway:
        states = commune.states(underway)
        if time.monotonic() > deadline:
            raise SystemExit(f"the service did not finish in time: {sorted(states.values())}")
        for document, state in states.items():
            if state is State.TO_CHECK and document not in ordered:
                commune.order(document)
                ordered.add(document)
            elif state in KEYED:
                moments.append(time.monotonic())
                underway.remove(document)
                underway.extend(islice(more or (), 1))
        time.sleep(0.1)
    return moments


if __name__ == "__main__":
    sys.exit(main())
