"""The first rows of several ranges in one order: each range is read from its index's end, never further than needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from storage.search.reach import Reach

MOST_RANGES = 400
"""Ranges of one statement; SQLite takes no more than 500."""


def by_unit(every: sa.Select[Any], unit: sa.Column[str], reach: Reach) -> list[sa.Select[Any]]:
    """Return the ranges of the units of a reach, as indexes that begin with the unit have them.

    Args:
        every: all rows.
        unit: the column that names the unit.
        reach: whose rows are wanted; of too many units they are one range, which is read whole and sifted.
    """
    if reach.unit_ids is None:
        return [every]
    if len(reach.unit_ids) > MOST_RANGES:
        return [every.where(unit.in_(reach.unit_ids))]
    return [every.where(unit == unit_id) for unit_id in reach.unit_ids]


def newest(
    ranges: Sequence[sa.Select[Any]], order: Sequence[sa.Column[Any]], limit: int, after: Sequence[object] | None = None
) -> sa.Select[Any]:
    """Return the query of the last rows of the ranges taken together, backwards.

    Args:
        ranges: what an index with this order answers, one range each; every one selects the columns of the order.
        order: by which the rows are given, the last first.
        limit: how many.
        after: values of the order's columns where the page before ended.
    """
    one_by_one = []
    for each in ranges:
        query = each
        if after is not None:
            place = sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(after, order, strict=True)))
            query = query.where(sa.tuple_(*order) < place)
        one_by_one.append(query.order_by(*(column.desc() for column in order)).limit(limit))
    if len(one_by_one) == 1:
        return one_by_one[0]
    together = sa.union_all(*(sa.select(each.subquery()) for each in one_by_one)).subquery()
    return sa.select(together).order_by(*(together.c[column.name].desc() for column in order)).limit(limit)
