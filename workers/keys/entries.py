"""The keyring's file: which key lies where.

Two forms. JSON for the simple case, one PKCS#12 file per key: ``{"signers": {id: {"p12": …, "passphrase_file": …}}}``.
TOML for all adapters; tokens and services stand once and are shared by the keys that lie there:

    [tokens.hsm-1]
    module = "/usr/lib/softhsm/libsofthsm2.so"
    label = "so-hoa"
    pin_file = "hsm-1.pin"

    [services.nha-cung-cap]
    url = "https://ky.example.vn/csc/v2"
    token_url = "https://ky.example.vn/oauth2/token"
    client_id = "so-hoa"
    client_secret_file = "csc.secret"

    [signers."id of a clerk or an office"]
    adapter = "pkcs11"
    tokens = ["hsm-1", "hsm-2"]
    key_label = "ubnd-xa"

Files are relative to the keyring's own.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from digitize.errors import Misconfigured
from digitize.sign.rules import RsaPadding
from storage.signing_keys import Adapter

Seconds = Annotated[float, msgspec.Meta(gt=0, le=600)]
Few = Annotated[int, msgspec.Meta(ge=1, le=64)]


class Pkcs12Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pkcs12", tag_field="adapter"):
    """A key in a file, kept loaded."""

    p12: str
    passphrase_file: str
    rsa_padding: RsaPadding = RsaPadding.PKCS1V15


class Pkcs11Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pkcs11", tag_field="adapter"):
    """A key on one or several tokens."""

    tokens: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Names in ``[tokens]``, all with the same key; the first that lives is used."""
    key_label: str | None = None
    """CKA_LABEL."""
    key_id: Annotated[str, msgspec.Meta(pattern="^([0-9a-fA-F]{2})+$")] | None = None
    """CKA_ID, hexadecimal."""
    certificates: str | None = None
    """PEM file: the signer's own first, its issuers after it. None: they are on the token."""
    rsa_padding: RsaPadding = RsaPadding.PKCS1V15
    wait_s: Seconds = 60.0
    """How long a signature waits for a session."""


class CscEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="csc", tag_field="adapter"):
    """A key that a remote service holds."""

    service: str
    """Name in ``[services]``."""
    credential: str
    """credentialID."""
    pin_file: str | None = None
    pin_fd: int | None = None
    """Descriptor that the parent process left open, instead of a file."""
    rsa_padding: RsaPadding = RsaPadding.PKCS1V15
    wait_s: Seconds = 60.0


class TokenEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token or HSM partition; label, serial and slot together must fit one only."""

    module: str
    """The vendor's library."""
    label: str | None = None
    serial: str | None = None
    slot: int | None = None
    pin_file: str | None = None
    pin_fd: int | None = None
    sessions: Few = 2
    """For one process; several sealing processes open as many each."""


class ServiceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A CSC v2 service."""

    url: str
    token_url: str
    client_id: str
    client_secret_file: str
    timeout_s: Seconds = 30.0
    at_once: Few = 4


Kind = TypeVar("Kind")
Entry = Pkcs12Entry | Pkcs11Entry | CscEntry


class Index(msgspec.Struct, frozen=True):
    """The whole file."""

    signers: dict[str, Entry]
    tokens: dict[str, TokenEntry] = {}
    services: dict[str, ServiceEntry] = {}

    def token(self, name: str) -> TokenEntry:
        """Return a token by its name.

        Raises:
            Misconfigured: there is none.
        """
        return _named(self.tokens, name, "tokens")

    def service(self, name: str) -> ServiceEntry:
        """Return a service by its name.

        Raises:
            Misconfigured: there is none.
        """
        return _named(self.services, name, "services")


def index_file(place: Path) -> Path:
    """Return the keyring's file: itself, or the one in a folder, TOML before JSON."""
    if not place.is_dir():
        return place
    toml = place / "keyring.toml"
    return toml if toml.exists() else place / "keyring.json"


def read_index(file: Path) -> Index:
    """Read a keyring's file.

    Raises:
        Misconfigured: it cannot be read or has another shape.
    """
    try:
        text = file.read_text(encoding="utf-8")
        table: dict[str, Any] = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
        signers = {
            name: entry if "adapter" in entry else {**entry, "adapter": "pkcs12"}
            for name, entry in table["signers"].items()
        }
        return msgspec.convert({**table, "signers": signers}, Index)
    except msgspec.ValidationError as fault:
        raise Misconfigured(f"danh mục khóa ký (SOHOA_KEYRING) sai dạng: {fault}") from fault
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Misconfigured("danh mục khóa ký (SOHOA_KEYRING) không đọc được hoặc sai dạng") from fault


def adapter_of(entry: Entry) -> Adapter:
    """Return how a key is used, as administrators read it."""
    if isinstance(entry, Pkcs11Entry):
        return Adapter.PKCS11
    return Adapter.CSC if isinstance(entry, CscEntry) else Adapter.PKCS12


def secret_files(file: Path, index: Index) -> Iterator[Path]:
    """Return every file that only its owner may read, the keyring's own first."""
    yield file
    for entry in (*index.signers.values(), *index.tokens.values(), *index.services.values()):
        for field in ("p12", "passphrase_file", "pin_file", "client_secret_file"):
            named = getattr(entry, field, None)
            if named is not None:
                yield file.parent / named


def _named(table: Mapping[str, Kind], name: str, part: str) -> Kind:
    try:
        return table[name]
    except KeyError:
        raise Misconfigured(f"danh mục khóa ký không có [{part}.{name}]") from None
