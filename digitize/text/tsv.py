"""Tesseract's table of results (``tsv``): one row a page, block, paragraph, line or word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from digitize.text.engine import RawWord

WORD_LEVEL = "5"
"""The first column of a row that describes a word."""


def words_of(table: str) -> tuple[RawWord, ...]:
    """Read the words out of the table.

    Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence (0-100), text.
    """
    return tuple(_words(table))


def _words(table: str) -> Iterator[RawWord]:
    lines: dict[tuple[str, str, str], int] = {}
    for row in table.splitlines():
        cells = row.split("\t", 11)
        if len(cells) < 12 or cells[0] != WORD_LEVEL:
            continue
        text = "".join(unicodedata.normalize("NFC", cells[11]).split())
        left, top, width, height = (int(cell) for cell in cells[6:10])
        if not text or width < 1 or height < 1:
            continue
        line = lines.setdefault((cells[2], cells[3], cells[4]), len(lines))
        confidence = min(1.0, max(0.0, float(cells[10]) / 100))
        yield RawWord(text, left, top, left + width, top + height, confidence, int(cells[2]), line)
