"""Tables that offices keep - CSV, JSON, NDJSON, rows of an XLSX - as rows of text under names of our own.

The content decides the format, not the name of the file. Headings are compared without marks and capitals, so that
"Mã đơn vị", "ma don vi" and ``code`` may all stand over the same column.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeAlias

from digitize.errors import DamagedFile, EmptyFile, InvalidInput, TooLarge
from digitize.vietnamese import bare, tidy

MOST_BYTES = 32 << 20
MOST_ROWS = 200_000

Table: TypeAlias = bytes | Iterable[Sequence[str]]
"""A file, CSV, JSON or NDJSON; or the rows that the sandbox made of an XLSX, which nobody else opens."""

Columns = Mapping[str, Sequence[str]]
"""Our name of a column, and the headings that may stand over it beside that name; without marks."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row."""

    number: int
    """As the file's own program shows it, the heading being row 1; in JSON the place in the list, in NDJSON the line,
    from 1."""
    cells: Mapping[str, str]
    """By our name; text without blanks around it, days as ISO 8601, empty where nothing stands."""

    def get(self, column: str) -> str:
        """Return a cell; empty when the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that cannot be used."""

    row: int
    sentence: str
    """Vietnamese half-sentence; holds nothing of the row but codes."""


def read_table(table: Table, columns: Columns, required: Sequence[str]) -> tuple[TableRow, ...]:
    """Read a table.

    Args:
        table: the file, or its rows.
        columns: that may stand in it; others are passed over.
        required: columns without which nothing can be done.

    Raises:
        EmptyFile, TooLarge, DamagedFile: the file cannot be read.
        InvalidInput: a required column is missing.
    """
    if isinstance(table, bytes):
        rows = _rows_of_file(table, columns, required)
    else:
        rows = _under_headings(([tidy(cell) for cell in row] for row in table), columns, required)
    kept = tuple(islice((row for row in rows if any(row.cells.values())), MOST_ROWS + 1))
    if len(kept) > MOST_ROWS:
        raise TooLarge(f"bảng có hơn {MOST_ROWS} dòng", remedy="Hãy chia thành nhiều tệp.")
    return kept


def day_of(text: str) -> date | None:
    """Read a day: 2025-07-01 or 01/07/2025; None for an empty cell.

    Raises:
        InvalidInput: it is neither.
    """
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise InvalidInput(f"ngày {text[:20]!r} phải viết như 01/07/2025 hoặc 2025-07-01")


def truth_of(text: str) -> bool | None:
    """Read yes or no; None for an empty cell and for "không rõ".

    Raises:
        InvalidInput: it is something else.
    """
    word = bare(text)
    if word in {"", "khong ro"}:
        return None
    if word in {"co", "x", "1", "true", "yes", "dung"}:
        return True
    if word in {"khong", "0", "false", "no"}:
        return False
    raise InvalidInput(f"{text[:20]!r} phải là có, không, hoặc để trống khi không rõ")


def _rows_of_file(data: bytes, columns: Columns, required: Sequence[str]) -> Iterator[TableRow]:
    if not data.strip():
        raise EmptyFile(remedy="Hãy chọn tệp có nội dung.")
    if len(data) > MOST_BYTES:
        raise TooLarge(f"bảng nặng hơn {MOST_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều tệp.")
    match data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]:
        case b"[":
            return _objects(data, columns)
        case b"{":
            return _lines(data, columns)
    return _under_headings(_text_rows(data), columns, required)


def _under_headings(rows: Iterator[Sequence[str]], columns: Columns, required: Sequence[str]) -> Iterator[TableRow]:
    known = {bare(heading): name for name, headings in columns.items() for heading in (name, *headings)}
    headings = [known.get(bare(heading)) for heading in next(rows, ())]
    missing = [name for name in required if name not in headings]
    if missing:
        told = ", ".join(f"{columns[name][0] if columns[name] else name!r} ({name})" for name in missing)
        raise InvalidInput(f"thiếu cột {told}", remedy="Hãy xem tên các cột trong tài liệu vận hành.")
    for number, row in enumerate(rows, start=2):
        cells = {name: cell for name, cell in zip(headings, row, strict=False) if name is not None}
        yield TableRow(number, cells)


def _text_rows(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFile("tệp CSV phải là UTF-8", remedy="Hãy lưu lại dưới dạng CSV UTF-8 hoặc XLSX.") from error
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            yield [_text(cell) for cell in row]
    except csv.Error as error:
        raise DamagedFile("tệp CSV có dòng không đọc được") from error


def _objects(data: bytes, columns: Columns) -> Iterator[TableRow]:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DamagedFile("tệp JSON không đọc được") from error
    for number, item in enumerate(found, start=1):
        if not isinstance(item, dict):
            raise InvalidInput(f"mục thứ {number} của tệp JSON không phải một đối tượng")
        yield _row_of(number, item, columns)


def _lines(data: bytes, columns: Columns) -> Iterator[TableRow]:
    """Give the objects of an NDJSON, one a line."""
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise DamagedFile(f"dòng {number} của tệp NDJSON không đọc được") from error
        if not isinstance(item, dict):
            raise InvalidInput(f"dòng {number} của tệp NDJSON không phải một đối tượng")
        yield _row_of(number, item, columns)


def _row_of(number: int, item: Mapping[str, Any], columns: Columns) -> TableRow:
    return TableRow(number, {name: _text(item[name]) for name in columns if name in item})


def _text(value: Any) -> str:  # noqa: ANN401  # cells of two formats
    match value:
        case None:
            text = ""
        case bool():
            text = "có" if value else "không"
        case float() if value.is_integer():
            text = str(int(value))
        case list():
            text = ";".join(_text(each) for each in value)
        case _:
            text = tidy(str(value))
    return text
