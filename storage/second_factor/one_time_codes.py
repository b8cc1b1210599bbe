"""One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds).

The shared secret is derived from the service's own (HKDF-SHA256, RFC 5869) with the factor's id as context, as the keys
of webhooks are; so neither the database nor a backup of it lets anybody make codes.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from digitize.errors import InvalidInput
from storage import guessing, people, second_factor
from storage.second_factor import Kind
from storage.settings import Settings
from storage.tables import factors
from storage.webhooks.keys import open_keys

ISSUER = "So hoa TTHC"
_SALT = b"sohoa one-time codes 1"
_STEP_S = 30
_DRIFT = 1
"""Codes of so many steps before and after are taken, for clocks that are wrong (RFC 6238 §5.2)."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs to make codes; shown once."""

    factor_id: str
    secret: str
    """Base32, to be typed where no camera is."""
    address: str
    """``otpauth://``, for the QR."""


def begin(connection: sa.Connection, settings: Settings, person: people.Person, now: datetime) -> Enrolment:
    """Begin to enrol an app; it does not count before :func:`confirm`. What was begun before is forgotten."""
    begun = factors.c.person_id == person.id, factors.c.kind == Kind.TOTP.value, factors.c.confirmed_at.is_(None)
    connection.execute(factors.delete().where(*begun))
    factor_id = second_factor.enter(connection, person.id, Kind.TOTP, "", now)
    return enrolment(settings, person, factor_id)


def enrolment(settings: Settings, person: people.Person, factor_id: str) -> Enrolment:
    """Return again what an app needs to make codes."""
    secret = _secrets(settings, factor_id)[0]
    return Enrolment(factor_id, secret, pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=ISSUER))


def confirm(
    connection: sa.Connection, settings: Settings, person_id: str, factor_id: str, code: str, now: datetime
) -> Sequence[str]:
    """Let an enrolled app count, since it makes right codes; return recovery codes with a person's first factor.

    Raises:
        InvalidInput: the code is wrong, or nothing was begun.
    """
    row = connection.execute(
        sa.select(factors).where(
            factors.c.id == factor_id, factors.c.person_id == person_id, factors.c.confirmed_at.is_(None)
        )
    ).one_or_none()
    step = None if row is None else _step_of(settings, factor_id, code, now)
    if step is None:
        raise InvalidInput(
            "mã chưa đúng", remedy="Hãy kiểm tra giờ trên điện thoại rồi gõ mã 6 chữ số đang hiện trong ứng dụng."
        )
    connection.execute(
        factors.update().where(factors.c.id == factor_id).values(confirmed_at=now, used_at=now, last_step=step)
    )
    return second_factor.first_codes(connection, person_id)


def take(connection: sa.Connection, settings: Settings, person_id: str, typed: str, now: datetime) -> None:
    """Take a one-time code, or use a recovery code up.

    Raises:
        NotIdentified: it is neither, it was taken before, or the account is closed; the failure is counted.
    """
    right = _taken(connection, settings, person_id, typed, now) or second_factor.use_recovery_code(
        connection, person_id, typed, now
    )
    guessing.count_answer(connection, person_id, now, right=right)


def _taken(connection: sa.Connection, settings: Settings, person_id: str, typed: str, now: datetime) -> bool:
    rows = connection.execute(
        sa.select(factors)
        .where(factors.c.person_id == person_id, factors.c.kind == Kind.TOTP.value, factors.c.confirmed_at.is_not(None))
        .with_for_update()
    ).all()
    for row in rows:
        step = _step_of(settings, row.id, typed, now)
        if step is not None and step > (row.last_step or 0):
            connection.execute(factors.update().where(factors.c.id == row.id).values(used_at=now, last_step=step))
            return True
    return False


def _step_of(settings: Settings, factor_id: str, typed: str, now: datetime) -> int | None:
    """Return the step whose code was typed; None when it is of none near now."""
    code = "".join(typed.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    present = int(now.timestamp()) // _STEP_S
    for secret in _secrets(settings, factor_id):
        totp = pyotp.TOTP(secret, interval=_STEP_S)
        for step in range(present - _DRIFT, present + _DRIFT + 1):
            if pyotp.utils.strings_equal(totp.generate_otp(step), code):
                return step
    return None


def _secrets(settings: Settings, factor_id: str) -> Sequence[str]:
    """Return the secrets of a factor, one for each of the service's, newest first."""
    return [
        base64.b32encode(HKDF(SHA256(), 20, _SALT, factor_id.encode()).derive(each)).decode()
        for each in open_keys(settings).secrets
    ]
