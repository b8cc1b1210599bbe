"""A file of dossiers, whatever kind it is, goes into the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from digitize.dossiers.columns import Suggestion
from digitize.dossiers.rows import RowFault
from digitize.dossiers.tables import TableKind, kind_of
from storage.database import Database
from storage.dossiers import importing
from storage.dossiers.importing import Importing, Order, Report
from workers.dossier_tables import rows_of


def import_file(
    database: Database,
    file: BinaryIO,
    order: Order,
    clock: Callable[[], datetime],
    say: Callable[[RowFault], None],
) -> Report:
    """Enter the dossiers of a CSV, XLSX or NDJSON file; arguments as of :class:`storage.dossiers.importing.Importing`.

    Raises:
        DocumentAtFault: the file as a whole cannot be used.
        NotFound: there is no unit of that code in the scope.
        RegistryUnavailable: the database does not answer; what was entered before stays, and entering it again is safe.
    """
    kind = kind_of(file)
    taking = Importing(database, order, clock, say)
    if kind is TableKind.NDJSON:
        return taking.lines(file)
    with rows_of(file, kind) as rows:
        return taking.rows(rows, kind)


def look(file: BinaryIO) -> tuple[Suggestion, ...]:
    """Return what the columns of a table seem to stand for; nothing is entered.

    Raises:
        DocumentAtFault: the file cannot be used, or has no header.
    """
    kind = kind_of(file)
    if kind is TableKind.NDJSON:
        return ()
    with rows_of(file, kind) as rows:
        return importing.look(rows)
