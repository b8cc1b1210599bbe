"""A part of a file, and a file that the caller has already (RFC 9110 §13, §14)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from fastapi.responses import Response, StreamingResponse

from api.errors import BeyondTheEnd
from storage.objects import CHUNK_BYTES, ObjectStore

_RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-(?P<tail>\d{1,18}))")


def is_same(if_none_match: str | None, tag: str) -> bool:
    """Tell whether If-None-Match names this very representation; a weak comparison is enough (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    named = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in named or tag in named


def not_modified(tag: str) -> Response:
    """Answer that nothing changed."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})


def part_of(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte of a single range; None: the whole file.

    A range that cannot be read is ignored, as the RFC asks; one beyond the end is returned as it is.
    """
    found = _RANGE.fullmatch(wanted.strip()) if wanted else None
    if found is None:
        return None
    if found["tail"] is not None:
        return max(0, size - int(found["tail"])), size - 1
    first, last = int(found["first"]), int(found["last"] or size - 1)
    return None if last < first <= size - 1 else (first, min(last, size - 1))


def stream(
    objects: ObjectStore,
    key: str,
    media_type: str,
    headers: Mapping[str, str],
    wanted: str | None,
    if_range: str | None,
) -> Response:
    """Send an object, or the part of it that was asked for.

    Args:
        objects: where it is kept.
        key: its SHA-256, which is its tag as well.
        media_type: of the whole.
        headers: further ones.
        wanted: the header Range.
        if_range: a tag: the part is sent only while the object is the same.

    Raises:
        BeyondTheEnd: the part begins after the last byte.
    """
    tag, size = f'"{key}"', objects.size(key)
    told = {**headers, "ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    part = part_of(wanted, size) if if_range in (None, tag) else None
    if part is None and size <= CHUNK_BYTES:
        # What fits into one piece is sent as one: each piece of a stream takes a thread's turn.
        return Response(objects.get(key), 200, told, media_type)
    if part is None:
        return StreamingResponse(objects.open(key), 200, told | {"Content-Length": str(size)}, media_type)
    first, last = part
    if first >= size:
        raise BeyondTheEnd(size)
    length = last - first + 1
    told |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    return StreamingResponse(_between(objects.open(key), first, length), 206, told, media_type)


def _between(pieces: Iterator[bytes], first: int, length: int) -> Iterator[bytes]:
    """Give so many bytes from a place on."""
    for piece in chain(pieces, (b"",)):
        if first >= len(piece) > 0:
            first -= len(piece)
            continue
        part = piece[first : first + length]
        first, length = 0, length - len(part)
        if part:
            yield part
        if length == 0:
            return
