"""The nine rules in the head of ``digitize/lifecycle``, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import (
    EVENTS,
    Actor,
    Approved,
    CaptureAnswered,
    CaptureGivenUp,
    CaptureKeyUsed,
    CaptureOrdered,
    CapturePrepared,
    CaptureSigned,
    Confirmed,
    Event,
    FileRefused,
    MetadataCorrected,
    Moved,
    Office,
    PlaceTooSmall,
    Purged,
    PurgeProposed,
    QuarantineLifted,
    ReadDone,
    Record,
    Rescanned,
    Returned,
    Revoked,
    SealAnswered,
    SealGivenUp,
    SealOrdered,
    SealPrepared,
    SigningFailed,
    State,
    Superseded,
    Withdrawn,
    apply,
)

AN, BINH = Actor("an", Office.CLERK), Actor("binh", Office.CLERK)
OFFICER = Actor("van-thu", Office.OFFICER)
CHI, DUNG = Actor("chi", Office.SUPERVISOR), Actor("dung", Office.SUPERVISOR)
WORKER = Actor("may", Office.WORKER)
CONFIRM = Confirmed(actor=AN, revision_key="c", metadata_key="m", changed=())
BEING_SIGNED = (State.CAPTURE_ORDERED, State.CAPTURE_TIMING, State.SEAL_ORDERED, State.SEAL_TIMING)
WAITS_FOR_A_TOKEN = (State.CAPTURE_PREPARED, State.SEAL_PREPARED)
FINISHED = (State.SEALED, State.PUBLISHED)


def at(state: State, **known: object) -> Record:
    return replace(Record("d", state, version=5, capture=1), **known)  # type: ignore[arg-type]


def refused(states: Sequence[State], *events: Event) -> None:
    for state in states:
        for event in events:
            with pytest.raises(Forbidden):
                apply(at(state, purge_proposed_by="chi"), event)


def test_rule_1_one_state_changed_by_one_function_which_raises_the_version_by_one() -> None:
    read = ReadDone(actor=WORKER, reading_key="r", archive_key="a")
    after = apply(at(State.RECEIVED), read)
    assert (after.state, after.version) == (State.TO_CHECK, 6)
    refused([state for state in State if state is not State.RECEIVED], read)


def test_rule_2_the_machine_never_confirms_signs_or_seals_of_its_own_accord() -> None:
    for kind in (Confirmed, Approved, CaptureOrdered, SealOrdered, MetadataCorrected, Revoked, Superseded, Purged):
        assert not kind.offices & {Office.WORKER, Office.SYSTEM, Office.ADMINISTRATOR}
    assert SealOrdered.offices == {Office.OFFICER}
    assert Confirmed.offices == CaptureOrdered.offices == {Office.CLERK}
    with pytest.raises(Forbidden, match="vai trò"):
        apply(at(State.CAPTURE_SIGNED), replace(CONFIRM, actor=WORKER))
    with pytest.raises(Forbidden, match="chính mình"):
        apply(at(State.TO_CHECK), CaptureOrdered(actor=AN, signer=BINH.id))


def test_rule_3_nothing_is_confirmed_before_the_capture_of_that_scan_is_signed() -> None:
    refused([State.RECEIVED, State.TO_CHECK, State.CAPTURE_ORDERED], CONFIRM)
    signed = CaptureSigned(actor=WORKER, revision_key="c", signer="An", signed_at="t", level="B-T")
    record = apply(at(State.CAPTURE_TIMING), signed)
    assert apply(record, CONFIRM).state is State.CONFIRMED
    again = apply(record, Rescanned(actor=AN, scan_key="n"))
    assert (again.state, again.capture) == (State.RECEIVED, 2)
    refused([again.state], CONFIRM)


def test_rule_4_four_eyes_are_two_persons() -> None:
    entered = apply(at(State.CAPTURE_SIGNED, four_eyes=True), CONFIRM)
    assert entered.state is State.TO_APPROVE
    with pytest.raises(Forbidden, match="phải khác"):
        apply(entered, Approved(actor=AN))
    assert apply(entered, Approved(actor=BINH)).state is State.CONFIRMED
    returned = apply(entered, Returned(actor=CHI, reason="sai số"))
    twice = apply(returned, replace(CONFIRM, actor=BINH))
    for hand in (AN, BINH):
        with pytest.raises(Forbidden):
            apply(twice, Approved(actor=hand))


def test_rule_5_refused_quarantined_and_electronic_do_not_go_on_by_themselves() -> None:
    for state in (State.REFUSED, State.QUARANTINED, State.ELECTRONIC):
        onward = {
            kind.target
            for kind in EVENTS.values()
            if state in kind.sources and Office.WORKER in kind.offices and kind.target is not None
        }
        assert onward == set()
    with pytest.raises(InvalidInput, match="lý do"):
        apply(at(State.QUARANTINED), QuarantineLifted(actor=CHI, reason=" "))
    lifted = apply(at(State.QUARANTINED), QuarantineLifted(actor=CHI, reason="đã xem giấy, không mật"))
    assert (lifted.state, lifted.cleared) == (State.RECEIVED, True)
    refused([State.QUARANTINED], QuarantineLifted(actor=AN, reason="x"), Rescanned(actor=AN, scan_key="n"))


def test_rule_6_the_clerk_may_change_their_mind_until_the_seal_is_ordered_and_never_while_a_signature_is_made() -> None:
    withdraw, rescan = Withdrawn(actor=AN, reason="nhầm"), Rescanned(actor=AN, scan_key="n")
    move = Moved(actor=AN, from_result="1", to_result="2", reason="nhầm hồ sơ")
    give_back = Returned(actor=OFFICER, reason="thiếu trang")
    for state in (State.TO_CHECK, State.CAPTURE_SIGNED, State.TO_APPROVE, State.CONFIRMED, State.RETURNED):
        assert apply(at(state), withdraw).state is State.WITHDRAWN
        assert apply(at(state), rescan).capture == 2
    assert apply(at(State.CONFIRMED), give_back).state is State.RETURNED
    refused((*BEING_SIGNED, *WAITS_FOR_A_TOKEN, *FINISHED), withdraw, rescan, move, give_back)
    for event in (replace(withdraw, reason=""), replace(give_back, reason="\t")):
        with pytest.raises(InvalidInput):
            apply(at(State.CONFIRMED), event)


def test_rule_7_a_signature_that_could_not_be_made_goes_back_to_where_it_was_ordered() -> None:
    failed = SigningFailed(actor=WORKER, code="signing_refused", message="Chứng thư hết hạn.")
    for making, given in zip(BEING_SIGNED, [State.TO_CHECK] * 2 + [State.CONFIRMED] * 2, strict=True):
        assert apply(at(making), failed).state is given
    assert apply(at(State.PUBLISHED), failed).state is State.PUBLISHED
    refused([state for state in State if state not in (*BEING_SIGNED, State.PUBLISHED)], failed)


def test_rule_7_the_key_is_used_before_the_time_comes_and_a_small_place_means_once_more() -> None:
    used = CaptureKeyUsed(actor=WORKER, untimed_key="u")
    assert apply(at(State.CAPTURE_ORDERED), used).state is State.CAPTURE_TIMING
    refused([state for state in State if state is not State.CAPTURE_ORDERED], used)
    too_small = PlaceTooSmall(actor=WORKER, needed_bytes=40_000)
    assert apply(at(State.CAPTURE_TIMING), too_small).state is State.CAPTURE_ORDERED
    assert apply(at(State.SEAL_TIMING), too_small).state is State.SEAL_ORDERED


def test_rule_7_a_token_is_waited_for_and_its_order_may_be_taken_back() -> None:
    prepared = apply(at(State.CAPTURE_ORDERED), CapturePrepared(actor=WORKER, prepared_key="p"))
    assert prepared.state is State.CAPTURE_PREPARED
    assert apply(prepared, CaptureAnswered(actor=AN, answer_key="a")).state is State.CAPTURE_ORDERED
    assert apply(prepared, CaptureGivenUp(actor=AN)).state is State.TO_CHECK
    sealing = apply(at(State.SEAL_ORDERED), SealPrepared(actor=WORKER, prepared_key="p"))
    assert apply(sealing, SealAnswered(actor=OFFICER, answer_key="a")).state is State.SEAL_ORDERED
    assert apply(sealing, SealGivenUp(actor=WORKER)).state is State.CONFIRMED
    refused([State.SEAL_PREPARED], SealAnswered(actor=AN, answer_key="a"), SealGivenUp(actor=AN))


def test_rule_8_after_sealing_nothing_is_undone() -> None:
    for state in FINISHED:
        correct = MetadataCorrected(actor=AN, metadata_key="m", changed=("number",), reason="gõ sai")
        after = apply(at(state, metadata_version=1), correct)
        assert (after.state, after.metadata_version) == (state, 2)
        supersede = Superseded(actor=CHI, successor="e", reason="nhầm tệp")
        assert apply(at(state), supersede).state is State.SUPERSEDED
        with pytest.raises(InvalidInput, match="trùng"):
            apply(at(state), replace(supersede, successor="d"))
        revoke = Revoked(actor=CHI, decision_number="1/QĐ", reason="cấp sai", effective_at="2021-06-01T00:00:00+07:00")
        assert apply(at(state), revoke).state is State.REVOKED
        for lacking in (replace(revoke, decision_number=""), replace(revoke, reason="")):
            with pytest.raises(InvalidInput):
                apply(at(state), lacking)
    leave = {kind.target for kind in EVENTS.values() if set(FINISHED) & kind.sources} - {None}
    assert leave == {State.PUBLISHED, State.SUPERSEDED, State.REVOKED}


def test_rule_9_a_purge_takes_two_persons_a_ground_and_a_number_and_is_impossible_once_sealed() -> None:
    propose = PurgeProposed(actor=CHI, legal_ground="Luật Bảo vệ dữ liệu cá nhân", decision_number="9/QĐ")
    for lacking in (replace(propose, legal_ground=" "), replace(propose, decision_number="")):
        with pytest.raises(InvalidInput):
            apply(at(State.WITHDRAWN), lacking)
    with pytest.raises(Forbidden, match="chưa có người đề nghị"):
        apply(at(State.WITHDRAWN), Purged(actor=DUNG))
    proposed = apply(at(State.WITHDRAWN), propose)
    with pytest.raises(Forbidden, match="phải khác"):
        apply(proposed, Purged(actor=CHI))
    assert apply(proposed, Purged(actor=DUNG)).state is State.PURGED
    refused((*BEING_SIGNED, *FINISHED, State.REVOKED, State.SUPERSEDED), propose, Purged(actor=DUNG))


def test_a_proposal_to_purge_does_not_outlive_the_scan_it_was_about() -> None:
    propose = PurgeProposed(actor=CHI, legal_ground="căn cứ", decision_number="9/QĐ")
    again = apply(apply(at(State.TO_CHECK), propose), Rescanned(actor=AN, scan_key="n"))
    refused_file = apply(again, FileRefused(actor=WORKER, code="empty_file", message="Tệp rỗng."))
    with pytest.raises(Forbidden, match="chưa có người đề nghị"):
        apply(refused_file, Purged(actor=DUNG))
