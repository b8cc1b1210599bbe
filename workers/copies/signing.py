"""The ``seal`` lane for a copy: the number is given, the attestation is written, and the ordered signature is made.

The order of effects is what survives a kill at any instruction. The certifier's key is opened and looked at before a
number is given, so that a key that cannot sign costs none. The number is committed; the attested file is made once and
noted; authority and printed day are checked again in the transaction that names the key; then the key is used. Whoever
finds a copy in between goes on with the same number and the same file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from pyhanko.sign.signers.pdf_cms import Signer

from digitize.attest.certified import Attesting, certified
from digitize.attest.lifecycle import (
    AttestKeyUsed,
    AttestPrepared,
    CopyEvent,
    CopyState,
    SealKeyUsed,
    SealPrepared,
    SigningFailed,
)
from digitize.attest.lifecycle.record import hold_to_printed_day
from digitize.attest.numbering import Numbering
from digitize.attest.offline import PayloadKey
from digitize.errors import DocumentAtFault, Forbidden, Misconfigured, SignatureTooLarge, SigningRefused, SohoaError
from digitize.model import Role, to_json
from digitize.sign.apply import sign_untimed
from digitize.sign.eligibility import common_name, may_sign
from digitize.sign.order import SigningOrder
from digitize.sign.timing import UntimedSignature, signer_of
from storage import authorities, certifications, leases, qr_keys, register, token_signing
from storage.certifications import NOTHING_MADE, Copy
from storage.leases import Lease
from storage.outbox import Lane
from storage.tables import people, register_entries, units
from workers.attempt import Post, attempt
from workers.by_token import prepare_order, take_in
from workers.key_desk import KeyDesk
from workers.signing import given, store_signed


@dataclass(frozen=True, slots=True)
class CertifyingDesk(KeyDesk):
    """What a copy is attested and sealed with."""

    qr_key: PayloadKey | None
    """Signs the payload of the QR; None: the operator gave none, and nothing can be attested."""
    base_url: str
    """Of the public pages, without a slash at its end."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A signature on its way into the registry."""

    event: CopyEvent
    changes: dict[str, Any]


def sign_copy(post: Post, desk: CertifyingDesk, copy_id: str) -> None:
    """Make the signature that the copy waits for."""
    attempt(post, Lane.SEAL, copy_id, certifications.find, partial(_sign, post, desk))


def _sign(post: Post, desk: CertifyingDesk, lease: Lease, copy: Copy) -> None:
    make = _attest if copy.state is CopyState.ATTEST_ORDERED else _seal
    try:
        made = make(post, desk, lease, copy)
    except (SigningRefused, DocumentAtFault, Forbidden) as refusal:
        give_back(post, lease, copy, refusal)
        return
    with post.storage.database.write() as connection:
        certifications.record(connection, copy.id, made.event, post.clock(), lease=lease, changes=made.changes)


def _attest(post: Post, desk: CertifyingDesk, lease: Lease, copy: Copy) -> _Made:
    """Sign revision 1 with the certifier's key (NĐ 45/2020/NĐ-CP Art 10(3))."""
    if copy.answer_key is not None:
        _name_certifiers_key(post, lease, copy, _answered_at(post, copy))
        return _attested_by(post, lease, _answered(post, copy))
    certifier = given(copy.signer)
    order = SigningOrder(Role.CERTIFIER, _name_of(post, people, people.c.full_name, certifier))
    if copy.token_certificates:
        desk.check_token(certifier, order, copy.token_certificates, post.clock())
        base = _attested(post, desk, lease, copy, _number(post, desk, lease, copy))
        return _ask_token(post, copy, order, base, AttestPrepared)
    signer = desk.signer(certifier, post.clock())
    may_sign(signer.signing_cert, signer.prefer_pss, order.regime, post.clock())
    base = _attested(post, desk, lease, copy, _number(post, desk, lease, copy))
    return _attested_by(post, lease, _use_certifiers_key(post, lease, copy, order, signer, base))


def _attested_by(post: Post, lease: Lease, untimed: UntimedSignature) -> _Made:
    key = store_signed(post, lease, to_json(untimed))
    event = AttestKeyUsed(
        actor=post.actor, untimed_key=key, signer=common_name(signer_of(untimed.cms)), signed_at=untimed.signed_at
    )
    return _Made(event, {"untimed_key": key, "problem": ""})


def _number(post: Post, desk: CertifyingDesk, lease: Lease, copy: Copy) -> Numbering:
    """Take the number in a transaction of its own, and publish the key of the QR with it."""
    if desk.qr_key is None:
        raise Misconfigured("thiếu SOHOA_QR_KEY: chưa có khóa ký mã QR của bản sao chứng thực")
    now = post.clock()
    with post.storage.database.write() as connection:
        numbering = register.take_number(connection, copy.id, post.actor, now, lease=lease)
        qr_keys.publish(connection, desk.qr_key.published, now)
    return numbering


