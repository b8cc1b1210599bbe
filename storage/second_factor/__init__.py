"""The second factor of a person: one-time codes, passkeys, and codes on paper for the day when both are lost.

Whoever has one must give it after the password and again when signing asks for a proof; wrong codes are counted with
wrong passwords. The first factor brings :data:`RECOVERY_CODES` codes that are shown once. An administrator may take all
factors away from somebody who lost them (:func:`reset`); that ends the person's sessions.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotFound
from storage import guessing, people
from storage.tables import factors, recovery_codes, sessions

RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without letters and digits that look alike; 10 of 30 give 49 bits."""


class Kind(StrEnum):
    """What a person proves themselves with."""

    TOTP = "totp"
    """A code that changes every 30 seconds (RFC 6238)."""
    PASSKEY = "passkey"
    """A key pair in a device or a security key (WebAuthn level 2)."""


KIND_NAMES = {Kind.TOTP.value: "Ứng dụng tạo mã", Kind.PASSKEY.value: "Khóa truy cập (passkey)"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One of a person's second factors."""

    id: str
    kind: Kind
    name: str
    """As the person named it."""
    created_at: datetime
    used_at: datetime | None
    """None: not since it was added."""


def factors_of(connection: sa.Connection, person_id: str) -> Sequence[Factor]:
    """Return the factors that work, oldest first."""
    rows = connection.execute(
        sa.select(factors)
        .where(factors.c.person_id == person_id, factors.c.confirmed_at.is_not(None))
        .order_by(factors.c.created_at, factors.c.id)
    )
    return [Factor(row.id, Kind(row.kind), row.name, row.created_at, row.used_at) for row in rows]


def codes_left(connection: sa.Connection, person_id: str) -> int:
    """Count the recovery codes that were not used."""
    mine = recovery_codes.c.person_id == person_id, recovery_codes.c.used_at.is_(None)
    return connection.execute(sa.select(sa.func.count()).where(*mine)).scalar_one()


def give_recovery_codes(connection: sa.Connection, person_id: str) -> Sequence[str]:
    """Replace a person's recovery codes; the new ones are returned once and kept only as hashes."""
    given = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    connection.execute(recovery_codes.delete().where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": _hash(code)} for code in given]
    connection.execute(recovery_codes.insert(), rows)
    return [f"{code[:5]}-{code[5:]}" for code in given]


def use_recovery_code(connection: sa.Connection, person_id: str, typed: str, now: datetime) -> bool:
    """Use a recovery code up; tell whether it was one."""
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    used = connection.execute(
        recovery_codes.update()
        .where(
            recovery_codes.c.person_id == person_id,
            recovery_codes.c.code_hash == _hash(code),
            recovery_codes.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return used.rowcount == 1


def enter(connection: sa.Connection, person_id: str, kind: Kind, name: str, now: datetime, **values: Any) -> str:  # noqa: ANN401  # columns of many types
    """Enter a factor; return its id."""
    made = uuid.uuid4().hex
    shown = name.strip()[:100] or KIND_NAMES[kind.value]
    connection.execute(
        factors.insert().values(id=made, person_id=person_id, kind=kind.value, name=shown, created_at=now, **values)
    )
    return made


def first_codes(connection: sa.Connection, person_id: str) -> Sequence[str]:
    """Return recovery codes when a person's first factor has just been confirmed; else none."""
    return give_recovery_codes(connection, person_id) if len(factors_of(connection, person_id)) == 1 else ()


def remove(connection: sa.Connection, person_id: str, factor_id: str) -> None:
    """Take one factor of a person away; with the last one the recovery codes go.

    Raises:
        NotFound: the person has no such factor.
    """
    mine = factors.c.id == factor_id, factors.c.person_id == person_id
    if connection.execute(factors.delete().where(*mine)).rowcount == 0:
        raise NotFound("lớp xác thực này")
    if not people.has_factor(connection, person_id):
        connection.execute(recovery_codes.delete().where(recovery_codes.c.person_id == person_id))


def reset(connection: sa.Connection, person_id: str) -> None:
    """Take all factors of a person away, end their sessions and open the account again: an administrator's deed."""
    for each in (factors, recovery_codes, sessions):
        connection.execute(each.delete().where(each.c.person_id == person_id))
    guessing.reopen(connection, person_id)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
