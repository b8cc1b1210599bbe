"""What the sealing worker tells of its keys while it works with them, and what administrators tell it in turn.

A key is told of when it is opened for a signature, never opened only to be told of: an HSM has few sessions, and a PIN
has few tries. ``sohoa keys`` opens them all, when an operator asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from asn1crypto import x509

from digitize.errors import Misconfigured, RegistryUnavailable, SigningRefused, SohoaError
from digitize.sign.eligibility import common_name, may_sign, without_legal_value
from digitize.sign.rules import Regime
from storage import signing_keys
from storage.database import Database
from storage.signing_keys import Adapter, Certificate, Told, Where
from workers.keys.entries import Index, adapter_of, index_file, read_index

log = structlog.get_logger(__name__)


class KeyRoll:
    """Tells the registry of keys, each once for each state it is found in; keeps barred certificates from signing."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Tell nothing yet."""
        self._database = database
        self._clock = clock
        self._told: dict[tuple[str, Where], Told] = {}

    def enter(self, keyring: Path) -> None:
        """Tell which keys the keyring names; what cannot be read or told now is told when a key is used."""
        with suppress(Misconfigured, RegistryUnavailable):
            named = adapters(read_index(index_file(keyring)))
            with self._database.write() as connection:
                signing_keys.enter(connection, named, self._clock())

    def tell(self, told: Told) -> None:
        """Tell of a key, unless just the same was told before; a registry that is away is no reason not to sign."""
        if self._told.get((told.holder, told.place)) == told:
            return
        try:
            with self._database.write() as connection:
                signing_keys.tell(connection, told, self._clock())
        except RegistryUnavailable as error:
            log.warning("key_not_told", code=error.code())
        else:
            self._told[told.holder, told.place] = told

    def refuse_barred(self, certificate: x509.Certificate) -> None:
        """Refuse a certificate that an administrator barred.

        Raises:
            SigningRefused: it is barred.
            RegistryUnavailable: nobody can tell.
        """
        with self._database.read() as connection:
            barred = signing_keys.is_barred(connection, fingerprint_of(certificate))
        if barred:
            remedy = "Hãy dùng chứng thư khác, hoặc hỏi người quản trị."
            raise SigningRefused("người quản trị đã ngừng dùng chứng thư số này", remedy=remedy)


def adapters(index: Index) -> Mapping[str, Adapter]:
    """Return how each key of a keyring is used, by id of its holder."""
    return {holder: adapter_of(entry) for holder, entry in index.signers.items()}


def opened(
    holder: str, place: Where, adapter: Adapter, certificate: x509.Certificate, fault: SohoaError | None = None
) -> Told:  # fmt: skip
    """Say of a key what its certificate says.

    Args:
        holder: id of a person or a unit.
        place: where the key lies.
        adapter: how it is used.
        certificate: of the key.
        fault: why it may not sign; None: it may.
    """
    told = Told(holder, place, adapter, _facts(certificate))
    return told if fault is None else replace(told, fault=fault.message, advice=fault.advice)


def fault_of(certificate: x509.Certificate, rsa_pss: bool, now: datetime) -> SigningRefused | None:
    """Return why a certificate may not sign now; None when it may."""
    try:
        may_sign(certificate, rsa_pss, Regime.CONG_VU, now)
    except SigningRefused as refusal:
        return refusal
    return None


def closed(holder: str, adapter: Adapter, fault: SohoaError) -> Told:
    """Say of a key of the keyring that it cannot be opened, and why."""
    return Told(holder, Where.KEYRING, adapter, None, fault.message, fault.advice)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, lower-case hex."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def _facts(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=common_name(certificate),
        issuer=_issuer(certificate),
        serial=f"{certificate.serial_number:x}",
        fingerprint=fingerprint_of(certificate),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        development=without_legal_value(certificate),
    )


def _issuer(certificate: x509.Certificate) -> str:
    named = certificate.issuer.native.get("common_name", certificate.issuer.human_friendly)
    return str(named if isinstance(named, str) else named[0])
