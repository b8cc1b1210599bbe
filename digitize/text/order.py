"""Blocks in the order in which a person reads them: bands from the top, in each band columns from the left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digitize.model import Block

Span = Callable[[Block], tuple[int, int]]


def in_reading_order(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Order blocks by cutting the page into bands and columns, again and again (recursive X-Y cut, Nagy 1984)."""
    if len(blocks) < 2:
        return tuple(blocks)
    bands = _merged_bands(_apart(blocks, _rows))
    if len(bands) > 1:
        return tuple(block for band in bands for block in in_reading_order(band))
    columns = _apart(blocks, _columns)
    if len(columns) > 1:
        return tuple(block for column in columns for block in in_reading_order(column))
    return tuple(sorted(blocks, key=lambda block: (block.box.top, block.box.left)))


def _rows(block: Block) -> tuple[int, int]:
    # the foot and head of neighbouring lines may touch on a skewed page
    slack = block.lines[0].box.height // 5
    return block.box.top + slack, max(block.box.top + slack + 1, block.box.bottom - slack)


def _columns(block: Block) -> tuple[int, int]:
    return block.box.left, block.box.right


def _apart(blocks: Sequence[Block], span: Span) -> list[list[Block]]:
    """Part blocks wherever nothing lies across the cut."""
    parts: list[list[Block]] = []
    reached = -1
    for block in sorted(blocks, key=span):
        start, end = span(block)
        if not parts or start >= reached:
            parts.append([])
        parts[-1].append(block)
        reached = max(reached, end)
    return parts


def _merged_bands(bands: list[list[Block]]) -> list[list[Block]]:
    """Join neighbouring bands that have the same two columns: a column is read to its end before the next.

    Bands with more columns are rows of a table, and those are read row by row.
    """
    merged: list[list[Block]] = []
    for band in bands:
        if merged and _same_two_columns(merged[-1], band):
            merged[-1] = merged[-1] + band
        else:
            merged.append(band)
    return merged


def _same_two_columns(above: list[Block], below: list[Block]) -> bool:
    return all(len(_apart(part, _columns)) == 2 for part in (above, below, above + below))
