"""Renewal of the archive: a new timestamp around each sealed document and copy before its proof fades.

A renewal is work like any other: it stands in the outbox, is done under a lease, and whoever finds it there goes on
with it. The new file begins with the old one, which is kept; nothing is released that our own verifier finds wanting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
import structlog
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.attest.lifecycle import CopyState
from digitize.attest.lifecycle import Renewed as CopyRenewed
from digitize.errors import DocumentAtFault, Misconfigured, ObjectDamaged, ObjectMissing, SigningRefused
from digitize.lifecycle import Actor, Renewed
from digitize.model import SignatureHealth, Verdict
from digitize.sign.renewal import health, renew
from digitize.sign.revocation_source import RevocationSource, gather
from digitize.sign.trust import TrustAnchors
from digitize.sign.verify import verify
from storage import certifications, leases, outbox, registry, signature_health, subjects
from storage.certifications import Copy
from storage.leases import Lease
from storage.objects import key_of
from storage.outbox import Lane
from storage.registry import Document
from storage.subjects import SubjectKind
from workers.attempt import Post

log = structlog.get_logger(__name__)

Released: TypeAlias = Document | Copy
"""What has a sealed file whose proof fades."""


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


def order_renewal(post: Post, subject: str) -> bool:
    """Enter a renewal as work; False when the document or copy waits for something else.

    The e-mail of an issued copy is nothing that a renewal waits for: the mail server may be away for months.
    """
    with post.storage.database.write() as connection:
        found, waiting = _find(connection, subject), outbox.lanes_of(connection, subject)
        mail = {Lane.DELIVER} if found.state is CopyState.ISSUED else set()
        if not _released(found) or waiting - mail - {Lane.TIMESTAMP}:
            return False
        if Lane.TIMESTAMP not in waiting:
            outbox.add(connection, subject, Lane.TIMESTAMP, found.record.version, post.clock())
    return True


def _find(connection: sa.Connection, subject: str) -> Released:
    if subjects.kind_of(connection, subject) is SubjectKind.COPY:
        return certifications.find(connection, subject)
    return registry.find(connection, subject)


def _released(found: Released) -> bool:
    return found.state in (CopyRenewed.sources if isinstance(found, Copy) else Renewed.sources)


def examine(post: Post, archive: Archive, limit: int) -> int:
    """Enter what is released and was never examined into the calendar; return how many files were looked at."""
    with post.storage.database.read() as connection:
        waiting = signature_health.unexamined(connection, limit)
    for subject, key in waiting:
        try:
            pdf = post.storage.objects.get(key)
            found = health(pdf, archive.trust)
        except (ObjectMissing, ObjectDamaged, DocumentAtFault) as fault:
            log.warning("not_examined", subject=subject, code=fault.code())
            continue
        if found is None:
            continue
        with post.storage.database.write() as connection:
            signature_health.note(connection, subject, key, len(pdf), found, post.clock())
    return len(waiting)


def renew_under(post: Post, archive: Archive, lease: Lease, released: Released) -> None:
    """Renew, or give the work up: what is refused today is refused in a minute too, and each try costs a timestamp."""
    try:
        _renew_now(post, archive, lease, released)
    except (SigningRefused, DocumentAtFault) as refusal:
        log.warning("not_renewed", subject=released.id, code=refusal.code())
        with post.storage.database.write() as connection:
            leases.fail(connection, lease, refusal, post.clock())
            outbox.drop(connection, released.id, Lane.TIMESTAMP)


def _renew_now(post: Post, archive: Archive, lease: Lease, released: Released) -> None:
    if archive.timestamper is None:
        raise Misconfigured("chưa đặt SOHOA_TSA_URL nên không gia hạn được dấu thời gian")
    if released.sealed_key is None:
        raise SigningRefused("chưa có tệp đã đóng dấu")
    before = post.storage.objects.get(released.sealed_key)
    now = post.clock()
    gathered = gather(before, archive.trust, archive.revocation, now)
    if gathered.unanswered:
        log.warning("revocation_unanswered", subject=released.id, silent=len(gathered.unanswered))
    after = renew(before, archive.timestamper, gathered.evidence, now)
    level, found = _proven(post, archive, before, after)
    with post.storage.database.write() as connection:
        leases.name_signed_object(connection, lease, key_of(after))
    post.storage.objects.put(after)
    if archive.lock_days > 0 and post.storage.objects.lock(key_of(after), archive.lock_days) is None:
        log.warning("store_has_no_locks", object=key_of(after))
    _release(post, lease, released, after, level, found)


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


def _release(post: Post, lease: Lease, released: Released, after: bytes, level: str, found: SignatureHealth) -> None:
    key, now = key_of(after), post.clock()
    told = {
        "revision_key": key, "replaces": released.sealed_key or "", "level": level,
        "weakens_at": found.weakens_at.isoformat(),
    }  # fmt: skip
    with post.storage.database.write() as connection:
        _record(connection, lease, released, told, post.actor, now)
        signature_health.keep_renewed(connection, released.id, key, level, now)
        signature_health.note(connection, released.id, key, len(after), found, now)


def _record(
    connection: sa.Connection, lease: Lease, released: Released, told: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Record the event of the subject's kind."""
    changes = {"sealed_key": told["revision_key"]}
    if isinstance(released, Copy):
        event = CopyRenewed(actor=actor, **told)
        certifications.record(connection, released.id, event, now, lease=lease, changes=changes)
        return
    renewed = Renewed(actor=actor, **told)
    registry.record(connection, released.id, renewed, now, lease=lease, changes=changes)
