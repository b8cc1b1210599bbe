"""The steps that people and systems take with a certified copy: for the JSON routes.

Every function works in the transaction that it is given, finds the copy within the caller's units, refuses an outdated
version (412) or a state in which the step does not begin (409), and lets ``digitize.attest`` decide the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from api.auth import Caller
from api.errors import MissingScope, VersionMismatch, WrongState
from api.papers import refusal_letter
from api.parts import Parts
from api.schemas_copies import LinkBody
from api.uploads import StoredScan
from api.versions import same_version
from api.visits import concerned, giving_up
from digitize.attest.lifecycle import (
    COPY_STATE_NAMES,
    Abandoned,
    AttestOrdered,
    Cancelled,
    Captured,
    CopyEvent,
    Refused,
    Voided,
)
from digitize.attest.refusal import RefusalGround
from digitize.errors import Forbidden
from digitize.lifecycle import Actor, Office
from storage import cancellation, certifications, deliveries, register
from storage.certifications import Copy, DeskCapture
from storage.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class CopyHand:
    """Who takes a step with a copy, in which transaction."""

    connection: sa.Connection
    objects: ObjectStore
    caller: Caller
    copy_id: str
    version: int | None
    """What the caller saw; None: whatever it is now."""
    now: datetime

    def copy(self) -> Copy:
        """Find the copy.

        Raises:
            NotFound: it is not in the caller's units.
        """
        return certifications.find(self.connection, self.copy_id, self.caller.scope)

    def begin(self, event: type[CopyEvent], actor: Actor) -> Copy:
        """Find the copy and refuse a step that does not begin here.

        Raises:
            NotFound: it is not in the caller's units.
            VersionMismatch: it has changed since the caller looked.
            Forbidden: the caller does not take this step.
            WrongState: the step does not begin in this state.
        """
        copy = self.copy()
        if self.version is not None and self.version != copy.record.version:
            raise VersionMismatch
        if actor.office not in event.offices:
            raise Forbidden("vai trò của bạn không làm được bước này")
        if copy.state not in event.sources:
            raise WrongState(f"bản sao đang ở trạng thái “{COPY_STATE_NAMES[copy.state]}”")
        return copy

    @property
    def certifier(self) -> Actor:
        """The caller as a certifier, which any person may be: an authority in force decides, not the daily office."""
        if self.caller.session is None:
            return self.caller.actor
        return Actor(self.caller.actor.id, Office.CERTIFIER)

    def concerned(self) -> Actor:
        """Return the caller as the certifier of the visit if they are, else in their own office."""
        return concerned(self.caller, certifications.find_visit(self.connection, self.copy().certification_id))


@contextmanager
def copy_transaction(parts: Parts, caller: Caller, copy_id: str, version: int | None) -> Iterator[CopyHand]:
    """Open the transaction of one step; it is committed before anybody is answered.

    Raises:
        VersionMismatch: somebody was faster.
    """
    with same_version(), parts.storage.database.write() as connection:
        yield CopyHand(connection, parts.storage.objects, caller, copy_id, version, parts.now())


@dataclass(frozen=True, slots=True)
class Handed:
    """A capture as the desk hands it in."""

    scan: StoredScan
    captured_at: datetime
    """By the device's clock; with offset."""
    device: str
    """Empty: nothing captured it at the desk."""
    reason: str = ""
    """Why a secrecy mark that was read on the last capture is none."""
    of_result: str | None = None
    """Id of a digitised result that it was taken from."""


def capture(hand: CopyHand, handed: Handed) -> None:
    """Take a capture in, if it may stand for the paper original; what may not is refused with the article."""
    copy = hand.copy()
    repeated = copy.scan_key == handed.scan.key
    if copy.state not in Captured.sources and not repeated:
        raise WrongState(f"bản sao đang ở trạng thái “{COPY_STATE_NAMES[copy.state]}”")
    desk = DeskCapture(
        handed.scan.key, handed.scan.size_bytes, handed.captured_at, handed.device,
        at_desk=hand.caller.session is not None and bool(handed.device.strip()), of_result=handed.of_result,
    )  # fmt: skip
    certifications.capture(
        hand.connection, hand.copy_id, desk, hand.certifier, hand.now, version=hand.version, reason=handed.reason,
        scope=hand.caller.scope,
    )  # fmt: skip


