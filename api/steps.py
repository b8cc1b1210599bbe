"""The steps that a person takes with a document: used by the JSON routes and by the pages.

Every function works in the transaction that it is given (:func:`transaction`), finds the document within the caller's
units, refuses an outdated version (412) or a state in which the step does not begin (409), and lets
``digitize.lifecycle`` decide the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.auth import Caller
from api.errors import VersionMismatch, WrongState
from api.parts import Parts
from api.uploads import StoredScan
from api.versions import same_version
from digitize.errors import Forbidden
from digitize.lifecycle import (
    STATE_NAMES,
    Actor,
    Approved,
    CaptureOrdered,
    Confirmed,
    Event,
    MetadataCorrected,
    Moved,
    Purged,
    PurgeProposed,
    QuarantineLifted,
    Rescanned,
    Returned,
    Revoked,
    Superseded,
    Withdrawn,
)
from storage import confirmation, ending, moving, purge, registry, token_signing
from storage.objects import ObjectStore
from storage.registry import Document
from storage.reviewing import drafts


@dataclass(frozen=True, slots=True)
class Target:
    """Which document a step is about, and what the person saw of it."""

    document: str
    version: int | None
    """None: whatever it is now."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes a step, in which transaction."""

    connection: sa.Connection
    objects: ObjectStore
    caller: Caller
    target: Target
    now: datetime

    def document(self, event: type[Event]) -> Document:
        """Find the document and refuse a step that does not begin here.

        Raises:
            NotFound: it is not in the caller's units.
            VersionMismatch: it has changed since the person looked.
            Forbidden: the caller's office does not take this step.
            WrongState: the step does not begin in this state.
        """
        document = registry.find(self.connection, self.target.document, self.caller.scope)
        if self.target.version is not None and self.target.version != document.record.version:
            raise VersionMismatch
        if self.caller.actor.office not in event.offices:
            raise Forbidden("vai trò của bạn không làm được bước này")
        if document.state not in event.sources:
            raise WrongState(f"văn bản đang ở trạng thái “{STATE_NAMES[document.state]}”")
        return document

    def record(self, event: Event, changes: Mapping[str, Any] | None = None) -> None:
        """Apply an event of the lifecycle."""
        self.document(type(event))
        registry.record(
            self.connection, self.target.document, event, self.now, version=self.target.version, changes=changes
        )

    @property
    def actor(self) -> Actor:
        """Who it is, in the lifecycle's terms."""
        return self.caller.actor


@contextmanager
def transaction(parts: Parts, caller: Caller, target: Target) -> Iterator[Hand]:
    """Open the transaction of one step; it is committed before anybody is answered.

    Raises:
        VersionMismatch: somebody was faster.
    """
    with same_version(), parts.storage.database.write() as connection:
        yield Hand(connection, parts.storage.objects, caller, target, parts.now())


def order_capture_signature(hand: Hand, certificates: Sequence[str] = ()) -> None:
    """The clerk attested the pages and orders their own signature on the capture.

    Args:
        hand: of the clerk.
        certificates: of the token that will sign, DER in base64; none: the key is held by the sealing worker.
    """
    event = CaptureOrdered(actor=hand.actor, signer=hand.actor.id)
    hand.record(event, {"signer": hand.actor.id, "token_certificates": list(certificates) or None})


def answer_for_token(hand: Hand, values: Sequence[bytes]) -> None:
    """The person's token signed what was prepared; the same answer again changes nothing."""
    document = registry.find(hand.connection, hand.target.document, hand.caller.scope)
    token_signing.answer(
        hand.connection, hand.objects, document.id, values, hand.actor, hand.now, hand.target.version
    )  # fmt: skip


def give_token_up(hand: Hand) -> None:
    """The person takes back an order that their token has not answered."""
    document = registry.find(hand.connection, hand.target.document, hand.caller.scope)
    token_signing.give_up(hand.connection, document, hand.actor, hand.now, hand.target.version)


def confirm(hand: Hand, kind: str, fields: Mapping[str, str]) -> None:
    """The clerk confirms the data; the result gets its codes unless a second person must approve."""
    document = hand.document(Confirmed)
    confirmation.confirm(
        hand.connection, hand.objects, document.id, kind, fields, hand.actor, hand.now, hand.target.version
    )
    drafts.forget(hand.connection, document.id)


def approve(hand: Hand) -> None:
    """A second person approves the data."""
    document = hand.document(Approved)
    confirmation.approve(hand.connection, document.id, hand.actor, hand.now, hand.target.version)


def correct(hand: Hand, kind: str, fields: Mapping[str, str], reason: str) -> None:
    """The data of a sealed result were wrong: a new version beside the unchanged file."""
    document = hand.document(MetadataCorrected)
    confirmation.correct(
        hand.connection, hand.objects, document.id, kind, fields, reason, hand.actor, hand.now,
        hand.target.version,
    )  # fmt: skip


def give_back(hand: Hand, reason: str) -> None:
    """The officer or the approver returns the document to the clerk."""
    hand.record(Returned(actor=hand.actor, reason=reason))


def withdraw(hand: Hand, reason: str) -> None:
    """The clerk takes back what was handed in by mistake."""
    hand.record(Withdrawn(actor=hand.actor, reason=reason))
    drafts.forget(hand.connection, hand.target.document)


def rescan(hand: Hand, scan: StoredScan) -> None:
    """The paper was scanned again."""
    document = hand.document(Rescanned)
    event = Rescanned(actor=hand.actor, scan_key=scan.key)
    registry.rescan(hand.connection, document.id, event, scan.size_bytes, hand.now, version=hand.target.version)


def move(hand: Hand, dossier_code: str, ordinal: int | None, reason: str) -> None:
    """The result belongs to another dossier of the caller's units."""
    document = hand.document(Moved)
    moving.move(
        hand.connection, document.id, dossier_code, ordinal, reason, hand.actor, hand.caller.scope, hand.now,
        hand.target.version,
    )  # fmt: skip


def supersede(hand: Hand, successor: str, reason: str) -> None:
    """Another sealed document takes the place of a wrong one."""
    document = hand.document(Superseded)
    ending.supersede(
        hand.connection, document.id, successor, reason, hand.actor, hand.caller.scope, hand.now, hand.target.version
    )


def revoke(hand: Hand, decision: str, reason: str, effective_at: datetime) -> None:
    """The result is cancelled by decision; it stays for look-up."""
    document = hand.document(Revoked)
    ending.revoke(
        hand.connection, document.id, decision_number=decision, reason=reason, effective_at=effective_at,
        actor=hand.actor, now=hand.now, version=hand.target.version,
    )  # fmt: skip


def lift_quarantine(hand: Hand, reason: str) -> None:
    """The supervisor looked at the paper and found no secrecy; the scan is read again."""
    hand.record(QuarantineLifted(actor=hand.actor, reason=reason))


def propose_purge(hand: Hand, legal_ground: str, decision: str) -> None:
    """A first person proposes to remove what must not be kept."""
    document = hand.document(PurgeProposed)
    purge.propose(hand.connection, document.id, legal_ground, decision, hand.actor, hand.now, hand.target.version)


def approve_purge(hand: Hand) -> None:
    """A second person agrees: what can be read goes, the tombstone stays."""
    document = hand.document(Purged)
    purge.approve(hand.connection, document.id, hand.actor, hand.now, hand.target.version)
