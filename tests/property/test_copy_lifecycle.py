"""Whatever happens to a certified copy, in whatever order: its number and its end keep the rules."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.attest.lifecycle import (
    COPY_EVENTS,
    COPY_STATE_NAMES,
    COPY_WAITING_FOR,
    Archived,
    AttestKeyUsed,
    AttestOrdered,
    Cancelled,
    Captured,
    CertifierSigned,
    CopyEvent,
    CopyRecord,
    CopyState,
    Delivered,
    Numbered,
    PlaceTooSmall,
    Renewed,
    Sealed,
    SealKeyUsed,
    SealOrdered,
    Voided,
    apply,
)
from digitize.attest.numbering import Numbering
from digitize.attest.refusal import RefusalGround
from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import Actor, Office

MOMENTS = ("2026-11-22T08:00:00+07:00", "2026-11-22T23:59:59+07:00", "2026-11-22T17:30:00+00:00")
"""Two of the printed day, and one that is the day after in Vietnam."""
PRINTED = date(2026, 11, 22)
STRAIGHT = (Captured, Archived, AttestOrdered, Numbered, AttestKeyUsed, CertifierSigned, SealOrdered, SealKeyUsed,
            Sealed, Delivered)  # fmt: skip
MANY = settings(max_examples=150, deadline=None)


@dataclass(frozen=True)
class Step:
    before: CopyRecord
    event: CopyEvent
    after: CopyRecord


SPECIAL: dict[str, tuple[object, ...]] = {
    "numbering": tuple(Numbering(serial, "01/2026-SCT/BS", 2026, PRINTED) for serial in (1, 2)),
    "ground": tuple(RefusalGround),
    "signed_at": MOMENTS,
    "ordered_at": MOMENTS,
    "answered_at": MOMENTS,
    "found_at": MOMENTS,
    "effective_at": MOMENTS,
    "signer": ("huong", "huong", "minh"),
    "successor": ("", "c", "e"),
    "attempt": (1,),
}


def _drawn(kind: type[CopyEvent], actor: Actor, chance: random.Random) -> CopyEvent:
    values: dict[str, Any] = {
        each.name: chance.choice(SPECIAL.get(each.name, ("x", "x", " ")))
        for each in fields(kind)
        if each.name != "actor"
    }
    return kind(actor=actor, **values)


def _any_event(chance: random.Random) -> CopyEvent:
    actor = Actor(chance.choice(("huong", "minh")), chance.choice(list(Office)))
    return _drawn(chance.choice(list(COPY_EVENTS.values())), actor, chance)


def _life(seed: int) -> list[Step]:
    """Walk from a new copy, mostly by events that its state admits."""
    chance = random.Random(seed)
    record = CopyRecord("c", CopyState.OPENED, version=0)
    steps: list[Step] = []
    for _ in range(60):
        onward = [kind for kind in COPY_EVENTS.values() if record.state in kind.sources]
        onward += [kind for kind in onward if kind in STRAIGHT for _ in range(6)]
        kind = chance.choice(onward)
        actor = Actor(chance.choice(("huong", "huong", "huong", "minh")), chance.choice(sorted(kind.offices)))
        event = _drawn(kind, actor, chance) if chance.random() < 0.8 else _any_event(chance)
        with suppress(Forbidden, InvalidInput):
            after = apply(record, event)
            steps.append(Step(record, event, after))
            record = after
    return steps


def lives() -> st.SearchStrategy[list[Step]]:
    return st.integers(0, 2**32 - 1).map(_life)


@MANY
@given(lives())
def test_every_admitted_event_raises_the_version_by_one_and_only_where_and_by_whom_it_may(steps: list[Step]) -> None:
    for step in steps:
        assert step.after.version == step.before.version + 1
        assert step.before.state in step.event.sources
        assert step.event.actor.office in step.event.offices
        assert step.after.copy == step.before.copy


@MANY
@given(lives())
def test_a_copy_never_gets_two_numbers_and_a_number_never_returns(steps: list[Step]) -> None:
    assert sum(isinstance(step.event, Numbered) for step in steps) <= 1
    for step in steps:
        if step.before.numbering is not None:
            assert step.after.numbering == step.before.numbering


@MANY
@given(lives())
def test_a_number_is_given_by_a_worker_to_an_ordered_attestation_alone(steps: list[Step]) -> None:
    for step in steps:
        if step.after.numbering != step.before.numbering:
            assert isinstance(step.event, Numbered)
            assert step.event.actor.office is Office.WORKER
            assert step.before.state is CopyState.ATTEST_ORDERED


@MANY
@given(lives())
def test_the_certifier_signs_on_the_printed_day_alone_and_only_what_has_a_number(steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step.event, AttestKeyUsed | CertifierSigned):
            assert step.before.numbering is not None
            assert step.event.signed_at in MOMENTS[:2]
        if isinstance(step.event, PlaceTooSmall) and step.before.state is CopyState.ATTEST_TIMING:
            assert step.event.found_at in MOMENTS[:2]
            assert step.after.numbering == step.before.numbering
            assert step.after.key_used_at is None


@MANY
@given(lives())
def test_void_keeps_its_number_and_refused_and_abandoned_have_none(steps: list[Step]) -> None:
    for step in steps:
        if step.after.state is CopyState.VOID:
            assert step.after.numbering is not None
        if step.after.state in {CopyState.REFUSED, CopyState.ABANDONED}:
            assert step.after.numbering is None


@MANY
@given(lives())
def test_nothing_is_delivered_unsigned_and_nothing_cancelled_undelivered(steps: list[Step]) -> None:
    seen: list[type[CopyEvent]] = []
    for step in steps:
        if isinstance(step.event, Delivered):
            assert [CertifierSigned, Sealed] == [kind for kind in seen if kind in {CertifierSigned, Sealed}]
        if isinstance(step.event, Cancelled):
            assert Delivered in seen
        if isinstance(step.event, Voided):
            assert Sealed not in seen
        if isinstance(step.event, Renewed):
            assert Sealed in seen
            assert step.after.state is step.before.state
        seen.append(type(step.event))


@MANY
@given(lives())
def test_the_ends_are_ends(steps: list[Step]) -> None:
    ends = {CopyState.REFUSED, CopyState.VOID, CopyState.CANCELLED, CopyState.ABANDONED}
    for step in steps:
        if step.before.state in ends:
            assert step.after.state is step.before.state


@MANY
@given(lives())
def test_a_number_stays_with_the_certifier_it_was_given_under(steps: list[Step]) -> None:
    for step in steps:
        if step.before.numbering is not None:
            assert step.after.certifier == step.before.certifier


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CopyState), st.integers(0, 2**32 - 1))
def test_a_refused_event_leaves_the_record_as_it_was(state: CopyState, seed: int) -> None:
    record, twin = CopyRecord("c", state, 3), CopyRecord("c", state, 3)
    with suppress(Forbidden, InvalidInput):
        assert apply(record, _any_event(random.Random(seed))).version == 4
    assert record == twin


def test_the_lives_drawn_here_get_as_far_as_every_state() -> None:
    """Else the properties above would hold for want of anything to hold for."""
    reached = {step.after.state for seed in range(300) for step in _life(seed)}
    assert reached == set(CopyState)


def test_every_state_has_a_name_and_somebody_to_act() -> None:
    assert set(COPY_STATE_NAMES) == set(COPY_WAITING_FOR) == set(CopyState)


@MANY
@given(lives())
def test_each_of_the_two_signatures_is_released_once(steps: list[Step]) -> None:
    released = [type(step.event) for step in steps if isinstance(step.event, CertifierSigned | Sealed)]
    assert released in ([], [CertifierSigned], [CertifierSigned, Sealed])
