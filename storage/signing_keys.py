"""The signing keys that the service knows: told by the sealing worker, which alone opens them; read by everybody else.

Only what stands in certificates is kept, no key and no PIN. A certificate that an administrator barred signs nothing
more, wherever its key lies; what it signed before stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.errors import Conflict, NotFound
from digitize.vietnamese import bare
from storage.registry import EVERYTHING, Scope
from storage.tables import barred_certificates, people, signing_keys, unit_names, units

SOON = timedelta(days=30)
"""So long before its end a certificate is called to be renewed, as ``sohoa doctor`` does."""


_WRITTEN = frozenset({"subject", "issuer", "serial", "fingerprint", "valid_from", "valid_to", "development"})
"""Columns that come out of a certificate."""


class Where(StrEnum):
    """Where a key lies."""

    KEYRING = "keyring"
    """At the sealing worker: its keyring names it."""
    HOLDER = "holder"
    """At the holder's own machine; it shows its certificate when it signs."""


class Adapter(StrEnum):
    """How a key is used."""

    PKCS12 = "pkcs12"
    PKCS11 = "pkcs11"
    CSC = "csc"
    AGENT = "agent"
    """By the program at the holder's machine."""


class Standing(StrEnum):
    """Whether a key may sign."""

    USABLE = "usable"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WRONG = "wrong"
    """It cannot be opened, or its certificate is not one that may sign."""
    BARRED = "barred"
    UNOPENED = "unopened"
    """The keyring names it, and nobody has used it yet."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says."""

    subject: str
    issuer: str
    serial: str
    """Hexadecimal."""
    fingerprint: str
    """SHA-256 of its DER, lower-case hex."""
    valid_from: datetime
    valid_to: datetime
    development: bool
    """It says of itself that its signatures have no legal value."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the sealing worker tells of a key."""

    holder: str
    """Id of a person or a unit."""
    place: Where
    adapter: Adapter
    certificate: Certificate | None
    """None: it was not opened, or could not be."""
    fault: str = ""
    """Why it may not sign, Vietnamese; empty: it may."""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key as administrators see it."""

    told: Told
    seen_at: datetime
    """When the sealing worker last told of it."""
    barred_at: datetime | None
    person: str
    """Full name of the holder; empty: it is a unit."""
    username: str
    unit_id: str
    """The holder, or the holder's unit."""
    unit_code: str
    unit_name: str

    def standing(self, now: datetime) -> Standing:
        """Tell whether it may sign."""
        certificate = self.told.certificate
        if self.barred_at is not None:
            return Standing.BARRED
        if certificate is not None and certificate.valid_to <= now:
            return Standing.EXPIRED
        if self.told.fault:
            return Standing.WRONG
        if certificate is None:
            return Standing.UNOPENED
        return Standing.EXPIRING if certificate.valid_to <= now + SOON else Standing.USABLE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    unit_code: str
    holder: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of keys, by unit."""

    keys: tuple[SigningKey, ...]
    following: Place | None
    """None: there are no more."""


def tell(connection: sa.Connection, told: Told, now: datetime) -> None:
    """Write down what is known of a key; what was known before goes, but for a certificate that is only unreachable.

    Args:
        connection: a writing transaction.
        told: of the key.
        now: when.
    """
    row = _row(told) | {"seen_at": now}
    changed = {name: value for name, value in row.items() if told.certificate is not None or name not in _WRITTEN}
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    key = [signing_keys.c.holder_id, signing_keys.c.place]
    connection.execute(insert(signing_keys).values(row).on_conflict_do_update(index_elements=key, set_=changed))


def enter(connection: sa.Connection, adapters: Mapping[str, Adapter], now: datetime) -> None:
    """Write down which keys a keyring names; of those that are known nothing changes.

    Args:
        connection: a writing transaction.
        adapters: by id of the holder.
        now: when.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [_row(Told(holder, Where.KEYRING, how, None)) | {"seen_at": now} for holder, how in adapters.items()]
    if rows:
        connection.execute(insert(signing_keys).on_conflict_do_nothing(), rows)


def search(
    connection: sa.Connection, scope: Scope, *, named: str = "", after: Place | None = None, limit: int = 50
) -> Found:
    """Return the keys of the units of a scope and of the people in them, a page at a time; one statement.

    Args:
        connection: a reading transaction.
        scope: the caller's units.
        named: only those whose unit's code begins so, or whose person or unit has this in its name, marks or not.
        after: where the page before ended.
        limit: length of the page.
    """
    query = _query(scope)
    if key := bare(named):
        borne = unit_names.c.unit_id == units.c.id, unit_names.c.folded.contains(key, autoescape=True)
        holder = sa.or_(people.c.folded.contains(key, autoescape=True), people.c.username == named.strip())
        code = units.c.code.startswith(named.strip(), autoescape=True)
        query = query.where(sa.or_(holder, code, sa.exists().where(*borne)))
    order = (units.c.code, signing_keys.c.holder_id, signing_keys.c.place)
    if after is not None:
        place = after.unit_code, after.holder, after.place
        query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, place)))
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    found = tuple(_key(row) for row in rows[:limit])
    last = found[-1] if len(rows) > limit else None
    following = None if last is None else Place(last.unit_code, last.told.holder, last.told.place)
    return Found(found, following)


