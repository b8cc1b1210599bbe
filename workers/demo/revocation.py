"""What the development PKI says about revocation: lists (RFC 5280 §5) and answers (RFC 6960), made when asked.

Who was revoked stands in ``revoked.json`` of the PKI's folder; :func:`revoke` enters somebody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import ocsp

from digitize.errors import Misconfigured
from workers.demo.certificates import Authority, Key
from workers.demo.key_files import load_authority, write_whole
from workers.demo.pki import DevelopmentPki

VALID_FOR = timedelta(days=1)
"""How long a list or an answer holds."""

REVOKED_FILE = "revoked.json"
"""Serial numbers, decimal, to the moment of revocation, ISO 8601."""


def revoke(folder: Path, certificate: x509.Certificate, moment: datetime) -> None:
    """Enter a certificate among the revoked."""
    revoked = {**_revoked(folder), certificate.serial_number: moment}
    listed = {str(serial): each.isoformat() for serial, each in revoked.items()}
    write_whole(folder / REVOKED_FILE, json.dumps(listed, sort_keys=True).encode(), 0o600)


@dataclass(frozen=True, slots=True)
class RevocationDesk:
    """Tells who was revoked."""

    folder: Path
    authorities: dict[str, Authority]
    """By label."""
    responder: x509.Certificate
    responder_key: Key

    @classmethod
    def open(cls, pki: DevelopmentPki) -> RevocationDesk:
        """Load the keys of a development PKI.

        Raises:
            Misconfigured: one cannot be read.
        """
        bundle, passphrase = pki.responder.read()
        key, certificate, _ = pkcs12.load_key_and_certificates(bundle, passphrase.encode())
        if certificate is None or not isinstance(key, Key):
            raise Misconfigured("khóa trả lời tình trạng chứng thư của PKI thử nghiệm bị hỏng")
        authorities = {label: load_authority(pki.folder, label) for label in ("root", "issuing")}
        return cls(pki.folder, authorities, certificate, key)

    def crl(self, label: str, now: datetime) -> bytes | None:
        """Return the revocation list of an authority, DER; None when there is no such authority."""
        authority = self.authorities.get(label)
        if authority is None:
            return None
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(now)
            .next_update(now + VALID_FOR)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
            )
        )
        for serial, moment in _revoked(self.folder).items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(self, request: bytes, now: datetime) -> bytes:
        """Answer one OCSP request about a certificate of the issuing authority, DER."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
            serial, algorithm = asked.serial_number, asked.hash_algorithm
        except ValueError:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        issuing = self.authorities["issuing"].certificate
        name = hashes.Hash(algorithm)
        name.update(issuing.subject.public_bytes())
        if name.finalize() != asked.issuer_name_hash:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        revoked_at = _revoked(self.folder).get(serial)
        answered = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                asked.issuer_name_hash,
                asked.issuer_key_hash,
                serial,
                algorithm,
                ocsp.OCSPCertStatus.GOOD if revoked_at is None else ocsp.OCSPCertStatus.REVOKED,
                now,
                now + VALID_FOR,
                revoked_at,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder)
            .certificates([self.responder])
        )
        return answered.sign(self.responder_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _revoked(folder: Path) -> dict[int, datetime]:
    place = folder / REVOKED_FILE
    if not place.is_file():
        return {}
    listed: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))
    return {int(serial): datetime.fromisoformat(moment).astimezone(UTC) for serial, moment in listed.items()}
