"""Who may enter, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from digitize.errors import Conflict, InvalidInput, NotFound, NotIdentified
from digitize.lifecycle import Office
from storage import logins, passwords, people
from storage.guessing import CLOSED_FOR, FAILURES_ALLOWED
from storage.logins import Session
from storage.people import Person
from storage.settings import Settings
from storage.tables import people as people_rows
from storage.tables import sessions
from tests.registry.province import Province

SETTINGS = Settings(session_hours=2)
PASSWORD = "Mật khẩu đủ dài"


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with the least memory: its strength is looked at in one test."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def person(province: Province) -> Person:
    with province.database.write() as connection:
        return people.add_person(
            connection, username="an", full_name="Trần Văn An", office=Office.CLERK, unit_id=province.commune.id,
            password=PASSWORD,
        )  # fmt: skip


def log_in(province: Province, password: str = PASSWORD, username: str = "an") -> tuple[str, Session]:
    with province.database.write() as connection:
        return logins.log_in(connection, username, password, province.now, SETTINGS)


def session(province: Province, token: str) -> Session:
    with province.database.read() as connection:
        return logins.session(connection, token, province.now)


def test_a_person_who_logged_in_sees_the_subtree_of_their_unit_until_the_session_ends(
    province: Province, person: Person
) -> None:
    token, began = log_in(province)
    assert began == session(province, token)
    assert (began.person, began.scope) == (person, province.commune.scope)
    province.now = began.expires_at
    with pytest.raises(NotIdentified):
        session(province, token)


def test_neither_password_nor_token_is_kept(province: Province, person: Person) -> None:
    token, _ = log_in(province)
    with province.database.read() as connection:
        kept = connection.execute(
            sa.select(people_rows.c.password_hash, sessions.c.token_hash).join_from(people_rows, sessions)
        ).one()
    assert kept.password_hash.startswith("$argon2id$")
    assert person.id
    assert token not in tuple(kept)


def test_passwords_are_hashed_as_rfc_9106_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_after_five_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(
    province: Province, person: Person
) -> None:
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(NotIdentified):
            log_in(province, "sai mật khẩu")
    with pytest.raises(NotIdentified):
        log_in(province)
    province.now += CLOSED_FOR - timedelta(seconds=1)
    with pytest.raises(NotIdentified):
        log_in(province)
    province.now += timedelta(seconds=1)
    assert log_in(province)[1].person == person


@pytest.mark.usefixtures("person")
def test_a_right_password_begins_the_count_anew(province: Province) -> None:
    for _ in range(2):
        for _ in range(FAILURES_ALLOWED - 1):
            with pytest.raises(NotIdentified):
                log_in(province, "sai mật khẩu")
        log_in(province)


@pytest.mark.usefixtures("person")
def test_nobody_hears_whether_name_or_password_was_wrong_nor_that_the_account_is_closed(province: Province) -> None:
    told = set()
    for username, password in (("an", "sai mật khẩu"), ("không ai", PASSWORD), *[("an", "sai mật khẩu")] * 5):
        with pytest.raises(NotIdentified) as refused:
            log_in(province, password, username)
        told.add(refused.value.message)
    assert len(told) == 1


def test_an_unknown_name_is_checked_against_a_hash_as_well(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []
    matches = passwords.matches

    def watched(kept: str | None, given: str) -> bool:
        checked.append(kept)
        return matches(kept, given)

    monkeypatch.setattr(passwords, "matches", watched)
    with pytest.raises(NotIdentified):
        log_in(province, username="không ai")
    assert checked == [None]
    assert not passwords.matches(None, "nobody has this password")


@pytest.mark.usefixtures("person")
def test_the_password_given_again_is_noted_and_a_wrong_one_counts(province: Province) -> None:
    token, began = log_in(province)
    province.now += timedelta(minutes=30)
    with province.database.write() as connection:
        logins.check_password(connection, token, PASSWORD, province.now)
        kept = logins.token_hash(token)
        renewed, proved = logins.renew(connection, kept, province.now, proved_at=province.now, factor_at=None)
    assert (proved.proved_at, proved.expires_at) == (province.now, began.expires_at)
    assert session(province, renewed) == proved
    assert session(province, token).proved_at == began.proved_at
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(NotIdentified), province.database.write() as connection:
            logins.check_password(connection, token, "sai mật khẩu", province.now)
    with pytest.raises(NotIdentified), province.database.write() as connection:
        logins.check_password(connection, token, PASSWORD, province.now)


def test_who_logged_out_or_was_deactivated_is_out(province: Province, person: Person) -> None:
    token, _ = log_in(province)
    other, _ = log_in(province)
    with province.database.write() as connection:
        logins.log_out(connection, token)
        logins.log_out(connection, "không có phiên này")
    with pytest.raises(NotIdentified):
        session(province, token)
    assert session(province, other).person == person
    with province.database.write() as connection:
        people.deactivate(connection, person.id)
    for attempt in (lambda: session(province, other), lambda: log_in(province)):
        with pytest.raises(NotIdentified):
            attempt()


@pytest.mark.usefixtures("person")
def test_ended_sessions_are_forgotten_and_others_kept(province: Province) -> None:
    log_in(province)
    province.now += timedelta(hours=1)
    token, _ = log_in(province)
    with province.database.write() as connection:
        assert logins.forget_ended_sessions(connection, province.now + timedelta(hours=1)) == 1
    assert session(province, token).expires_at > province.now


@pytest.mark.usefixtures("person")
def test_people_who_cannot_be_entered(province: Province) -> None:
    good = {
        "username": "binh", "full_name": "Bình", "office": Office.CLERK, "unit_id": province.top.id,
        "password": PASSWORD,
    }  # fmt: skip
    for wrong, expected in (
        ({"username": "an"}, Conflict), ({"username": " "}, InvalidInput), ({"full_name": ""}, InvalidInput),
        ({"password": "ngắn"}, InvalidInput), ({"office": Office.WORKER}, InvalidInput), ({"unit_id": "x"}, NotFound),
    ):  # fmt: skip
        with pytest.raises(expected), province.database.write() as connection:
            people.add_person(connection, **(good | wrong))  # type: ignore[arg-type]
