"""The one task of a room in which tables are opened: an XLSX becomes rows of plain texts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import IO, Any

from openpyxl import load_workbook

from digitize.confined.frames import Setup, packed
from digitize.confined.task import Progress, Task
from digitize.errors import DamagedFile, NotATable, SohoaError, TooLarge
from digitize.mapped import Content, opened
from digitize.workbook import MOST_ROWS, line_of

MOST_UNPACKED_BYTES = 1024**3
"""Of all parts of the file together; what claims to be more is not unpacked."""
MOST_PARTS = 5_000
MOST_COLUMNS = 256
MOST_CELL_LETTERS = 8_000
ROWS_AN_ALLOWANCE = 2_000
"""Rows for which one allowance of time is enough."""
_AGAIN = "Hãy xuất lại tệp từ phần mềm nguồn."


def prepare(_setup: Setup) -> Mapping[str, Task]:
    """Return the task."""
    return {"rows": rows}


def rows(_arguments: bytes, data: Content, progress: Progress, attachment: IO[bytes]) -> bytes:
    """Write the rows of the first visible sheet as lines of JSON; return how many there are.

    Raises:
        NotATable, DamagedFile, TooLarge: the file is at fault.
    """
    _weigh(data)
    try:
        return packed(_write(_first_sheet(data), progress, attachment))
    except (SohoaError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever a malformed part leads it to
        raise DamagedFile("bảng tính không đọc được trọn vẹn", remedy=_AGAIN) from error


def _first_sheet(data: Content) -> Iterable[tuple[Any, ...]]:
    book = load_workbook(opened(data), read_only=True, data_only=True, keep_links=False)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise DamagedFile("bảng tính không có trang nào", remedy=_AGAIN)
    return sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)


def _weigh(data: Content) -> None:
    """Refuse what is no XLSX, or unpacks to more than any register holds, before anything is unpacked."""
    try:
        with zipfile.ZipFile(opened(data)) as packet:
            parts = packet.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotATable from None
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise NotATable
    if any(name.endswith("vbaProject.bin") for name in names):
        raise NotATable("bảng tính có macro", remedy="Hãy lưu lại dạng .xlsx không macro, hoặc CSV UTF-8.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise TooLarge("bảng tính giải nén ra quá lớn", remedy="Hãy chia thành nhiều tệp nhỏ hơn.")


def _write(found: Iterable[tuple[Any, ...]], progress: Progress, attachment: IO[bytes]) -> int:
    """Write what has content, and of the rows without any those that have others below them."""
    written = 0
    for number, row in enumerate(found, start=1):
        if number > MOST_ROWS:
            raise TooLarge(f"bảng tính có hơn {MOST_ROWS} dòng", remedy="Hãy chia thành nhiều tệp nhỏ hơn.")
        if number % ROWS_AN_ALLOWANCE == 0:
            progress()
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            attachment.write(line_of(()) * (number - written - 1) + line_of(texts))
            written = number
    return written


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MOST_CELL_LETTERS]
