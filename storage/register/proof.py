"""The proof that the register has neither gap nor repetition."""

from __future__ import annotations

import sqlalchemy as sa

from storage.registry import EVERYTHING, Scope
from storage.tables import register_entries, register_years, units


def faults(connection: sa.Connection, scope: Scope = EVERYTHING) -> tuple[str, ...]:
    """Name, in Vietnamese, every year of the register whose serials are not exactly 01…n.

    A serial stands once by the primary key, and none lies below 1 by its check; so n entries up to n leave no gap.
    """
    counted = (
        sa.select(
            register_entries.c.unit_id,
            register_entries.c.kind,
            register_entries.c.year,
            sa.func.count().label("entries"),
            sa.func.max(register_entries.c.serial).label("highest"),
        )
        .group_by(register_entries.c.unit_id, register_entries.c.kind, register_entries.c.year)
        .subquery()
    )
    same_year = sa.and_(*(register_years.c[name] == counted.c[name] for name in ("unit_id", "kind", "year")))
    found = connection.execute(
        sa.select(
            units.c.name,
            register_years.c.year,
            register_years.c.last,
            sa.func.coalesce(counted.c.entries, 0).label("entries"),
            sa.func.coalesce(counted.c.highest, 0).label("highest"),
        )
        .join(units, units.c.id == register_years.c.unit_id)
        .outerjoin(counted, same_year)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .order_by(units.c.path, register_years.c.year)
    )
    return tuple(
        f"sổ chứng thực năm {row.year} của {row.name}: đã cấp đến số {row.last:02d} nhưng có {row.entries} số, "
        f"số lớn nhất {row.highest:02d}"
        for row in found
        if not row.last == row.entries == row.highest
    )
