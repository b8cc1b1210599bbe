"""Numbers of the register, given by writers that are killed at random: exactly 1…n, and one for each copy.

    python -m bench.register --database postgresql://… [--numbers 10000] [--writers 16] [--kills 100]

The database must be empty; it is filled. Every writer takes the numbers of its own copies and some of its neighbours',
so that a copy is asked for by several at once. One after the other is killed with SIGKILL, wherever it stands, and
another takes its place.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.context import ForkProcess

import sqlalchemy as sa

from digitize.attest.authority import Authority, Basis
from digitize.attest.lifecycle import CopyState
from digitize.attest.visit import Act, CertificationOrder, Original, Requester
from digitize.lifecycle import Actor, Office
from digitize.targets import Level
from storage import authorities, certifications, people, register, units
from storage.database import Database
from storage.migrate import migrate
from storage.register import BookKind
from storage.tables import copies, register_entries

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WORKER = Actor("bench", Office.WORKER)
KEEPER = Actor("bench", Office.SUPERVISOR)
ORIGINALS_A_VISIT = 100
SHARED = 0.05
"""Part of the neighbours' copies that a writer asks for, too."""
BETWEEN_KILLS_S = 0.2
"""On average."""


@dataclass(frozen=True, slots=True)
class Race:
    """What came of it."""

    seconds: float
    kills: int
    serials: tuple[int, ...]
    """As they stand in the register, in order."""
    numbered: int
    """Different copies among them."""
    faults: tuple[str, ...]
    """As the register's own proof names them."""

    @property
    def holds(self) -> bool:
        """Exactly 1…n, each for another copy."""
        whole = self.serials == tuple(range(1, len(self.serials) + 1))
        return whole and self.numbered == len(self.serials) and not self.faults


def main() -> None:
    """Race and print."""
    parser = argparse.ArgumentParser(description="register numbers under random kills")
    parser.add_argument("--database", required=True, help="URL of an empty database")
    parser.add_argument("--numbers", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--kills", type=int, default=100)
    asked = parser.parse_args()
    database = Database(asked.database)
    migrate(database)
    waiting = prepare(database, asked.numbers)
    database.close()
    outcome = race(asked.database, waiting, asked.writers, asked.kills)
    pace = len(outcome.serials) / outcome.seconds
    print(f"{len(outcome.serials)} numbers by {asked.writers} writers in {outcome.seconds:.1f} s: {pace:.0f} a second")
    print(f"{outcome.kills} writers killed")
    print("exactly 1…n, one for each copy" if outcome.holds else f"NOT WHOLE {outcome.faults}")


def prepare(database: Database, numbers: int) -> Sequence[str]:
    """Enter so many copies whose attestation was ordered; return their ids.

    The visits are opened by the functions of the service; the way from there to the order is set in the rows, because
    ten thousand captures are no part of what is measured.
    """
    with database.write() as connection:
        unit = units.add_unit(
            connection, code="H98.01", name="UBND xã", level=Level.XA, parent_id=None, valid_from=date(2020, 1, 1)
        )
        person = people.add_person(
            connection, username="bench", full_name="Lê Văn Sim", office=Office.SUPERVISOR, unit_id=unit.id,
            password="mat-khau-dai-12",  # noqa: S106  # of nobody
        )  # fmt: skip
        power = Authority(
            "", person.id, "Chủ tịch", unit.id, frozenset({Act.CERTIFY_COPY}), Basis.OFFICE, "Quyết định 1/QĐ",
            datetime(2025, 7, 1, tzinfo=UTC),
        )  # fmt: skip
        authorities.grant(connection, power, KEEPER, NOW)
        register.open_book(connection, unit.id, BookKind.ELECTRONIC_COPIES, KEEPER, NOW)
        for begin in range(0, numbers, ORIGINALS_A_VISIT):
            originals = (Original("Bằng tốt nghiệp", pages=1),) * min(ORIGINALS_A_VISIT, numbers - begin)
            order = CertificationOrder(unit.id, Requester("Trần Thị Bưởi"), originals, NOW)
            certifications.open_visit(connection, order, certifier=person.id, actor=KEEPER, now=NOW)
        ordered = {"state": CopyState.ATTEST_ORDERED.value, "certifier": person.id}
        connection.execute(copies.update().values(**ordered))
        return list(connection.execute(sa.select(copies.c.id).order_by(copies.c.id)).scalars())


def race(url: str, waiting: Sequence[str], writers: int, most_kills: int, seed: int = 1) -> Race:
    """Let the writers take all numbers while one after the other is killed; look at what stands in the register.

    Args:
        url: of the database that :func:`prepare` filled; nobody in this process may have it open.
        waiting: ids of the copies.
        writers: processes at once.
        most_kills: then the rest is left in peace, or a slow machine would kill each before its first number.
        seed: of the dice that choose whom to kill, and when.
    """
    dice = random.Random(seed)  # whom to kill is no secret
    began = time.monotonic()
    running = {turn: _start(url, waiting, turn, writers) for turn in range(writers)}
    kills = 0
    while running:
        time.sleep(dice.uniform(0, 2 * BETWEEN_KILLS_S))
        victim = dice.choice(sorted(running))
        if kills < most_kills:
            running[victim].kill()
            running[victim].join()
        for turn, process in list(running.items()):
            if process.exitcode is None:
                continue
            del running[turn]
            kills += process.exitcode == -signal.SIGKILL  # one that gave up by itself is no kill of ours
            if process.exitcode != 0:
                running[turn] = _start(url, waiting, turn, writers)
    seconds = time.monotonic() - began
    database = Database(url)
    with database.read() as connection:
        rows = connection.execute(
            sa.select(register_entries.c.serial, register_entries.c.copy_id).order_by(register_entries.c.serial)
        ).all()
        faults = register.faults(connection)
    database.close()
    return Race(seconds, kills, tuple(row.serial for row in rows), len({row.copy_id for row in rows}), faults)


def _start(url: str, waiting: Sequence[str], turn: int, writers: int) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_write, args=(url, waiting, turn, writers))
    process.start()
    return process


def _write(url: str, waiting: Sequence[str], turn: int, writers: int) -> None:
    """Take the numbers that are missing among one's own copies and some of the others."""
    database = Database(url)
    with database.read() as connection:
        given = set(connection.execute(sa.select(register_entries.c.copy_id)).scalars())
    dice = random.Random()  # the order of the copies is no secret
    own = [
        copy
        for place, copy in enumerate(waiting)
        if copy not in given and (place % writers == turn or dice.random() < SHARED)
    ]
    dice.shuffle(own)
    for copy in own:
        with database.write() as connection:
            register.take_number(connection, copy, WORKER, NOW)
    database.close()


if __name__ == "__main__":
    main()
