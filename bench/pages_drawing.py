"""A province after years of work, drawn for its pages: scans, signatures, history, certified copies, what waits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from api.parts import Parts
from digitize.attest.codes import VerificationCode
from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyState
from digitize.lifecycle import Office, State
from digitize.model import to_json
from digitize.targets import VIETNAM_TIME, Level
from storage import logins, people, tallies, units
from storage.connect import open_storage
from storage.migrate import migrate
from storage.objects import ObjectStore
from storage.outbox import Lane
from storage.register import BookKind
from storage.registry import EVERYTHING
from storage.search.indexing import index_many
from storage.settings import Settings
from storage.tables import (
    attempts,
    books,
    certifications,
    copies,
    documents,
    outbox,
    previews,
    register_entries,
    register_years,
    results,
    signature_health,
    subjects,
)
from storage.tables import (
    people as persons,
)
from tests.door.town import NOON, PASSWORD, draft, picture, settle
from tests.registry.grown import Rows, grow

TODAY = date(2025, 11, 21)
"""A Friday."""
COMMUNE = "000.11.31.H99"
COMMUNES = 96
"""Besides those of the town."""
OF_THE_COMMUNE = 64
"""Of 164 results so many more are of the commune whose clerk looks at the pages."""
SCANNED = 0.86
RESULTS_A_VISIT = 4
"""One visit for so many results."""
WAITING = 5_000
"""Documents in the queue of the workers; half of them failed once."""
_MONTHS = 40
"""In which proofs fade."""
_TOGETHER = 5_000
_DAYS = 1_000
"""Since the first visit."""


@dataclass(frozen=True, slots=True)
class _Counter:
    """Where visits are entered."""

    unit_id: str
    certifier: str
    book_id: str


def draw(settings: Settings, size: int) -> Mapping[str, str]:
    """Fill an empty registry with so many results; return the tokens of those who look, by username."""
    parts = Parts(settings, open_storage(settings))
    database = parts.storage.database
    migrate(database)
    tokens = dict(settle(parts))
    with database.write() as connection:
        tokens["tinh"] = _leader(connection, settings)
        every = _units(connection)
        own = units.find_by_code(connection, COMMUNE, EVERYTHING).id
        grow(connection, [*every, *[own] * OF_THE_COMMUNE], size, TODAY, dict.fromkeys(every, SCANNED))
    with database.write() as connection:
        index_many(connection, connection.execute(sa.select(results.c.id)).scalars().all())
        _readings(connection, parts.storage.objects)
        _queue(connection)
        _proofs(connection)
    with database.write() as connection:
        _visits(connection, [*every, *[own] * OF_THE_COMMUNE], size // RESULTS_A_VISIT)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM (ANALYZE)"))  # as autovacuum would have long ago
    parts.storage.close()
    return tokens


def _leader(connection: sa.Connection, settings: Settings) -> str:
    """Let somebody look at the documents of the whole province."""
    province = next(unit for unit in units.subtree(connection, EVERYTHING) if unit.level is Level.TINH)
    people.add_person(
        connection, username="tinh", full_name="Hà Thị Tỉnh", office=Office.SUPERVISOR, unit_id=province.id,
        password=PASSWORD,
    )  # fmt: skip
    return logins.log_in(connection, "tinh", PASSWORD, NOON, settings)[0]


def _units(connection: sa.Connection) -> list[str]:
    district = next(unit for unit in units.subtree(connection, EVERYTHING) if unit.level is Level.HUYEN)
    for n in range(COMMUNES):
        units.add_unit(
            connection, code=f"{n // 48 + 1:03d}.{n % 48:02d}.31.H99", name=f"Ủy ban nhân dân xã {n}",
            level=Level.XA, parent_id=district.id, valid_from=date(2010, 1, 1),
        )  # fmt: skip
    return [unit.id for unit in units.subtree(connection, EVERYTHING)]


def _readings(connection: sa.Connection, objects: ObjectStore) -> None:
    """Give every document the one reading; those that a clerk looks at have the picture of a page too."""
    reading, page = objects.put(to_json(draft())), objects.put(picture("1"))
    connection.execute(documents.update().values(reading_key=reading, archive_key=page))
    shown = sa.select(
        documents.c.id, sa.literal(1), sa.literal(1), sa.literal(page), sa.literal(1.0)
    ).where(documents.c.state != State.PUBLISHED.value)  # fmt: skip
    connection.execute(previews.insert().from_select(["document_id", "capture", "page", "key", "scale"], shown))


def _queue(connection: sa.Connection) -> None:
    """Let published documents wait, as they do when what published results are told to does not answer."""
    done = documents.c.state == State.PUBLISHED.value
    found = connection.execute(sa.select(documents.c.id).where(done).order_by(documents.c.id).limit(WAITING)).scalars()
    rows, now = Rows({}), _at(TODAY)
    for n, document in enumerate(found):
        rows.put(outbox, subject_id=document, lane=Lane.DELIVER.value, version=3, due_at=now + timedelta(seconds=n))
        if n % 2:
            rows.put(
                attempts, subject_id=document, number=0, lane=Lane.DELIVER.value, holder="may-1", started_at=now,
                ended_at=now, outcome="failed", code="storage_unavailable", message="Kho tệp không trả lời.",
            )  # fmt: skip
    _enter(connection, rows)


def _proofs(connection: sa.Connection) -> None:
    done = documents.c.state == State.PUBLISHED.value
    rows = Rows({})
    for n, document in enumerate(connection.execute(sa.select(documents.c.id).where(done)).scalars()):
        fades = _at(TODAY) + timedelta(days=30 * (n % _MONTHS) - 20)
        rows.put(
            signature_health, subject_id=document, object_key=document * 2, size_bytes=400_000, level="B-LTA",
            weakens_at=fades, why="Chứng thư của máy chủ dấu thời gian hết hạn.", examined_at=_at(TODAY),
        )  # fmt: skip
    _enter(connection, rows)


def _visits(connection: sa.Connection, unit_ids: Sequence[str], size: int) -> None:
    """Enter visits of one original each; the last ones of each unit lie on the desk, the rest were issued."""
    certifier = connection.execute(sa.select(persons.c.id).where(persons.c.username == "lanhdao")).scalar_one()
    counters = [_counter(connection, unit_id, certifier) for unit_id in dict.fromkeys(unit_ids)]
    by_unit = {each.unit_id: each for each in counters}
    serials: dict[tuple[str, int], int] = {}
    entered: list[str] = []
    for begin in range(0, size, _TOGETHER):
        rows = Rows({})
        some = range(begin, min(size, begin + _TOGETHER))
        entered += [_visit(rows, n, size, by_unit[unit_ids[n % len(unit_ids)]], serials) for n in some]
        _enter(connection, rows)
    rows = Rows({})
    for (unit_id, year), last in serials.items():
        rows.put(register_years, unit_id=unit_id, kind=BookKind.ELECTRONIC_COPIES.value, year=year, last=last)
    _enter(connection, rows)
    tallies.count_certifications(connection, entered)


def _counter(connection: sa.Connection, unit_id: str, certifier: str) -> _Counter:
    began = TODAY - timedelta(days=_DAYS)
    book = _name("book " + unit_id)
    connection.execute(
        books.insert().values(
            id=book, unit_id=unit_id, kind=BookKind.ELECTRONIC_COPIES.value, year=began.year, volume=1,
            name=f"01/{began.year}-SCT/BSĐT", opened_on=began, opened_by=certifier,
        )
    )  # fmt: skip
    return _Counter(unit_id, certifier, book)


def _visit(rows: Rows, n: int, size: int, at: _Counter, serials: dict[tuple[str, int], int]) -> str:
    day = TODAY - timedelta(days=_DAYS - 1 - n * _DAYS // size)
    opened = _at(day) + timedelta(seconds=n % 20_000)
    state = CopyState.ISSUED if n < size * 0.98 else (CopyState.OPENED, CopyState.TO_COMPARE, CopyState.SEALED)[n % 3]
    visit, copy = _name(f"visit {n}"), _name(f"copy {n}")
    rows.put(subjects, id=copy, kind="copy", version=5)
    rows.put(
        certifications, id=visit, unit_id=at.unit_id, act="certify_copy", procedure_code="2.000815",
        certifier=at.certifier, opened_by=at.certifier, received_at=opened, opened_at=opened,
        closed_at=opened if state is CopyState.ISSUED else None, due_on=day, due_at=opened + timedelta(hours=6),
        same_day=True, requester_name="Lò Văn Mẫu", requester_id_number=f"{1_000_000_000 + n:012d}",
    )  # fmt: skip
    rows.put(
        copies, id=copy, certification_id=visit, ordinal=1, unit_id=at.unit_id, title="Bằng tốt nghiệp", pages=1,
        quantity=1, fee_vnd=2_000, verification_code=VerificationCode(n * 7919).text, state=state.value,
        waiting_for=COPY_WAITING_FOR[state].value, opened_at=opened, changed_at=opened,
        issued_at=opened if state is CopyState.ISSUED else None,
    )  # fmt: skip
    if state in {CopyState.ISSUED, CopyState.SEALED}:
        serial = serials[at.unit_id, day.year] = serials.get((at.unit_id, day.year), 0) + 1
        rows.put(
            register_entries, unit_id=at.unit_id, kind=BookKind.ELECTRONIC_COPIES.value, year=day.year, serial=serial,
            copy_id=copy, book_id=at.book_id, printed_on=day, given_at=opened, requester="Lò Văn Mẫu",
            title="Bằng tốt nghiệp", certifier="Phạm Thị Duyệt", certifier_title="Chủ tịch", quantity=1, fee_vnd=2_000,
        )  # fmt: skip
    return visit


def _enter(connection: sa.Connection, rows: Rows) -> None:
    for table, entered in rows.of.items():
        connection.execute(table.insert(), entered)


def _name(what: str) -> str:
    return hashlib.md5(what.encode(), usedforsecurity=False).hexdigest()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), VIETNAM_TIME)
