"""Spreadsheets from outside are opened in the sandbox, each in a room of its own; rows of plain texts come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from digitize.confined.frames import Allowance, Setup
from digitize.errors import EmptyFile, InvalidInput, RunawayFile, TooLarge
from digitize.tabular import MOST_BYTES, Table
from digitize.workbook import HEAD_BYTES, is_workbook, rows_in
from workers.memory_file import sealed
from workers.sandbox import Sandbox

_ROOM = "digitize.confined.spreadsheets"
AT_HAND = Setup(_ROOM, allowance=Allowance(total_seconds=1800.0, memory_bytes=2 * 1024**3))
"""For the operator, whose own file it is."""
SENT_IN = Setup(_ROOM, allowance=Allowance(total_seconds=900.0, memory_bytes=1024**3, answer_bytes=96 * 1024**2))
"""For what comes in by the API: 100,000 rows of 20 columns take 80 s of a core, 64 MB, and make rows of 53 MB."""
MOST_XLSX_BYTES = 64 * 1024 * 1024
ADVICE = "Hãy chia thành nhiều bảng nhỏ hơn, hoặc lưu lại dạng CSV UTF-8."
_PIECE_BYTES = 256 * 1024


def rows_file(pieces: Iterable[bytes], setup: Setup) -> BinaryIO:
    """Make rows of a spreadsheet: a file of lines as :mod:`digitize.workbook` writes them, to be closed by the caller.

    Raises:
        NotATable, DamagedFile, EmptyFile, TooLarge, RunawayFile: the file is at fault.
        WorldAtFault: something around us failed.
    """
    with Sandbox(setup=setup) as sandbox, sealed(pieces) as whole:
        try:
            _, rows = sandbox.call("rows", b"", whole)
        except RunawayFile as fault:
            raise RunawayFile(fault.detail, remedy=ADVICE) from fault
    if rows is None:
        raise EmptyFile("bảng tính không có dòng nào", remedy="Hãy chọn tệp có nội dung.")
    return rows


@contextmanager
def opened_rows(file: BinaryIO) -> Iterator[Iterator[Sequence[str]]]:
    """Open an operator's own spreadsheet; give its rows one after the other.

    Raises:
        DocumentAtFault: as :func:`rows_file`.
    """
    with rows_file(_pieces(file), AT_HAND) as lines:
        yield rows_in(_pieces(lines))


@contextmanager
def opened_table(path: Path) -> Iterator[Table]:
    """Open an operator's own table of units, procedures or result types, whatever its format.

    Raises:
        DocumentAtFault: as :func:`rows_file`.
    """
    try:
        file = path.open("rb")
    except PermissionError:
        raise InvalidInput(f"không có quyền đọc {path}") from None
    with file:
        packed = is_workbook(file.read(HEAD_BYTES))
        size = file.seek(0, 2)
        file.seek(0)
        if size > MOST_BYTES:
            raise TooLarge(f"bảng nặng hơn {MOST_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều tệp.")
        if not packed:
            yield file.read()
            return
        with opened_rows(file) as rows:
            yield rows


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_PIECE_BYTES), b"")
