"""Pages of the procedures in a number: those that dossiers paid for, or those of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from digitize.indicators import Indicator, Over
from digitize.span import Span
from storage.explaining.paging import Page, Place
from storage.explaining.question import Side
from storage.explaining.showing import Explained
from storage.indicators import catalogue
from storage.registry import Scope
from storage.tables import procedures
from storage.tallies import reading


def explain_procedures(
    connection: sa.Connection,
    indicator: Indicator,
    side: Side,
    scope: Scope,
    span: Span,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> Page:
    """Return the procedures in a side of an indicator that counts each once, by code, a page at a time.

    Args:
        connection: a reading transaction.
        indicator: over procedures or over the catalogue.
        side: which part of it.
        scope: whose dossiers, or whose levels.
        span: the months.
        after: where the page before ended.
        limit: length of the page.
    """
    found = (_listed if indicator.over is Over.CATALOGUE else _paid)(connection, indicator, side, scope, span)
    codes = sorted(code for code in found if after is None or code > after.id)
    things = tuple(Explained(code, "", code, *found[code]) for code in codes[:limit])
    return Page(things, Place("", "", codes[limit - 1]) if len(codes) > limit else None)


def _listed(
    connection: sa.Connection, _indicator: Indicator, side: Side, scope: Scope, span: Span
) -> Mapping[str, tuple[str, date]]:
    linked = procedures.c.population_linked
    chosen = {
        Side.NUMERATOR: linked.is_(True), Side.DENOMINATOR: sa.true(), Side.MISSING: linked.is_not(True),
        Side.UNKNOWN: linked.is_(None),
    }  # fmt: skip
    rows = connection.execute(
        sa.select(procedures.c.code, procedures.c.name, procedures.c.valid_from).where(
            catalogue(scope, span), chosen[side]
        )
    )
    return {code: (name, since) for code, name, since in rows.tuples()}


def _paid(
    connection: sa.Connection, indicator: Indicator, side: Side, scope: Scope, span: Span
) -> Mapping[str, tuple[str, date]]:
    first, last = span.months
    done, every = (
        set() if measure is None else reading.procedure_codes(connection, scope, measure, first, last)
        for measure in (indicator.numerator, indicator.denominator)
    )
    sides = {Side.NUMERATOR: done, Side.DENOMINATOR: every, Side.MISSING: every - done, Side.UNKNOWN: set[str]()}
    rows = connection.execute(
        sa.select(procedures.c.code, procedures.c.name)
        .where(procedures.c.code.in_(sides[side]))
        .order_by(procedures.c.valid_from)
    )
    names = dict(rows.tuples().all())
    return {code: (names.get(code, ""), span.first) for code in sides[side]}
