"""The printed lines of a paper, in one sequence that knows where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from digitize.model import Box, Page, Word
from digitize.vietnamese import bare, is_capitals, tidy


@dataclass(frozen=True, slots=True)
class Row:
    """A line of print and what the rules ask of it."""

    page: int
    """1-based."""
    page_width: int
    """Pixels."""
    page_height: int
    """Pixels."""
    words: tuple[Word, ...]
    """From left to right, never empty."""
    box: Box
    """Pixels of the faithful page."""
    block: int
    """Ordinal of the block on its page."""

    @property
    def text(self) -> str:
        """As read, NFC, single blanks."""
        return tidy(" ".join(word.text for word in self.words))

    @property
    def bare(self) -> str:
        """Letters and digits without marks, lower case."""
        return bare(self.text)

    @property
    def capitals(self) -> bool:
        """Nearly all letters are capitals."""
        return is_capitals(self.text)

    @property
    def confidence(self) -> float:
        """0.0 to 1.0, over the words with letters or digits, weighted by length."""
        told = [word for word in self.words if any(letter.isalnum() for letter in word.text)] or list(self.words)
        return sum(word.confidence * len(word.text) for word in told) / sum(len(word.text) for word in told)

    @property
    def weakest(self) -> float:
        """0.0 to 1.0: the least confidence of a word with letters or digits."""
        told = [word.confidence for word in self.words if any(letter.isalnum() for letter in word.text)]
        return min(told, default=0.0)

    @property
    def height(self) -> float:
        """Pixels: the middling height of its words; a bracket or a pen stroke may tower over the rest."""
        return float(median(word.box.height for word in self.words))

    @property
    def centre(self) -> float:
        """Middle of the line as a share of the page's width."""
        return (self.box.left + self.box.right) / 2 / self.page_width

    @property
    def depth(self) -> float:
        """Middle of the line as a share of the page's height."""
        return (self.box.top + self.box.bottom) / 2 / self.page_height

    def part(self, start: int, end: int | None = None) -> Row:
        """Give the row of some of its words."""
        return row_of(self, self.words[start:end])


def row_of(like: Row, words: Sequence[Word]) -> Row:
    """Make a row of words on the page of another row."""
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return Row(like.page, like.page_width, like.page_height, tuple(words), box, like.block)


def rows_of(pages: Iterable[Page]) -> tuple[Row, ...]:
    """Give the lines of all pages in reading order."""
    return tuple(
        Row(page.number, page.width, page.height, line.words, line.box, ordinal)
        for page in pages
        for ordinal, block in enumerate(page.blocks)
        for line in block.lines
    )


def union(rows: Sequence[Row]) -> Box:
    """Give the smallest box around rows of one page."""
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return box


def side_by_side(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Join what stands at the same height into rows across the page, from the top: a form is read that way."""
    joined: list[list[Row]] = []
    for row in sorted(rows, key=lambda each: (each.page, each.box.top + each.box.bottom)):
        middle = (row.box.top + row.box.bottom) / 2
        last = joined[-1] if joined else None
        level = last is not None and abs(middle - (last[0].box.top + last[0].box.bottom) / 2) < 0.5 * row.height
        if last is not None and level and last[0].page == row.page:
            last.append(row)
        else:
            joined.append([row])
    return tuple(
        row_of(group[0], sorted((word for row in group for word in row.words), key=lambda word: word.box.left))
        for group in joined
    )
