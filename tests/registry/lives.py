"""Lives of documents drawn at random: any event, by anybody, at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

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
    Coded,
    Confirmed,
    DataSealed,
    DataSealKeyUsed,
    DataSealOrdered,
    Event,
    FileRefused,
    FoundElectronic,
    MetadataCorrected,
    Moved,
    Office,
    PagesArranged,
    PlaceTooSmall,
    Published,
    Purged,
    PurgeProposed,
    QuarantineLifted,
    ReadDone,
    Record,
    Renewed,
    Rescanned,
    Returned,
    Revoked,
    SealAnswered,
    Sealed,
    SealGivenUp,
    SealKeyUsed,
    SealOrdered,
    SealPrepared,
    SecrecyFound,
    SignedFileDiscarded,
    SigningFailed,
    State,
    Superseded,
    Withdrawn,
    apply,
)

T = TypeVar("T")

_WORDS = ("lý do", "lý do", "lý do", "  ")
_PEOPLE = ("an", "binh", "chi")
_VALUES: Mapping[type[Event], Mapping[str, Sequence[object]]] = {
    ReadDone: {"reading_key": ("r",), "archive_key": ("a",)},
    FileRefused: {"code": ("empty_file",), "message": ("Tệp rỗng.",)},
    SecrecyFound: {"mark": ("MẬT",)},
    QuarantineLifted: {"reason": _WORDS},
    FoundElectronic: {"nature": ("signed",), "reading_key": ("r",), "verdict": ("valid",)},
    CaptureOrdered: {"signer": _PEOPLE},
    CapturePrepared: {"prepared_key": ("p",)},
    CaptureAnswered: {"answer_key": ("a",)},
    CaptureGivenUp: {},
    CaptureKeyUsed: {"untimed_key": ("t",)},
    CaptureSigned: dict.fromkeys(("revision_key", "signer", "signed_at", "level"), ("x",)),
    Confirmed: {"revision_key": ("c",), "metadata_key": ("m",), "changed": ((),)},
    Approved: {},
    Coded: {"result_code": ("D-KQ(1)",), "doc_code": ("H99_QĐ_000001_V1",)},
    SealOrdered: {"order": ("o",), "office_key": ("u",)},
    SealPrepared: {"prepared_key": ("p",)},
    SealAnswered: {"answer_key": ("a",)},
    SealGivenUp: {},
    SealKeyUsed: dict.fromkeys(("untimed_key", "untimed_data_key"), ("t",)),
    PlaceTooSmall: {"needed_bytes": (40_000,)},
    Sealed: dict.fromkeys(("revision_key", "metadata_signature_key", "signer", "signed_at", "level"), ("x",)),
    DataSealOrdered: {"order": ("o",), "office_key": ("u",)},
    DataSealKeyUsed: {"untimed_data_key": ("t",)},
    DataSealed: dict.fromkeys(("metadata_key", "metadata_signature_key", "signer", "signed_at", "level"), ("x",)),
    Renewed: dict.fromkeys(("revision_key", "replaces", "level", "weakens_at"), ("x",)),
    SigningFailed: {"code": ("signing_refused",), "message": ("Hết hạn.",)},
    SignedFileDiscarded: {"object_key": ("k",), "attempt": (1,)},
    Published: {},
    Returned: {"reason": _WORDS},
    Withdrawn: {"reason": _WORDS},
    Rescanned: {"scan_key": ("n",)},
    PagesArranged: {"scan_key": ("n",), "before": (1,)},
    Moved: {"from_result": ("1",), "to_result": ("2",), "reason": _WORDS},
    MetadataCorrected: {"metadata_key": ("m",), "changed": ((),), "reason": _WORDS},
    Superseded: {"successor": ("e", "e", "d"), "reason": _WORDS},
    Revoked: {"decision_number": _WORDS, "reason": _WORDS, "effective_at": ("2021-06-01T00:00:00+07:00",)},
    PurgeProposed: {"legal_ground": _WORDS, "decision_number": _WORDS},
    Purged: {},
}
_ROAD: Mapping[State, type[Event]] = {
    State.RECEIVED: ReadDone,
    State.TO_CHECK: CaptureOrdered,
    State.CAPTURE_ORDERED: CaptureKeyUsed,
    State.CAPTURE_TIMING: CaptureSigned,
    State.CAPTURE_SIGNED: Confirmed,
    State.TO_APPROVE: Approved,
    State.CONFIRMED: SealOrdered,
    State.RETURNED: Confirmed,
    State.SEAL_ORDERED: SealKeyUsed,
    State.SEAL_TIMING: Sealed,
    State.SEALED: Published,
}


class _Dice:
    """Turns drawn bytes into choices: many times faster than a strategy for every value, and it shrinks as well."""

    def __init__(self, drawn: bytes) -> None:
        self._drawn = iter(drawn)

    def choose(self, options: Sequence[T]) -> T:
        return options[next(self._drawn, 0) % len(options)]

    def event(self, kinds: Sequence[type[Event]], offices: Iterable[Office] = ()) -> Event:
        """Choose an event of one of the kinds, by an office that may cause it unless others are named."""
        kind = self.choose(kinds)
        actor = Actor(self.choose(_PEOPLE), self.choose(sorted(offices or kind.offices)))
        return kind(actor=actor, **{name: self.choose(options) for name, options in _VALUES[kind].items()})


def any_event() -> st.SearchStrategy[Event]:
    """Draw an event, sensible or not, by anybody."""
    return st.binary(min_size=8, max_size=8).map(lambda drawn: _Dice(drawn).event(list(EVENTS.values()), Office))


@dataclass(frozen=True, slots=True)
class Step:
    """An event that was admitted, and what it made."""

    event: Event
    before: Record
    after: Record


def live(record: Record, offered: Iterable[Event]) -> list[Step]:
    """Offer events one after the other; those that the rules refuse change nothing."""
    steps: list[Step] = []
    for event in offered:
        try:
            after = apply(record, event)
        except (Forbidden, InvalidInput):
            continue
        steps.append(Step(event, record, after))
        record = after
    return steps


def lives() -> st.SearchStrategy[list[Step]]:
    """Draw a life: often along the straight road, so that it gets far, and off it at any time."""
    return st.tuples(st.booleans(), st.lists(st.binary(min_size=8, max_size=8), max_size=60)).map(
        lambda drawn: _life(drawn[0], drawn[1])
    )


def _life(four_eyes: bool, turns: Iterable[bytes]) -> list[Step]:
    record = Record("d", State.RECEIVED, version=0, capture=1, four_eyes=four_eyes)
    steps: list[Step] = []
    for turn in turns:
        steps += live(record, [_next(record.state, _Dice(turn))])
        record = steps[-1].after if steps else record
    return steps


def _next(state: State, dice: _Dice) -> Event:
    choice = dice.choose(range(10))
    if choice == 9:
        return dice.event(list(EVENTS.values()), Office)
    if choice < 5 and state in _ROAD:
        return dice.event([_ROAD[state]])
    return dice.event([kind for kind in EVENTS.values() if state in kind.sources])
