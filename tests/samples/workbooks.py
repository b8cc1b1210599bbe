"""Workbooks as offices send them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

from digitize.confined import spreadsheets
from digitize.workbook import rows_in


def xlsx(*rows: Sequence[object]) -> bytes:
    """Make a workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_part(name: str, content: bytes = b"x", claimed_bytes: int | None = None) -> bytes:
    """Make a workbook that has one part more."""
    made = io.BytesIO(xlsx(["Mã"], ["1"]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as packet:
        packet.writestr(name, content)
        if claimed_bytes is not None:
            packet.infolist()[-1].file_size = claimed_bytes
    return made.getvalue()


def rows_told(workbook: bytes) -> list[Sequence[str]]:
    """Return the rows that the room makes of a workbook, without the room."""
    made = io.BytesIO()
    spreadsheets.rows(b"", workbook, lambda: None, made)
    return list(rows_in([made.getvalue()]))
