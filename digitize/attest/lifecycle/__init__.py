"""The life of an electronic certified copy: its states, its events and what may follow what.

The straight road (NĐ 45/2020/NĐ-CP Art 10(3), NĐ 23/2015/NĐ-CP Art 12-13, 20-22)::

    opened ─ Captured ─▶ captured ─ Archived ─▶ to_compare ─ AttestOrdered ─▶ attest_ordered (Numbered)
      ─ AttestKeyUsed ─▶ attest_timing ─ CertifierSigned ─▶ certifier_signed ─ SealOrdered ─▶ seal_ordered
      ─ SealKeyUsed ─▶ seal_timing ─ Sealed ─▶ sealed ─ Delivered ─▶ issued

With a token at a person's machine each order takes a turn: ordered ─ Prepared ─▶ prepared ─ Answered ─▶ ordered.

The rules:

1.  A copy has one state, changed only by :func:`apply`; each change raises the version by one.
2.  The certifier captures the paper, compares, and orders their own signature; nobody does it for them. A certifier is
    whoever holds an authority in force at that moment (:mod:`digitize.attest.authority`), whatever their daily office.
3.  A secrecy mark that was read stops the copy: the certifier refuses, or captures again and says why it is none.
4.  The number is given by a worker, in ``attest_ordered``, just before the key is used, because the text that is signed
    carries it. A copy gets one number or none; a number never goes back, to another copy or to another certifier.
5.  The certifier's key is used on the printed day in Vietnam. A day that has passed makes the act void. The timestamp
    may come later: it proves the signature, it is not the signing.
6.  Before a number the request may be refused (with one of six grounds) or abandoned; with a number it can only be
    void, and the entry stays in the register with its reason.
7.  A signature that could not be made (``SigningFailed``) puts the copy back where the order was given; the number
    stays with it. A signed file that lost its race is recorded and never delivered. A timestamp larger than its place
    has the file signed once more under that order and number (``PlaceTooSmall``), by the certifier on that day only.
8.  The agency signs only what the certifier signed. After the agency's signature nothing is undone: what was issued
    may be cancelled by decision, and stays for everybody to look up. The proof in a sealed copy is renewed before it
    fades: a new file around the old one, and no other state.

Time and the actor come in as values; nothing here touches a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from digitize.attest.lifecycle.attesting import (
    AttestAnswered,
    AttestKeyUsed,
    AttestOrdered,
    AttestPreparationExpired,
    AttestPrepared,
    CertifierSigned,
    Numbered,
    Voided,
)
from digitize.attest.lifecycle.comparing import (
    Abandoned,
    Archived,
    Captured,
    CaptureFailed,
    Refused,
    SecrecyFound,
)
from digitize.attest.lifecycle.record import CopyEvent, CopyRecord
from digitize.attest.lifecycle.sealing import (
    Cancelled,
    Delivered,
    PlaceTooSmall,
    Renewed,
    SealAnswered,
    Sealed,
    SealKeyUsed,
    SealOrdered,
    SealPreparationExpired,
    SealPrepared,
    SignedFileDiscarded,
    SigningFailed,
    Withheld,
)
from digitize.attest.lifecycle.states import (
    COPY_STATE_NAMES,
    COPY_WAITING_FOR,
    UNSEALED,
    UNSIGNED,
    CopyState,
    CopyWaiting,
)
from digitize.errors import Forbidden

__all__ = [
    "COPY_EVENTS", "COPY_STATE_NAMES", "COPY_WAITING_FOR", "UNSEALED", "UNSIGNED", "Abandoned", "Archived",
    "AttestAnswered", "AttestKeyUsed", "AttestOrdered", "AttestPreparationExpired", "AttestPrepared", "Cancelled",
    "CaptureFailed", "Captured", "CertifierSigned", "CopyEvent", "CopyRecord", "CopyState", "CopyWaiting", "Delivered",
    "Numbered", "PlaceTooSmall", "Refused", "Renewed", "SealAnswered", "SealKeyUsed", "SealOrdered",
    "SealPreparationExpired", "SealPrepared", "Sealed", "SecrecyFound", "SignedFileDiscarded", "SigningFailed",
    "Voided", "Withheld", "apply",
]  # fmt: skip

COPY_EVENTS: Mapping[str, type[CopyEvent]] = {
    event.__name__: event
    for event in (
        Captured, CaptureFailed, SecrecyFound, Archived, Refused, Abandoned, AttestOrdered, Numbered, AttestPrepared,
        AttestAnswered, AttestPreparationExpired, AttestKeyUsed, CertifierSigned, Voided, SealOrdered, SealPrepared,
        SealAnswered, SealPreparationExpired, SealKeyUsed, Sealed, SigningFailed, PlaceTooSmall, SignedFileDiscarded,
        Delivered, Renewed, Cancelled, Withheld,
    )
}  # fmt: skip
"""Every event by its name in the history."""


def apply(record: CopyRecord, event: CopyEvent) -> CopyRecord:
    """Return the record after the event; refuse what the rules above forbid.

    Raises:
        Forbidden: the state does not allow the event, or the actor may not cause it.
        InvalidInput: the event lacks what it must say.
    """
    if record.state not in event.sources:
        raise Forbidden(f"không thể làm bước này khi bản sao đang ở trạng thái “{COPY_STATE_NAMES[record.state]}”")
    if event.actor.office not in event.offices:
        raise Forbidden("vai trò của bạn không làm được bước này")
    followed = event.follow(record)
    return replace(followed, state=event.state_after(record), version=record.version + 1)
