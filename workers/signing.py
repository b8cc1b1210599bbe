"""The work of the ``seal`` lane: the signature that a person ordered is made, checked, and only then released.

The order of effects is what survives a kill at any instruction: the key is named in the registry before it is used, the
signed file before it is stored, and the event that releases it comes last. A file of an attempt that died in between is
found by its name and marked as discarded (:mod:`workers.sweep`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import DocumentAtFault, Impossible, SigningRefused, SohoaError
from digitize.lifecycle import CaptureSigned, DataSealed, Event, Sealed, SigningFailed, State
from digitize.model import Role, SignatureReport, Verdict
from digitize.sign.apply import sign
from digitize.sign.metadata import check_metadata, sign_metadata
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.trust import TrustAnchors
from digitize.sign.verify import self_check
from storage import leases, registry
from storage.leases import Lease
from storage.objects import key_of
from storage.outbox import Lane
from storage.registry import Document
from storage.tables import captures, people, revisions, units
from workers.attempt import Post, attempt
from workers.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Desk:
    """What a signature is made with."""

    keyring: Keyring
    timestamper: TimeStamper | None
    """None: signatures of level B-B."""
    trust: TrustAnchors
    """What our own verifier believes in before a signature is released."""
    copy_form: str
    """Code of the form of copy on the agency's signature."""


@dataclass(frozen=True, slots=True)
class _Release:
    """A finished signature on its way into the registry."""

    event: Event
    changes: dict[str, Any]
    revision: SignedRevision | None = None
    """None: the signature stands beside the file, not in it."""
    number: int = 0
    """1 for the clerk's, 2 for the agency's."""


def sign_document(post: Post, desk: Desk, document_id: str) -> None:
    """Make the signature that the document waits for."""
    attempt(post, Lane.SEAL, document_id, partial(_sign, post, desk))


def _sign(post: Post, desk: Desk, lease: Lease, document: Document) -> None:
    make = {State.CAPTURE_ORDERED: _sign_capture, State.SEAL_ORDERED: _seal}.get(document.state, _seal_data)
    try:
        release = make(post, desk, lease, document)
    except (SigningRefused, DocumentAtFault) as refusal:
        _give_back(post, lease, document, refusal)
    else:
        _commit(post, lease, document, release)


def _sign_capture(post: Post, desk: Desk, lease: Lease, document: Document) -> _Release:
    """Sign revision 1 with the key of the clerk who ordered it (TT 01/2023/TT-VPCP Art 8)."""
    key_id = _given(document.signer)
    with post.storage.database.read() as connection:
        name = connection.execute(sa.select(people.c.full_name).where(people.c.id == key_id)).scalar_one()
        scanned_at = connection.execute(
            sa.select(captures.c.received_at).where(
                captures.c.document_id == document.id, captures.c.number == document.record.capture
            )
        ).scalar_one()
    order = SigningOrder(Role.CLERK, name, scanned_at=scanned_at)
    revision = _make(post, desk, lease, key_id, order, _given(document.archive_key))
    _store(post, lease, revision.pdf)
    event = CaptureSigned(
        actor=post.actor, revision_key=revision.sha256, signer=revision.signer, signed_at=revision.signed_at,
        level=revision.level,
    )  # fmt: skip
    return _Release(event, {"capture_key": revision.sha256}, revision, 1)


def _seal(post: Post, desk: Desk, lease: Lease, document: Document) -> _Release:
    """Seal revision 2 with the key of the office, and the confirmed data beside it (NĐ 30/2020/NĐ-CP Art 25)."""
    key_id = _given(document.signer)
    with post.storage.database.read() as connection:
        name = connection.execute(sa.select(units.c.name).where(units.c.id == key_id)).scalar_one()
    order = SigningOrder(Role.AGENCY, name, copy_form=desk.copy_form)
    revision = _make(post, desk, lease, key_id, order, _given(document.capture_key))
    detached, _ = _sign_data(post, desk, key_id, _given(document.metadata_key))
    _store(post, lease, revision.pdf)
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
    return _Release(event, changes, revision, 2)


def _seal_data(post: Post, desk: Desk, lease: Lease, document: Document) -> _Release:
    """Sign data that were corrected after the seal; the sealed file stays as it is."""
    key_id, metadata_key = _given(document.signer), _given(document.metadata_key)
    desk.keyring.signer(key_id)
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, key_id)
    detached, report = _sign_data(post, desk, key_id, metadata_key)
    _store(post, lease, detached)
    signature_key = key_of(detached)
    event = DataSealed(
        actor=post.actor, metadata_key=metadata_key, metadata_signature_key=signature_key, signer=report.signer,
        signed_at=_given(report.signed_at), level=report.level,
    )  # fmt: skip
    return _Release(event, {"metadata_signature_key": signature_key})


def _sign_data(post: Post, desk: Desk, key_id: str, metadata_key: str) -> tuple[bytes, SignatureReport]:
    """Sign the confirmed data in memory and prove the result; nothing is stored yet.

    Raises:
        SigningRefused: our own verifier does not find the signature valid.
    """
    metadata = post.storage.objects.get(metadata_key)
    detached = sign_metadata(metadata, desk.keyring.signer(key_id), desk.timestamper, post.clock())
    report = check_metadata(metadata, detached, desk.trust, post.clock())
    if report.verdict is not Verdict.VALID:
        raise SigningRefused("chữ ký trên dữ liệu vừa tạo không qua được kiểm tra")
    return detached, report


def _make(post: Post, desk: Desk, lease: Lease, key_id: str, order: SigningOrder, base_key: str) -> SignedRevision:
    """Sign in memory and prove the result; nothing is stored yet."""
    base = post.storage.objects.get(base_key)
    signer = desk.keyring.signer(key_id)
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, key_id)
    revision = sign(base, order, signer, desk.timestamper, post.clock())
    # By the clock after signing: a timestamp authority may have taken its time.
    self_check(revision.pdf, order.role, desk.trust, post.clock())
    return revision


def _store(post: Post, lease: Lease, signed: bytes) -> None:
    with post.storage.database.write() as connection:
        leases.name_signed_object(connection, lease, key_of(signed))
    post.storage.objects.put(signed)


def _commit(post: Post, lease: Lease, document: Document, release: _Release) -> None:
    summary = asdict(replace(document.summary, problem=""))
    with post.storage.database.write() as connection:
        registry.record(
            connection, document.id, release.event, post.clock(), lease=lease,
            changes={**release.changes, "summary": summary},
        )  # fmt: skip
        if release.revision is not None:
            _keep(connection, document, release.revision, release.number)


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
            verdict=Verdict.VALID.value,  # _make released nothing else
        )
    )


def _give_back(post: Post, lease: Lease, document: Document, refusal: SohoaError) -> None:
    """Put the document back where the order was given, with the reason."""
    event = SigningFailed(actor=post.actor, code=refusal.code(), message=refusal.message)
    summary = asdict(replace(document.summary, problem=refusal.message))
    with post.storage.database.write() as connection:
        registry.record(
            connection, document.id, event, post.clock(), lease=lease, changes={"summary": summary, "signer": None}
        )


def _given(value: str | None) -> str:
    if value is None:
        raise Impossible("an order to sign was recorded without what it needs")
    return value
