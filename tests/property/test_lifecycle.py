"""Whatever happens to a document, in whatever order: it never reaches a state that the rules forbid."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.lifecycle import (
    EVENTS,
    STATE_NAMES,
    WAITING_FOR,
    Approved,
    CaptureSigned,
    Coded,
    Confirmed,
    DataSealOrdered,
    Event,
    Office,
    Published,
    Purged,
    PurgeProposed,
    Record,
    Sealed,
    SealOrdered,
    State,
    apply,
)
from storage.registry import LANES
from tests.registry.lives import Step, any_event, live, lives

SEALED_ONCE = {State.SEALED, State.PUBLISHED, State.SUPERSEDED, State.REVOKED}
MANY = settings(max_examples=100, deadline=None)


def _of_capture(steps: list[Step], until: int, kind: type[Event]) -> list[Step]:
    capture = steps[until].before.capture
    return [step for step in steps[:until] if isinstance(step.event, kind) and step.after.capture == capture]


@MANY
@given(lives())
def test_every_admitted_event_raises_the_version_by_one_and_only_where_and_by_whom_it_may(steps: list[Step]) -> None:
    for step in steps:
        assert step.after.version == step.before.version + 1
        assert step.before.state in step.event.sources
        assert step.event.actor.office in step.event.offices
        assert step.after.document == step.before.document


@MANY
@given(lives())
def test_the_seal_comes_only_after_the_signed_capture_and_the_confirmation_of_the_same_scan(steps: list[Step]) -> None:
    for index, step in enumerate(steps):
        if isinstance(step.event, Confirmed):
            assert _of_capture(steps, index, CaptureSigned)
        if isinstance(step.event, Sealed):
            assert _of_capture(steps, index, CaptureSigned)
            assert _of_capture(steps, index, Confirmed)
            assert _of_capture(steps, index, SealOrdered)


@MANY
@given(lives())
def test_no_machine_confirms_approves_or_orders(steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step.event, Confirmed | Approved | SealOrdered | DataSealOrdered):
            assert step.event.actor.office not in {Office.WORKER, Office.SYSTEM}


@MANY
@given(lives())
def test_with_four_eyes_nothing_is_coded_or_sealed_that_one_person_did_alone(steps: list[Step]) -> None:
    for index, step in enumerate(steps):
        if isinstance(step.event, SealOrdered) and step.before.four_eyes:
            approved = _of_capture(steps, index, Approved)
            assert approved
            assert approved[-1].event.actor.id not in step.before.hands


@MANY
@given(lives())
def test_what_was_sealed_never_comes_undone(steps: list[Step]) -> None:
    sealed = False
    for step in steps:
        sealed = sealed or isinstance(step.event, Sealed)
        assert not sealed or step.after.state in SEALED_ONCE


@MANY
@given(lives())
def test_a_purge_takes_two_persons_and_the_proposal_was_about_this_scan(steps: list[Step]) -> None:
    for index, step in enumerate(steps):
        if isinstance(step.event, Purged):
            proposed = _of_capture(steps, index, PurgeProposed)
            assert proposed
            assert proposed[-1].event.actor.id != step.event.actor.id


@MANY
@given(lives())
def test_only_what_was_published_was_sealed_before_and_nothing_follows_the_end(steps: list[Step]) -> None:
    ends = {State.SUPERSEDED, State.REVOKED, State.PURGED}
    for index, step in enumerate(steps):
        if isinstance(step.event, Published):
            assert any(isinstance(earlier.event, Sealed) for earlier in steps[:index])
        if step.before.state in ends:
            assert step.after.state is step.before.state


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.sampled_from(State), any_event())
def test_a_refused_event_leaves_the_record_as_it_was_and_an_admitted_one_makes_a_new_one(
    four_eyes: bool, state: State, event: Event
) -> None:
    record = Record("d", state, version=3, capture=1, four_eyes=four_eyes)
    before = Record("d", state, version=3, capture=1, four_eyes=four_eyes)
    steps = live(record, [event])
    assert record == before
    assert [step.after.version for step in steps] in ([], [4])


@MANY
@given(lives())
def test_a_life_told_again_ends_the_same(steps: list[Step]) -> None:
    if steps:
        record = steps[0].before
        for step in steps:
            record = apply(record, step.event)
        assert record == steps[-1].after


def test_every_state_has_a_name_somebody_to_act_and_a_way_in() -> None:
    assert set(STATE_NAMES) == set(WAITING_FOR) == set(State)
    reached = {State.RECEIVED}
    for kind in EVENTS.values():
        for four_eyes in (False, True):
            for source in kind.sources:
                record = Record("d", source, version=0, capture=1, four_eyes=four_eyes)
                reached.add(kind.state_after(kind.__new__(kind), record))
    assert reached == set(State)


def test_what_waits_for_a_worker_has_a_lane_and_nothing_else_has() -> None:
    assert set(LANES) == {state for state, who in WAITING_FOR.items() if who.value == "worker"}


def test_the_lives_drawn_here_get_as_far_as_every_state() -> None:
    """Else the properties above would hold for want of anything to hold for."""
    reached: set[State] = set()

    @settings(max_examples=1500, deadline=None, derandomize=True, database=None)
    @given(lives())
    def gather(steps: list[Step]) -> None:
        reached.update(step.after.state for step in steps)

    gather()
    assert reached == set(State)


def test_codes_are_given_in_the_confirmed_state_alone() -> None:
    assert Coded.sources == {State.CONFIRMED}
