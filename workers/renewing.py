"""Renewal of the archive: a new timestamp around each sealed file before its proof fades.

A renewal is work like any other: it stands in the outbox, is done under a lease, and whoever finds it there goes on
with it. The new file begins with the old one, which is kept; nothing is released that our own verifier finds wanting.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import DocumentAtFault, Misconfigured, ObjectDamaged, ObjectMissing, SigningRefused
from digitize.lifecycle import Renewed
from digitize.model import SignatureHealth, Verdict
from digitize.sign.renewal import health, renew
from digitize.sign.revocation_source import RevocationSource, gather
from digitize.sign.trust import TrustAnchors
from digitize.sign.verify import verify
from storage import leases, outbox, registry, signature_health
from storage.leases import Lease
from storage.objects import key_of
from storage.outbox import Lane
from storage.registry import Document
from workers.attempt import Post

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Archive:
    """What proof is added with: at the release, and again before it fades."""

    timestamper: TimeStamper | None
    """None: signatures stay of level B-B, and nothing can be renewed."""
    revocation: RevocationSource
    trust: TrustAnchors
    lock_days: int = 0
    """Days for which the store is asked to hold what is released; 0 for none."""
    archive_timestamp: bool = False
    """Whether a sealed file gets an archive timestamp at once (PAdES B-LTA) and not only when its proof fades."""


def order_renewal(post: Post, document_id: str) -> bool:
    """Enter a renewal as work; False when the document waits for something else."""
    with post.storage.database.write() as connection:
        waiting = outbox.waits_for(connection, document_id)
        if waiting is None:
            document = registry.find(connection, document_id)
            if document.state not in Renewed.sources:
                return False
            outbox.put(connection, document_id, Lane.TIMESTAMP, document.record.version, post.clock())
    return waiting in {None, Lane.TIMESTAMP}


def examine(post: Post, archive: Archive, limit: int) -> int:
    """Enter what is released and was never examined into the calendar; return how many files were looked at."""
    with post.storage.database.read() as connection:
        waiting = signature_health.unexamined(connection, limit)
    for document_id, key in waiting:
        try:
            pdf = post.storage.objects.get(key)
            found = health(pdf, archive.trust)
        except (ObjectMissing, ObjectDamaged, DocumentAtFault) as fault:
            log.warning("not_examined", subject=document_id, code=fault.code())
            continue
        if found is None:
            continue
        with post.storage.database.write() as connection:
            signature_health.note(connection, document_id, key, len(pdf), found, post.clock())
    return len(waiting)


def renew_under(post: Post, archive: Archive, lease: Lease, document: Document) -> None:
    """Renew, or give the work up: what is refused today is refused in a minute too, and each try costs a timestamp."""
    try:
        _renew_now(post, archive, lease, document)
    except (SigningRefused, DocumentAtFault) as refusal:
        log.warning("not_renewed", subject=document.id, code=refusal.code())
        with post.storage.database.write() as connection:
            leases.fail(connection, lease, refusal, post.clock())
            if outbox.waits_for(connection, document.id) is Lane.TIMESTAMP:
                outbox.drop(connection, document.id)


def _renew_now(post: Post, archive: Archive, lease: Lease, document: Document) -> None:
    if archive.timestamper is None:
        raise Misconfigured("chưa đặt SOHOA_TSA_URL nên không gia hạn được dấu thời gian")
    if document.sealed_key is None:
        raise SigningRefused("văn bản chưa có tệp đã đóng dấu")
    before = post.storage.objects.get(document.sealed_key)
    now = post.clock()
    gathered = gather(before, archive.trust, archive.revocation, now)
    if gathered.unanswered:
        log.warning("revocation_unanswered", subject=document.id, silent=len(gathered.unanswered))
    after = renew(before, archive.timestamper, gathered.evidence, now)
    level, found = _proven(post, archive, before, after)
    with post.storage.database.write() as connection:
        leases.name_signed_object(connection, lease, key_of(after))
    post.storage.objects.put(after)
    if archive.lock_days > 0 and post.storage.objects.lock(key_of(after), archive.lock_days) is None:
        log.warning("store_has_no_locks", object=key_of(after))
    _release(post, lease, document, after, level, found)


def _proven(post: Post, archive: Archive, before: bytes, after: bytes) -> tuple[str, SignatureHealth]:
    """Judge a renewed file before it is released; return its level and until when it holds.

    Raises:
        SigningRefused: it is not valid, or it holds no longer than the file before.
    """
    report = verify(after, archive.trust, post.clock())
    if report.verdict is not Verdict.VALID:
        raise SigningRefused(f"tệp vừa gia hạn không qua được kiểm tra: {report.sentence}")
    old, new = health(before, archive.trust), health(after, archive.trust)
    if old is None or new is None or new.weakens_at <= old.weakens_at:
        raise SigningRefused(
            "dấu thời gian mới không bền hơn dấu đang có",
            remedy="Hãy dùng máy chủ dấu thời gian có chứng thư mới hơn, thuật toán mạnh hơn.",
        )
    return report.signatures[0].level, new


def _release(post: Post, lease: Lease, document: Document, after: bytes, level: str, found: SignatureHealth) -> None:
    key, now = key_of(after), post.clock()
    event = Renewed(
        actor=post.actor, revision_key=key, replaces=document.sealed_key or "", level=level,
        weakens_at=found.weakens_at.isoformat(),
    )  # fmt: skip
    with post.storage.database.write() as connection:
        ordered = _ordered_meanwhile(connection, document.id)
        after_it = registry.record(connection, document.id, event, now, lease=lease, changes={"sealed_key": key})
        signature_health.note(connection, document.id, key, len(after), found, now)
        if ordered is not None:
            outbox.put(connection, document.id, ordered, after_it.version, now)


def _ordered_meanwhile(connection: sa.Connection, document_id: str) -> Lane | None:
    """Return the work that a person ordered during the renewal, which the renewal's own end would take away."""
    waiting = outbox.waits_for(connection, document_id)
    return None if waiting is Lane.TIMESTAMP else waiting
