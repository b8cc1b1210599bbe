"""What the one screen of a visit shows: its stages, the original in hand, and what the caller may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from api.auth import Caller, Right
from api.copy_view import suggestion_body, visit_body
from api.schemas_copies import CertificationBody, CopyBody, SuggestionBody
from api.schemas_documents import HistoryBody
from api.view import history_body
from api.web.certify.signing_view import Ready, ready_to_sign
from digitize.attest.lifecycle import (
    UNSEALED,
    UNSIGNED,
    Cancelled,
    CopyState,
    CopyWaiting,
)
from digitize.errors import NotFound
from digitize.lifecycle import Office
from digitize.model import Finding, Reading, from_json
from storage import certifications, units
from storage.certifications import Certification, Copy
from storage.objects import ObjectStore


class Stage(StrEnum):
    """What is done with one original, one after the other."""

    CAPTURE = "capture"
    COMPARE = "compare"
    SIGN = "sign"
    SEAL = "seal"
    DELIVER = "deliver"


STAGE_OF: Mapping[CopyState, Stage] = {
    CopyState.OPENED: Stage.CAPTURE,
    CopyState.CAPTURED: Stage.CAPTURE,
    CopyState.TO_COMPARE: Stage.COMPARE,
    CopyState.ATTEST_ORDERED: Stage.SIGN,
    CopyState.ATTEST_PREPARED: Stage.SIGN,
    CopyState.ATTEST_TIMING: Stage.SIGN,
    CopyState.CERTIFIER_SIGNED: Stage.SEAL,
    CopyState.SEAL_ORDERED: Stage.SEAL,
    CopyState.SEAL_PREPARED: Stage.SEAL,
    CopyState.SEAL_TIMING: Stage.SEAL,
    CopyState.SEALED: Stage.DELIVER,
    CopyState.ISSUED: Stage.DELIVER,
}
"""Where an original stands; one that ended otherwise stands nowhere."""

_ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Doing:
    """What the caller may do with the original in hand, as it stands."""

    capture: bool
    attest: bool
    seal: bool
    refuse: bool
    abandon: bool
    void: bool
    link: bool
    cancel: bool


@dataclass(frozen=True, slots=True)
class InHand:
    """The original that the screen is about."""

    body: CopyBody
    stage: Stage | None
    """None: it was refused, given up, void or cancelled."""
    doing: Doing
    pages: int
    """Pictures that can be looked at; 0 before reading, and of what bears a secrecy mark."""
    findings: tuple[Finding, ...]
    """What the machine says of the capture's quality."""
    suggestion: SuggestionBody | None
    """What the machine read, to be compared with the paper."""
    ready: Ready | None
    """The attestation and what stands against signing it; None where it is not to be signed now."""
    prepared_until: datetime | None
    """When the term of a token ends; None: no token is waited for."""
    foreign: bool
    successor: str
    """Where the copy that takes its place is shown; empty: none does."""
    history: HistoryBody

    @property
    def working(self) -> bool:
        """A worker is at it, and the page changes by itself."""
        return self.body.waiting_for is CopyWaiting.WORKER

    def is_done(self, stage: Stage) -> bool:
        """Tell whether a stage lies behind it."""
        if self.stage is None:
            return False
        return _ORDER.index(stage) < _ORDER.index(self.stage) or self.body.state is CopyState.ISSUED


@dataclass(frozen=True, slots=True)
class VisitView:
    """The screen."""

    visit: CertificationBody
    chosen: InHand
    is_certifier: bool
    """The caller is who captures, compares and signs here."""
    may_change: bool
    """The caller issues copies."""
    unit_name: str

    @property
    def open_copies(self) -> int:
        """Originals that still wait for somebody."""
        return sum(copy.waiting_for is not CopyWaiting.NOBODY for copy in self.visit.copies)

    @property
    def not_captured(self) -> int:
        """Originals on account of which the visit cannot be closed."""
        return sum(copy.state is CopyState.OPENED for copy in self.visit.copies)

    @property
    def owed_vnd(self) -> int:
        """What is still to be paid."""
        return max(self.visit.fee_vnd - self.visit.paid_vnd, 0)

    @property
    def overpaid_vnd(self) -> int:
        """What is to be given back: the fee of an original that was refused or given up after it was paid."""
        return max(self.visit.paid_vnd - self.visit.fee_vnd, 0)


