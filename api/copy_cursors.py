"""Cursors of lists of visits and copies, as words that callers hand back unread."""

from __future__ import annotations

from api import cursors
from storage.certifications import CopyCursor
from storage.registry import Cursor


def to_word(cursor: CopyCursor) -> str:
    """Encode a cursor for an address."""
    return cursors.to_word(Cursor(cursor.opened_at, cursor.copy))


def from_word(word: str | None) -> CopyCursor | None:
    """Decode what :func:`to_word` wrote.

    Raises:
        InvalidInput: it is not one of our cursors.
    """
    if word is None:
        return None
    found = cursors.from_word(word)
    return CopyCursor(found.received_at, found.document)
