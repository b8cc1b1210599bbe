"""Three repairs of pyHanko and its parser, made once when this module is imported.

Its log prints signers' names and whole tracebacks; what matters of it stands in our reports and errors, so it is
silenced. And it reads a hexadecimal string one character at a time, which for the 64 KiB of a reserved /Contents takes
longer than all the cryptography of a verification; :func:`read_hex_string` reads it at once and leaves every string
that is not plain to the original. And asn1crypto prepares the same few names for comparison (RFC 4518) dozens of times
in one verification, which for long Vietnamese names is a quarter of it; :func:`prepared_name` remembers them.
"""

from __future__ import annotations

import logging
import re
from binascii import unhexlify
from functools import lru_cache
from typing import BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils import generic

_PLAIN = re.compile(rb"<([0-9A-Fa-f]*)>")
_FIRST_LOOK_BYTES = 4096

_LONGEST_REMEMBERED = 256

original = generic.read_hex_string_from_stream
original_name = x509.NameTypeAndValue._ldap_string_prep  # noqa: SLF001


def read_hex_string(stream: BinaryIO) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a hexadecimal string; the stream stands at its ``<``."""
    begun = stream.tell()
    piece = stream.read(_FIRST_LOOK_BYTES)
    while b">" not in piece:
        more = stream.read(len(piece))
        if not more:
            break
        piece += more
    plain = _PLAIN.match(piece)
    if plain is None or len(plain.group(1)) % 2:
        stream.seek(begun)
        return original(stream)
    stream.seek(begun + plain.end())
    return generic.pdf_string(unhexlify(plain.group(1)))


def prepared_name(part: x509.NameTypeAndValue, text: str) -> str:
    """Prepare a part of a name for comparison; a text too long for any person or office is not remembered."""
    prepared: str = original_name(part, text) if len(text) > _LONGEST_REMEMBERED else _remembered(text)
    return prepared


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    prepared: str = original_name(x509.NameTypeAndValue(), text)
    return prepared


generic.read_hex_string_from_stream = read_hex_string
x509.NameTypeAndValue._ldap_string_prep = prepared_name  # noqa: SLF001
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
