"""What is taken over stands once, with its origin; a backlog never goes ahead of live work. On both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.backfill import Load, next_unit, parse_window
from digitize.dossiers.told import NewDossier, NewResult
from digitize.errors import Conflict, NotFound
from digitize.lifecycle import State
from digitize.takeover import Piece
from storage import backfill, history, outbox, takeovers
from storage.backfill import Item, ItemState, Pace
from storage.dossiers import find_by_code
from storage.registry import EVERYTHING
from storage.tables import documents, dossiers, people, results, takeover_items
from storage.takeovers import Found, Manifest, Outcome, Taken, Taking
from storage.units import Unit
from tests.registry.province import CLERK, ISSUED, Province

MANIFEST = Manifest("f" * 64, "bàn giao.xlsx")
KEY = "a" * 64


def piece(unit: Unit, row: int = 2, code: str = "HS-1", **changes: str | None) -> Piece:
    told: dict[str, str | None] = {"source_id": f"id-{row}", "number": f"{row}/2021"} | changes
    dossier = NewDossier(code, unit.id, "1.001193", "Đăng ký khai sinh", resolved_on=ISSUED)
    result = NewResult("Giấy khai sinh", ISSUED, number=told["number"], source_ref=told["source_id"])
    return Piece(row, f"{row}.pdf", "QLVB", told["source_id"] or "", None, dossier, result)


def take(province: Province, one: Piece, sha256: str = KEY, die: bool = False) -> Taken:
    with province.database.write() as connection:
        run = takeovers.begin(connection, MANIFEST, CLERK, province.now)
        taking = Taking(run, MANIFEST, CLERK, province.top.scope, province.now)
        taken = takeovers.take(connection, one, Found(sha256, 9), taking)
        if die:
            raise KeyboardInterrupt
        return taken


def count(province: Province, *tables: sa.Table) -> Sequence[int]:
    with province.database.read() as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in tables]


def test_an_item_enters_dossier_result_and_document_and_its_history_tells_where_it_came_from(
    province: Province,
) -> None:
    taken = take(province, piece(province.commune))
    assert taken.outcome is Outcome.ENTERED
    with province.database.read() as connection:
        dossier = find_by_code(connection, "HS-1", EVERYTHING)
        first = history.entries(connection, taken.document)[0]
        [origin] = takeovers.origins(connection, taken.document)
        assert history.broken_links(connection, taken.document) == ()
        assert backfill.load(connection, province.now) == Load(live=1, in_flight=0)
    assert (dossier.source, [one.documents for one in dossier.results]) == ("QLVB", [(taken.document,)])
    assert first.payload["origin"] == {"source_system": "QLVB", "manifest_sha256": "f" * 64, "row": 2}
    assert (origin.source_id, origin.manifest_name, origin.outcome) == ("id-2", "bàn giao.xlsx", Outcome.ENTERED)


def test_an_item_is_taken_once_also_after_a_death_and_never_with_another_file(province: Province) -> None:
    with pytest.raises(KeyboardInterrupt):
        take(province, piece(province.commune), die=True)
    assert count(province, documents, dossiers, takeover_items) == [0, 0, 0]
    first, again = take(province, piece(province.commune)), take(province, piece(province.commune))
    assert again == Taken(first.document, Outcome.BEFORE)
    with pytest.raises(Conflict, match="tệp khác"):
        take(province, piece(province.commune), "b" * 64)
    assert count(province, documents, results, takeover_items) == [1, 1, 1]


def test_items_of_one_dossier_are_its_results_and_the_same_bytes_are_one_document(province: Province) -> None:
    first = take(province, piece(province.commune))
    second = take(province, piece(province.commune, 3), "b" * 64)
    same = take(province, piece(province.commune, 4))
    assert same == Taken(first.document, Outcome.KNOWN)
    assert len({first.document, second.document}) == 2
    assert count(province, documents, results, takeover_items) == [2, 2, 3]


def test_a_dossier_that_another_system_told_of_keeps_its_facts_and_gets_the_file(province: Province) -> None:
    known = province.dossier(results=(NewResult("Giấy khai sinh", ISSUED, number="2/2021"),), procedure_name="Tên cũ")
    taken = take(province, piece(province.commune, code=known.code))
    with province.database.read() as connection:
        found = find_by_code(connection, known.code, EVERYTHING)
    assert (found.procedure_name, found.source) == ("Tên cũ", known.source)
    assert [one.documents for one in found.results] == [(taken.document,)]
    with pytest.raises(Conflict, match="đơn vị khác"):
        take(province, piece(province.other, 5, code=known.code), "c" * 64)


def begun(province: Province, *units: Unit, window: str | None = None) -> backfill.Backfill:
    pace = Pace(parse_window(window) if window else None, 2, 1)
    items = [Item(row, unit.id) for row, unit in enumerate(units, start=2)]
    with province.database.write() as connection:
        if connection.execute(sa.select(people.c.id)).first() is None:
            connection.execute(
                people.insert().values(
                    id=CLERK.id, username="canbo", full_name="Cán Bộ", office="clerk", unit_id=province.commune.id,
                    password_hash="", active=True,
                )
            )  # fmt: skip
        run = takeovers.begin(connection, MANIFEST, CLERK, province.now)
        backlog = backfill.begin(connection, run, pace, CLERK, province.now)
        backfill.add_items(connection, backlog.id, items)
        return backlog


def fed(province: Province, backlog: backfill.Backfill) -> str | None:
    """Feed the next one in as the feeder does; the unit's code."""
    with province.database.write() as connection:
        load = backfill.load(connection, province.now)
        turn = next_unit(backfill.turns(connection, backlog.id, province.now), backlog.per_unit_at_once)
        if turn is None or not load.has_room(backlog.at_once):
            return None
        row = backfill.waiting_row(connection, backlog.id, turn.unit_id)
        assert row is not None
        unit = province.commune if turn.unit_id == province.commune.id else province.other
        taking = Taking(backlog.takeover, MANIFEST, CLERK, province.top.scope, province.now)
        one = piece(unit, row, code=f"HS-{row}")
        taken = takeovers.take(connection, one, Found(f"{row:064x}", 9), taking)
        backfill.end_item(connection, backlog.id, row, ItemState.ENTERED, province.now, document=taken.document)
    province.now += timedelta(seconds=1)
    return turn.code


