"""Seven repairs of pyHanko and its parser, made once when this module is imported.

Its log prints signers' names and whole tracebacks; what matters of it stands in our reports and errors, so it is
silenced. And it reads a hexadecimal string one character at a time, which for the 64 KiB of a reserved /Contents takes
longer than all the cryptography of a verification; :func:`read_hex_string` reads it at once and leaves every string
that is not plain to the original. And asn1crypto prepares the same few names for comparison (RFC 4518) dozens of times
in one verification, which for long Vietnamese names is a quarter of it; :func:`prepared_name` remembers them. And names
are compared part by part to find the signer among certificates: :func:`same_certificate` looks at the number first, and
:func:`same_name` at the bytes. And the certificates of a signature are taken out of it anew at every step;
:func:`certificates_once` keeps them beside it, and a certificate that was met before is not parsed again. And the same
few object identifiers are spelled out, and the same names written for a dictionary, hundreds of times;
:func:`spelled_out` and :func:`name_as_key` remember them by their bytes.

An eighth is a module of its own: :mod:`digitize.sign.definite_lengths`.
"""

from __future__ import annotations

import logging
import re
from binascii import unhexlify
from functools import lru_cache
from typing import BinaryIO

from asn1crypto import cms, core, tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.sign import general
from pyhanko.sign.general import SignedDataCerts
from pyhanko.sign.validation import generic_cms

from digitize.sign import definite_lengths  # noqa: F401 - imported for its repair

_PLAIN = re.compile(rb"<([0-9A-Fa-f]*)>")
_FIRST_LOOK_BYTES = 4096

_LONGEST_REMEMBERED = 256

original = generic.read_hex_string_from_stream
original_certificates = generic_cms.extract_certs_for_validation
original_dotted = core.ObjectIdentifier.dotted.fget
original_key = x509.Name.hashable.fget
original_equal = x509.Name.__eq__
original_match = general.match_issuer_serial
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


def same_name(name: x509.Name, other: object) -> bool:
    """Compare two names (RFC 5280 §7.1); those of the same bytes are the same."""
    if isinstance(other, x509.Name) and name.dump() == other.dump():
        return True
    same: bool = original_equal(name, other)
    return same


def same_certificate(
    expected_issuer_serial: cms.IssuerAndSerialNumber | tsp.IssuerSerial, cert: x509.Certificate
) -> bool:
    """Tell whether an identifier means a certificate; another number means another one."""
    number = cert["tbs_certificate"]["serial_number"]
    meant: bool = expected_issuer_serial["serial_number"].contents == number.contents
    return meant and original_match(expected_issuer_serial, cert)


def certificates_once(signed_data: cms.SignedData) -> SignedDataCerts:
    """Take the certificates out of a signature, the first time it is asked for."""
    kept: SignedDataCerts | None = vars(signed_data).get("certificates_once")
    if kept is None:
        found = original_certificates(signed_data)
        others = [_certificate(each.dump()) for each in found.other_certs]
        kept = SignedDataCerts(_certificate(found.signer_cert.dump()), others, found.attribute_certs)
        signed_data.certificates_once = kept
    return kept


def spelled_out(identifier: core.ObjectIdentifier) -> str:
    """Write an object identifier with dots."""
    if identifier._dotted is None:  # noqa: SLF001
        identifier._dotted = _dotted(identifier.contents)  # noqa: SLF001
    spelled: str = identifier._dotted  # noqa: SLF001
    return spelled


def name_as_key(name: x509.Name) -> str:
    """Write a name so that equal names are equal text (RFC 5280 §7.1)."""
    return _key(name.dump())


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    prepared: str = original_name(x509.NameTypeAndValue(), text)
    return prepared


@lru_cache(maxsize=4096)
def _dotted(contents: bytes) -> str:
    identifier = core.ObjectIdentifier(contents=contents)
    dotted: str = original_dotted(identifier)
    return dotted


@lru_cache(maxsize=2048)
def _key(der: bytes) -> str:
    key: str = original_key(x509.Name.load(der))
    return key


@lru_cache(maxsize=256)
def _certificate(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)


generic.read_hex_string_from_stream = read_hex_string
x509.NameTypeAndValue._ldap_string_prep = prepared_name  # noqa: SLF001
x509.Name.__eq__ = same_name
x509.Name.hashable = property(name_as_key)
core.ObjectIdentifier.dotted = property(spelled_out)
general.match_issuer_serial = same_certificate
generic_cms.extract_certs_for_validation = certificates_once
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
