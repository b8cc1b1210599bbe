"""The journal of administrative changes, and the roles of people through time, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher

from digitize.errors import Conflict, Impossible, InvalidInput, NotFound, NotIdentified
from digitize.lifecycle import Office
from digitize.tally import day_of
from storage import changes, clients, logins, passwords, people, roles, units
from storage.administration import clients as client_changes
from storage.administration import people as person_changes
from storage.administration import units as unit_changes
from storage.administration.undoing import REVERSALS
from storage.changes import Change, Deed, Kind, Subject, Wanted
from storage.clients import Limits
from storage.registry import EVERYTHING, Scope
from storage.roles import Role
from storage.settings import Settings
from storage.systems import find as find_system
from tests.registry.province import Province

SETTINGS = Settings(session_hours=2)
SINCE = date(2021, 7, 1)


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with the least memory: its strength is looked at elsewhere."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


def deed(province: Province, reason: str = "NQ 12/2021") -> Deed:
    return Deed("quan-tri", province.now, reason)


def journal(province: Province, scope: Scope = EVERYTHING) -> Sequence[Change]:
    with province.database.read() as connection:
        return changes.search(connection, Wanted(), scope).changes


def undo(province: Province, change: Change, scope: Scope = EVERYTHING) -> Change:
    province.now += timedelta(minutes=1)
    with province.database.write() as connection:
        return changes.undo(connection, change.id, scope, deed(province, "nhầm"), REVERSALS)


def renamed(province: Province, name: str, since: date = SINCE) -> Change:
    province.now += timedelta(minutes=1)
    with province.database.write() as connection:
        unit = units.find_unit(connection, province.commune.id)
        unit_changes.rename(connection, unit, name, since, deed(province))
    return journal(province)[0]


def entered(province: Province, role: Role, username: str = "an") -> person_changes.Entered:
    with province.database.write() as connection:
        return person_changes.enter(connection, username, "Trần Văn An", role, deed(province))


def log_in(province: Province, password: str) -> logins.Session:
    with province.database.write() as connection:
        return logins.log_in(connection, "an", password, province.now, SETTINGS)[1]


def test_undoing_is_a_new_change_that_restores_what_was_so(province: Province) -> None:
    with province.database.read() as connection:
        before = unit_changes.state(connection, province.commune.id)
    change = renamed(province, "UBND phường Lam Sơn")
    back = undo(province, change)
    with province.database.read() as connection:
        assert unit_changes.state(connection, province.commune.id) == before
    newest, oldest = journal(province)
    assert (newest, newest.before, newest.after) == (back, change.after, change.before)
    assert (newest.deed.undoes, oldest.undone_by) == (change.id, newest.id)
    assert undo(province, back).after == change.after  # and an undoing is undone the same way


def test_undoing_is_refused_twice_after_a_later_change_and_from_elsewhere(province: Province) -> None:
    first = renamed(province, "UBND phường Lam Sơn")
    later = renamed(province, "UBND phường Lam Sơn 2", SINCE + timedelta(days=9))
    with pytest.raises(Conflict, match="đã thay đổi tiếp sau đó"):
        undo(province, first)
    undo(province, later)
    undo(province, first)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        undo(province, first)
    with pytest.raises(NotFound):
        undo(province, later, province.other.scope)
    assert journal(province, province.other.scope) == ()


def test_an_ended_unit_lives_again_and_one_that_was_never_used_goes(province: Province) -> None:
    with province.database.write() as connection:
        new = unit_changes.enter(
            connection, deed(province), code="H99.09", name="UBND xã Mới", level=province.other.level,
            parent=province.top, valid_from=date(2021, 1, 1),
        )  # fmt: skip
        unit_changes.merge(connection, [new], province.other, SINCE, "NQ 5", deed(province))
    ended, began = journal(province)
    with pytest.raises(Conflict, match="đã thay đổi"):
        undo(province, began)
    undo(province, ended)
    with province.database.read() as connection:
        assert units.find_unit(connection, new.id).valid_to is None
    with pytest.raises(Conflict, match="gắn vào"):
        undo(province, began)  # what happened to it is written down, so that it stays


def test_neither_a_secret_nor_a_personal_number_enters_the_journal(province: Province) -> None:
    person = Subject(Kind.PERSON, "1", "Trần Văn An (001099012345)", province.commune.id)
    with province.database.write() as connection:
        kept = changes.record(connection, person, "entered", None, {"username": "001099012345"}, deed(province))
        assert (kept.subject.label, kept.after) == ("Trần Văn An (•••345)", {"username": "•••345"})
        with pytest.raises(Impossible):
            changes.record(connection, person, "entered", None, {"password": "x"}, deed(province))
        with pytest.raises(InvalidInput, match="định danh"):
            changes.record(connection, person, "locked", {}, {}, deed(province, "mất thẻ 001099012345"))


def test_the_journal_is_read_a_page_at_a_time_without_a_gap(province: Province) -> None:
    for n in range(5):
        renamed(province, f"Tên {n}", SINCE + timedelta(days=n))
    found: list[Change] = []
    place = None
    with province.database.read() as connection:
        while True:
            page = changes.search(connection, Wanted(Kind.UNIT), EVERYTHING, after=place, limit=2)
            found += page.changes
            place = page.following
            if place is None:
                break
    assert [change.sequence for change in found] == [5, 4, 3, 2, 1]


def test_a_role_lets_in_from_its_first_day_to_its_last(province: Province) -> None:
    today = day_of(province.now)
    role = Role(Office.CLERK, province.commune.id, today, today + timedelta(days=9))
    new = entered(province, role)
    assert log_in(province, new.password).person.office is Office.CLERK
    with province.database.write() as connection:
        officer = replace(role, office=Office.OFFICER, since=today + timedelta(days=5), until=today + timedelta(days=6))
        person_changes.appoint(connection, new.person, officer, deed(province))
        with pytest.raises(Conflict, match="vai trò khác từ"):
            person_changes.appoint(
                connection, new.person, replace(role, since=today + timedelta(days=1)), deed(province)
            )
    seen: list[Office | None] = []
    for n in range(8):
        with province.database.write() as connection:
            roles.settle(connection, today + timedelta(days=n))
            assert not roles.due(connection, today + timedelta(days=n))
        try:
            seen.append(log_in(province, new.password).person.office)
        except NotIdentified:
            seen.append(None)
    assert seen == [Office.CLERK] * 5 + [Office.OFFICER] * 2 + [None]
    undo(province, journal(province)[0])
    with province.database.read() as connection:
        assert roles.roles_of(connection, new.person.id) == (role,)


def test_roles_are_put_back_only_within_the_reach_of_who_undoes(province: Province) -> None:
    today = day_of(province.now)
    new = entered(province, Role(Office.CLERK, province.other.id, None, None))
    with province.database.write() as connection:
        person_changes.appoint(
            connection, new.person, Role(Office.CLERK, province.commune.id, today, None), deed(province)
        )
    moved = journal(province)[0]
    mine = replace(deed(province), scope=province.commune.scope)
    with province.database.write() as connection, pytest.raises(Conflict, match="ngoài phạm vi"):
        changes.undo(connection, moved.id, province.commune.scope, mine, REVERSALS)


def test_a_given_password_opens_once_for_a_week_and_nobody_locks_themselves_out(province: Province) -> None:
    new = entered(province, Role(Office.CLERK, province.commune.id, None, None))
    assert log_in(province, new.password).must_choose
    with province.database.write() as connection:
        people.choose_password(connection, new.person.id, "Mật khẩu riêng của tôi")
        with pytest.raises(InvalidInput, match="phải khác"):
            people.choose_password(connection, new.person.id, "Mật khẩu riêng của tôi")
    assert not log_in(province, "Mật khẩu riêng của tôi").must_choose
    with province.database.write() as connection:
        again = person_changes.give_password(connection, new.person, deed(province))
        with pytest.raises(InvalidInput, match="chính mình"):
            person_changes.lock(connection, new.person, replace(deed(province), actor=new.person.id))
    province.now += person_changes.FIRST_PASSWORD_LIVES
    for password in (again.password, "Mật khẩu riêng của tôi"):
        with pytest.raises(NotIdentified):
            log_in(province, password)
    told = [str((change.before, change.after, change.deed.reason)) for change in journal(province)]
    assert not any(password in each for each in told for password in (new.password, again.password))


def test_a_locked_person_and_a_revoked_system_come_back_by_undoing(province: Province) -> None:
    new = entered(province, Role(Office.CLERK, province.commune.id, None, None))
    limits = Limits(per_minute=60)
    with province.database.write() as connection:
        client, old = client_changes.enter(
            connection, deed(province), name="Một cửa", unit=province.commune, scopes={"results:read"}, limits=limits,
            certificate=None,
        )  # fmt: skip
        system = find_system(connection, client.id, EVERYTHING)
        secret = client_changes.rotate(connection, system, deed(province))
        token = clients.grant(connection, client.id, secret, (), province.now, 60)
        with pytest.raises(NotIdentified):
            clients.grant(connection, client.id, old, (), province.now, 60)
        client_changes.revoke(connection, system, deed(province))
        with pytest.raises(NotIdentified):
            clients.client_of(connection, token, province.now)
        person_changes.lock(connection, new.person, deed(province))
    by_name = {change.name: change for change in journal(province)}
    assert secret not in str(by_name)
    for name in ("revoked", "locked"):
        undo(province, by_name[name])
    with province.database.write() as connection:
        assert clients.grant(connection, client.id, secret, (), province.now, 60)
        assert find_system(connection, client.id, EVERYTHING).granted_at == province.now
    assert log_in(province, new.password).person.active
    with pytest.raises(Conflict, match="không hoàn tác được"):
        undo(province, by_name["rotated"])
