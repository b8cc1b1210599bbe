"""How each kind of administrative change is taken back: every module beside this one tells of its own."""

from __future__ import annotations

from storage.administration import clients, entries, imports, keys, people, targets, units
from storage.changes import Reversals

REVERSALS: Reversals = {
    **clients.REVERSALS, **entries.REVERSALS, **imports.REVERSALS, **keys.REVERSALS, **people.REVERSALS,
    **targets.REVERSALS, **units.REVERSALS,
}  # fmt: skip
"""For :func:`storage.changes.undo`; a change whose kind and name are not here stays."""
