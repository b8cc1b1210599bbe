"""Laws of carrying over: no pixel is lost, and every word comes back from the archive file."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import numpy as np
import pypdfium2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from digitize.archive import ArchiveWriter, Capture
from digitize.image.decoding import decode
from digitize.image.encoding import lossless
from digitize.image.sheet import Sheet
from digitize.model import Block, Box, Line, Page, Word
from digitize.page_frame import PageFrame
from tests.samples import scans

CAPTURE = Capture("d1", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)
BLANK = np.full((1169, 827), 255, np.uint8)
IMAGE = lossless(BLANK)

LETTERS = "abcdeghiklmnopqrstuvxyăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ0123456789"
SHAPES = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)),
)


@settings(max_examples=60, deadline=None)
@example(np.full((1, 1), 127, np.uint8))
@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.sampled_from((0, 1, 127, 254, 255)))))
def test_lossless_loses_nothing(pixels: NDArray[np.uint8]) -> None:
    shown = decode(lossless(pixels))
    before, after = (side if side.ndim == 3 else np.dstack([side] * 3) for side in (pixels, shown))
    assert np.array_equal(before, after)


@settings(max_examples=25, deadline=None)
@example([["0"], ["0"]], 0, 0.0)
@given(
    lines=st.lists(st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=6), min_size=1, max_size=12),
    rotation=st.sampled_from((0, 90, 180, 270)),
    skew=st.floats(-2, 2),
)
def test_every_word_comes_back_in_its_normal_form(lines: list[list[str]], rotation: int, skew: float) -> None:
    width, height = (827, 1169) if rotation in (0, 180) else (1169, 827)
    blocks = tuple(_block(row, words) for row, words in enumerate(lines))
    writer = ArchiveWriter(CAPTURE)
    writer.add(Sheet(1, BLANK, 100, 0, 595.44, 841.68, IMAGE), Page(1, width, height, 100, rotation, skew, blocks))
    document = pypdfium2.PdfDocument(scans.finished(writer))
    found = document[0].get_textpage().get_text_range().split()
    document.close()
    expected = [unicodedata.normalize("NFC", word) for line in lines for word in line]
    assert found == expected


def _block(row: int, texts: list[str]) -> Block:
    words, left = [], 40
    for text in texts:
        width = 10 * len(text)
        words.append(
            Word(unicodedata.normalize("NFC", text), Box(left, 60 + 50 * row, left + width, 90 + 50 * row), 1.0)
        )
        left += width + 12
    line = Line(tuple(words), words[0].box.union(words[-1].box))
    return Block((line,), line.box)


@given(st.floats(10, 5000), st.floats(10, 5000), st.sampled_from((0, 90, 180, 270)), st.floats(0, 1), st.floats(0, 1))
def test_every_upright_point_lies_on_the_page(width: float, height: float, turn: int, right: float, up: float) -> None:
    frame = PageFrame.of(width, height, turn)
    x, y = frame.to_page(right * frame.upright_width, up * frame.upright_height)
    assert -0.01 <= x <= frame.width + 0.01
    assert -0.01 <= y <= frame.height + 0.01