def _attested(post: Post, desk: CertifyingDesk, lease: Lease, copy: Copy, numbering: Numbering) -> bytes:
    """Return the file that is signed: the one that was made before, or made now and noted."""
    if copy.attested_key is not None:
        return post.storage.objects.get(copy.attested_key)
    if desk.qr_key is None:
        raise Misconfigured("thiếu SOHOA_QR_KEY: chưa có khóa ký mã QR của bản sao chứng thực")
    with post.storage.database.read() as connection:
        # As the register has it: the title under which the number was given.
        title = connection.execute(
            sa.select(register_entries.c.certifier_title).where(register_entries.c.copy_id == copy.id)
        ).scalar_one()
    issuer = _name_of(post, units, units.c.name, copy.unit_id)
    attesting = Attesting(numbering, title, issuer, copy.code, desk.base_url)
    made = certified(post.storage.objects.get(given(copy.archive_key)), attesting, desk.qr_key, post.clock())
    key = post.storage.objects.put(made)
    with post.storage.database.write() as connection:
        certifications.keep_attested(connection, copy.id, key, lease)
    return made


def _use_certifiers_key(
    post: Post, lease: Lease, copy: Copy, order: SigningOrder, signer: Signer, base: bytes
) -> UntimedSignature:
    """Sign in memory, with authority and printed day checked at the moment of signing."""
    now = post.clock()
    _name_certifiers_key(post, lease, copy, now)
    return sign_untimed(base, order, signer, now, room=copy.place_bytes)


def _name_certifiers_key(post: Post, lease: Lease, copy: Copy, now: datetime) -> None:
    """Name the key before it is used; a token's was used when its answer came."""
    certifier = given(copy.signer)
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, certifier)
        act = certifications.find_visit(connection, copy.certification_id).act
        authorities.require(connection, certifier, act, copy.unit_id, now)
        hold_to_printed_day(certifications.record_of(connection, copy.id), now.isoformat())


def _seal(post: Post, desk: CertifyingDesk, lease: Lease, copy: Copy) -> _Made:
    """Seal revision 2 with the key of the agency; the attestation says what form of copy it is."""
    office = given(copy.signer)
    order = SigningOrder(Role.AGENCY, _name_of(post, units, units.c.name, office), copy_form="")
    base = post.storage.objects.get(given(copy.signed_key))
    if copy.token_certificates and copy.answer_key is None:
        desk.check_token(office, order, copy.token_certificates, post.clock())
        return _ask_token(post, copy, order, base, SealPrepared)
    signer = None if copy.answer_key is not None else desk.signer(office, post.clock())
    with post.storage.database.write() as connection:
        leases.name_key(connection, lease, office)
    if signer is None:
        untimed = _answered(post, copy)
    else:
        untimed = sign_untimed(base, order, signer, post.clock(), room=copy.place_bytes)
    key = store_signed(post, lease, to_json(untimed))
    event = SealKeyUsed(
        actor=post.actor, untimed_key=key, signer=common_name(signer_of(untimed.cms)), signed_at=untimed.signed_at
    )
    return _Made(event, {"untimed_key": key, "problem": ""})


def _ask_token(
    post: Post, copy: Copy, order: SigningOrder, base: bytes, kind: type[AttestPrepared | SealPrepared]
) -> _Made:
    """Lay ready what the token of the order has to sign."""
    prepared = prepare_order(base, None, order, copy.token_certificates, post.clock(), copy.place_bytes)
    key = post.storage.objects.put(to_json(prepared))
    changes = {"prepared_key": key, "prepared_until": prepared.expires_at, "problem": ""}
    return _Made(kind(actor=post.actor, prepared_key=key), changes)


def _answered(post: Post, copy: Copy) -> UntimedSignature:
    """Take in what the token gave, by the moment at which it answered, however late a worker comes to it."""
    return take_in(
        post.storage.objects, given(copy.prepared_key), given(copy.answer_key), _answered_at(post, copy)
    ).file


def _answered_at(post: Post, copy: Copy) -> datetime:
    with post.storage.database.read() as connection:
        return token_signing.answered_at(connection, copy.id)


def give_back(post: Post, lease: Lease, copy: Copy, refusal: SohoaError) -> None:
    """Put the copy back where the order was given, with the reason; a number that was given stays with it."""
    event = SigningFailed(actor=post.actor, code=refusal.code(), message=refusal.message)
    room = 2 * refusal.needed_bytes if isinstance(refusal, SignatureTooLarge) else None
    changes = {**NOTHING_MADE, "place_bytes": room, "signer": None, "problem": refusal.message[:1000]}
    with post.storage.database.write() as connection:
        certifications.record(connection, copy.id, event, post.clock(), lease=lease, changes=changes)


def _name_of(post: Post, table: sa.Table, name: sa.ColumnElement[str], identity: str) -> str:
    with post.storage.database.read() as connection:
        return connection.execute(sa.select(name).where(table.c.id == identity)).scalar_one()
