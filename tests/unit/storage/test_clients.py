"""Systems at the door: client credentials, and answers that are given once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound, NotIdentified
from storage import clients, idempotency
from storage.idempotency import KEPT_FOR, Stored
from storage.tables import clients as client_rows
from storage.tables import tokens
from tests.registry.province import Province
from tests.registry.races import at_once

SCOPES = {"results:read", "results:write"}


def add(province: Province) -> tuple[clients.Client, str]:
    with province.database.write() as connection:
        return clients.add_client(connection, name="Một cửa", unit_id=province.commune.id, scopes=SCOPES)


def grant(province: Province, client_id: str, secret: str, scopes: set[str] | None = None) -> str:
    with province.database.write() as connection:
        return clients.grant(connection, client_id, secret, scopes or set(), province.now, minutes=60)


def test_a_token_carries_the_scopes_that_were_asked_for_and_ends_in_time(province: Province) -> None:
    client, secret = add(province)
    narrow, all_of_them = grant(province, client.id, secret, {"results:read"}), grant(province, client.id, secret)
    with province.database.read() as connection:
        assert clients.client_of(connection, narrow, province.now).scopes == {"results:read"}
        found = clients.client_of(connection, all_of_them, province.now + timedelta(minutes=59))
        assert found == client
        assert found.scope == province.commune.scope
        with pytest.raises(NotIdentified):
            clients.client_of(connection, narrow, province.now + timedelta(minutes=60))


def test_a_wrong_secret_an_unknown_client_and_a_scope_beyond_are_refused(province: Province) -> None:
    client, secret = add(province)
    for client_id, given in ((client.id, "sai"), ("không có", secret), ("không có", ""), (client.id, "")):
        with pytest.raises(NotIdentified):
            grant(province, client_id, given)
    with pytest.raises(InvalidInput):
        grant(province, client.id, secret, {"targets:read"})


def test_a_client_that_was_switched_off_is_out_with_its_tokens(province: Province) -> None:
    client, secret = add(province)
    token = grant(province, client.id, secret)
    with province.database.write() as connection:
        connection.execute(client_rows.update().values(active=False))
    with pytest.raises(NotIdentified):
        grant(province, client.id, secret)
    with province.database.read() as connection, pytest.raises(NotIdentified):
        clients.client_of(connection, token, province.now)


def test_neither_secret_nor_token_is_kept_and_ended_tokens_go(province: Province) -> None:
    client, secret = add(province)
    token = grant(province, client.id, secret)
    with province.database.write() as connection:
        kept = connection.execute(sa.select(client_rows.c.secret_hash, tokens.c.token_hash).join(tokens)).one()
        assert not {token, secret} & set(kept)
        assert clients.forget_ended_tokens(connection, province.now) == 0
        assert clients.forget_ended_tokens(connection, province.now + timedelta(hours=1)) == 1


def test_a_client_needs_a_name_a_scope_and_a_unit(province: Province) -> None:
    for name, unit, scopes, expected in (
        (" ", province.top.id, SCOPES, InvalidInput), ("x", province.top.id, set(), InvalidInput),
        ("x", "không có", SCOPES, NotFound),
    ):  # fmt: skip
        with pytest.raises(expected), province.database.write() as connection:
            clients.add_client(connection, name=name, unit_id=unit, scopes=scopes)


ANSWER = Stored(202, {"Location": "/api/v1/documents/d"}, '{"id": "d"}')


def test_the_same_request_gets_the_same_answer_and_another_one_with_its_key_a_conflict(province: Province) -> None:
    with province.database.write() as connection:
        assert idempotency.replay(connection, "k" * 64, "r" * 64) is None
        idempotency.remember(connection, "k" * 64, "r" * 64, ANSWER, province.now)
    with province.database.read() as connection:
        assert idempotency.replay(connection, "k" * 64, "r" * 64) == ANSWER
        assert idempotency.replay(connection, "l" * 64, "r" * 64) is None
        with pytest.raises(Conflict, match="Idempotency-Key"):
            idempotency.replay(connection, "k" * 64, "s" * 64)


def test_the_same_request_twice_at_once_acts_once(province: Province) -> None:
    def send() -> Stored:
        with province.database.write() as connection:
            earlier = idempotency.replay(connection, "k" * 64, "r" * 64)
            if earlier is None:
                idempotency.remember(connection, "k" * 64, "r" * 64, ANSWER, province.now)
            return earlier or ANSWER

    answers = at_once(send, send, send)
    assert all(answer == ANSWER or isinstance(answer, Conflict) for answer in answers)
    assert ANSWER in answers
    assert send() == ANSWER


def test_an_old_answer_is_forgotten(province: Province) -> None:
    with province.database.write() as connection:
        idempotency.remember(connection, "k" * 64, "r" * 64, ANSWER, province.now)
        assert idempotency.forget_old(connection, province.now + KEPT_FOR) == 0
        assert idempotency.forget_old(connection, province.now + KEPT_FOR + timedelta(seconds=1)) == 1
