"""Dossiers as they stand, locked, to be compared with what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from digitize.dossiers.deciding import Standing, StandingComponent, StandingResult
from digitize.dossiers.told import FACTS, RESULT_FACTS
from storage.tables import components, dossiers, results

_TOGETHER = 1_000
"""Codes that one statement names."""


def standing_of(connection: sa.Connection, codes: Sequence[str]) -> Mapping[str, Standing]:
    """Return the dossiers of these codes as they stand, by code; they stay locked until the transaction ends.

    Locked in the order of their codes, so that two batches never wait for each other.
    """
    found: dict[str, Standing] = {}
    wanted = sorted(codes)
    if len(wanted) > _TOGETHER and connection.dialect.name == "postgresql":
        # A plan that was kept from when the register was nearly empty reads all of it, for each thousand codes.
        connection.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
    for begin in range(0, len(wanted), _TOGETHER):
        found |= _standing(connection, wanted[begin : begin + _TOGETHER])
    return found


def _standing(connection: sa.Connection, codes: Sequence[str]) -> Mapping[str, Standing]:
    rows = connection.execute(
        sa.select(dossiers)
        .where(_among(connection, dossiers.c.code, codes))
        .order_by(dossiers.c.code)
        .with_for_update()
    )
    held = {row["id"]: row for row in rows.mappings()}
    if not held:
        return {}
    ids = list(held)
    theirs, papers = _results(connection, ids), _components(connection, ids)
    return {
        row["code"]: Standing(
            dossier_id, row["code"], row["unit_id"], row["source"], row["told_at"], row["last_event"],
            {name: row[name] for name in FACTS}, theirs.get(dossier_id, ()), papers.get(dossier_id, ()),
        )
        for dossier_id, row in held.items()
    }  # fmt: skip


def _results(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, tuple[StandingResult, ...]]:
    found: dict[str, tuple[StandingResult, ...]] = {}
    query = sa.select(results).where(_among(connection, results.c.dossier_id, ids))
    for row in connection.execute(query.order_by(results.c.dossier_id, results.c.ordinal)).mappings():
        facts = {name: row[name] for name in RESULT_FACTS}
        one = StandingResult(row["id"], row["ordinal"], facts, row["from_upload"], row["source_ref"])
        found[row["dossier_id"]] = (*found.get(row["dossier_id"], ()), one)
    return found


def _components(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, tuple[StandingComponent, ...]]:
    found: dict[str, tuple[StandingComponent, ...]] = {}
    query = sa.select(components).where(_among(connection, components.c.dossier_id, ids))
    for row in connection.execute(query.order_by(components.c.dossier_id, components.c.ordinal)):
        one = StandingComponent(
            row.id, row.ordinal, row.name, row.code, row.copy_kind, row.claims, row.source_ref,
            removed=row.removed_at is not None,
        )  # fmt: skip
        found[row.dossier_id] = (*found.get(row.dossier_id, ()), one)
    return found


def _among(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of many values.

    PostgreSQL gets them as one array, which it looks up by its hash; a list of parameters it compares one by one with
    every row that it passes.
    """
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    return column == sa.any_(sa.bindparam(None, list(values), ARRAY(column.type)))
