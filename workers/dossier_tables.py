"""Tables of dossiers that lie on this machine: their rows, and how large they may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from digitize.dossiers.tables import TableKind, csv_rows
from workers.spreadsheets import opened_rows

MOST_BYTES = 512 * 1024 * 1024
"""Of a CSV or NDJSON; it is read as it comes, so this bounds time and nothing else."""


@contextmanager
def rows_of(file: BinaryIO, kind: TableKind) -> Iterator[Iterator[Sequence[str]]]:
    """Open a CSV or XLSX; give its rows one after the other.

    Raises:
        NotATable, DamagedFile, EmptyFile, TooLarge, RunawayFile: the file is at fault.
    """
    if kind is TableKind.CSV:
        yield csv_rows(file)
        return
    with opened_rows(file) as rows:
        yield rows
