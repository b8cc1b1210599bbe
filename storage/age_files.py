"""Files encrypted with age (age-encryption.org/v1), on their way to and from a backup."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import pyrage

from digitize.errors import InvalidInput, Misconfigured, ObjectDamaged, StoreUnavailable
from storage.objects import CHUNK_BYTES

_IN_MEMORY_BYTES = 16 * 1024 * 1024


def read_recipients(texts: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Read public keys, ``age1…``.

    Raises:
        Misconfigured: there is none, or one is no public key.
    """
    if not texts:
        raise Misconfigured("chưa có khóa công khai age nào để mã hóa bản sao lưu", remedy="Hãy tạo bằng `age-keygen`.")
    try:
        return [pyrage.x25519.Recipient.from_str(text) for text in texts]
    except pyrage.RecipientError as error:
        raise Misconfigured("khóa công khai để mã hóa bản sao lưu không phải khóa age (age1…)") from error


def read_identities(file: Path) -> list[pyrage.x25519.Identity]:
    """Read secret keys as ``age-keygen`` writes them, ``AGE-SECRET-KEY-1…``.

    Raises:
        InvalidInput: the file cannot be read or holds none.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise InvalidInput("không đọc được tệp khóa bí mật age") from error
    if not found:
        raise InvalidInput("tệp khóa không chứa khóa bí mật age (AGE-SECRET-KEY-1…)")
    return found


def spool() -> BinaryIO:
    """Open an unnamed file, in memory while it is small; the caller closes it."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))


def digest(file: BinaryIO) -> tuple[str, int]:
    """Give the SHA-256 and the size of a file, from its beginning; leave it at its beginning."""
    file.seek(0)
    sha256, size = hashlib.sha256(), 0
    while piece := file.read(CHUNK_BYTES):
        sha256.update(piece)
        size += len(piece)
    file.seek(0)
    return sha256.hexdigest(), size


def encrypted(plain: BinaryIO, recipients: list[pyrage.x25519.Recipient]) -> BinaryIO:
    """Encrypt a file, from its beginning, into a new one opened at its beginning; the caller closes it.

    Raises:
        StoreUnavailable: the temporary disk is full.
    """
    plain.seek(0)
    closed = spool()
    try:
        pyrage.encrypt_io(plain, closed, recipients)
        closed.seek(0)
    except (pyrage.EncryptError, OSError) as error:
        closed.close()
        raise StoreUnavailable("không mã hóa được bản sao lưu (đĩa tạm đầy?)") from error
    return closed


def decrypted(closed: BinaryIO, identities: list[pyrage.x25519.Identity]) -> BinaryIO:
    """Decrypt a file into a new one opened at its beginning; the caller closes it.

    Raises:
        InvalidInput: it was not encrypted to one of these keys.
        ObjectDamaged: it was changed or cut off.
        StoreUnavailable: the temporary disk is full.
    """
    plain = spool()
    try:
        pyrage.decrypt_io(closed, plain, identities)
        plain.seek(0)
    except pyrage.DecryptError as error:
        plain.close()
        if "No matching keys" in str(error):
            raise InvalidInput("khóa bí mật không mở được bản sao lưu này") from error
        raise ObjectDamaged("phần đầu của một tệp sao lưu không còn đúng dạng") from error
    except OSError as error:
        plain.close()
        if error.errno is None:
            raise ObjectDamaged("một phần của bản sao lưu đã bị thay đổi") from error
        raise StoreUnavailable("đĩa tạm đầy hoặc nơi sao lưu không đọc được") from error
    return plain