def test_a_live_scan_waits_behind_no_more_of_a_backlog_than_is_being_read(province: Province) -> None:
    backlog = begun(province, *[province.commune] * 3, *[province.other] * 3)
    assert [fed(province, backlog) for _ in range(3)] == ["H99.01", "H99.02", None]
    live = province.receive(province.dossier())
    with province.database.read() as connection:
        assert backfill.load(connection, province.now) == Load(live=1, in_flight=2)
        queued = [hint.subject for hint in outbox.due(connection, province.now)]
    assert queued.index(live) == 2
    for first in queued[:2]:
        province.advance(first, State.TO_CHECK)
    assert fed(province, backlog) is None
    province.advance(live, State.TO_CHECK)
    assert [fed(province, backlog) for _ in range(3)] == ["H99.01", "H99.02", None]


def test_a_backlog_is_one_per_manifest_tries_refused_items_again_and_tells_how_far_it_is(province: Province) -> None:
    backlog = begun(province, province.commune, province.other, window="19:00-06:00")
    assert fed(province, backlog) == "H99.01"
    with province.database.write() as connection:
        backfill.end_item(connection, backlog.id, 3, ItemState.REFUSED, province.now, fault="không có tệp")
        backfill.end_item(connection, backlog.id, 3, ItemState.KNOWN, province.now)
        done = backfill.progress(connection, backlog, province.now)
    assert (done.items[ItemState.ENTERED], done.items[ItemState.REFUSED], done.faults) == (1, 1, {3: "không có tệp"})
    assert (done.per_hour, done.through_at, done.in_flight, done.states) == (3600.0, None, 1, {"received": 1})
    again = begun(province, province.commune, province.other, province.other)
    assert (again.id, again.window) == (backlog.id, None)
    assert fed(province, again) == "H99.02"
    with province.database.read() as connection:
        done = backfill.progress(connection, again, province.now)
    assert (done.items[ItemState.WAITING], done.total) == (1, 3)
    assert done.through_at == province.now + timedelta(seconds=1)


def test_a_pause_holds_until_it_is_lifted_and_a_stranger_finds_no_backlog(province: Province) -> None:
    backlog = begun(province, province.commune)
    with province.database.write() as connection:
        backfill.pause(connection, backlog.id, CLERK, province.now)
        assert backfill.find_in(connection, None, province.commune.scope).paused_at == province.now
        with pytest.raises(NotFound):
            backfill.find_in(connection, backlog.id, province.other.scope)
        backfill.resume(connection, backlog.id)
        assert backfill.find(connection, backlog.id).paused_at is None
        backfill.finish(connection, backlog.id, province.now)
        with pytest.raises(Conflict, match="đã xong"):
            backfill.pause(connection, backlog.id, CLERK, province.now)
