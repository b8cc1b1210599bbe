"""Spreadsheets of dossiers are opened in the sandbox; rows of plain texts come out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import msgspec

from digitize.confined.frames import Allowance, Setup
from digitize.dossiers.tables import TableKind, csv_rows
from digitize.errors import EmptyFile
from workers.memory_file import sealed
from workers.sandbox import Sandbox

SPREADSHEETS = Setup(
    "digitize.confined.spreadsheets", allowance=Allowance(total_seconds=1800.0, memory_bytes=2 * 1024**3)
)
MOST_BYTES = 512 * 1024 * 1024
"""Of a CSV or NDJSON; it is read as it comes, so this bounds time and nothing else."""
MOST_XLSX_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 256 * 1024


@contextmanager
def rows_of(file: BinaryIO, kind: TableKind) -> Iterator[Iterator[Sequence[str]]]:
    """Open a CSV or XLSX; give its rows one after the other.

    Raises:
        NotATable, DamagedFile, TooLarge, RunawayFile: the file is at fault.
    """
    if kind is TableKind.CSV:
        yield csv_rows(file)
        return
    with Sandbox(setup=SPREADSHEETS) as sandbox, sealed(iter(lambda: file.read(_PIECE_BYTES), b"")) as whole:
        _, attachment = sandbox.call("rows", b"", whole)
        if attachment is None:
            raise EmptyFile("bảng tính không có dòng nào", remedy="Hãy chọn tệp có nội dung.")
        with attachment:
            decoder = msgspec.json.Decoder(list[str])
            yield (decoder.decode(line) for line in attachment)
