"""Cursors of lists that are in the order of several values, as words that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import date

from digitize.errors import InvalidInput

_PART = re.compile(r"[\x20-\x7e]{0,120}")


def to_word(*parts: str) -> str:
    """Encode where a page ended."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def from_word(word: str, length: int) -> tuple[str, ...]:
    """Decode what :func:`to_word` wrote.

    Raises:
        InvalidInput: it is not one of our cursors.
    """
    try:
        parts = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise not_ours() from error
    if not isinstance(parts, list) or len(parts) != length:
        raise not_ours()
    if not all(isinstance(part, str) and _PART.fullmatch(part) for part in parts):
        raise not_ours()
    return tuple(parts)


def day(part: str) -> date:
    """Read a day out of a cursor.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return date.fromisoformat(part)
    except ValueError as error:
        raise not_ours() from error


def not_ours() -> InvalidInput:
    """Return the error of a cursor that cannot be read."""
    return InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.")
