"""From an entry of the keyring to a signer; tokens and services are shared by the keys that lie there."""

from __future__ import annotations

from pathlib import Path

from asn1crypto import pem, x509

from digitize.errors import Misconfigured
from digitize.sign.key_signer import KeySigner
from digitize.sign.keys import open_pkcs12
from workers.keys.csc import CscKey, open_csc_key
from workers.keys.csc_wire import CscClient, CscService
from workers.keys.entries import CscEntry, Index, Pkcs11Entry, Pkcs12Entry, ServiceEntry, TokenEntry
from workers.keys.pkcs11 import KeyName, TokenKey, open_token_key
from workers.keys.secret import OneTry, Secret, SecretDescriptor, SecretFile
from workers.keys.token import Token, TokenPlace
from workers.keys.turns import Turns, Urgency


class Opener:
    """Opens keys, and keeps the tokens and services behind them."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet.

        Args:
            folder: what file names are relative to.
        """
        self._folder = folder
        self._tokens: dict[tuple[str, TokenEntry], Token] = {}
        self._services: dict[tuple[str, ServiceEntry], tuple[CscClient, Turns]] = {}
        self._descriptors: dict[int, Secret] = {}

    def open(self, index: Index, key_id: str, urgency: Urgency) -> KeySigner:
        """Return the signer of an entry.

        Raises:
            KeyUnavailable: the token or the service does not answer.
            Misconfigured: a file is missing or exposed, a PIN is wrong, a key is not where it should be.
            SigningRefused: key and certificate do not belong together, or must not sign.
        """
        entry = index.signers[key_id]
        if isinstance(entry, Pkcs12Entry):
            return self._pkcs12(entry)
        if isinstance(entry, Pkcs11Entry):
            return self._pkcs11(index, entry, urgency)
        return self._csc(index, entry, urgency)

    def _pkcs12(self, entry: Pkcs12Entry) -> KeySigner:
        try:
            bundle = (self._folder / entry.p12).read_bytes()
            passphrase = (self._folder / entry.passphrase_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise Misconfigured("không đọc được tệp khóa mà danh mục khóa ký nêu tên") from fault
        return open_pkcs12(bundle, passphrase, entry.rsa_padding)

    def _pkcs11(self, index: Index, entry: Pkcs11Entry, urgency: Urgency) -> KeySigner:
        if entry.key_label is None and entry.key_id is None:
            raise Misconfigured("danh mục khóa ký thiếu key_label hoặc key_id")
        name = KeyName(entry.key_label, None if entry.key_id is None else bytes.fromhex(entry.key_id))
        key = TokenKey(tuple(self._token(index, token) for token in entry.tokens), name, entry.wait_s)
        certificates = None if entry.certificates is None else read_certificates(self._folder / entry.certificates)
        return open_token_key(key, certificates, entry.rsa_padding, urgency)

    def _csc(self, index: Index, entry: CscEntry, urgency: Urgency) -> KeySigner:
        client, turns = self._service(index, entry.service)
        secret = self._secret(entry.pin_file, entry.pin_fd)
        pin = None if secret is None else OneTry(secret, f"{entry.service} {entry.credential}")
        key = CscKey(client, entry.credential, pin, entry.wait_s)
        return open_csc_key(key, turns, entry.rsa_padding, urgency)

    def _token(self, index: Index, name: str) -> Token:
        entry = index.token(name)
        known = self._tokens.get((name, entry))
        if known is None:
            place = TokenPlace(
                name, self._folder / entry.module, self._secret(entry.pin_file, entry.pin_fd),
                label=entry.label, serial=entry.serial, slot=entry.slot, sessions=entry.sessions,
            )  # fmt: skip
            known = self._tokens[name, entry] = Token(place)
        return known

    def _service(self, index: Index, name: str) -> tuple[CscClient, Turns]:
        entry = index.service(name)
        known = self._services.get((name, entry))
        if known is None:
            service = CscService(
                name, entry.url, entry.token_url, entry.client_id, SecretFile(self._folder / entry.client_secret_file),
                timeout_s=entry.timeout_s, at_once=entry.at_once,
            )  # fmt: skip
            known = self._services[name, entry] = CscClient(service), Turns(entry.at_once)
        return known

    def _secret(self, file: str | None, descriptor: int | None) -> Secret | None:
        if file is not None:
            return SecretFile(self._folder / file)
        if descriptor is None:
            return None
        if descriptor not in self._descriptors:
            self._descriptors[descriptor] = SecretDescriptor(descriptor)
        return self._descriptors[descriptor]


def read_certificates(file: Path) -> list[x509.Certificate]:
    """Read a PEM file of certificates, or a DER file of one.

    Raises:
        Misconfigured: it cannot be read or holds none.
    """
    try:
        content = file.read_bytes()
        ders = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
        return [x509.Certificate.load(der, strict=True) for der in ders]
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"không đọc được tệp chứng thư số {file.name}") from fault
