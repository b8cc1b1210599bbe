"""Specimens: invented Vietnamese official papers, rendered as scans, with the truth of what stands on them.

``render`` makes one of a kind; ``specimens`` makes those of the demo; ``folder`` writes many as a scored set.
The same seed gives the same bytes on one machine; other fonts or library versions give other bytes and the same truth.
"""

from __future__ import annotations

from random import Random

from workers.demo.specimens.conditions import Conditions, draw_conditions
from workers.demo.specimens.content import BUILDERS, compose
from workers.demo.specimens.demo_set import Assignment, assignments, draft
from workers.demo.specimens.model import Specimen, Truth, TruthBox
from workers.demo.specimens.oddities import blank, coarse, secret
from workers.demo.specimens.rendering import scan
from workers.demo.units import procedures, resolving_units

__all__ = [
    "Assignment",
    "Conditions",
    "Specimen",
    "Truth",
    "TruthBox",
    "assignments",
    "blank",
    "coarse",
    "kinds",
    "render",
    "render_assigned",
    "secret",
    "specimens",
]


def kinds() -> tuple[str, ...]:
    """Codes of the kinds that can be rendered."""
    return tuple(BUILDERS)


def render(kind_code: str, seed: int, conditions: Conditions | None = None) -> Specimen:
    """Render a paper of a kind.

    Args:
        kind_code: one of :func:`kinds`.
        seed: the same seed gives the same people, numbers and noise.
        conditions: paper, hand and scanner; drawn from the seed when None.

    Raises:
        KeyError: no paper of that kind is known.
        Misconfigured: no font that can print Vietnamese is installed.
    """
    rng = Random(f"{kind_code}/{seed}")
    procedure = next(each for each in procedures() if each.kind_code == kind_code)
    paper = compose(kind_code, rng.choice(resolving_units(procedure)), rng)
    drawn = draw_conditions(rng)
    return scan(paper, f"{kind_code}-{seed}", conditions or drawn, rng)


def specimens(seed: int, count: int) -> tuple[Specimen, ...]:
    """Render the demo's specimens: the papers of :func:`assignments`, in their order.

    Raises:
        Misconfigured: no font that can print Vietnamese is installed.
    """
    return tuple(render_assigned(seed, each) for each in assignments(count))


def render_assigned(seed: int, assignment: Assignment) -> Specimen:
    """Render one of the demo's specimens, for whoever wants to hand in the first before the last is drawn."""
    paper = draft(seed, assignment)
    rng = Random(f"scan/{seed}/{assignment.position}")
    return scan(paper, assignment.name, assignment.conditions(rng), rng)
