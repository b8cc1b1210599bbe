"""ETag and If-Match: a step names the version that the person saw (RFC 9110 §13.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import VersionMismatch, VersionMissing
from digitize.errors import Conflict

_ETAG = re.compile(r'"(\d{1,9})"')


def etag(version: int) -> str:
    """Return the strong validator of a document's version."""
    return f'"{version}"'


def wanted_version(if_match: str | None) -> int | None:
    """Return the version that If-Match names; None for ``*``, which accepts any.

    Raises:
        VersionMissing: there is no If-Match.
        VersionMismatch: it names nothing that we ever gave out.
    """
    if if_match is None:
        raise VersionMissing
    if if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise VersionMismatch
    return int(found.group(1))


@contextmanager
def same_version() -> Iterator[None]:
    """Give the registry's word "somebody was faster" the name that If-Match has for it.

    Raises:
        VersionMismatch: the document has another version by now.
    """
    try:
        yield
    except Conflict as error:
        if type(error) is Conflict and not error.detail:
            raise VersionMismatch from error
        raise
