"""Pages as a careful recogniser would hand them over, written line by line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digitize.model import Block, Box, Line, Page, Word

WIDTH, HEIGHT, LETTER = 1654, 2339, 14

Placed = tuple[float, float, str] | tuple[float, float, str, float]
Papermaker = Callable[..., Page]


@pytest.fixture
def paper() -> Papermaker:
    """Give a maker of pages: lines as (left share, top share, text, confidence)."""

    def make(*lines: Placed, number: int = 1) -> Page:
        blocks = tuple(_block(*line) for line in lines)
        return Page(number, WIDTH, HEIGHT, 200, 0, 0.0, blocks)

    return make


def _block(left: float, top: float, text: str, confidence: float = 0.96) -> Block:
    words, x, y = [], round(left * WIDTH), round(top * HEIGHT)
    for part in text.split():
        width = LETTER * len(part)
        words.append(Word(part, Box(x, y, x + width, y + 26), confidence))
        x += width + LETTER // 2
    box = Box(words[0].box.left, y, words[-1].box.right, y + 26)
    return Block((Line(tuple(words), box),), box)
