"""What whoever tells of dossiers may name: the units of a scope, and the procedures of the catalogue."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from digitize.vietnamese import bare
from storage.registry import Scope
from storage.tables import procedures, units


def units_by_name(connection: sa.Connection, scope: Scope) -> dict[str, str]:
    """Return the ids of a scope's units by code, and by bare name where only one unit has it."""
    rows = connection.execute(
        sa.select(units.c.id, units.c.code, units.c.name).where(units.c.path.startswith(scope.path, autoescape=True))
    ).all()
    names = Counter(bare(row.name) for row in rows)
    named = {bare(row.name): row.id for row in rows if names[bare(row.name)] == 1}
    return named | {row.code: row.id for row in rows}


def procedure_names(connection: sa.Connection) -> dict[str, str]:
    """Return the newest name of every procedure of the catalogue, by code."""
    rows = connection.execute(sa.select(procedures.c.code, procedures.c.name).order_by(procedures.c.valid_from))
    return dict(rows.tuples().all())
