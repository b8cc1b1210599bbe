"""Changes of client systems by administrators, and how they are taken back; no secret is ever written down."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from storage import changes, clients, systems
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.clients import Client, Limits
from storage.registry import EVERYTHING
from storage.systems import System
from storage.units import Unit


def enter(
    connection: sa.Connection,
    deed: Deed,
    *,
    name: str,
    unit: Unit,
    scopes: Collection[str],
    limits: Limits,
    certificate: str | None,
) -> tuple[Client, str]:
    """Enter a system; return it and its secret, which is shown this once.

    Raises:
        InvalidInput: name, scopes, limits or certificate cannot be used.
    """
    client, secret = clients.add_client(
        connection, name=name, unit_id=unit.id, scopes=scopes, limits=limits, certificate=certificate
    )
    entered = systems.find(connection, client.id, EVERYTHING)
    changes.record(connection, _subject(entered), "entered", None, state(connection, client.id), deed)
    return client, secret


def rotate(connection: sa.Connection, system: System, deed: Deed) -> str:
    """Give a system another secret, shown this once; the old one is worth nothing from now on."""
    secret = clients.rotate(connection, system.client.id)
    before, after = ({"secret_number": system.secret_number + more} for more in (0, 1))
    changes.record(connection, _subject(system), "rotated", before, after, deed)
    return secret


def limit(connection: sa.Connection, system: System, limits: Limits, deed: Deed) -> None:
    """Let a system ask so often from now on.

    Raises:
        InvalidInput: a limit is none.
    """
    clients.limit(connection, system.client.id, limits)
    before, after = changes.differing(_limits(system.client.limits), _limits(limits))
    if after:
        changes.record(connection, _subject(system), "limits_changed", before, after, deed)


def revoke(connection: sa.Connection, system: System, deed: Deed) -> None:
    """Let a system in no more."""
    clients.revoke(connection, system.client.id)
    changes.record(connection, _subject(system), "revoked", {"active": True}, {"active": False}, deed)


def readmit(connection: sa.Connection, system: System, deed: Deed) -> None:
    """Let a system in again, with the secret that it had."""
    clients.readmit(connection, system.client.id)
    changes.record(connection, _subject(system), "readmitted", {"active": False}, {"active": True}, deed)


def state(connection: sa.Connection, client_id: str) -> State:
    """Return what is so of a system, without its secret."""
    system = systems.find(connection, client_id, EVERYTHING)
    return {
        "name": system.client.name, "unit": system.unit_code, "scopes": sorted(system.client.scopes),
        "active": system.active, "certificate": system.certificate, "secret_number": system.secret_number,
        **_limits(system.client.limits),
    }  # fmt: skip


def _limits(limits: Limits) -> dict[str, Any]:
    return {"per_minute": limits.per_minute, "per_day": limits.per_day, "per_month": limits.per_month}


def _subject(system: System) -> Subject:
    return Subject(Kind.CLIENT, system.client.id, system.client.name, system.client.unit_id)


def _again(connection: sa.Connection, change: Change) -> System:
    return systems.find(connection, change.subject.id, EVERYTHING)


def _limit_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    system = _again(connection, change)
    limit(connection, system, Limits(**{**_limits(system.client.limits), **(change.before or {})}), deed)


def _readmit_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    readmit(connection, _again(connection, change), deed)


def _revoke_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    revoke(connection, _again(connection, change), deed)


REVERSALS: Reversals = {
    (Kind.CLIENT, "limits_changed"): Reversal(state, _limit_again),
    (Kind.CLIENT, "revoked"): Reversal(state, _readmit_again),
    (Kind.CLIENT, "readmitted"): Reversal(state, _revoke_again),
}
