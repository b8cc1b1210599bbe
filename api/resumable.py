"""The upload protocol tus 1.0 as values: what a request says in its headers, what an answer says.

Source: tus resumable upload protocol 1.0.0, with the extensions creation, creation-with-upload, expiration, checksum
and termination. The length must be told at the beginning (no creation-defer-length).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from api.errors import MalformedHeader, OtherContent, OtherProtocolVersion
from digitize.errors import TooLarge
from storage.uploads import Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
PIECE = "application/offset+octet-stream"
MOST_METADATA = 4000
"""Characters of ``Upload-Metadata``."""

_ALGORITHMS: Mapping[str, str] = {"sha1": "sha1", "sha256": "sha256"}
_NUMBER = re.compile(r"\d{1,15}")
_NAME = re.compile(r"[\x21-\x2b\x2d-\x7e]+")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request add up to, as the sender says."""

    algorithm: str
    """Of ``hashlib``."""
    digest: bytes

    def fits(self, data: bytes | bytearray) -> bool:
        """Tell whether these are the bytes that were sent."""
        return hashlib.new(self.algorithm, data, usedforsecurity=False).digest() == self.digest


def need_version(headers: Mapping[str, str]) -> None:
    """Refuse another protocol.

    Raises:
        OtherProtocolVersion: ``Tus-Resumable`` is missing or names another version.
    """
    if headers.get("tus-resumable") != VERSION:
        raise OtherProtocolVersion


def need_piece(headers: Mapping[str, str]) -> None:
    """Refuse bytes under another media type.

    Raises:
        OtherContent: it is not ``application/offset+octet-stream``.
    """
    if headers.get("content-type") != PIECE:
        raise OtherContent


def length_of(headers: Mapping[str, str], most: int) -> int:
    """Return how long the whole will be.

    Raises:
        MalformedHeader: the length is not told, or is to be told later.
        TooLarge: it is more than a scan may have.
    """
    length = _number(headers, "upload-length")
    if length > most:
        raise TooLarge
    return length


def offset_of(headers: Mapping[str, str]) -> int:
    """Return where the sender believes the upload to end.

    Raises:
        MalformedHeader: it is not told.
    """
    return _number(headers, "upload-offset")


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """Return the checksum of this request's bytes; None when it has none.

    Raises:
        MalformedHeader: its algorithm is not spoken here, or it cannot be read.
    """
    told = headers.get("upload-checksum")
    if told is None:
        return None
    algorithm, _, encoded = told.partition(" ")
    if algorithm not in _ALGORITHMS:
        raise MalformedHeader(f"thuật toán tổng kiểm không thuộc {', '.join(_ALGORITHMS)}")
    return Checksum(_ALGORITHMS[algorithm], _decoded(encoded, "Upload-Checksum"))


def metadata_of(headers: Mapping[str, str]) -> str:
    """Return ``Upload-Metadata`` as it was sent, proved to be readable.

    Raises:
        MalformedHeader: it is not a list of names with base64 values, names a thing twice or is too long.
    """
    told = headers.get("upload-metadata", "")
    pairs = [pair.strip().partition(" ") for pair in told.split(",")] if told else []
    names = [name for name, _, _ in pairs]
    if len(told) > MOST_METADATA or len(set(names)) != len(names) or not all(map(_NAME.fullmatch, names)):
        raise MalformedHeader("Upload-Metadata")
    for _, _, value in pairs:
        _decoded(value, "Upload-Metadata")
    return told


def options(most: int) -> Mapping[str, str]:
    """Say what is spoken here."""
    return {
        "Tus-Resumable": VERSION, "Tus-Version": VERSION, "Tus-Max-Size": str(most), "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
    }  # fmt: skip


def standing(upload: Upload) -> Mapping[str, str]:
    """Say how far an upload has come, and until when it waits for more."""
    return {"Upload-Offset": str(upload.received_bytes), "Upload-Expires": _moment(upload.expires_at)}


def _moment(moment: datetime) -> str:
    """Write a moment as HTTP does (RFC 9110 §5.6.7)."""
    return format_datetime(moment, usegmt=True)


def _number(headers: Mapping[str, str], name: str) -> int:
    told = headers.get(name, "")
    if not _NUMBER.fullmatch(told):
        raise MalformedHeader(f"thiếu hoặc sai {name.title()}")
    return int(told)


def _decoded(encoded: str, header: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedHeader(header) from error
