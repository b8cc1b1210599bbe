"""Passkeys (WebAuthn level 2): the browser proves that it holds a key which never leaves the device.

The device itself asks for a finger, a face or a PIN, so that a passkey alone proves as much as password and code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from digitize.errors import InvalidInput, NotIdentified
from storage import guessing, second_factor
from storage.logins import token_hash
from storage.people import Person
from storage.second_factor import Kind
from storage.tables import factors, sessions

NAME = "Số hóa kết quả TTHC"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the browser stands; a passkey works nowhere else."""

    name: str
    """Host without a port: the relying party's id."""
    origin: str
    """Scheme, host and port, as browsers write it."""


def ask_to_make(connection: sa.Connection, token: str, person: Person, place: Place) -> str:
    """Return what the browser needs to make a passkey, as JSON; its challenge is kept with the session."""
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name=NAME,
        user_id=person.id.encode(),
        user_name=person.username,
        user_display_name=person.full_name,
        exclude_credentials=_descriptors(connection, person.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _keep(connection, token, options.challenge)
    return options_to_json(options)


def enter(
    connection: sa.Connection, token: str, person: Person, credential: str, place: Place, now: datetime, name: str = ""
) -> Sequence[str]:
    """Enter the passkey that a browser made; return recovery codes with a person's first factor.

    Raises:
        InvalidInput: it was not made for this question, this place, or not rightly.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=credential, expected_challenge=_asked(connection, token), expected_rp_id=place.name,
            expected_origin=place.origin, require_user_verification=True,
        )  # fmt: skip
        with connection.begin_nested():
            second_factor.enter(
                connection, person.id, Kind.PASSKEY, name, now, confirmed_at=now, sign_count=made.sign_count,
                credential_id=bytes_to_base64url(made.credential_id), public_key=made.credential_public_key,
            )  # fmt: skip
    except (WebAuthnException, ValueError, sa.exc.IntegrityError) as error:
        raise InvalidInput("không thêm được khóa truy cập này", remedy="Hãy tải lại trang rồi thử lại.") from error
    return second_factor.first_codes(connection, person.id)


def ask_to_prove(connection: sa.Connection, token: str, person_id: str, place: Place) -> str:
    """Return what the browser needs to prove that it holds a passkey, as JSON; empty when the person has none."""
    held = _descriptors(connection, person_id)
    if not held:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=place.name, allow_credentials=held, user_verification=UserVerificationRequirement.REQUIRED
    )
    _keep(connection, token, options.challenge)
    return options_to_json(options)


def take(connection: sa.Connection, token: str, person_id: str, credential: str, place: Place, now: datetime) -> None:
    """Take a browser's proof that it holds a passkey of a person.

    Raises:
        NotIdentified: it is none, it answers another question, or the account is closed; the failure is counted.
    """
    right = _proved(connection, token, person_id, credential, place, now)
    guessing.count_answer(connection, person_id, now, right=right)


def _proved(
    connection: sa.Connection, token: str, person_id: str, credential: str, place: Place, now: datetime
) -> bool:
    try:
        told = webauthn.helpers.parse_authentication_credential_json(credential)
        row = connection.execute(
            sa.select(factors)
            .where(factors.c.person_id == person_id, factors.c.credential_id == bytes_to_base64url(told.raw_id))
            .with_for_update()
        ).one_or_none()
        if row is None:
            return False
        proof = webauthn.verify_authentication_response(
            credential=told, expected_challenge=_asked(connection, token), expected_rp_id=place.name,
            expected_origin=place.origin, credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, NotIdentified, ValueError):
        return False
    changed = factors.update().where(factors.c.id == row.id)
    connection.execute(changed.values(sign_count=proof.new_sign_count, used_at=now))
    return True


def _descriptors(connection: sa.Connection, person_id: str) -> list[PublicKeyCredentialDescriptor]:
    held = connection.execute(
        sa.select(factors.c.credential_id).where(factors.c.person_id == person_id, factors.c.kind == Kind.PASSKEY.value)
    ).scalars()
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in held]


def _keep(connection: sa.Connection, token: str, challenge: bytes) -> None:
    mine = sessions.c.token_hash == token_hash(token)
    connection.execute(sessions.update().where(mine).values(challenge=bytes_to_base64url(challenge)))


def _asked(connection: sa.Connection, token: str) -> bytes:
    """Return the session's question, which is used up whatever comes of it."""
    mine = sessions.c.token_hash == token_hash(token)
    asked = connection.execute(sa.select(sessions.c.challenge).where(mine)).scalar_one_or_none()
    if asked is None:
        raise NotIdentified
    connection.execute(sessions.update().where(mine).values(challenge=None))
    return base64url_to_bytes(asked)
