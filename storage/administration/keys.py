"""Signing keys that administrators bar and allow again, and how that is taken back."""

from __future__ import annotations

import sqlalchemy as sa

from digitize.errors import NotFound
from storage import changes, signing_keys
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.signing_keys import SigningKey, Where


def bar(connection: sa.Connection, key: SigningKey, deed: Deed) -> SigningKey:
    """Let a key's certificate sign nothing more, wherever the key lies; what it signed stays.

    Raises:
        Conflict: it is barred already, or nobody knows its certificate yet.
    """
    return _record(connection, "barred", key, signing_keys.bar(connection, key, deed.at), deed)


def allow(connection: sa.Connection, key: SigningKey, deed: Deed) -> SigningKey:
    """Let a key's certificate sign again.

    Raises:
        Conflict: it is not barred.
    """
    return _record(connection, "allowed", key, signing_keys.allow(connection, key), deed)


def _record(connection: sa.Connection, name: str, before: SigningKey, after: SigningKey, deed: Deed) -> SigningKey:
    changes.record(connection, subject(after), name, _state(before), _state(after), deed)
    return after


def subject(key: SigningKey) -> Subject:
    """Return a key as the journal names it."""
    label = f"{key.person or key.unit_name} ({key.unit_code})"
    return Subject(Kind.KEY, f"{key.told.place.value}:{key.told.holder}", label, key.unit_id)


def _state(key: SigningKey) -> State:
    certificate = key.told.certificate
    serial = None if certificate is None else certificate.serial
    return {"serial": serial, "barred": key.barred_at is not None}


def _find(connection: sa.Connection, subject_id: str) -> SigningKey:
    place, _, holder = subject_id.partition(":")
    return signing_keys.find(connection, holder, Where(place))


def _present(connection: sa.Connection, subject_id: str) -> State | None:
    try:
        return _state(_find(connection, subject_id))
    except NotFound:
        return None


def _allow_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    allow(connection, _find(connection, change.subject.id), deed)


def _bar_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    bar(connection, _find(connection, change.subject.id), deed)


REVERSALS: Reversals = {
    (Kind.KEY, "barred"): Reversal(_present, _allow_again),
    (Kind.KEY, "allowed"): Reversal(_present, _bar_again),
}
