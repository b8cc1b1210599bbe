"""Opaque cursors: where a page of a list ended, as a word that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from digitize.errors import InvalidInput
from storage.registry import Cursor


def to_word(cursor: Cursor) -> str:
    """Encode a cursor for an address."""
    told = f"{cursor.received_at.isoformat()}|{cursor.document}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def from_word(word: str) -> Cursor:
    """Decode what :func:`to_word` wrote.

    Raises:
        InvalidInput: it is not one of our cursors.
    """
    try:
        told = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        moment, _, document = told.partition("|")
        received_at = datetime.fromisoformat(moment).astimezone(UTC)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.") from error
    if not (document.isascii() and document.isalnum()):
        raise InvalidInput("con trỏ trang không đúng", remedy="Hãy mở lại danh sách từ đầu.")
    return Cursor(received_at, document)
