"""The keys of the seal lane, and whom to ask whether their certificates still stand.

A key is lent only after its issuer was asked: a signature of a revoked certificate would be found wanting by everybody
else, and a number of the register would be spent on it. An issuer that says nothing refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.signers.pdf_cms import Signer

from digitize.errors import SohoaError
from digitize.sign.order import SigningOrder
from digitize.sign.revocation_source import RevocationSource, refuse_revoked
from storage.signing_keys import Adapter, Where
from workers.by_token import check_token
from workers.key_roll import KeyRoll, closed, fault_of, opened
from workers.keyring import Keyring

ANSWER_WITHIN_SECONDS = 5.0
"""Of one exchange with an issuer: whoever pressed the seal waits for it."""

LEFT_IN_PEACE = timedelta(minutes=5)
"""How long a place that did not answer is not asked again, so that an issuer that hangs holds one signature up."""


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """Lends the keys that may sign now."""

    keyring: Keyring
    revocation: RevocationSource | None = field(default=None, kw_only=True)
    """None: nobody is asked."""
    issuers: tuple[x509.Certificate, ...] = field(default=(), kw_only=True)
    """Where the issuer of a certificate is looked for that brings none along, as on some tokens."""
    roll: KeyRoll | None = field(default=None, kw_only=True)
    """Whom to tell of the keys, and who knows which are barred; None: nobody."""

    def signer(self, key_id: str, now: datetime) -> Signer:
        """Return the signer for a person or an office, unless its certificate was revoked.

        Args:
            key_id: of a clerk, a certifier or an office.
            now: with an offset.

        Raises:
            SigningRefused: there is no key for it, it cannot be opened, or its certificate was barred or revoked.
            KeyUnavailable: the token or the service that holds it does not answer.
            Misconfigured: the keyring or a file it names cannot be read.
        """
        found = self._opened(key_id, now)
        self._refuse_revoked(found.signing_cert, found.cert_registry, now)
        return found

    def check_token(self, holder: str, order: SigningOrder, certificates: tuple[str, ...], now: datetime) -> None:
        """Refuse a token at a person's machine that may not sign an order now, as a key that lies here.

        Args:
            holder: id of the person or the office that signs.
            order: whose signature, and how it is worded.
            certificates: of the token: DER in base64, the signer's own first.
            now: with an offset.

        Raises:
            InvalidInput: the certificates cannot be read.
            SigningRefused: they must not sign now, are another person's or office's, or were barred or revoked.
        """
        own = x509.Certificate.load(check_token(order, certificates, now)[0])
        if self.roll is not None:
            self.roll.tell(opened(holder, Where.HOLDER, Adapter.AGENT, own))
            self.roll.refuse_barred(own)
        # Its addresses are asked only if an issuer that we trust wrote them: anybody can send a chain made at home.
        if any(_signed_by(own, issuer) for issuer in self.issuers):
            self._refuse_revoked(own, (), now)

    def _opened(self, key_id: str, now: datetime) -> Signer:
        """Open a key of the keyring, and tell of it, whatever it was found to be."""
        try:
            found = self.keyring.signer(key_id)
        except SohoaError as fault:
            adapter = self.keyring.adapter(key_id)
            if self.roll is not None and adapter is not None:
                self.roll.tell(closed(key_id, adapter, fault))
            raise
        adapter, certificate = self.keyring.adapter(key_id), found.signing_cert
        if self.roll is not None and adapter is not None and certificate is not None:
            refusal = fault_of(certificate, found.prefer_pss, now)
            self.roll.tell(opened(key_id, Where.KEYRING, adapter, certificate, refusal))
            self.roll.refuse_barred(certificate)
        return found

    def _refuse_revoked(self, certificate: x509.Certificate, chain: Iterable[x509.Certificate], now: datetime) -> None:
        if self.revocation is not None:
            refuse_revoked(certificate, (*chain, *self.issuers), self.revocation, now)


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(
            load_der_x509_certificate(issuer.dump())
        )
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