def order_attestation(hand: CopyHand, *, compared: bool, certificates: Sequence[str] = ()) -> None:
    """The certifier compared the capture with the original and orders their own signature, by a token if named."""
    hand.begin(AttestOrdered, hand.certifier)
    certifications.order_attestation(
        hand.connection, hand.copy_id, hand.certifier, hand.now, compared=compared, certificates=certificates,
        version=hand.version, scope=hand.caller.scope,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A written refusal, typeset before the transaction that refuses."""

    key: str
    """Its object, stored already."""
    version: int
    """Of the copy that it speaks of."""


def typeset_refusal(hand: CopyHand, ground: RefusalGround, reason: str) -> Letter | None:
    """Typeset and store the letter of a refusal, with a hand that only reads; None: the refusal does not begin here.

    Whether it may begin, and whether the copy is still the one of the letter, is decided by :func:`refuse`.

    Raises:
        NotFound: the copy is not in the caller's units.
        Forbidden: the caller does not refuse, or has no authority in force.
    """
    try:
        copy = hand.begin(Refused, hand.certifier)
    except (VersionMismatch, WrongState):
        return None
    letter = refusal_letter(hand.connection, copy, ground, reason, hand.caller.actor.id, hand.now)
    return Letter(hand.objects.put(letter), copy.record.version)


def refuse(hand: CopyHand, ground: RefusalGround, reason: str, letter: Letter | None) -> None:
    """The certifier refuses in writing; the letter is kept with the copy.

    Raises:
        VersionMismatch: the copy changed after its letter was typeset.
    """
    copy = hand.begin(Refused, hand.certifier)
    if letter is None or letter.version != copy.record.version:
        raise VersionMismatch
    certifications.refuse(
        hand.connection, copy.id, ground, reason, hand.certifier, hand.now, version=letter.version,
        scope=hand.caller.scope,
    )  # fmt: skip
    certifications.keep_letter(hand.connection, copy.id, letter.key)


def abandon(hand: CopyHand, reason: str) -> None:
    """The request is given up before it has a number."""
    actor = giving_up(hand.caller, certifications.find_visit(hand.connection, hand.copy().certification_id))
    hand.begin(Abandoned, actor)
    certifications.abandon(
        hand.connection, hand.copy_id, reason, actor, hand.now, version=hand.version, scope=hand.caller.scope
    )


def void(hand: CopyHand, reason: str) -> None:
    """The act is given up after its number was given; the number stays in the register with the reason."""
    actor = hand.concerned()
    hand.begin(Voided, actor)
    register.void(hand.connection, hand.copy_id, reason, actor, hand.now, version=hand.version)


def offer_link(connection: sa.Connection, parts: Parts, caller: Caller, copy_id: str) -> LinkBody:
    """Make a download link for the requester at the desk; its secret is shown this once.

    Raises:
        MissingScope: a system asks.
        NotFound: the copy is not in the caller's units.
        Forbidden: it is not sealed yet, or has no value any more.
    """
    if caller.session is None:
        raise MissingScope("đường dẫn tải chỉ được đưa tại quầy")
    now = parts.now()
    certifications.find(connection, copy_id, caller.scope)
    secret, made = deliveries.offer_link(connection, copy_id, now, timedelta(days=parts.settings.link_days))
    return LinkBody(url=f"{parts.settings.pages}/tai/{secret}", expires_at=made.expires_at or now)


def cancel(hand: CopyHand, decision: str, reason: str, effective_at: datetime, successor: str | None) -> None:
    """A wrong certification has no value any more; every look-up says so from the commit on."""
    hand.begin(Cancelled, hand.caller.actor)
    cancellation.cancel(
        hand.connection, hand.copy_id, decision_number=decision, reason=reason, effective_at=effective_at,
        actor=hand.caller.actor, now=hand.now, successor=successor, version=hand.version, scope=hand.caller.scope,
    )  # fmt: skip
