"""Cursors of searches: where a page ended, as a word that callers hand back unread.

A cursor may name the place in the index where the reading ended, and so a name; it travels in bodies, never in
addresses, between callers who may search there.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date

import msgspec

from digitize.errors import InvalidInput
from storage.search.finding import Position


def to_word(position: Position) -> str:
    """Encode where a page ended."""
    start = None if position.start is None else [_told(value) for value in position.start]
    told = msgspec.json.encode([position.round, start, position.last])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def from_word(word: str) -> Position:
    """Decode what :func:`to_word` wrote.

    Raises:
        InvalidInput: it is not one of our cursors.
    """
    try:
        told = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        number, start, last = msgspec.json.decode(told, type=tuple[int, tuple[list[str], ...] | None, str | None])
        values = None if start is None else tuple(_meant(*each) for each in start)
    except (binascii.Error, ValueError, TypeError, msgspec.MsgspecError) as error:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy tìm lại từ đầu.") from error
    if not 0 <= number < 100:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy tìm lại từ đầu.")
    return Position(number, values, last)


def _told(value: object) -> list[str]:
    return ["d", value.isoformat()] if isinstance(value, date) else ["s", str(value)]


def _meant(kind: str, value: str) -> object:
    return date.fromisoformat(value) if kind == "d" else value
