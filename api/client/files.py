"""Fetching a file by its link."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

import httpx


class DamagedDownload(Exception):
    """What came is not the file that was promised."""


def download(http: httpx.Client, url: str, sha256: str, into: BinaryIO) -> int:
    """Write the file behind a link; return its length in bytes.

    Raises:
        DamagedDownload: its digest is not the one that the link promised; throw away what was written.
    """
    digest, length = hashlib.sha256(), 0
    with http.stream("GET", url) as response:
        for part in response.iter_bytes():
            into.write(part)
            digest.update(part)
            length += len(part)
    if digest.hexdigest() != sha256:
        raise DamagedDownload(
            "Tệp tải về không trọn vẹn hoặc đã bị thay đổi trên đường: hãy xin đường dẫn mới và tải lại."
        )
    return length
