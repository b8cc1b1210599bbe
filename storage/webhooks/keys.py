"""The keys of webhooks: derived from one secret of the service, so that neither the database nor a backup holds any.

Each endpoint has a symmetric secret (``whsec_``, for ``v1``) and an Ed25519 key (``whpk_``, for ``v1a``) for each of
its generations: HKDF-SHA256 (RFC 5869) of the service's secret, with the endpoint and the generation as context. A new
generation is a rotation. Who loses the service's secret makes all endpoints rotate; who wants to change it puts the new
one on the first line and leaves the old one below until everybody has fetched new keys: all lines sign.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digitize.errors import Misconfigured
from storage.settings import Settings

KEY_FILE = "webhook.key"
"""In the data folder of the embedded service, made once."""

LEAST_CHARACTERS = 32

_SALT = b"sohoa webhooks 1"


@dataclass(frozen=True, slots=True)
class EndpointKeys:
    """With what one generation of an endpoint is signed."""

    secret: str
    """``whsec_`` and 32 bytes in base64: shared with the endpoint."""
    private: Ed25519PrivateKey
    """Never leaves the service."""

    @property
    def public(self) -> str:
        """``whpk_`` and the Ed25519 public key in base64."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"whpk_{base64.b64encode(raw).decode()}"


@dataclass(frozen=True, slots=True)
class KeySource:
    """Derives the keys of all endpoints."""

    secrets: tuple[bytes, ...]
    """Of the service, newest first."""

    def current(self, endpoint: str, generation: int) -> EndpointKeys:
        """Return the keys that an endpoint is shown."""
        return _derived(self.secrets[0], endpoint, generation)

    def signing(self, endpoint: str, generations: tuple[int, ...]) -> tuple[EndpointKeys, ...]:
        """Return all keys that sign for an endpoint now, those that it is shown first."""
        return tuple(_derived(secret, endpoint, generation) for generation in generations for secret in self.secrets)


def open_keys(settings: Settings) -> KeySource:
    """Return the source of keys; the embedded service makes its own the first time.

    Raises:
        Misconfigured: none is given, it cannot be read, or it is too short.
    """
    if settings.webhook_key is not None:
        text = settings.webhook_key.get_secret_value()
    elif settings.database_url is None:
        text = _own(settings.data / KEY_FILE)
    else:
        raise Misconfigured("thiếu SOHOA_WEBHOOK_KEY_FILE, khóa của các tin báo")
    lines = tuple(line.strip().encode() for line in text.splitlines() if line.strip())
    if not lines or any(len(line) < LEAST_CHARACTERS for line in lines):
        raise Misconfigured(f"SOHOA_WEBHOOK_KEY cần ít nhất {LEAST_CHARACTERS} ký tự ngẫu nhiên mỗi dòng")
    return KeySource(lines)


def _own(file: Path) -> str:
    """Read the file, made complete and at once when missing: two processes may come at the same moment."""
    try:
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(dir=file.parent, prefix=f".{KEY_FILE}")
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write(secrets.token_urlsafe(48) + "\n")
                opened.flush()
                os.fsync(opened.fileno())
            try:
                os.link(partial, file)
            except FileExistsError:
                pass
            finally:
                Path(partial).unlink()
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise Misconfigured(f"không đọc hoặc không tạo được tệp khóa {error.filename}") from error


def _derived(secret: bytes, endpoint: str, generation: int) -> EndpointKeys:
    return EndpointKeys(
        f"whsec_{base64.b64encode(_bytes(secret, 'v1', endpoint, generation)).decode()}",
        Ed25519PrivateKey.from_private_bytes(_bytes(secret, "v1a", endpoint, generation)),
    )


def _bytes(secret: bytes, scheme: str, endpoint: str, generation: int) -> bytes:
    context = f"{scheme}:{endpoint}:{generation}".encode()
    return HKDF(SHA256(), 32, _SALT, context).derive(secret)
