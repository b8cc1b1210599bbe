"""What PostgreSQL really does for a question: which indexes it reads and how many rows it touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.database import Database


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement as it was executed."""

    statement: str
    rows: Mapping[str, int]
    """Rows that were read, by table: those that a filter threw away as well."""
    walked: frozenset[str]
    """Tables that were read from end to end."""
    indexes: frozenset[str]
    buffers: int
    """Pages of 8 KiB, from memory or disk."""
    milliseconds: float


def plans_of(database: Database, act: Callable[[sa.Connection], object]) -> list[Plan]:
    """Act, and explain every statement that read something, with the values that it had."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _context: object, _many: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.read() as connection:
            act(connection)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.read() as connection:
        return [_plan(connection, statement, parameters) for statement, parameters in asked]


def touched(plans: list[Plan]) -> Counter[str]:
    """Add the rows of all statements up, by table."""
    total: Counter[str] = Counter()
    for plan in plans:
        total.update(plan.rows)
    return total


def _plan(connection: sa.Connection, statement: str, parameters: Any) -> Plan:  # noqa: ANN401  # of the driver
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    [told] = connection.exec_driver_sql(explain, parameters).scalar_one()
    rows: Counter[str] = Counter()
    walked, indexes = set(), set()
    for node in _nodes(told["Plan"]):
        indexes.update({node["Index Name"]} if "Index Name" in node else set())
        if "Relation Name" not in node:
            continue
        rows[node["Relation Name"]] += _read(node)
        if node["Node Type"] == "Seq Scan":
            walked.add(node["Relation Name"])
    buffers = told["Plan"].get("Shared Hit Blocks", 0) + told["Plan"].get("Shared Read Blocks", 0)
    return Plan(statement, rows, frozenset(walked), frozenset(indexes), buffers, told["Execution Time"])


def _read(node: Mapping[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
