"""Tables that offices keep - CSV, JSON, XLSX - as rows of text under names of our own.

The content decides the format, not the name of the file. Headings are compared without marks and capitals, so that
"Mã đơn vị", "ma don vi" and ``code`` may all stand over the same column.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from digitize.errors import DamagedFile, EmptyFile, InvalidInput, TooLarge
from digitize.vietnamese import bare, tidy

MOST_BYTES = 32 << 20
MOST_UNPACKED_BYTES = 128 << 20
"""Of an XLSX, whose parts are packed."""
MOST_ROWS = 200_000

Columns = Mapping[str, Sequence[str]]
"""Our name of a column, and the headings that may stand over it beside that name; without marks."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row."""

    number: int
    """As the file's own program shows it, the heading being row 1; in JSON the place in the list, from 1."""
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


def read_table(data: bytes, columns: Columns, required: Sequence[str]) -> tuple[TableRow, ...]:
    """Read a table.

    Args:
        data: the file.
        columns: that may stand in it; others are passed over.
        required: columns without which nothing can be done.

    Raises:
        EmptyFile, TooLarge, DamagedFile: the file cannot be read.
        InvalidInput: a required column is missing.
    """
    if not data.strip():
        raise EmptyFile
    if len(data) > MOST_BYTES:
        raise TooLarge(f"bảng nặng hơn {MOST_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều tệp.")
    if is_workbook(data):
        rows = _under_headings(_workbook_rows(data), columns, required)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
        rows = _objects(data, columns)
    else:
        rows = _under_headings(_text_rows(data), columns, required)
    kept = tuple(row for row in rows if any(row.cells.values()))
    if len(kept) > MOST_ROWS:
        raise TooLarge(f"bảng có hơn {MOST_ROWS} dòng", remedy="Hãy chia thành nhiều tệp.")
    return kept


def is_workbook(data: bytes) -> bool:
    """Tell whether it is a packed file, as XLSX is."""
    return data.startswith(b"PK\x03\x04")


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


def _workbook_rows(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked_bytes = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise DamagedFile("không mở được bảng tính XLSX") from error
    if unpacked_bytes > MOST_UNPACKED_BYTES:
        raise TooLarge("bảng tính giải nén ra quá lớn")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # a damaged workbook fails in as many ways as it has parts
        raise DamagedFile("không mở được bảng tính XLSX") from error
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
            if number > MOST_ROWS:
                raise TooLarge(f"bảng có hơn {MOST_ROWS} dòng", remedy="Hãy chia thành nhiều tệp.")
            yield [_text(cell) for cell in row]
    except (ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise DamagedFile("bảng tính XLSX có ô không đọc được") from error
    finally:
        book.close()


def _objects(data: bytes, columns: Columns) -> Iterator[TableRow]:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DamagedFile("tệp JSON không đọc được") from error
    for number, item in enumerate(found, start=1):
        if not isinstance(item, dict):
            raise InvalidInput(f"mục thứ {number} của tệp JSON không phải một đối tượng")
        yield TableRow(number, {name: _text(item[name]) for name in columns if name in item})


def _text(value: Any) -> str:  # noqa: ANN401  # cells of three formats
    match value:
        case None:
            text = ""
        case bool():
            text = "có" if value else "không"
        case datetime():
            text = value.date().isoformat()
        case date():
            text = value.isoformat()
        case float() if value.is_integer():
            text = str(int(value))
        case list():
            text = ";".join(_text(each) for each in value)
        case _:
            text = tidy(str(value))
    return text
