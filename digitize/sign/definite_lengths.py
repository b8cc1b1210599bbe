"""A repair of asn1crypto, made once when this module is imported: a length that ends in 0x80 is a length like others.

BER marks an indefinite length by the one octet 0x80 (X.690 §8.1.3.6). asn1crypto looks at the last octet of the header
instead, so that it takes 384 (``82 01 80``) for indefinite too, and writes such a value anew whenever it is asked for
its bytes, every level below it several times over: a signature in about a hundred cost minutes, and bytes that were
read were not the bytes that were given back. Values of indefinite length are still written anew, as they must be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asn1crypto import core

_INDEFINITE = 0x80
_LONG = 0x80
_MORE = 0x80
_HIGH_TAG = 0x1F

_Dump = Callable[..., bytes]


def is_indefinite(header: bytes) -> bool:
    """Tell whether one of the headers that were read stands before a value of indefinite length.

    Args:
        header: identifier and length octets; with explicit tags several, the outermost first.
    """
    at = 0
    while at < len(header):
        high = header[at] & _HIGH_TAG == _HIGH_TAG
        at += 1
        while high:
            high = bool(header[at] & _MORE)
            at += 1
        length = header[at]
        if length == _INDEFINITE:
            return True
        at += 1 + (length & ~_LONG if length & _LONG else 0)
    return False


def _told_apart(original: _Dump) -> _Dump:
    def dump(value: core.Asn1Value, force: bool = False) -> bytes:
        if not force and _only_looks_indefinite(value):
            contents = value.contents  # written anew where a part was changed; then the header is taken away
            if value._header is not None:  # noqa: SLF001
                told: bytes = value._header + contents + value._trailer  # noqa: SLF001
                return told
        return original(value, force)

    return dump


def _choice_told_apart(original: _Dump) -> _Dump:
    def dump(value: core.Choice, force: bool = False) -> bytes:
        if not force and _only_looks_indefinite(value):
            told: bytes = value._header + value.chosen.dump()  # noqa: SLF001
            return told
        return original(value, force)

    return dump


def _only_looks_indefinite(value: Any) -> bool:  # noqa: ANN401  # asn1crypto has no types
    header = value._header  # noqa: SLF001
    return bool(header) and header[-1] == _INDEFINITE and not is_indefinite(header)


for _kind in (core.Asn1Value, core.Primitive, core.Sequence, core.SequenceOf):
    _kind.dump = _told_apart(_kind.dump)
core.Choice.dump = _choice_told_apart(core.Choice.dump)