def look(
    connection: sa.Connection, objects: ObjectStore, caller: Caller, visit: Certification, wanted: str, now: datetime
) -> VisitView:
    """Gather the screen of a visit in the caller's units.

    Args:
        connection: a reading transaction.
        objects: where the readings lie.
        caller: who looks.
        visit: as it stands.
        wanted: id of the copy to show; another or none: the first that waits for a person.
        now: when.
    """
    body = visit_body(connection, visit)
    copies = certifications.of_visit(connection, visit.id)
    chosen = _chosen(copies, wanted)
    told = next(each for each in body.copies if each.id == chosen.id)
    unit = units.find_unit(connection, visit.unit_id)
    hand = _in_hand(connection, objects, caller, visit, chosen, told, now)
    may_change = Right.ISSUE_COPIES in caller.rights
    return VisitView(body, hand, caller.actor.id == visit.certifier, may_change, unit.name)


def _chosen(copies: Sequence[Copy], wanted: str) -> Copy:
    """Return the copy asked for, else the first that a person has to do with, else the first that is not finished."""
    by_id = {copy.id: copy for copy in copies}
    if wanted in by_id:
        return by_id[wanted]

    def rank(copy: Copy) -> tuple[int, int]:
        waits = _WAITS.get(copy.state, 2 if copy.state in STAGE_OF else 3)
        return (waits, copy.ordinal)

    return min(copies, key=rank)


_WAITS: Mapping[CopyState, int] = {
    CopyState.OPENED: 0, CopyState.TO_COMPARE: 0, CopyState.ATTEST_PREPARED: 0, CopyState.CERTIFIER_SIGNED: 1,
    CopyState.SEAL_PREPARED: 1, CopyState.CAPTURED: 1, CopyState.ATTEST_ORDERED: 1, CopyState.ATTEST_TIMING: 1,
    CopyState.SEAL_ORDERED: 1, CopyState.SEAL_TIMING: 1, CopyState.SEALED: 1,
}  # fmt: skip
"""How soon an original asks for the desk; those that are not named are finished."""


def _in_hand(
    connection: sa.Connection,
    objects: ObjectStore,
    caller: Caller,
    visit: Certification,
    copy: Copy,
    body: CopyBody,
    now: datetime,
) -> InHand:
    reading = None
    if copy.reading_key is not None and not copy.record.secrecy:
        reading = from_json(objects.get(copy.reading_key), Reading)
    comparing = copy.state is CopyState.TO_COMPARE
    return InHand(
        body=body,
        stage=STAGE_OF.get(copy.state),
        doing=_doing(caller, visit, copy),
        pages=0 if reading is None else len(reading.pages),
        findings=() if reading is None else reading.findings,
        suggestion=suggestion_body(reading) if reading is not None and comparing else None,
        ready=ready_to_sign(connection, visit, copy, now) if comparing else None,
        prepared_until=copy.prepared_until,
        foreign=copy.original.foreign,
        successor=_successor(connection, copy, caller),
        history=history_body(connection, copy.id),
    )


def _successor(connection: sa.Connection, copy: Copy, caller: Caller) -> str:
    """Return the address of the copy in its place, which may be of a later visit; empty where the caller reads none."""
    if copy.successor_id is None:
        return ""
    try:
        found = certifications.find(connection, copy.successor_id, caller.scope)
    except NotFound:
        return ""
    return f"/certifications/{found.certification_id}?copy={found.id}"


def _doing(caller: Caller, visit: Certification, copy: Copy) -> Doing:
    person = caller.session is not None and Right.ISSUE_COPIES in caller.rights
    mine = person and caller.actor.id == visit.certifier
    office, state = caller.actor.office, copy.state
    numbered = copy.numbering is not None
    return Doing(
        capture=mine and visit.closed_at is None and state in {CopyState.OPENED, CopyState.TO_COMPARE},
        attest=mine and state is CopyState.TO_COMPARE,
        seal=state is CopyState.CERTIFIER_SIGNED and office is Office.OFFICER and caller.scope.path == copy.unit_path,
        refuse=mine and state in UNSIGNED and not numbered,
        abandon=person and state in UNSIGNED and not numbered,
        void=(mine or (person and office is Office.SUPERVISOR)) and state in UNSEALED and numbered,
        link=person and state in {CopyState.SEALED, CopyState.ISSUED},
        cancel=Right.REVOKE_COPIES in caller.rights and state in Cancelled.sources,
    )
