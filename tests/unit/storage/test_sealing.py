"""One press of the sealing officer for a list of documents."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import Actor, State
from storage import confirmation, leases, outbox, sealing, shown, units
from storage.outbox import Lane
from storage.registry import EVERYTHING, Scope
from storage.sealing import SealOrder
from storage.tables import seal_orders
from tests.registry.province import CLERK, ISSUED, OFFICER, Province
from tests.registry.races import at_once


def press(province: Province, listed: list[str], scope: Scope | None = None, actor: Actor = OFFICER) -> SealOrder:
    with province.database.write() as connection:
        return sealing.order_seal(connection, listed, actor, scope or province.commune.scope, province.now)


def test_each_document_of_the_list_is_accepted_or_refused_with_the_reason(province: Province) -> None:
    ready, early, elsewhere = (
        province.document(State.CONFIRMED), province.document(State.TO_CHECK),
        province.document(State.CONFIRMED, province.other),
    )  # fmt: skip
    order = press(province, [early, ready, "không có", elsewhere, ready], province.commune.scope)
    assert order.accepted == (ready,)
    assert [(refused.document, refused.code) for refused in order.refused] == [
        (early, "forbidden"), ("không có", "not_found"), (elsewhere, "not_found"),
    ]  # fmt: skip
    assert "chờ kiểm tra bản chụp" in order.refused[0].message
    found = province.find(ready)
    assert (found.state, found.signer, found.seal_order_id) == (State.SEAL_ORDERED, province.commune.id, order.id)
    assert province.find(early).state is State.TO_CHECK
    with province.database.read() as connection:
        kept = connection.execute(sa.select(seal_orders)).one()
        assert outbox.backlog(connection)[Lane.SEAL] == 1
    assert (kept.ordered_by, kept.unit_id) == (OFFICER.id, province.commune.id)
    assert kept.document_ids == [early, ready, "không có", elsewhere]


def test_nobody_but_the_officer_orders_a_seal(province: Province) -> None:
    ready = province.document(State.CONFIRMED)
    order = press(province, [ready], actor=CLERK)
    assert (order.accepted, order.refused[0].code) == ((), "forbidden")


def test_a_list_is_neither_empty_nor_endless(province: Province) -> None:
    for listed in ([], [str(number) for number in range(sealing.MOST + 1)]):
        with pytest.raises(InvalidInput):
            press(province, listed)


def test_what_a_unit_left_that_is_gone_is_sealed_by_the_unit_that_answers_for_it_with_its_own_key(
    province: Province,
) -> None:
    ready, today = province.document(State.CONFIRMED), province.now.date()
    with province.database.write() as connection:
        gone, heir = province.commune.id, province.other.id
        units.abolish(connection, gone, today, [heir], source="NQ", today=today)
        left = units.find_unit(connection, gone).scope
    assert press(province, [ready], left).refused[0].code == "forbidden"
    assert press(province, [ready], province.other.scope).accepted == (ready,)
    assert province.find(ready).signer == heir


def test_the_seal_of_a_unit_is_ordered_by_its_own_officer_and_not_from_above(province: Province) -> None:
    ready = province.document(State.CONFIRMED)
    above = press(province, [ready], province.top.scope)
    assert (above.accepted, above.refused[0].code) == ((), "forbidden")
    assert province.find(ready).state is State.CONFIRMED
    with pytest.raises(Forbidden):
        press(province, [ready], EVERYTHING)


def test_corrected_data_wait_for_a_worker_only_once_they_were_ordered(province: Province) -> None:
    document = province.document(State.PUBLISHED)
    assert press(province, [document]).refused[0].code == "forbidden"
    with province.database.write() as connection:
        fields = {"number": "21/2021", "issued_date": ISSUED.isoformat(), "holder_name": "Lò Thị Mẫu"}
        latest = shown.latest_data(connection, document)
        assert latest is not None
        confirmation.correct(
            connection, province.objects, document, latest.kind_code, {**latest.fields, **fields}, "gõ sai", CLERK,
            province.now, None,
        )  # fmt: skip
        assert leases.claim(connection, document, Lane.SEAL, "w", province.now, timedelta(seconds=30)) is None
    assert press(province, [document]).accepted == (document,)
    again = press(province, [document])
    assert "đang được thực hiện" in again.refused[0].message
    with province.database.write() as connection:
        assert leases.claim(connection, document, Lane.SEAL, "w", province.now, timedelta(seconds=30)) is not None


def test_two_presses_over_the_same_list_at_once_order_each_seal_once(province: Province) -> None:
    listed = [province.document(State.CONFIRMED) for _ in range(4)]
    orders = at_once(lambda: press(province, listed), lambda: press(province, listed[::-1]))
    accepted = [document for order in orders if isinstance(order, SealOrder) for document in order.accepted]
    assert sorted(accepted) == sorted(listed)
