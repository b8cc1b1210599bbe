"""The keys of the sealing worker, found by the id of the clerk or the office they belong to.

The index is a JSON file: ``{"signers": {id: {"p12": file, "passphrase_file": file}}}``, the files relative to it. A key
is opened when it is first asked for and stays loaded: opening costs more than signing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import Misconfigured, SigningRefused
from digitize.sign.keys import open_pkcs12


class _Entry(msgspec.Struct, frozen=True):
    p12: str
    passphrase_file: str


class Keyring:
    """Opens keys by id and keeps them."""

    def __init__(self, index: Path) -> None:
        """Read nothing yet; a key that is added to the index later is found without a restart."""
        self._index = index
        self._opened: dict[str, Signer] = {}

    def signer(self, key_id: str) -> Signer:
        """Return the signer for an id.

        Raises:
            SigningRefused: there is no key for it, or it cannot be opened.
            Misconfigured: the index or a file it names cannot be read.
        """
        if key_id not in self._opened:
            self._opened[key_id] = self._open(key_id)
        return self._opened[key_id]

    def _open(self, key_id: str) -> Signer:
        entry = self._entries().get(key_id)
        if entry is None:
            raise SigningRefused("chưa có khóa ký cho người hoặc cơ quan này")
        folder = self._index.parent
        try:
            bundle = (folder / entry.p12).read_bytes()
            passphrase = (folder / entry.passphrase_file).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise Misconfigured("không đọc được tệp khóa mà danh mục khóa ký nêu tên") from fault
        return open_pkcs12(bundle, passphrase)

    def _entries(self) -> Mapping[str, _Entry]:
        try:
            listed = json.loads(self._index.read_text(encoding="utf-8"))
            return msgspec.convert(listed["signers"], dict[str, _Entry])
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise Misconfigured("danh mục khóa ký không đọc được hoặc sai dạng") from fault
