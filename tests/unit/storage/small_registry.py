"""A registry with a few documents whose objects stand in a store: something to back up, to examine and to clean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from digitize.lifecycle import Actor, FoundElectronic, Office
from storage import leases, registry
from storage.database import Database
from storage.objects import ObjectStore
from storage.outbox import Lane
from storage.tables import dossiers, people, previews, results, sessions, units
from tests.registry.migrated import migrated

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=UTC)
CLERK = Actor("nguyen-van-a", Office.CLERK)
WORKER = Actor("worker", Office.WORKER)


def fill(database: Database, objects: ObjectStore, count: int = 3) -> list[str]:
    """Give it its tables, add a province with a commune and ``count`` documents; return the documents' ids.

    The commune's id sorts before its parent's, and nothing but a foreign key says who must come first.
    """
    migrated(database)
    with database.write() as connection:
        _add_offices(connection)
        return [_add_document(connection, objects, number) for number in range(1, count + 1)]


def _add_offices(connection: sa.Connection) -> None:
    for id_, level, parent, path in (("z-tinh", "tinh", None, "/z-tinh/"), ("a-xa", "xa", "z-tinh", "/z-tinh/a-xa/")):
        connection.execute(
            units.insert().values(
                id=id_, code=id_, name=f"Ủy ban nhân dân {id_}", level=level, parent_id=parent, path=path,
                four_eyes=False, valid_from=date(2021, 1, 1),
            )
        )  # fmt: skip
    connection.execute(
        people.insert().values(
            id=CLERK.id, username="a", full_name="Nguyễn Văn A", office="clerk", unit_id="a-xa", password_hash="…"
        )
    )
    connection.execute(
        sessions.insert().values(token_hash="0" * 64, person_id=CLERK.id, created_at=NOW, expires_at=NOW, proved_at=NOW)
    )


def _add_document(connection: sa.Connection, objects: ObjectStore, number: int) -> str:
    connection.execute(
        dossiers.insert().values(
            id=f"d{number}", code=f"H61.12-{number}", unit_id="a-xa", procedure_code="1.001193",
            procedure_name="Đăng ký khai sinh", holder_name="Trần Thị Bưởi", created_by=CLERK.id, created_at=NOW,
            resolved_on=date(2021, 6, 30),
        )
    )  # fmt: skip
    connection.execute(
        results.insert().values(
            id=f"r{number}", dossier_id=f"d{number}", ordinal=1, unit_id="a-xa", title="Giấy khai sinh",
            issued_on=date(2021, 6, 30),
        )
    )  # fmt: skip
    scan = f"scan {number}".encode()
    document = registry.receive(
        connection, result_id=f"r{number}", scan_key=objects.put(scan), size_bytes=len(scan), actor=CLERK, now=NOW
    ).document
    connection.execute(
        previews.insert().values(
            document_id=document, capture=1, page=1, key=objects.put(f"preview {number}".encode()), scale=0.25
        )
    )
    lease = leases.claim(connection, document, Lane.READ, "test", NOW, timedelta(minutes=1))
    assert lease is not None
    # The reading is named by the history alone, as is what a later correction replaces.
    read = FoundElectronic(
        actor=WORKER, nature="signed", reading_key=objects.put(f"reading {number}".encode()), verdict="valid"
    )
    registry.record(connection, document, read, NOW, lease=lease, private={"holder_name": "Trần Thị Bưởi"})
    return document
