"""The audit: every chain, every head, every leaf and every present row recomputed; what was changed is named.

Four questions, each with its own module:

* does every history hold, and do the present rows say what it says?  (:mod:`storage.audit.lives`)
* does every head hold: its leaves, its place in the chain, its timestamp?  (:mod:`storage.audit.trees`)
* is every row what the leaf of its day covers?  (:mod:`storage.audit.trees`)
* can every cell be read at all?  (:mod:`storage.audit.reading`)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage import register
from storage.audit import lives, trees
from storage.audit.finding import Finding
from storage.audit.reading import unreadable
from storage.audit.trees import JudgeToken, TokenJudgement
from storage.database import Database
from storage.heads import covered_until
from storage.tables import events, merkle_heads, merkle_leaves, register_years

__all__ = ["Audit", "Finding", "JudgeToken", "TokenJudgement", "audit"]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and what does not hold."""

    subjects: int
    events: int
    heads: int
    leaves: int
    covered_until: date | None
    """Last day that the heads cover whole; what is younger is held by its chain alone."""
    untimed: int
    """Heads that wait for their timestamp."""
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Nothing was changed."""
        return not self.findings


def audit(
    database: Database,
    judge: JudgeToken,
    known_heads: Sequence[Mapping[str, Any]] = (),
    progress: Callable[[int], None] = lambda _subjects: None,
) -> Audit:
    """Recompute everything in one consistent view.

    Args:
        database: read, never written.
        judge: of the timestamps of heads.
        known_heads: as they were exported before and kept outside (``sohoa heads --json``).
        progress: called with the number of subjects looked at.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    with database.read() as connection:
        try:
            subjects, findings = _examine(connection, judge, known_heads, progress)
        except (ValueError, TypeError):
            broken = tuple(unreadable(connection))
            if not broken:
                raise
            subjects, findings = 0, list(broken)
        return _counted(connection, subjects, findings)


def _examine(
    connection: sa.Connection,
    judge: JudgeToken,
    known_heads: Sequence[Mapping[str, Any]],
    progress: Callable[[int], None],
) -> tuple[int, list[Finding]]:
    findings = list(trees.examine_heads(connection, judge))
    findings += trees.compare(connection, known_heads)
    findings += trees.examine_facts(connection)
    findings += trees.examine_history(connection)
    findings += lives.strays(connection)
    findings += (Finding(register_years.name, "", fault) for fault in register.faults(connection))
    subjects = 0
    for batch in lives.subject_batches(connection):
        findings += lives.examine(connection, batch)
        subjects += len(batch)
        progress(subjects)
    return subjects, list(dict.fromkeys(findings))


def _counted(connection: sa.Connection, subjects: int, findings: list[Finding]) -> Audit:
    def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()

    return Audit(
        subjects=subjects, events=count(events), heads=count(merkle_heads), leaves=count(merkle_leaves),
        covered_until=covered_until(connection),
        untimed=count(merkle_heads, merkle_heads.c.token.is_(None)), findings=tuple(findings),
    )  # fmt: skip
