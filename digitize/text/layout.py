"""Lines to blocks in reading order, columns kept apart.

The recogniser likes to join the two columns of an official header (NĐ 30/2020/NĐ-CP, Annex I, cells 1-4) into lines
across the page. Lines are therefore cut at wide gaps, gathered into blocks by nearness, and the blocks ordered by
cutting the page into bands and columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from digitize.model import Block, Box, Line
from digitize.text.columns import header_boundary
from digitize.text.order import in_reading_order
from digitize.text.placing import line_of

WIDE_GAP = 2.2
"""Heights of the line: no blank inside justified print is wider."""
HEADER_GAP = 0.45
"""Heights of the line: a blank at the seam of the header's columns may be as narrow as this."""
NEAR = 0.9
"""Heights of a line: farther apart, two lines belong to different blocks."""
OVERLAP = 0.3
"""Share of the narrower line that must lie above or below the other."""


def blocks(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Arrange the lines of a page.

    Args:
        lines: of the engine, in coordinates of the faithful page.
    """
    pieces = _cut(lines)
    return in_reading_order(tuple(_block(group) for group in _gathered(pieces)))


def _cut(lines: Sequence[Line]) -> list[Line]:
    """Cut lines at wide gaps, and at the seam of a two-column header."""
    seam = header_boundary(lines)
    pieces: list[Line] = []
    for line in lines:
        # the height of a line is that of its middling word: a signature or a bracket may tower over the rest
        height = median(word.box.height for word in line.words)
        start = 0
        for at in range(1, len(line.words)):
            before, after = line.words[at - 1].box, line.words[at].box
            gap = after.left - before.right
            at_seam = seam is not None and seam.parts(before, after) and gap > HEADER_GAP * height
            if gap > WIDE_GAP * height or at_seam:
                pieces.append(line_of(line.words[start:at]))
                start = at
        pieces.append(line_of(line.words[start:]))
    return pieces


def _gathered(pieces: Sequence[Line]) -> list[list[Line]]:
    """Put each line, from the top, under the nearest block that it continues."""
    groups: list[list[Line]] = []
    for line in sorted(pieces, key=lambda piece: (piece.box.top, piece.box.left)):
        above = [group for group in groups if _continues(group[-1].box, line.box)]
        # a line under two columns at once begins something new
        if len(above) == 1:
            above[0].append(line)
        else:
            groups.append([line])
    return groups


def _continues(above: Box, below: Box) -> bool:
    overlap = min(above.right, below.right) - max(above.left, below.left)
    height = min(above.height, below.height)
    gap = below.top - above.bottom
    return (
        overlap >= OVERLAP * min(above.width, below.width)
        and -0.7 * height < gap < NEAR * height
        and above.top < below.top
    )


def _block(lines: Sequence[Line]) -> Block:
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    return Block(tuple(lines), box)
