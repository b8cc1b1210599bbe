"""The registry holds its promises on SQLite and on PostgreSQL alike, also when two come at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, Impossible, NotFound
from digitize.lifecycle import CaptureOrdered, Published, ReadDone, Rescanned, State, Withdrawn
from storage import codes, confirmation, dossiers, ending, history, leases, outbox, registry
from storage.leases import Lease, LeaseLost
from storage.outbox import Lane
from storage.registry import EVERYTHING, Cursor
from storage.tables import attempts, documents, results
from storage.tables import outbox as outbox_rows
from tests.registry.province import CLERK, COLLEAGUE, FIELDS, KIND, LEASE, SUPERVISOR, WORKER, Province
from tests.registry.races import at_once, cut_off


def test_the_same_bytes_for_the_same_dossier_are_one_document(province: Province) -> None:
    dossier = province.dossier(results=2)
    first = province.receive(dossier, b"scan")
    assert province.receive(dossier, b"scan") == first
    assert province.receive(dossier, b"scan", ordinal=2) == first


def test_the_same_bytes_for_another_dossier_are_another_document(province: Province) -> None:
    assert province.receive(province.dossier(), b"scan") != province.receive(province.dossier(), b"scan")


def test_bytes_that_were_withdrawn_may_come_again(province: Province) -> None:
    dossier = province.dossier()
    document = province.advance(province.receive(dossier, b"scan"), State.TO_CHECK)
    province.record(document, Withdrawn(actor=CLERK, reason="nhầm hồ sơ"))
    assert province.receive(dossier, b"scan") != document


@pytest.mark.parametrize("ordinals", [(None, None), (1, 2), (None, 2)])
def test_the_same_upload_twice_at_once_is_one_document(
    province: Province, ordinals: tuple[int | None, int | None]
) -> None:
    dossier = province.dossier(results=2)
    answers = at_once(*(lambda n=n: province.receive(dossier, b"scan", n) for n in ordinals))
    assert len(set(answers)) == 1
    with province.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(documents)).scalar_one() == 1
        assert connection.execute(sa.select(sa.func.count()).select_from(results)).scalar_one() == 2


def test_two_different_scans_at_once_take_two_results(province: Province) -> None:
    dossier = province.dossier(results=2)
    answers = at_once(*(lambda s=scan: province.receive(dossier, s) for scan in (b"one", b"two", b"three")))
    taken = sorted(province.find(str(answer)).ordinal for answer in answers)
    assert taken == [1, 2, 3]


def test_a_change_of_state_its_history_and_its_work_come_together_or_not_at_all(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    order = CaptureOrdered(actor=CLERK, signer=CLERK.id)
    cut_off(province.database, lambda connection: registry.record(connection, document, order, province.now))
    with province.database.read() as connection:
        assert registry.find(connection, document).state is State.TO_CHECK
        assert [entry.name for entry in history.entries(connection, document)] == ["Received", "ReadDone"]
        assert outbox.due(connection, province.now) == []
    province.record(document, order)
    with province.database.read() as connection:
        assert [hint.lane for hint in outbox.due(connection, province.now)] == [Lane.SEAL]


def test_who_saw_an_older_version_is_told(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    with pytest.raises(Conflict):
        province.record(document, CaptureOrdered(actor=CLERK, signer=CLERK.id), version=0)


def test_a_document_outside_the_scope_is_not_found(province: Province) -> None:
    document = province.document(State.TO_CHECK)
    with province.database.read() as connection:
        assert registry.find(connection, document, province.top.scope).id == document
        with pytest.raises(NotFound):
            registry.find(connection, document, province.other.scope)
        assert registry.listing(connection, province.other.scope) == []
        assert registry.counts(connection, province.commune.scope) == {State.TO_CHECK: 1}


def test_a_list_read_page_by_page_names_every_document_once(province: Province) -> None:
    entered = {province.receive(province.dossier()) for _ in range(7)}
    found: list[str] = []
    after = None
    with province.database.read() as connection:
        while page := registry.listing(connection, EVERYTHING, after=after, limit=3):
            found += [document.id for document in page]
            after = Cursor(page[-1].received_at, page[-1].id)
    assert len(found) == 7
    assert set(found) == entered


def test_a_new_scan_keeps_the_old_capture_and_begins_anew(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    old = province.find(document).scan_key
    event = Rescanned(actor=CLERK, scan_key=province.objects.put(b"again"))
    with province.database.write() as connection:
        registry.rescan(connection, document, event, 5, province.now, version=None)
    now = province.find(document)
    assert (now.state, now.record.capture, now.scan_key) == (State.RECEIVED, 2, event.scan_key)
    assert now.capture_key is now.reading_key is None
    with province.database.read() as connection:
        assert registry.known(connection, now.dossier_id, old) == document


def test_two_workers_claim_one_lease(province: Province) -> None:
    document = province.receive(province.dossier())
    claimed = at_once(*(lambda n=n: province.claim(document, f"may-{n}") for n in range(4)))
    assert len([lease for lease in claimed if isinstance(lease, Lease)]) == 1
    assert claimed.count(None) == 3


def test_an_old_lease_cannot_commit(province: Province) -> None:
    document = province.receive(province.dossier())
    old = province.claim(document, "ngu-quen")
    province.now += LEASE + timedelta(seconds=1)
    new = province.claim(document, "thuc")
    assert old is not None
    assert new is not None
    event = ReadDone(actor=WORKER, reading_key="a" * 64, archive_key="b" * 64)
    with pytest.raises(LeaseLost):
        province.record(document, event, lease=old)
    assert province.record(document, event, lease=new).state is State.TO_CHECK
    with pytest.raises(LeaseLost):
        province.record(document, event, lease=new)


def test_two_runs_of_the_same_job_commit_once(province: Province) -> None:
    document = province.receive(province.dossier())
    lease = province.claim(document)
    event = ReadDone(actor=WORKER, reading_key="a" * 64, archive_key="b" * 64)
    answers = at_once(*(lambda: province.record(document, event, lease=lease) for _ in range(2)))
    assert sorted(type(answer).__name__ for answer in answers) == ["LeaseLost", "Record"]
    assert province.find(document).record.version == 1


def test_a_lease_of_one_document_commits_nothing_on_another(province: Province) -> None:
    document, other = province.receive(province.dossier()), province.receive(province.dossier())
    lease = province.claim(document)
    with pytest.raises(Impossible):
        province.record(other, ReadDone(actor=WORKER, reading_key="a" * 64, archive_key="b" * 64), lease=lease)


def test_a_worker_that_fell_silent_gives_its_work_back(province: Province) -> None:
    document = province.receive(province.dossier())
    lease = province.claim(document)
    assert lease is not None
    with province.database.write() as connection:
        hints = outbox.due(connection, province.now)
        assert leases.renew(connection, lease, province.now, LEASE)
        assert leases.expire(connection, province.now + LEASE) == 0
        assert leases.expire(connection, province.now + LEASE + timedelta(seconds=1)) == 1
        assert not leases.renew(connection, lease, province.now, LEASE)
        assert [hint.subject for hint in outbox.due(connection, province.now + LEASE * 2)] == [document]
        outcome = connection.execute(sa.select(attempts.c.outcome)).scalar_one()
    assert hints == []
    assert outcome == "lost"


def test_a_result_revoked_while_it_is_being_published_stays_revoked(province: Province) -> None:
    document = province.document(State.SEALED)
    lease = province.claim(document)
    with province.database.write() as connection:
        ending.revoke(
            connection, document, decision_number="1/QĐ", reason="cấp sai", effective_at=province.now,
            actor=SUPERVISOR, now=province.now, version=None,
        )  # fmt: skip
    with pytest.raises(LeaseLost):
        province.record(document, Published(actor=WORKER), lease=lease)
    with province.database.read() as connection:
        last = connection.execute(
            sa.select(attempts.c.outcome).where(attempts.c.subject_id == document).order_by(attempts.c.number.desc())
        ).scalars().first()  # fmt: skip
        assert outbox.backlog(connection)[Lane.DELIVER] == 0
    assert last == "lost"


def test_a_failed_attempt_changes_no_state_and_is_tried_again_ever_later(province: Province) -> None:
    document = province.receive(province.dossier())
    waits = []
    for _ in range(8):
        lease = province.claim(document)
        assert lease is not None
        with province.database.write() as connection:
            leases.fail(connection, lease, NotFound(), province.now)
            due_at = connection.execute(sa.select(outbox_rows.c.due_at)).scalar_one()
        waits.append((due_at - province.now).total_seconds())
        province.now = due_at
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert province.find(document).record.version == 0


def test_a_signed_file_whose_attempt_was_lost_is_found(province: Province) -> None:
    document = province.document(State.CAPTURE_ORDERED)
    lease = province.claim(document)
    assert lease is not None
    with province.database.write() as connection:
        leases.name_key(connection, lease, CLERK.id)
        leases.name_signed_object(connection, lease, "f" * 64)
    with province.database.write() as connection:
        assert leases.strays(connection) == []
        leases.expire(connection, province.now + LEASE * 2)
        found = leases.strays(connection)
        assert [(stray.subject, stray.attempt, stray.key) for stray in found] == [(document, lease.number, "f" * 64)]
        leases.mark_discarded(connection, document, lease.number)
        assert leases.strays(connection) == []


def test_two_confirmations_at_once_are_one(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    answers = at_once(
        lambda: province.confirm(document), lambda: province.confirm(document, {**FIELDS, "number": "13"}, COLLEAGUE)
    )
    assert sorted(type(answer).__name__ in {"Conflict", "Forbidden"} for answer in answers) == [False, True]
    record = province.find(document).record
    assert (record.state, record.metadata_version) == (State.CONFIRMED, 1)


def test_two_approvals_at_once_code_once(province: Province) -> None:
    document = province.document(State.CAPTURE_SIGNED)
    with province.database.write() as connection:
        connection.execute(documents.update().values(four_eyes=True))
    province.confirm(document)

    def approve() -> object:
        with province.database.write() as connection:
            return confirmation.approve(connection, document, SUPERVISOR, province.now, None)

    answers = at_once(approve, approve)
    assert sum(isinstance(answer, Forbidden) for answer in answers) == 1
    assert str(province.find(document).doc_code).endswith("_000001_V1")


def test_numbers_given_at_once_are_all_different_and_none_is_left_out(province: Province) -> None:
    def take() -> list[int]:
        taken = []
        for _ in range(10):
            with province.database.write() as connection:
                taken.append(codes.next_serial(connection, "doc_code/H99/QĐ"))
        return taken

    answers = at_once(*[take] * 4)
    assert sorted(number for answer in answers if isinstance(answer, list) for number in answer) == list(range(1, 41))


def test_a_number_whose_transaction_was_rolled_back_is_given_again(province: Province) -> None:
    cut_off(province.database, lambda connection: codes.next_serial(connection, "x"))
    with province.database.write() as connection:
        assert codes.next_serial(connection, "x") == 1


def test_documents_confirmed_at_once_get_codes_of_their_own(province: Province) -> None:
    entered = [province.document(State.CAPTURE_SIGNED) for _ in range(4)]
    at_once(*(lambda d=document: province.confirm(d) for document in entered))
    assert sorted(str(province.find(document).doc_code) for document in entered) == [
        f"H99.01_VB_00000{number}_V1" for number in range(1, 5)
    ]


def test_the_same_dossier_entered_twice_at_once_is_one(province: Province) -> None:
    new = dossiers.NewDossier("D-1", province.commune.id, "1.001193", "Đăng ký khai sinh")

    def enter() -> str:
        with province.database.write() as connection:
            return dossiers.create(
                connection, new, created_by=KIND, scope=EVERYTHING, now=province.now
            ).id  # fmt: skip

    answers = at_once(*[enter] * 3)
    assert len(set(answers)) == 1
