"""The work of the ``timestamp`` lane: a signature that was made gets its time, is checked, and only then released.

No key is needed here, and nothing is lost by asking again: while the authority is away the documents wait in the open,
with no upper age, and go on by themselves when it answers. The sealed file also gets the proof that its chains were
good when it was sealed (PAdES B-LT); what an issuer did not answer is asked for again by the renewal of the archive.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
import structlog

from digitize.errors import DocumentAtFault, SignatureTooLarge, SigningRefused
from digitize.lifecycle import CaptureSigned, DataSealed, Event, PlaceTooSmall, Sealed, State
from digitize.model import Role, SignatureHealth, Verdict, from_json
from digitize.sign.extend import to_lt, to_lta
from digitize.sign.metadata import check_metadata
from digitize.sign.order import SignedRevision
from digitize.sign.renewal import health
from digitize.sign.revocation_source import gather
from digitize.sign.timing import UntimedSignature, add_time, stamp
from digitize.sign.verify import self_check, verify
from storage import registry, signature_health
from storage.leases import Lease
from storage.outbox import Lane
from storage.registry import NOTHING_MADE, Document
from storage.tables import revisions
from workers.attempt import Post, attempt
from workers.guarded_timestamper import resting
from workers.renewing import Archive, renew_under
from workers.signing import give_back, given, store_signed

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Release:
    """A finished signature on its way into the registry."""

    event: Event
    changes: dict[str, Any]
    revision: SignedRevision | None = None
    """None: the signature stands beside the file, not in it."""
    number: int = 0
    """1 for the clerk's, 2 for the agency's."""
    health: SignatureHealth | None = None
    """Of a sealed file: until when its proof holds."""


def time_document(post: Post, archive: Archive, document_id: str) -> None:
    """Give a signature its time and release it, or renew the proof of a released file.

    While the authority is left in peace nothing is claimed: the outbox tells the queue again.
    """
    if resting(post, archive.timestamper):
        return
    attempt(post, Lane.TIMESTAMP, document_id, registry.find, partial(_time, post, archive))


def _time(post: Post, archive: Archive, lease: Lease, document: Document) -> None:
    finish = {State.CAPTURE_TIMING: _finish_capture, State.SEAL_TIMING: _finish_seal}.get(document.state, _finish_data)
    if finish is _finish_data and document.making.untimed_data_key is None:
        renew_under(post, archive, lease, document)
        return
    try:
        release = finish(post, archive, lease, document)
    except SignatureTooLarge as fault:
        _make_room(post, lease, document, fault)
    except (SigningRefused, DocumentAtFault) as refusal:
        give_back(post, lease, document, refusal)
    else:
        _commit(post, lease, document, release)


def _finish_capture(post: Post, archive: Archive, lease: Lease, document: Document) -> _Release:
    """Release revision 1."""
    revision = _timed(post, archive, document, given(document.archive_key), Role.CLERK)
    store_signed(post, lease, revision.pdf)
    event = CaptureSigned(
        actor=post.actor, revision_key=revision.sha256, signer=revision.signer, signed_at=revision.signed_at,
        level=revision.level,
    )  # fmt: skip
    return _Release(event, {"capture_key": revision.sha256}, revision, 1)


def _finish_seal(post: Post, archive: Archive, lease: Lease, document: Document) -> _Release:
    """Release revision 2 with the proof of its chains, and the signature over the confirmed data beside it."""
    timed = _timed(post, archive, document, given(document.capture_key), Role.AGENCY)
    revision = proven(post, archive, timed)
    detached, _ = _timed_data(post, archive, document)
    store_signed(post, lease, revision.pdf)
    metadata_signature_key = post.storage.objects.put(detached)
    event = Sealed(
        actor=post.actor, revision_key=revision.sha256, metadata_signature_key=metadata_signature_key,
        signer=revision.signer, signed_at=revision.signed_at, level=revision.level,
    )  # fmt: skip
    changes = {
        "sealed_key": revision.sha256,
        "metadata_signature_key": metadata_signature_key,
        "sealed_at": datetime.fromisoformat(revision.signed_at),
    }
    return _Release(event, changes, revision, 2, health(revision.pdf, archive.trust))


def _finish_data(post: Post, archive: Archive, lease: Lease, document: Document) -> _Release:
    """Release the signature over data that were corrected after the seal, held by the store like the file itself."""
    detached, event = _timed_data(post, archive, document)
    key = store_signed(post, lease, detached)
    for released in (given(document.metadata_key), key):
        if archive.lock_days > 0 and post.storage.objects.lock(released, archive.lock_days) is None:
            log.warning("store_has_no_locks", object=released)
    return _Release(replace(event, metadata_signature_key=key), {"metadata_signature_key": key})


def _timed(post: Post, archive: Archive, document: Document, base_key: str, role: Role) -> SignedRevision:
    """Finish a revision in memory and prove it; nothing is stored yet."""
    untimed = from_json(post.storage.objects.get(given(document.making.untimed_key)), UntimedSignature)
    revision = add_time(untimed, post.storage.objects.get(base_key), archive.timestamper, post.clock())
    # By the clock after stamping: the authority may have taken its time.
    self_check(revision.pdf, role, archive.trust, post.clock())
    return revision


def proven(post: Post, archive: Archive, revision: SignedRevision) -> SignedRevision:
    """Add to a sealed file what its chains need to be judged without asking anybody.

    Raises:
        SigningRefused: our own verifier does not find the extended file valid.
    """
    gathered = gather(revision.pdf, archive.trust, archive.revocation, post.clock())
    if gathered.unanswered:
        log.warning("revocation_unanswered", silent=len(gathered.unanswered))
    pdf = to_lt(revision.pdf, gathered.evidence)
    if archive.archive_timestamp and archive.timestamper is not None:
        pdf = to_lta(pdf, archive.timestamper, post.clock())
    if pdf == revision.pdf:
        return revision
    report = verify(pdf, archive.trust, post.clock())
    if report.verdict is not Verdict.VALID:
        raise SigningRefused(f"tệp đã thêm bằng chứng không qua được kiểm tra: {report.sentence}")
    level = next(each.level for each in report.signatures if each.field == revision.field)
    return replace(revision, pdf=pdf, sha256=sha256(pdf).hexdigest(), level=level)


def _timed_data(post: Post, archive: Archive, document: Document) -> tuple[bytes, DataSealed]:
    """Finish the signature over the data in memory and prove it; nothing is stored yet.

    Raises:
        SigningRefused: our own verifier does not find the signature valid.
    """
    metadata_key = given(document.metadata_key)
    metadata = post.storage.objects.get(metadata_key)
    detached = post.storage.objects.get(given(document.making.untimed_data_key))
    if archive.timestamper is not None:
        detached = stamp(detached, archive.timestamper, post.clock()).der
    report = check_metadata(metadata, detached, archive.trust, post.clock())
    if report.verdict is not Verdict.VALID or report.signed_at is None:
        raise SigningRefused("chữ ký trên dữ liệu vừa tạo không qua được kiểm tra")
    return detached, DataSealed(
        actor=post.actor, metadata_key=metadata_key, metadata_signature_key="", signer=report.signer,
        signed_at=report.signed_at, level=report.level,
    )  # fmt: skip


def _make_room(post: Post, lease: Lease, document: Document, fault: SignatureTooLarge) -> None:
    """Have the file signed once more with a larger place; a second time is refused."""
    if document.making.place_bytes is not None:
        give_back(post, lease, document, fault)
        return
    event = PlaceTooSmall(actor=post.actor, needed_bytes=fault.needed_bytes)
    changes = {
        **NOTHING_MADE,
        "place_bytes": 2 * fault.needed_bytes,
        "token_certificates": list(document.making.token_certificates) or None,
    }
    with post.storage.database.write() as connection:
        registry.record(connection, document.id, event, post.clock(), lease=lease, changes=changes)


def _commit(post: Post, lease: Lease, document: Document, release: _Release) -> None:
    changes = {**NOTHING_MADE, **release.changes, "summary": asdict(replace(document.summary, problem=""))}
    now = post.clock()
    with post.storage.database.write() as connection:
        registry.record(connection, document.id, release.event, now, lease=lease, changes=changes)
        if release.revision is not None:
            _keep(connection, document, release.revision, release.number)
        if release.health is not None and release.revision is not None:
            size_bytes = len(release.revision.pdf)
            signature_health.note(connection, document.id, release.revision.sha256, size_bytes, release.health, now)


def _keep(connection: sa.Connection, document: Document, revision: SignedRevision, number: int) -> None:
    connection.execute(
        revisions.insert().values(
            document_id=document.id,
            capture=document.record.capture,
            number=number,
            key=revision.sha256,
            role=revision.role.value,
            signer=revision.signer,
            signed_at=datetime.fromisoformat(revision.signed_at),
            level=revision.level,
            verdict=Verdict.VALID.value,  # nothing else is released
        )
    )
