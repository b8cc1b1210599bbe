"""How much a slow timestamp authority slows the rest: reading and the use of keys, with a prompt and with a slow one.

    python -m bench.timestamps [--documents 12] [--pause 2 131]

The same documents go through the same service twice, each part a process of its own: first with an authority that
answers at once, then with one that takes 2 to 131 seconds, as the state's own does. Measured is the time until
all are read and all ordered keys are used. Target: with the slow one at least 95 % of the pace.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from PIL import Image

from bench.material import jpeg_pages
from digitize.lifecycle import Actor, CaptureOrdered, Office, State
from storage import registry
from storage.connect import Storage, open_storage
from storage.migrate import migrate
from storage.settings import Settings
from storage.tables import documents, dossiers, results, units
from workers import supervise
from workers.demo.pki import make_pki

UNIT, CLERK = "xa", "can-bo"
FLOOR = 0.95
PATIENCE_S = 900.0


def main() -> int:
    """Print the pace with either authority, and whether the slow one costs at most one twentieth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 131.0), metavar=("LEAST", "MOST"))
    given = parser.parse_args()
    pages = jpeg_pages(given.documents, None)
    prompt, slow = [], []
    for _ in range(2):
        prompt.append(pace(pages, (0.0, 0.0)))
        slow.append(pace(pages, tuple(given.pause)))
    best, worst = max(prompt), max(slow)
    print(f"documents read and keys used a minute: prompt {best:.2f}, slow {worst:.2f}")
    print(f"ratio {worst / best:.3f} (target at least {FLOOR})")
    return 0 if worst / best >= FLOOR else 1


def pace(pages: list[bytes], pause_s: tuple[float, ...]) -> float:
    """Return how many documents a minute are read and signed by key, whatever their timestamps do."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        begun = Settings(data=Path(folder) / "data", secure_cookies=False)
        begun.data.mkdir()
        pki = make_pki(Path(folder) / "pki", [(CLERK, "Nguyễn Thị Hương")], [(UNIT, "UBND xã")], datetime.now(UTC))
        settings = begun.model_copy(
            update={"trust": pki.trust, "keyring": pki.keyring, "tsa_url": "http://127.0.0.1:18555/"}
        )
        authority = [
            sys.executable, "-m", "workers.demo.tsa", "--folder", str(Path(folder) / "pki"), "--port", "18555",
            "--pause", *map(str, pause_s),
        ]  # fmt: skip
        storage = open_storage(settings)
        migrate(storage.database)
        found(storage)
        service = supervise.start(settings, readers=1, timestamp_authority=authority)
        try:
            service.wait_until_queue_answers()
            return measured(storage, pages)
        finally:
            service.stop()
            storage.close()


def found(storage: Storage) -> None:
    """Enter the commune."""
    with storage.database.write() as connection:
        connection.execute(
            units.insert().values(
                id=UNIT, code="H01.1", name="UBND xã", level="xa", path=f"/{UNIT}/", four_eyes=False,
                valid_from=date(2020, 1, 1),
            )
        )  # fmt: skip


def measured(storage: Storage, pages: list[bytes]) -> float:
    """Hand the documents in, order each capture once it is read, and stop the clock at the last key."""
    first = hand_in(storage, 0, as_png(pages[0]))
    wait(lambda: state_of(storage, first) is State.TO_CHECK)  # every part has started and is warm
    begun = time.monotonic()
    asked = [hand_in(storage, number, page) for number, page in enumerate(pages, 1)]
    ordered: set[str] = set()

    def all_used() -> bool:
        states = {each: state_of(storage, each) for each in asked}
        for each, state in states.items():
            if state is State.TO_CHECK and each not in ordered:
                order(storage, each)
                ordered.add(each)
        return all(state in {State.CAPTURE_TIMING, State.CAPTURE_SIGNED} for state in states.values())

    wait(all_used)
    return 60 * len(asked) / (time.monotonic() - begun)


def as_png(page: bytes) -> bytes:
    """Return the page in other bytes: the same scan twice would be one document."""
    held = io.BytesIO()
    Image.open(io.BytesIO(page)).convert("L").save(held, "PNG", dpi=(300, 300))
    return held.getvalue()


def hand_in(storage: Storage, number: int, scan: bytes) -> str:
    """Enter a scan of a new result."""
    key = storage.objects.put(scan)
    now = datetime.now(UTC)
    with storage.database.write() as connection:
        connection.execute(
            dossiers.insert().values(
                id=f"d{number}", code=f"H01-{number}", unit_id=UNIT, procedure_code="1.001193", procedure_name="Thử",
                created_by=CLERK, created_at=now,
            )
        )  # fmt: skip
        connection.execute(
            results.insert().values(
                id=f"r{number}", dossier_id=f"d{number}", ordinal=1, unit_id=UNIT, title="Kết quả",
                issued_on=date(2021, 1, 1),
            )
        )  # fmt: skip
        return registry.receive(
            connection, result_id=f"r{number}", scan_key=key, size_bytes=len(scan), actor=Actor(CLERK, Office.CLERK),
            now=now,
        ).document  # fmt: skip


def state_of(storage: Storage, document: str) -> State:
    """Return where a document stands."""
    with storage.database.read() as connection:
        return State(connection.execute(sa.select(documents.c.state).where(documents.c.id == document)).scalar_one())


def order(storage: Storage, document: str) -> None:
    """Order the clerk's signature."""
    event = CaptureOrdered(actor=Actor(CLERK, Office.CLERK), signer=CLERK)
    with storage.database.write() as connection:
        registry.record(connection, document, event, datetime.now(UTC), changes={"signer": CLERK})


def wait(told: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not told():
        if time.monotonic() > deadline:
            raise SystemExit("the service did not finish in time")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
