"""n received = n finished + n waiting, and whatever does not fit is named."""

from __future__ import annotations

import sqlalchemy as sa

from digitize.errors import TimestampUnavailable
from digitize.lifecycle import State, Waiting, Withdrawn
from storage import leases, reconcile
from storage.reconcile import Reconciliation
from storage.registry import EVERYTHING, Scope
from storage.tables import documents, outbox
from tests.registry.province import CLERK, Province


def prove(province: Province, scope: Scope = EVERYTHING) -> Reconciliation:
    with province.database.read() as connection:
        return reconcile.prove(connection, province.now, scope)


def test_everything_received_is_finished_or_waits_and_says_for_whom(province: Province) -> None:
    published = province.document(State.PUBLISHED)
    withdrawn = province.document(State.TO_CHECK)
    province.record(withdrawn, Withdrawn(actor=CLERK, reason="nhầm"))
    waiting = {state: province.document(state) for state in (State.RECEIVED, State.TO_CHECK, State.CONFIRMED)}
    proof = prove(province)
    assert (proof.received, proof.holds) == (5, True)
    assert proof.finished == {State.PUBLISHED: 1, State.WITHDRAWN: 1}
    assert {(row.document, row.waiting_for) for row in proof.waiting} == {
        (waiting[State.RECEIVED], Waiting.WORKER),
        (waiting[State.TO_CHECK], Waiting.CLERK),
        (waiting[State.CONFIRMED], Waiting.OFFICER),
    }
    assert all(row.reason.endswith(".") and row.dossier_code and row.unit_name for row in proof.waiting)
    assert published not in {row.document for row in proof.waiting}


def test_the_proof_of_a_unit_is_about_its_own_documents(province: Province) -> None:
    province.document(State.TO_CHECK)
    province.document(State.PUBLISHED, province.other)
    assert (prove(province, province.commune.scope).received, prove(province, province.other.scope).received) == (1, 1)
    assert prove(province, province.commune.scope).finished == {}


def test_what_was_tried_in_vain_or_is_being_done_says_so(province: Province) -> None:
    document = province.document(State.CAPTURE_ORDERED)
    lease = province.claim(document, "may-7")
    assert lease is not None
    assert "may-7 đang làm, lần thứ 2" in prove(province).waiting[0].reason
    with province.database.write() as connection:
        leases.fail(connection, lease, TimestampUnavailable(), province.now)
    reason = prove(province).waiting[0].reason
    assert "sẽ thử lại" in reason
    assert TimestampUnavailable().message in reason


def test_a_document_that_vanished_breaks_the_sum(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    with province.database.write() as connection:
        connection.execute(documents.update().where(documents.c.id == document).values(state="published"))
        connection.execute(sa.text("DELETE FROM events WHERE name = 'Received'"))
    proof = prove(province)
    assert not proof.holds
    assert "đã nhận 0" in proof.faults[0]


def test_work_that_left_the_list_is_named(province: Province) -> None:
    document = province.document(State.SEAL_ORDERED)
    with province.database.write() as connection:
        connection.execute(outbox.delete())
    assert prove(province).faults == (f"văn bản {document} chờ máy xử lý nhưng không còn trong danh sách việc",)
