"""Tables of dossiers that somebody hands in: what they are by their bytes, and the rows of a CSV."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import BinaryIO

from digitize.errors import DamagedFile, EmptyFile, NotATable
from digitize.workbook import is_workbook

_PIECE_BYTES = 256 * 1024
_CELL_LETTERS = 100_000


class TableKind(StrEnum):
    """What the bytes of a file say that it is."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"


def kind_of(file: BinaryIO) -> TableKind:
    """Tell what a file is by its first bytes, whatever its name says.

    Raises:
        EmptyFile: it has no bytes.
        NotATable: it is a kind of file that holds no rows.
    """
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise EmptyFile(remedy="Hãy chọn tệp CSV, XLSX hoặc NDJSON có nội dung.")
    if is_workbook(head):
        return TableKind.XLSX
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        return TableKind.NDJSON
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in head:
        raise NotATable
    return TableKind.CSV


def csv_rows(file: BinaryIO) -> Iterator[Sequence[str]]:
    """Give the rows of a CSV, whatever sign separates its cells.

    Raises:
        DamagedFile: it is not written in UTF-8 or UTF-16, or a row cannot be read.
    """
    head = file.read(_PIECE_BYTES)
    file.seek(0)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    csv.field_size_limit(_CELL_LETTERS)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield from csv.reader(text, delimiter=_delimiter(head.decode(encoding, "replace")))
    except UnicodeDecodeError:
        raise DamagedFile("CSV không viết bằng UTF-8", remedy="Hãy lưu lại tệp dạng CSV UTF-8.") from None
    except csv.Error as error:
        raise DamagedFile("CSV có dòng không đọc được", remedy="Hãy lưu lại tệp dạng CSV UTF-8.") from error
    finally:
        text.detach()


def _delimiter(head: str) -> str:
    """Return the sign that separates cells: the one that most of the first lines have most of."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    return max(",;\t|", key=lambda sign: sum(line.count(sign) for line in lines))
