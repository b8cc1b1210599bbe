"""The keys of the sealing worker, found by the id of the clerk or the office they belong to.

Where each key lies stands in the keyring's file (:mod:`workers.keys.entries`). A key is opened when it is first asked
for and stays open: opening costs more than signing.
"""

from __future__ import annotations

import threading
from pathlib import Path

from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import SigningRefused
from storage.signing_keys import Adapter
from workers.keys.entries import adapter_of, index_file, read_index
from workers.keys.opening import Opener
from workers.keys.turns import Urgency


class Keyring:
    """Opens keys by id and keeps them; any thread may ask."""

    def __init__(self, index: Path) -> None:
        """Read nothing yet; a key that is added to the index later is found without a restart.

        Args:
            index: the keyring's file, or the folder with its ``keyring.toml`` or ``keyring.json``.
        """
        self._index = index_file(index)
        self._opener = Opener(self._index.parent)
        self._opened: dict[tuple[str, Urgency], Signer] = {}
        self._adapters: dict[str, Adapter] = {}
        self._lock = threading.Lock()

    def signer(self, key_id: str, urgency: Urgency = Urgency.COUNTER) -> Signer:
        """Return the signer for an id.

        Args:
            key_id: of a clerk or an office.
            urgency: who waits for its signatures; where sessions are few, the counter is served before the night.

        Raises:
            SigningRefused: there is no key for it, or it cannot be opened.
            KeyUnavailable: the token or the service that holds it does not answer.
            Misconfigured: the index or a file it names cannot be read, or a PIN is wrong.
        """
        with self._lock:
            if (key_id, urgency) not in self._opened:
                index = read_index(self._index)
                if key_id not in index.signers:
                    raise SigningRefused("chưa có khóa ký cho người hoặc cơ quan này")
                self._adapters[key_id] = adapter_of(index.signers[key_id])
                self._opened[key_id, urgency] = self._opener.open(index, key_id, urgency)
            return self._opened[key_id, urgency]

    def adapter(self, key_id: str) -> Adapter | None:
        """Return how a key is used that was asked for before; None when the index does not name it."""
        return self._adapters.get(key_id)
