"""A visit, its captures and what may become of its copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from digitize.attest.lifecycle import CaptureFailed, CopyState, SecrecyFound, SigningFailed
from digitize.attest.refusal import RefusalGround
from digitize.attest.visit import Original
from digitize.errors import (
    AlreadyDigitised,
    CapturedByAnother,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    OutsideTheVisit,
)
from digitize.lifecycle import Actor, Office
from storage import (
    authorities,
    cancellation,
    certifications,
    history,
    leases,
    outbox,
    people,
    reconcile_copies,
    references,
    register,
)
from storage.certifications.keeping import Revision, revisions_of
from storage.outbox import Lane
from storage.tables import announcements, refusals
from tests.registry.desk import DIPLOMA, Desk, by_office
from tests.registry.province import CLERK, LEASE, SUPERVISOR, WORKER


def test_a_visit_is_due_the_same_day_costs_by_its_pages_and_is_paid(desk: Desk) -> None:
    visit = desk.visit(DIPLOMA, replace(DIPLOMA, pages=3, quantity=1))
    assert (visit.fee_vnd, visit.is_paid, visit.procedure_code) == (9000, False, "2.000815")
    assert visit.deadline.due_on.isoformat() == "2026-11-20"
    with desk.province.database.write() as connection:
        with pytest.raises(Conflict):
            certifications.pay(connection, visit.id, 9001, "BL-1", CLERK, desk.province.now)
        assert certifications.pay(connection, visit.id, 9000, "BL-1", CLERK, desk.province.now).is_paid
        later = certifications.extend(connection, visit.id, 2, "bản chính nhiều trang").deadline
        with pytest.raises(InvalidInput):
            certifications.extend(connection, visit.id, 1, "thêm nữa")
    # Saturday, Sunday, and 24 November, which is a public holiday from 2026 on.
    assert (later.due_on.isoformat(), later.extended_days) == ("2026-11-25", 2)


def test_only_who_holds_an_authority_opens_a_visit_as_certifier(desk: Desk) -> None:
    with desk.province.database.write() as connection:
        authorities.withdraw(connection, desk.authority.id, "thôi việc", SUPERVISOR, desk.province.now)
    desk.province.now += timedelta(seconds=1)
    with pytest.raises(Forbidden):
        desk.visit()


def test_a_delegation_is_not_passed_on(desk: Desk) -> None:
    delegated = replace(by_office("x", desk.unit.id), basis=desk.authority.basis.DELEGATED, granted_by="nobody")
    with desk.province.database.write() as connection:
        first = replace(delegated, person=desk.certifier.id, granted_by=desk.authority.id)
        held = authorities.grant(connection, first, SUPERVISOR, desk.province.now)
        with pytest.raises(Forbidden, match="ủy quyền lại"):
            authorities.grant(connection, replace(first, granted_by=held.id), SUPERVISOR, desk.province.now)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"at_desk": False}, CapturedByAnother),
        ({"actor": Actor("he-thong", Office.CERTIFIER)}, CapturedByAnother),
        ({"of_result": "kq"}, AlreadyDigitised),
    ],
)
def test_what_the_certifier_did_not_capture_at_the_desk_is_refused(
    desk: Desk, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        desk.capture(desk.opened(), **changes)


def test_a_file_older_than_the_visit_or_after_its_end_is_refused(desk: Desk) -> None:
    visit = desk.visit()
    with desk.province.database.read() as connection:
        copy = certifications.of_visit(connection, visit.id)[0].id
    with pytest.raises(OutsideTheVisit):
        desk.capture(copy, captured_at=desk.province.now - timedelta(minutes=1))
    desk.capture(copy)
    desk.read(copy)
    with desk.province.database.write() as connection:
        certifications.close_visit(connection, visit.id, desk.province.now)
    with pytest.raises(OutsideTheVisit):
        desk.capture(copy)


def test_bytes_that_were_digitised_before_are_refused(desk: Desk) -> None:
    desk.province.receive(desk.province.dossier(), b"scan")
    with pytest.raises(AlreadyDigitised):
        desk.capture(desk.opened(), b"scan")
    first = desk.opened()
    desk.capture(first, b"paper")
    with pytest.raises(AlreadyDigitised):
        desk.capture(desk.opened(), b"paper")
    assert desk.capture(first, b"paper").capture == 1


def test_a_secrecy_mark_is_answered_before_the_paper_is_captured_again(desk: Desk) -> None:
    copy = desk.opened()
    desk.capture(copy)
    desk.record(copy, SecrecyFound(actor=WORKER, mark="MẬT"))
    with pytest.raises(Forbidden):
        desk.capture(copy)
    assert desk.capture(copy, reason="chữ MẬT trong tên riêng").cleared


def test_an_attestation_is_ordered_after_comparing_every_page_by_who_captured(desk: Desk) -> None:
    copy = desk.copy(CopyState.TO_COMPARE, replace(DIPLOMA, pages=2))
    with pytest.raises(InvalidInput, match="bản chụp có 1 trang"):
        desk.order(copy)
    other = desk.copy(CopyState.TO_COMPARE)
    with pytest.raises(Forbidden, match="chỉ người đã tiếp nhận"):
        desk.order(other, Actor("khac", Office.CERTIFIER))
    with desk.province.database.write() as connection, pytest.raises(InvalidInput):
        certifications.order_attestation(connection, other, desk.certifier, desk.province.now, compared=False)


def test_a_foreign_paper_without_legalisation_can_only_be_refused_with_a_ground(desk: Desk) -> None:
    copy = desk.copy(CopyState.TO_COMPARE, Original("Certificate", pages=1, foreign=True))
    with pytest.raises(Forbidden, match="khoản 5 Điều 22"):
        desk.order(copy)
    with desk.province.database.write() as connection:
        after = certifications.refuse(
            connection, copy, RefusalGround.NOT_LEGALISED, "chưa hợp pháp hóa", desk.certifier, desk.province.now
        )
        kept = connection.execute(sa.select(refusals)).one()
    assert (after.state, kept.ground) == (CopyState.REFUSED, "not_legalised")


def test_a_visit_that_is_given_up_has_no_number_and_costs_nothing(desk: Desk) -> None:
    visit = desk.visit(DIPLOMA, DIPLOMA)
    with desk.province.database.write() as connection:
        assert len(certifications.abandon_visit(connection, visit.id, "về", CLERK, desk.province.now)) == 2
        after = certifications.find_visit(connection, visit.id)
    assert (after.fee_vnd, after.closed_at) == (0, desk.province.now)


def test_what_has_a_number_is_void_and_not_abandoned(desk: Desk) -> None:
    copy = desk.copy(CopyState.ATTEST_ORDERED)
    desk.number(copy)
    with desk.province.database.write() as connection, pytest.raises(Forbidden, match="bỏ số"):
        certifications.abandon(connection, copy, "về", desk.certifier, desk.province.now)


@pytest.mark.parametrize("read", [False, True])
def test_a_numbered_original_that_is_captured_anew_can_still_be_void(desk: Desk, read: bool) -> None:
    copy = desk.copy(CopyState.ATTEST_ORDERED)
    desk.number(copy)
    desk.record(copy, SigningFailed(actor=WORKER, code="signing_refused", message="khóa bị từ chối"))
    desk.capture(copy)
    if read:
        desk.record(copy, CaptureFailed(actor=WORKER, code="damaged_file", message="tệp hỏng"))
    desk.province.now += timedelta(days=1)
    with desk.province.database.write() as connection:
        assert register.overdue(connection, desk.province.now) == [copy]
    assert desk.void(copy).state is CopyState.VOID


def test_the_whole_road_leaves_an_unbroken_history_and_an_announcement(desk: Desk) -> None:
    copy = desk.copy(CopyState.ISSUED)
    with desk.province.database.read() as connection:
        assert history.broken_links(connection, copy) == ()
        names = [entry.name for entry in history.entries(connection, copy)]
        assert connection.execute(sa.select(announcements.c.topic)).scalars().all() == ["copy.issued"]
        owners = references.referenced(connection)
    assert names == [
        "Opened", "Captured", "Archived", "AttestOrdered", "Numbered", "AttestKeyUsed", "CertifierSigned",
        "SealOrdered", "SealKeyUsed", "Sealed", "Delivered",
    ]  # fmt: skip
    assert copy in owners.values()


def test_a_copy_outside_the_scope_is_not_found(desk: Desk) -> None:
    copy = desk.opened()
    with desk.province.database.read() as connection, pytest.raises(NotFound):
        certifications.find(connection, copy, desk.province.other.scope)


def test_an_account_of_another_unit_is_not_told_from_one_that_does_not_exist(desk: Desk) -> None:
    told = set()
    for username in (f"chu-tich-{desk.unit.code}", "khong-co-ai"):
        with desk.province.database.read() as connection, pytest.raises(NotFound) as refused:
            people.find_by_username(connection, username, desk.province.other.scope)
        told.add(refused.value.message)
    assert len(told) == 1


def test_a_signed_file_that_lost_its_race_is_written_into_the_history(desk: Desk) -> None:
    copy = desk.copy(CopyState.ATTEST_ORDERED)
    lease = desk.claim(copy)
    assert lease is not None
    with desk.province.database.write() as connection:
        leases.name_signed_object(connection, lease, "f" * 64)
    desk.province.now += LEASE * 2
    with desk.province.database.write() as connection:
        leases.expire(connection, desk.province.now)
        stray = leases.strays(connection)[0]
        assert certifications.discard(connection, stray, WORKER, desk.province.now)
        assert history.entries(connection, copy)[-1].name == "SignedFileDiscarded"


def cancel(desk: Desk, copy: str, successor: str | None = None) -> None:
    with desk.province.database.write() as connection:
        cancellation.cancel(
            connection, copy, decision_number="5/QĐ", reason="sai", effective_at=desk.province.now, actor=SUPERVISOR,
            now=desk.province.now, successor=successor,
        )  # fmt: skip


def test_only_what_was_issued_is_cancelled_and_its_successor_must_be_good(desk: Desk) -> None:
    wrong, right = desk.copy(CopyState.ISSUED), desk.copy(CopyState.ISSUED)
    with pytest.raises(InvalidInput):
        cancel(desk, wrong, desk.copy(CopyState.SEALED))
    cancel(desk, wrong, right)
    assert (desk.find(wrong).state, desk.find(wrong).successor_id) == (CopyState.CANCELLED, right)
    assert desk.find(wrong).sealed_key is not None
    with pytest.raises(InvalidInput):
        cancel(desk, right, wrong)


def test_every_copy_is_finished_or_waits_and_says_for_whom(desk: Desk) -> None:
    desk.copy(CopyState.ISSUED)
    desk.copy(CopyState.CERTIFIER_SIGNED)
    waiting = desk.copy(CopyState.ATTEST_ORDERED)
    with desk.province.database.write() as connection:
        proof = reconcile_copies.prove(connection, desk.province.now)
        assert (proof.opened, proof.finished, len(proof.waiting), proof.holds) == (3, {CopyState.ISSUED: 1}, 2, True)
        outbox.drop(connection, waiting)
        assert waiting in reconcile_copies.prove(connection, desk.province.now).faults[0]
    assert certifications.COPY_LANES[CopyState.ATTEST_ORDERED] is Lane.SEAL


def test_a_released_signature_is_never_written_over(desk: Desk) -> None:
    copy, now = desk.copy(CopyState.CERTIFIER_SIGNED), desk.province.now
    first = Revision(1, "a" * 64, "certifier", "Sim", now, "B-T", "valid")
    with desk.province.database.write() as connection:
        certifications.keep_revision(connection, copy, first)
    with pytest.raises(sa.exc.IntegrityError), desk.province.database.write() as connection:
        certifications.keep_revision(connection, copy, replace(first, key="b" * 64))
    with desk.province.database.read() as connection:
        assert revisions_of(connection, [copy]) == {copy: (first,)}
