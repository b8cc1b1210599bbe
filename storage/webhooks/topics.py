"""What endpoints may be told of, and what a system must be allowed to read to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from digitize.errors import Forbidden, InvalidInput
from storage import announcements

TRIAL = "webhook.test"
"""A message that proves nothing but that it arrives."""

READABLE_BY: Mapping[str, str] = {
    announcements.PUBLISHED: "results:read",
    announcements.SUPERSEDED: "results:read",
    announcements.REVOKED: "results:read",
    announcements.REUSED: "results:read",
    announcements.COPY_ISSUED: "copies:read",
    announcements.COPY_CANCELLED: "copies:read",
    announcements.COPY_VOID: "copies:read",
}
"""Topic → the scope without which a system is not told."""


def need_topics(topics: Collection[str], scopes: Collection[str]) -> None:
    """Refuse topics that do not exist, or that a system with these scopes must not be told of.

    Raises:
        InvalidInput: there is none, or one of them does not exist.
        Forbidden: a scope is missing.
    """
    unknown = sorted(set(topics) - READABLE_BY.keys())
    if unknown or not topics:
        raise InvalidInput(f"loại tin phải thuộc: {', '.join(READABLE_BY)}")
    missing = sorted({READABLE_BY[topic] for topic in topics} - set(scopes))
    if missing:
        raise Forbidden(f"hệ thống nhận tin chưa có quyền {', '.join(missing)}")
