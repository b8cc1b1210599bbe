"""Workbooks from outside: told by their first bytes, and the lines in which their rows leave the room that opens them.

Nothing is opened here. What comes out of the room was made by a process that had read a stranger's file, so that it is
checked again by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from digitize.errors import DamagedFile, NotATable

HEAD_BYTES = 8
"""As many first bytes tell what a file is."""

MOST_ROWS = 1_048_576
"""As many as a sheet can have."""

MOST_LINE_BYTES = 16 * 1024**2
"""Of one row; 256 cells of 8,000 letters are fewer, unless somebody means harm."""

_PACKED = b"PK\x03\x04"
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""[MS-CFB] §2.2: the old .xls, and an XLSX with a password ([MS-OFFCRYPTO] §2.3.4)."""


def is_workbook(head: bytes) -> bool:
    """Tell whether it is a packed file, as XLSX is.

    Raises:
        NotATable: it is a workbook that nobody opens here: with a password, or of the old kind.
    """
    if head.startswith(_COMPOUND):
        raise NotATable(
            "đây là bảng tính có mật khẩu, hoặc tệp .xls kiểu cũ",
            remedy="Hãy bỏ mật khẩu rồi lưu lại dạng .xlsx hoặc CSV UTF-8.",
        )
    return head.startswith(_PACKED)


def line_of(row: Sequence[str]) -> bytes:
    """Write a row as a line of JSON."""
    return msgspec.json.encode(row) + b"\n"


def rows_in(pieces: Iterable[bytes]) -> Iterator[Sequence[str]]:
    """Read the rows out of lines that arrive in pieces of any length.

    Raises:
        DamagedFile: it is something else.
    """
    decoder = msgspec.json.Decoder(list[str])
    try:
        for number, line in enumerate(_lines(pieces), start=1):
            if number > MOST_ROWS:
                raise _spoilt()
            yield decoder.decode(line)
    except msgspec.DecodeError as error:
        raise _spoilt() from error


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > MOST_LINE_BYTES:
            raise _spoilt()
        yield from whole
    if rest:
        yield rest


def _spoilt() -> DamagedFile:
    return DamagedFile("bảng tính không đọc được trọn vẹn", remedy="Hãy lưu lại bảng dạng CSV UTF-8.")
