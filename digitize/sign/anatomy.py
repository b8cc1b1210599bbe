"""What the bytes of a file say about its signatures, before any cryptography.

pyHanko's coverage check compares lengths; that alone lets a gap elsewhere, or bytes that belong to no revision, pass.
Here every byte must be accounted for (cf. Mladenov et al., "1 Trillion Dollar Refund", CCS 2019).
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Sequence

from asn1crypto.parser import peek

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
_END_MARK = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_BEFORE = re.compile(rb"\s*(?:%[^\r\n]*[\r\n]\s*)*")
_OBJECT = re.compile(rb"(\d+)\s+\d+\s+obj\b")
_WHITE = b"\0\t\n\f\r "


def covers_revision(pdf: bytes, byte_range: Sequence[int], contents: bytes) -> bool:
    """Tell whether a signature covers all bytes from the first on, except its own value, padded by zeros only.

    Args:
        pdf: the file.
        byte_range: of the signature dictionary.
        contents: its /Contents, decoded.
    """
    if len(byte_range) != 4:
        return False
    first, before, second, after = (int(value) for value in byte_range)
    if first != 0 or min(before, second, after) < 0 or second + after > len(pdf):
        return False
    gap = pdf[before:second]
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return False
    try:
        stands_there = unhexlify(gap[1:-1])
    except ValueError:
        return False
    return stands_there == contents and not contents[_der_length(contents) :].strip(b"\0")


def end_of(byte_range: Sequence[int]) -> int:
    """Return the offset behind the last byte that a byte range takes in."""
    return int(byte_range[2]) + int(byte_range[3])


def ends_with_a_revision(pdf: bytes, end: int) -> bool:
    """Tell whether a signed range ends where a revision ends: at its ``%%EOF``, line end included."""
    covered = pdf[max(0, end - 64) : end].rstrip(_WHITE)
    return covered.endswith(b"%%EOF")


def unexplained_tail(pdf: bytes, end: int, later_xrefs: frozenset[int]) -> bool:
    """Tell whether bytes after a signed range belong to no revision that a reader takes in.

    Args:
        pdf: the file.
        end: offset behind the signed range.
        later_xrefs: offsets of the cross-reference sections of the revisions after it, as the reader followed them.
    """
    tail = pdf[end:]
    marks = list(_END_MARK.finditer(tail))
    if {int(mark.group(1)) for mark in marks} != later_xrefs or len(marks) != len(later_xrefs):
        return True
    rest = tail[marks[-1].end() :] if marks else tail
    return bool(rest.strip(_WHITE))


def first_objects(pdf: bytes, end: int) -> list[tuple[int, int]]:
    """Return number and offset of the object with which each revision after a signed range begins.

    Args:
        pdf: the file.
        end: offset behind the signed range.

    Returns:
        One pair for each revision, (0, offset) for one that begins with anything but an object.
    """
    starts = [end, *(end + mark.end() for mark in _END_MARK.finditer(pdf[end:]))][:-1]
    places = [blank.end() for start in starts if (blank := _BEFORE.match(pdf, start))]
    heads = [(place, _OBJECT.match(pdf, place)) for place in places]
    return [(int(head.group(1)) if head else 0, place) for place, head in heads]


def count_byte_ranges(pdf: bytes) -> int:
    """Return how many signature dictionaries stand anywhere in the file, linked or not."""
    return len(_BYTE_RANGE.findall(pdf))


def _der_length(data: bytes) -> int:
    """Return the length of the ASN.1 object at the beginning, header included; 0 when there is none.

    Signatures of the state's own signing programs have an outer length that is indefinite (BER: ``30 80 … 00 00``).
    """
    try:
        length: int = peek(data)
    except ValueError:
        return 0
    return length
