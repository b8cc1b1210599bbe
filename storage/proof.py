"""The one proof that nothing is lost: documents and certified copies, counted in the same consistent view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import reconcile, reconcile_copies
from storage.reconcile import Reconciliation
from storage.reconcile_copies import CopyReconciliation
from storage.registry import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Proof:
    """What was counted of both kinds."""

    documents: Reconciliation
    copies: CopyReconciliation

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not fit, in Vietnamese; empty: the proof holds."""
        return (*self.documents.faults, *self.copies.faults)

    @property
    def holds(self) -> bool:
        """Whatever came in is finished or waits, and the register is whole."""
        return not self.faults


def prove(connection: sa.Connection, now: datetime, scope: Scope = EVERYTHING) -> Proof:
    """Count documents and copies of the scope at one moment.

    Args:
        connection: a reading transaction.
        now: of the proof.
        scope: whose documents and copies are counted.
    """
    return Proof(reconcile.prove(connection, now, scope), reconcile_copies.prove(connection, now, scope))
