"""Whatever is changed in a history afterwards is found and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from digitize.lifecycle import Purged, PurgeProposed, State
from storage import history, purge
from storage.database import Database
from storage.objects_folder import FolderStore
from storage.tables import event_private, events
from tests.registry.province import CLERK, DEPUTY, SUPERVISOR, Province


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Province:
    return Province.found(sqlite_database, FolderStore(tmp_path / "objects"))


def faults(office: Province, document: str) -> tuple[str, ...]:
    with office.database.read() as connection:
        return history.broken_links(connection, document)


def change(office: Province, statement: sa.Executable) -> None:
    with office.database.write() as connection:
        connection.execute(statement)


def other(value: Any) -> Any:  # noqa: ANN401  # of any column
    if isinstance(value, str):
        return ("1" if value[0] == "0" else "0") + value[1:]
    if isinstance(value, dict):
        return value | {"thêm": 1}
    return value + timedelta(microseconds=1)


def test_an_untouched_history_holds(office: Province) -> None:
    document = office.document(State.PUBLISHED)
    assert faults(office, document) == ()
    with office.database.read() as connection:
        told = history.entries(connection, document)
    assert [entry.name for entry in told] == [
        "Received", "ReadDone", "CaptureOrdered", "CaptureKeyUsed", "CaptureSigned", "Confirmed", "Coded",
        "SealOrdered", "SealKeyUsed", "Sealed", "Published",
    ]  # fmt: skip
    assert told[0].previous == history.GENESIS
    assert all(later.previous == earlier.hash for earlier, later in pairwise(told))


@pytest.mark.parametrize("column", ["at", "actor", "name", "payload", "previous", "hash"])
@pytest.mark.parametrize("sequence", [1, 6, 11])
def test_any_changed_value_of_an_event_is_named(office: Province, column: str, sequence: int) -> None:
    document = office.document(State.PUBLISHED)
    of = sa.and_(events.c.subject_id == document, events.c.sequence == sequence)
    with office.database.read() as connection:
        value = connection.execute(sa.select(events.c[column]).where(of)).scalar_one()
    change(office, events.update().where(of).values({column: other(value)}))
    assert any(f"sự kiện {sequence}" in fault for fault in faults(office, document))


def test_another_office_in_an_event_is_named(office: Province) -> None:
    document = office.document(State.CONFIRMED)
    change(office, events.update().where(events.c.sequence == 6).values(office="supervisor"))
    assert faults(office, document) == (f"{document}: sự kiện 6 (Confirmed) đã bị sửa",)


@pytest.mark.parametrize("sequence", [1, 5, 11])
def test_a_removed_event_is_named_also_the_last(office: Province, sequence: int) -> None:
    document = office.document(State.PUBLISHED)
    change(office, events.delete().where(events.c.sequence == sequence))
    assert faults(office, document) != ()


def test_a_hash_made_anew_after_a_change_still_breaks_the_next_link(office: Province) -> None:
    document = office.document(State.TO_CHECK)
    with office.database.read() as connection:
        first = history.entries(connection, document)[0]
    forged = history._hash(document, 1, first.at, CLERK, "Received", {"result": "khác"}, history.GENESIS)
    change(office, events.update().where(events.c.sequence == 1).values(payload={"result": "khác"}, hash=forged))
    assert faults(office, document) == (f"{document}: sự kiện 2 không nối tiếp sự kiện trước",)
    change(office, events.update().where(events.c.sequence == 2).values(previous=forged))
    assert faults(office, document) == (f"{document}: sự kiện 2 (ReadDone) đã bị sửa",)


@pytest.mark.parametrize("column", ["value", "salt", "name"])
def test_any_changed_personal_value_is_named(office: Province, column: str) -> None:
    document = office.document(State.CONFIRMED)
    of = event_private.c.name == "holder_id"
    with office.database.read() as connection:
        value = connection.execute(sa.select(event_private.c[column]).where(of)).scalar_one()
    change(office, event_private.update().where(of).values({column: other(value)}))
    assert any("sự kiện 6" in fault for fault in faults(office, document))


def test_a_removed_personal_value_is_named_unless_a_purge_removed_it(office: Province) -> None:
    document = office.document(State.CONFIRMED)
    with office.database.read() as connection:
        assert history.private_values(connection, document)[6, "holder_name"] == "Trần Thị Bưởi"
    office.record(document, PurgeProposed(actor=SUPERVISOR, legal_ground="căn cứ", decision_number="1/QĐ"))
    change(office, event_private.delete().where(event_private.c.name == "holder_name"))
    assert faults(office, document) == (f"{document}: thiếu giá trị “holder_name” của sự kiện 6",)
    with office.database.write() as connection:
        purge.approve(connection, document, DEPUTY, office.now, None)
        assert history.private_values(connection, document) == {}
    assert faults(office, document) == ()


def test_no_personal_number_or_name_stands_in_an_event_itself(office: Province) -> None:
    document = office.document(State.PUBLISHED)
    with office.database.read() as connection:
        told = " ".join(str(entry.payload) for entry in history.entries(connection, document))
    for value in ("001321004567", "Trần Thị Bưởi", "2021-05-01"):
        assert value not in told


def test_the_same_personal_value_has_another_commitment_each_time(office: Province) -> None:
    first, second = office.document(State.CONFIRMED), office.document(State.CONFIRMED)
    with office.database.read() as connection:
        told = [history.entries(connection, document)[5].payload["private"] for document in (first, second)]
    assert told[0].keys() == told[1].keys()
    assert not set(told[0].values()) & set(told[1].values())


def test_histories_do_not_wait_for_each_other(office: Province) -> None:
    """Each document has a chain of its own: the first entry of every document follows nothing."""
    made: list[Callable[[], str]] = [lambda: office.document(State.TO_CHECK)] * 3
    for make in made:
        with office.database.read() as connection:
            assert history.entries(connection, make())[0].previous == history.GENESIS


def test_a_purge_is_an_event_like_any_other(office: Province) -> None:
    document = office.document(State.TO_CHECK)
    office.record(document, PurgeProposed(actor=SUPERVISOR, legal_ground="căn cứ", decision_number="1/QĐ"))
    office.record(document, Purged(actor=DEPUTY))
    assert faults(office, document) == ()
