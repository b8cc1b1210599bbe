"""The ``timestamp`` lane for a copy: a signature gets its time, is checked, and only then released.

The certifier's revision is B-T; the agency's also gets the proof that both chains were good (PAdES B-LT).
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from digitize.attest.lifecycle import CertifierSigned, CopyState, PlaceTooSmall, Sealed
from digitize.errors import DocumentAtFault, Forbidden, SignatureTooLarge, SigningRefused
from digitize.model import Role, Verdict, from_json
from digitize.sign.order import SignedRevision
from digitize.sign.renewal import health
from digitize.sign.timing import UntimedSignature, add_time
from digitize.sign.verify import self_check
from storage import certifications, signature_health
from storage.certifications import NOTHING_MADE, Copy
from storage.certifications.keeping import Revision
from storage.leases import Lease
from storage.outbox import Lane
from workers.attempt import Post, attempt
from workers.copies.signing import give_back
from workers.guarded_timestamper import resting
from workers.renewing import Archive, renew_under
from workers.signing import given, store_signed
from workers.timing import proven


def time_copy(post: Post, archive: Archive, copy_id: str) -> None:
    """Give a copy's signature its time and release it, or renew the proof of a sealed copy.

    While the authority is left in peace nothing is claimed: the outbox tells the queue again.
    """
    if resting(post, archive.timestamper):
        return
    attempt(post, Lane.TIMESTAMP, copy_id, certifications.find, partial(_time, post, archive))


def _time(post: Post, archive: Archive, lease: Lease, copy: Copy) -> None:
    finish = {CopyState.ATTEST_TIMING: _finish_attestation, CopyState.SEAL_TIMING: _finish_seal}.get(copy.state)
    if finish is None:
        renew_under(post, archive, lease, copy)
        return
    try:
        finish(post, archive, lease, copy)
    except SignatureTooLarge as fault:
        _make_room(post, lease, copy, fault)
    except (SigningRefused, DocumentAtFault) as refusal:
        give_back(post, lease, copy, refusal)


def _finish_attestation(post: Post, archive: Archive, lease: Lease, copy: Copy) -> None:
    """Release revision 1; the moment of signing is that of the key, the timestamp proves it."""
    revision = _timed(post, archive, copy, given(copy.attested_key), Role.CERTIFIER)
    store_signed(post, lease, revision.pdf)
    event = CertifierSigned(
        actor=post.actor, revision_key=revision.sha256, signer=revision.signer,
        signed_at=given(copy.record.key_used_at), level=revision.level,
        timestamped_at="" if revision.level == "B-B" else revision.signed_at,
    )  # fmt: skip
    changes = {**NOTHING_MADE, "signed_key": revision.sha256, "signer": None, "problem": ""}
    with post.storage.database.write() as connection:
        certifications.record(connection, copy.id, event, post.clock(), lease=lease, changes=changes)
        certifications.keep_revision(connection, copy.id, _kept(revision, 1))


def _finish_seal(post: Post, archive: Archive, lease: Lease, copy: Copy) -> None:
    """Release revision 2 with the proof of both chains."""
    revision = proven(post, archive, _timed(post, archive, copy, given(copy.signed_key), Role.AGENCY))
    store_signed(post, lease, revision.pdf)
    event = Sealed(
        actor=post.actor, revision_key=revision.sha256, signer=revision.signer, signed_at=revision.signed_at,
        level=revision.level,
    )  # fmt: skip
    sealed_at = datetime.fromisoformat(revision.signed_at)
    changes = {**NOTHING_MADE, "sealed_key": revision.sha256, "sealed_at": sealed_at, "signer": None, "problem": ""}
    found, now = health(revision.pdf, archive.trust), post.clock()
    with post.storage.database.write() as connection:
        certifications.record(connection, copy.id, event, now, lease=lease, changes=changes)
        certifications.keep_revision(connection, copy.id, _kept(revision, 2))
        if found is not None:
            signature_health.note(connection, copy.id, revision.sha256, len(revision.pdf), found, now)


def _make_room(post: Post, lease: Lease, copy: Copy, fault: SignatureTooLarge) -> None:
    """Have the copy signed once more with a larger place, under the same order and number.

    A second time, or on a later day than the attestation prints, it goes back to the person.
    """
    if copy.place_bytes is not None:
        give_back(post, lease, copy, fault)
        return
    now = post.clock()
    event = PlaceTooSmall(actor=post.actor, needed_bytes=fault.needed_bytes, found_at=now.isoformat())
    changes = {
        **NOTHING_MADE,
        "place_bytes": 2 * fault.needed_bytes,
        "token_certificates": list(copy.token_certificates) or None,
    }
    try:
        with post.storage.database.write() as connection:
            certifications.record(connection, copy.id, event, now, lease=lease, changes=changes)
    except Forbidden as refusal:
        give_back(post, lease, copy, refusal)


def _timed(post: Post, archive: Archive, copy: Copy, base_key: str, role: Role) -> SignedRevision:
    """Finish a revision in memory and prove it; nothing is stored yet."""
    untimed = from_json(post.storage.objects.get(given(copy.untimed_key)), UntimedSignature)
    revision = add_time(untimed, post.storage.objects.get(base_key), archive.timestamper, post.clock())
    self_check(revision.pdf, role, archive.trust, post.clock())
    return revision


def _kept(revision: SignedRevision, number: int) -> Revision:
    return Revision(
        number, revision.sha256, revision.role.value, revision.signer, datetime.fromisoformat(revision.signed_at),
        revision.level, Verdict.VALID.value,
    )  # fmt: skip
