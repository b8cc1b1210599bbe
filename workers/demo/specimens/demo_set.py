"""Which specimens the demo hands in, from which unit, under which conditions (``specimens.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from workers.demo import units
from workers.demo.specimens.conditions import Conditions, draw_conditions
from workers.demo.specimens.content import compose
from workers.demo.specimens.paper import Paper


@dataclass(frozen=True, slots=True)
class Assignment:
    """One specimen of the demo before it is drawn."""

    position: int
    """1-based, in the order of handing in."""
    kind_code: str
    unit_code: str
    """The unit whose dossier ended with this paper."""
    fixed: Mapping[str, Any]
    """Conditions that are not drawn."""

    @property
    def name(self) -> str:
        """File name without suffix."""
        return f"{self.position:02d}-{self.kind_code}"

    def conditions(self, rng: Random) -> Conditions:
        """Draw what is not fixed."""
        return replace(draw_conditions(rng), **self.fixed)


@cache
def table() -> tuple[Mapping[str, Any], ...]:
    """The entries of ``specimens.toml``."""
    return tuple(units.data("specimens.toml")["specimen"])


def assignments(count: int | None = None) -> tuple[Assignment, ...]:
    """Return the demo's assignments; after the last one the list begins again.

    Args:
        count: how many; all of ``specimens.toml`` once when None.
    """
    rows = table()
    return tuple(
        Assignment(position, row["kind"], row["unit"], row["conditions"])
        for position in range(1, (len(rows) if count is None else count) + 1)
        for row in (rows[(position - 1) % len(rows)],)
    )


def draft(seed: int, assignment: Assignment) -> Paper:
    """Write the paper of an assignment, without drawing it: the register needs its number, date and holder."""
    rng = Random(f"paper/{seed}/{assignment.position}")
    return compose(assignment.kind_code, units.unit(assignment.unit_code), rng)
