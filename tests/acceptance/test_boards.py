"""The boards by page: who may see what, in how many statements, and what a number is made of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from digitize.targets import Level
from storage import operations, units
from storage.audit import searching
from storage.audit.searching import Wanted
from storage.operations import Kind
from storage.registry import EVERYTHING, Scope
from tests.door.plugin import on_both_engines
from tests.door.town import NOON, Town
from tests.registry.grown import grow
from workers.cli.keeping import backup, restore

XA = "000.11.31.H99"
PAGES = (
    "/board", f"/board/unit?unit={XA}", f"/board/clerks?unit={XA}&procedure=1.001193", f"/board/things?unit={XA}",
    "/board/plan", "/targets",
)  # fmt: skip


@pytest.fixture
def worked(town: Town) -> Town:
    """A province with 150 results, some of them digitised."""
    with town.parts.storage.database.write() as connection:
        every = [unit.id for unit in units.subtree(connection, EVERYTHING)]
        grow(connection, every, 150, date(2021, 11, 22), dict.fromkeys(every, 0.4))
    return town


@on_both_engines
def test_each_office_sees_its_own_boards(worked: Town) -> None:
    for path in PAGES:
        assert worked.visitor().get(path).headers["location"] == "/login", path
        assert worked.visitor("lanhdao").get(path).status_code == 200, path
    assert worked.visitor("lanhdao").get("/board/late").status_code == 200
    assert worked.visitor("quantri").get("/board/late").status_code == 403
    for username, path, status in (
        ("quantri", "/operations", 200), ("quantri", "/operations/support.txt", 200), ("lanhdao", "/operations", 403),
        ("lanhdao", "/operations/history", 200), ("canbo", "/operations/history", 403), ("canbo", "/operations", 403),
    ):  # fmt: skip
        assert worked.visitor(username).get(path).status_code == status, (username, path)


def test_the_plan_opens_in_a_year_for_which_no_target_was_set(worked: Town) -> None:
    worked.clock.now = datetime(2031, 3, 3, tzinfo=UTC)
    worked.renew_sessions()
    answer = worked.visitor("quantri").get("/board/plan")
    assert answer.status_code == 200
    assert "Đơn vị 000.00.00.H99" in answer.text


def test_what_lies_outside_the_unit_is_not_found(worked: Town) -> None:
    leader = worked.visitor("lanhdao")
    for path in ("/board/unit", "/board/things", "/board/plan", "/board/late"):
        assert leader.get(path, params={"unit": "000.12.31.H99"}).status_code == 404, path
    shown = leader.get("/operations/history", params={"since": "2021-01-01", "until": "2021-03-31"}).text
    assert "Đồi Gió" not in shown
    for asked, told in (
        ({"since": "31/02/2021"}, "ngày phải có dạng"), ({"since": "01/01/2021", "until": "22/11/2021"}, "92 ngày"),
        ({"who": "nguoila"}, "tài khoản có tên này"),
    ):  # fmt: skip
        assert told in leader.get("/operations/history", params=asked).text, asked


def test_a_board_asks_no_more_of_the_database_when_there_is_more_to_show(worked: Town) -> None:
    counted = {}
    for times in (1, 2):
        for path in PAGES:
            statements: list[str] = []

            def note(*told: object, into: list[str] = statements) -> None:
                into.append(str(told[2]))

            engine = worked.parts.storage.database.engine
            sa.event.listen(engine, "before_cursor_execute", note)
            worked.visitor("quantri").get(path)
            sa.event.remove(engine, "before_cursor_execute", note)
            assert counted.setdefault(path, len(statements)) == len(statements), path
            assert len(statements) < 60, path
        if times == 1:
            with worked.parts.storage.database.write() as connection:
                for n in range(6):
                    units.add_unit(
                        connection, code=f"000.5{n}.31.H99", name=f"Xã {n}", level=Level.XA,
                        parent_id=worked.units["huyen"].id, valid_from=date(2010, 1, 1),
                    )  # fmt: skip


def test_things_are_turned_page_by_page_and_name_nobody(worked: Town) -> None:
    leader = worked.visitor("quantri")
    shown: list[str] = []
    address = f"/board/things?unit={XA}"
    for _ in range(10):
        page = leader.get(address).text
        shown += [line for line in page.splitlines() if "-KQ(1)" in line]
        assert "Lò Văn Mẫu" not in page
        if 'rel="next"' not in page:
            break
        address = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    with worked.parts.storage.database.read() as connection:
        counted = connection.execute(
            sa.text("SELECT count(*) FROM results r JOIN units u ON u.id = r.unit_id WHERE u.code = :xa"), {"xa": XA}
        ).scalar_one()
    assert len(shown) == counted


@on_both_engines
def test_the_history_is_searched_within_the_units_page_by_page(worked: Town) -> None:
    wanted = Wanted(datetime(2021, 1, 1, tzinfo=UTC), NOON + timedelta(days=1))
    with worked.parts.storage.database.read() as connection:
        seen, after = [], None
        while True:
            found = searching.search(connection, wanted, EVERYTHING, after=after, limit=7)
            seen += [(each.subject, each.sequence) for each in found.events]
            if found.following is None:
                break
            after = found.following
        everything = connection.execute(sa.text("SELECT count(*) FROM events")).scalar_one()
        inside = searching.search(connection, wanted, Scope(worked.units["xa"].path), limit=1000)
        published = searching.search(
            connection, Wanted(wanted.since, wanted.until, name="Published"), EVERYTHING, limit=1000
        )
    assert len(seen) == len(set(seen)) == everything
    assert {each.unit for each in inside.events} == {"Ủy ban nhân dân xã Suối Ngàn"}
    assert {each.name for each in published.events} == {"Published"}
    assert searching.plain({"private": {"reason": "…"}, "key": "a" * 64, "n": 2}) == {"key": f"{'a' * 12}…", "n": "2"}


def test_what_the_commands_did_is_recorded_and_a_drill_leaves_nothing_behind(
    worked: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "second"
    secret = pyrage.x25519.Identity.generate()
    identity = tmp_path / "identity"
    identity.write_text(str(secret))
    identity.chmod(0o600)
    monkeypatch.setenv("SOHOA_DATA", str(worked.parts.settings.data))
    run = CliRunner()
    made = run.invoke(
        backup, ["--to", str(folder), "--recipient", str(secret.to_public()), "--json"], standalone_mode=False
    )
    assert made.exception is None, made.exception
    drilled = run.invoke(
        restore, ["--from", str(folder), "--identity", str(identity), "--drill", "--json"], standalone_mode=False
    )
    assert drilled.exception is None, drilled.exception
    assert json.loads(drilled.output)["rows"]["results"] == 150
    with worked.parts.storage.database.read() as connection:
        kept = {kind: operations.last(connection, kind) for kind in (Kind.BACKUP, Kind.DRILL, Kind.AUDIT)}
    drill = kept[Kind.DRILL]
    assert drill is not None
    assert drill.details["rows"] > 150
    assert kept[Kind.BACKUP] is not None
    assert kept[Kind.AUDIT] is None
    assert "Diễn tập khôi phục" in worked.visitor("quantri").get("/operations").text
