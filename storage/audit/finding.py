"""What the audit names, and the comparison of kept rows with what the history says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not what it was, or not what the history says."""

    table: str
    row: str
    """Its key, the parts joined by colons; the subject for what concerns a whole chain."""
    problem: str
    """A Vietnamese clause: what differs."""

    @property
    def told(self) -> str:
        """As a person reads it."""
        return f"{self.table} {self.row}: {self.problem}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column of work in progress: any of these values agrees with the history."""

    values: tuple[Any, ...]


@dataclass(slots=True)
class Expected:
    """The rows that a history says a table has for its subject."""

    table: sa.Table
    key: tuple[str, ...]
    """Names of the columns that tell the subject's rows apart."""
    complete: bool = True
    """Whether a row may be missing from the table."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    """Key → column → value; columns that the history says nothing of are left out."""

    def put(self, *key: Any, **columns: Any) -> None:  # noqa: ANN401  # values of any column
        """Say what a row holds, or add to what was said."""
        self.rows.setdefault(key, {}).update(columns)

    def compare(self, subject: str, kept: Sequence[sa.Row[Any]]) -> Iterator[Finding]:
        """Name every kept row that differs from what the history says."""
        found = {tuple(getattr(row, name) for name in self.key): row for row in kept}
        for key in found.keys() - self.rows.keys():
            yield self._finding(subject, key, "không có trong lịch sử")
        for key, columns in self.rows.items():
            row = found.get(key)
            if row is None and self.complete:
                yield self._finding(subject, key, "đã bị xóa, lịch sử vẫn ghi")
            for name, value in columns.items() if row is not None else ():
                allowed = value.values if isinstance(value, OneOf) else (value,)
                if row is not None and getattr(row, name) not in allowed:
                    yield self._finding(subject, key, f"cột {name} khác với lịch sử")

    def _finding(self, subject: str, key: tuple[Any, ...], problem: str) -> Finding:
        return Finding(self.table.name, ":".join((subject, *(str(part) for part in key))), problem)
