"""The work of the ``seal`` lane: the signature that a person ordered is made, and waits for its timestamp.

The order of effects is what survives a kill at any instruction: the key is named in the registry before it is used, the
signature before it is stored, and the event that moves the document on comes last. A signature of an attempt that died
in between is found by its name and marked as discarded (:mod:`workers.sweep`). Nothing is released here: that is done
with the timestamp (:mod:`workers.timing`), which may take as long as the authority likes and needs no key.

Where the key lies on a token, the first turn lays ready what it has to sign, and the second takes its answer in
(:mod:`workers.by_token`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from digitize.errors import DocumentAtFault, Impossible, SigningRefused, SohoaError
from digitize.lifecycle import (
    CaptureKeyUsed,
    CapturePrepared,
    DataSealKeyUsed,
    Event,
    SealKeyUsed,
    SealPrepared,
    SigningFailed,
    State,
)
from digitize.model import Role, to_json
from digitize.sign.apply import sign_untimed
from digitize.sign.metadata import sign_metadata
from digitize.sign.order import SigningOrder
from digitize.sign.timing import UntimedSignature
from storage import leases, outbox, registry, token_signing
from storage.leases import Lease
from storage.objects import key_of
from storage.outbox import Lane
from storage.registry import NOTHING_MADE, Document
from storage.tables import captures, people, units
from workers.attempt import Post, attempt
from workers.by_token import SignedByToken, prepare_order, take_in
from workers.key_desk import KeyDesk

Given = TypeVar("Given", str, bytes)
"""What an order records: keys of objects, ids, signatures."""


@dataclass(frozen=True, slots=True)
class Desk(KeyDesk):
    """What a signature is made with."""

    copy_form: str
    """Code of the form of copy on the agency's signature."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A signature on its way into the registry."""

    event: Event
    changes: dict[str, Any]


def sign_document(post: Post, desk: Desk, document_id: str) -> None:
    """Make the signature that the document waits for."""
    attempt(post, Lane.SEAL, document_id, registry.find, partial(_sign, post, desk))


def _sign(post: Post, desk: Desk, lease: Lease, document: Document) -> None:
    make = {State.CAPTURE_ORDERED: _sign_capture, State.SEAL_ORDERED: _seal}.get(document.state, _seal_data)
    try:
        made = make(post, desk, lease, document)
    except (SigningRefused, DocumentAtFault) as refusal:
        give_back(post, lease, document, refusal)
        return
    now = post.clock()
    with post.storage.database.write() as connection:
        after = registry.record(connection, document.id, made.event, now, lease=lease, changes=made.changes)
        if isinstance(made.event, DataSealKeyUsed):
            outbox.put(connection, document.id, Lane.TIMESTAMP, after.version, now)


def _sign_capture(post: Post, desk: Desk, lease: Lease, document: Document) -> _Made:
    """Sign revision 1 with the key of the clerk who ordered it (TT 01/2023/TT-VPCP Art 8)."""
    with post.storage.database.read() as connection:
        name = connection.execute(
            sa.select(people.c.full_name).where(people.c.id == given(document.signer))
        ).scalar_one()
        scanned_at = connection.execute(
            sa.select(captures.c.received_at).where(
                captures.c.document_id == document.id, captures.c.number == document.record.capture
            )
        ).scalar_one()
    order = SigningOrder(Role.CLERK, name, scanned_at=scanned_at)
    base_key = given(document.archive_key)
    if document.making.waits_for_token:
        return _ask_token(post, desk, document, order, base_key, None)
    if document.making.answer_key is not None:
        untimed = _take_answer(post, lease, document).file
    else:
        untimed = _use_key(post, desk, lease, document, order, base_key)
    key = store_signed(post, lease, to_json(untimed))
    return _Made(CaptureKeyUsed(actor=post.actor, untimed_key=key), {"untimed_key": key})


