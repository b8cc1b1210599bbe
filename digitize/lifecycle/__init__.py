"""The life of a digitised result: its states, its events and what may follow what.

The straight road (TT 01/2023/TT-VPCP Art 7-10, NĐ 30/2020/NĐ-CP Art 25)::

    received ─ ReadDone ─▶ to_check ─ CaptureOrdered ─▶ capture_ordered ─ CaptureKeyUsed ─▶ capture_timing
      ─ CaptureSigned ─▶ capture_signed ─ Confirmed ─▶ confirmed ─ SealOrdered ─▶ seal_ordered
      ─ SealKeyUsed ─▶ seal_timing ─ Sealed ─▶ sealed ─ Published ─▶ published

A key that never comes here makes a loop of the ordered state: ``capture_ordered`` ─ CapturePrepared ─▶
``capture_prepared`` ─ CaptureAnswered ─▶ ``capture_ordered``, and likewise for the seal.

The rules:

1.  A document has one state, changed only by :func:`apply`; each change raises the version by one.
2.  The machine never confirms. The capture is signed on a clerk's order, the data are confirmed by a clerk, the seal is
    made on a sealing officer's order. Workers only read, sign what was ordered, and publish.
3.  The clerk signs the capture *before* the data are confirmed (TT 01/2023 Art 8), so ``Confirmed`` is impossible while
    the capture of that very scan is unsigned, and it names the signed revision.
4.  Where the unit asks for four eyes, a second person approves: not one of those who entered the values.
5.  A file at fault is ``refused``, a secrecy mark puts it in ``quarantined``, a signed or born-digital file is
    ``electronic`` (kept as it is, never counted). None of the three goes on by itself; a supervisor may lift a
    quarantine with a reason, and the scan is then read again.
6.  Until the seal is ordered the clerk may withdraw, scan again (a new capture, the old kept), arrange the
    pages (a new capture of pages of the scans, which stay; an undo is one more) or move the result to the
    right dossier; the officer may return it with a reason. While a signature is being made, nobody may.
7.  A signature is two acts: the key is used (``…KeyUsed``), then the timestamp is added, which may take as long as the
    authority likes without holding a key. What cannot be signed (``SigningFailed``) goes back to where the order was
    given; a timestamp larger than its place has the file signed once more under the same order (``PlaceTooSmall``). An
    order for a token that does not answer is taken back by its person or by the end of its term (``…GivenUp``).
8.  After sealing nothing is undone: data are corrected by a new version with its event, a wrong file is superseded, a
    cancelled result is revoked. All of them stay. The agency's signature over corrected data needs an order of its
    own, and the state of a published result stays what it is meanwhile.
    The proof in a sealed file is renewed before it fades: a new file around the old one, and no other state.
9.  Purging takes two persons, a legal ground and a decision number, and is impossible once sealed. A tombstone stays.

Time and the actor come in as values; nothing here touches a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from digitize.errors import Forbidden
from digitize.lifecycle.checking import (
    Approved,
    CaptureAnswered,
    CaptureGivenUp,
    CaptureKeyUsed,
    CaptureOrdered,
    CapturePrepared,
    CaptureSigned,
    Coded,
    Confirmed,
    Returned,
)
from digitize.lifecycle.ending import MetadataCorrected, Purged, PurgeProposed, Revoked, Superseded
from digitize.lifecycle.receiving import (
    FileRefused,
    FoundElectronic,
    Moved,
    PagesArranged,
    QuarantineLifted,
    ReadDone,
    Rescanned,
    SecrecyFound,
    Withdrawn,
)
from digitize.lifecycle.record import Actor, Event, Record
from digitize.lifecycle.sealing import (
    DataSealed,
    DataSealKeyUsed,
    DataSealOrdered,
    PlaceTooSmall,
    Published,
    Renewed,
    SealAnswered,
    Sealed,
    SealGivenUp,
    SealKeyUsed,
    SealOrdered,
    SealPrepared,
    SignedFileDiscarded,
    SigningFailed,
)
from digitize.lifecycle.states import STATE_NAMES, UNSEALED, WAITING_FOR, Office, State, Waiting

__all__ = [
    "EVENTS", "STATE_NAMES", "UNSEALED", "WAITING_FOR", "Actor", "Approved", "CaptureAnswered", "CaptureGivenUp",
    "CaptureKeyUsed", "CaptureOrdered", "CapturePrepared", "CaptureSigned", "Coded", "Confirmed", "DataSealKeyUsed",
    "DataSealOrdered", "DataSealed", "Event", "FileRefused", "FoundElectronic", "MetadataCorrected", "Moved", "Office",
    "PagesArranged", "PlaceTooSmall", "Published", "PurgeProposed", "Purged", "QuarantineLifted", "ReadDone", "Record",
    "Renewed", "Rescanned", "Returned", "Revoked", "SealAnswered", "SealGivenUp", "SealKeyUsed", "SealOrdered",
    "SealPrepared", "Sealed", "SecrecyFound", "SignedFileDiscarded", "SigningFailed", "State", "Superseded", "Waiting",
    "Withdrawn", "apply",
]  # fmt: skip

EVENTS: Mapping[str, type[Event]] = {
    event.__name__: event
    for event in (
        ReadDone, FileRefused, SecrecyFound, QuarantineLifted, FoundElectronic, CaptureOrdered, CapturePrepared,
        CaptureAnswered, CaptureGivenUp, CaptureKeyUsed, CaptureSigned, Confirmed, Approved, Coded, SealOrdered,
        SealPrepared, SealAnswered, SealGivenUp, SealKeyUsed, Sealed, DataSealOrdered, DataSealKeyUsed, DataSealed,
        SigningFailed, PlaceTooSmall, SignedFileDiscarded, Published, Renewed, Returned, Withdrawn, Rescanned,
        PagesArranged, Moved, MetadataCorrected, Superseded, Revoked, PurgeProposed, Purged,
    )
}  # fmt: skip
"""Every event by its name in the history."""


def apply(record: Record, event: Event) -> Record:
    """Return the record after the event; refuse what the rules above forbid.

    Raises:
        Forbidden: the state does not allow the event, or the actor may not cause it.
        InvalidInput: the event lacks what it must say.
    """
    if record.state not in event.sources:
        raise Forbidden(f"không thể làm bước này khi hồ sơ đang ở trạng thái “{STATE_NAMES[record.state]}”")
    if event.actor.office not in event.offices:
        raise Forbidden("vai trò của bạn không làm được bước này")
    followed = event.follow(record)
    return replace(followed, state=event.state_after(record), version=record.version + 1)