def find(connection: sa.Connection, holder: str, place: Where, scope: Scope = EVERYTHING) -> SigningKey:
    """Return one key.

    Raises:
        NotFound: there is none within the scope.
    """
    query = _query(scope).where(signing_keys.c.holder_id == holder, signing_keys.c.place == place.value)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("khóa ký này")
    return _key(row)


def users(connection: sa.Connection, key: SigningKey) -> Sequence[str]:
    """Return the names of those who may have a key used: its person, or the văn thư of its unit (NĐ 30/2020 Art 32)."""
    if key.person:
        return (key.person,)
    mine = people.c.unit_id == key.unit_id, people.c.office == "officer", people.c.active
    return connection.execute(sa.select(people.c.full_name).where(*mine).order_by(people.c.full_name)).scalars().all()


def is_barred(connection: sa.Connection, fingerprint: str) -> bool:
    """Tell whether a certificate may sign nothing more."""
    asked = sa.select(sa.exists().where(barred_certificates.c.fingerprint == fingerprint))
    return connection.execute(asked).scalar_one()


def bar(connection: sa.Connection, key: SigningKey, now: datetime) -> SigningKey:
    """Let a key's certificate sign nothing more.

    Raises:
        Conflict: it is barred already, or nobody knows its certificate yet.
    """
    certificate = key.told.certificate
    if certificate is None:
        raise Conflict("chưa biết chứng thư của khóa này nên chưa ngừng dùng được", remedy="")
    if key.barred_at is not None:
        raise Conflict("khóa này đã ngừng dùng", remedy="")
    connection.execute(
        barred_certificates.insert().values(
            fingerprint=certificate.fingerprint, holder_id=key.told.holder, barred_at=now
        )
    )
    return replace(key, barred_at=now)


def allow(connection: sa.Connection, key: SigningKey) -> SigningKey:
    """Let a key's certificate sign again.

    Raises:
        Conflict: it is not barred.
    """
    if key.told.certificate is None or key.barred_at is None:
        raise Conflict("khóa này không bị ngừng dùng", remedy="")
    mine = barred_certificates.c.fingerprint == key.told.certificate.fingerprint
    connection.execute(barred_certificates.delete().where(mine))
    return replace(key, barred_at=None)


def _query(scope: Scope) -> sa.Select[Any]:
    holds = units.c.id == sa.func.coalesce(people.c.unit_id, signing_keys.c.holder_id)
    return (
        sa.select(
            signing_keys, barred_certificates.c.barred_at, people.c.full_name, people.c.username,
            units.c.id.label("unit_id"), units.c.code.label("unit_code"), units.c.name.label("unit_name"),
        )
        .outerjoin(people, people.c.id == signing_keys.c.holder_id)
        .join(units, holds)
        .outerjoin(barred_certificates, barred_certificates.c.fingerprint == signing_keys.c.fingerprint)
        .where(units.c.path.startswith(scope.path, autoescape=True))
    )  # fmt: skip


def _row(told: Told) -> dict[str, Any]:
    certificate = told.certificate
    return {
        "holder_id": told.holder, "place": told.place.value, "adapter": told.adapter.value,
        "fault": told.fault[:500], "advice": told.advice[:500],
        "subject": "" if certificate is None else certificate.subject[:300],
        "issuer": "" if certificate is None else certificate.issuer[:300],
        "serial": "" if certificate is None else certificate.serial[:80],
        "fingerprint": None if certificate is None else certificate.fingerprint,
        "valid_from": None if certificate is None else certificate.valid_from,
        "valid_to": None if certificate is None else certificate.valid_to,
        "development": certificate is not None and certificate.development,
    }  # fmt: skip


def _key(row: sa.Row[Any]) -> SigningKey:
    certificate = (
        None
        if row.fingerprint is None
        else Certificate(
            row.subject, row.issuer, row.serial, row.fingerprint, row.valid_from, row.valid_to, row.development
        )
    )
    told = Told(row.holder_id, Where(row.place), Adapter(row.adapter), certificate, row.fault, row.advice)
    return SigningKey(
        told, row.seen_at, row.barred_at, row.full_name or "", row.username or "", row.unit_id, row.unit_code,
        row.unit_name,
    )  # fmt: skip