def _seal(post: Post, desk: Desk, lease: Lease, document: Document) -> _Made:
    """Seal revision 2 with the key of the office, and the confirmed data beside it (NĐ 30/2020/NĐ-CP Art 25)."""
    key_id = given(document.signer)
    with post.storage.database.read() as connection:
        name = connection.execute(sa.select(units.c.name).where(units.c.id == key_id)).scalar_one()
    order = SigningOrder(Role.AGENCY, name, copy_form=desk.copy_form)
    base_key, metadata_key = given(document.capture_key), given(document.metadata_key)
    if document.making.waits_for_token:
        return _ask_token(post, desk, document, order, base_key, metadata_key)
    if document.making.answer_key is not None:
        answered = _take_answer(post, lease, document)
        untimed, signed_data = answered.file, given(answered.data)
    else:
        untimed = _use_key(post, desk, lease, document, order, base_key)
        signed_data = _sign_data(post, desk, key_id, metadata_key)
    key = store_signed(post, lease, to_json(untimed))
    data_key = post.storage.objects.put(signed_data)
    event = SealKeyUsed(actor=post.actor, untimed_key=key, untimed_data_key=data_key)
    return _Made(event, {"untimed_key": key, "untimed_data_key": data_key})


def _ask_token(
    post: Post, desk: Desk, document: Document, order: SigningOrder, base_key: str, metadata_key: str | None
) -> _Made:
    """Lay ready what the token of the order has to sign."""
    objects, making = post.storage.objects, document.making
    data = None if metadata_key is None else objects.get(metadata_key)
    desk.check_token(given(document.signer), order, making.token_certificates, post.clock())
    prepared = prepare_order(
        objects.get(base_key), data, order, making.token_certificates, post.clock(), making.place_bytes
    )
    key = objects.put(to_json(prepared))
    kind = CapturePrepared if document.state is State.CAPTURE_ORDERED else SealPrepared
    summary = asdict(replace(document.summary, problem=""))
    return _Made(
        kind(actor=post.actor, prepared_key=key),
        {"prepared_key": key, "prepared_until": prepared.expires_at, "summary": summary},
    )


def _take_answer(post: Post, lease: Lease, document: Document) -> SignedByToken:
    """Take in what the token gave, by the moment at which it answered, however late a worker comes to it."""
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, given(document.signer))
        answered_at = token_signing.answered_at(connection, document.id)
    making = document.making
    return take_in(post.storage.objects, given(making.prepared_key), given(making.answer_key), answered_at)


def _seal_data(post: Post, desk: Desk, lease: Lease, document: Document) -> _Made:
    """Sign data that were corrected after the seal; the sealed file stays as it is."""
    key_id = given(document.signer)
    desk.signer(key_id, post.clock())
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, key_id)
    key = store_signed(post, lease, _sign_data(post, desk, key_id, given(document.metadata_key)))
    return _Made(DataSealKeyUsed(actor=post.actor, untimed_data_key=key), {"untimed_data_key": key})


def _sign_data(post: Post, desk: Desk, key_id: str, metadata_key: str) -> bytes:
    """Sign the confirmed data in memory, without a timestamp yet."""
    now = post.clock()
    return sign_metadata(post.storage.objects.get(metadata_key), desk.signer(key_id, now), None, now)


def _use_key(
    post: Post, desk: Desk, lease: Lease, document: Document, order: SigningOrder, base_key: str
) -> UntimedSignature:
    """Sign in memory; nothing is stored yet. The key is the one that the order names."""
    base = post.storage.objects.get(base_key)
    key_id = given(document.signer)
    signer = desk.signer(key_id, post.clock())
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, key_id)
    return sign_untimed(base, order, signer, post.clock(), room=document.making.place_bytes)


def store_signed(post: Post, lease: Lease, signed: bytes) -> str:
    """Store what bears a signature, after its name was recorded; return its key."""
    with post.storage.database.write() as connection:
        leases.name_signed_object(connection, lease, key_of(signed))
    return post.storage.objects.put(signed)


def give_back(post: Post, lease: Lease, document: Document, refusal: SohoaError) -> None:
    """Put the document back where the order was given, with the reason."""
    event = SigningFailed(actor=post.actor, code=refusal.code(), message=refusal.message)
    changes = {"summary": asdict(replace(document.summary, problem=refusal.message)), "signer": None, **NOTHING_MADE}
    with post.storage.database.write() as connection:
        registry.record(connection, document.id, event, post.clock(), lease=lease, changes=changes)


def given(value: Given | None) -> Given:
    """Return what an order must have recorded.

    Raises:
        Impossible: it did not.
    """
    if value is None:
        raise Impossible("an order to sign was recorded without what it needs")
    return value
