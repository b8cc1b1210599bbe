"""The signing world of the tests: a development PKI made once, a still clock, an authority in this process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPRequest, OCSPResponse
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from fpdf import FPDF
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from digitize.archive.signature_fields import add_signature_fields
from digitize.model import Role
from digitize.page_frame import PageFrame
from digitize.sign.apply import sign
from digitize.sign.keys import LoadedSigner, open_pkcs12
from digitize.sign.order import SignedRevision, SigningOrder
from digitize.sign.revocation_http import cert_id
from digitize.sign.revocation_source import Word
from digitize.sign.trust import TrustAnchors, load_trust
from workers.demo.pki import DevelopmentPki, make_pki
from workers.demo.revocation import RevocationDesk
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""The moment of every test: 15:00 in Vietnam."""

NOWHERE = "http://127.0.0.1:9"
"""Where the certificates of the world point for revocation; whoever asks is answered by :class:`DeskSource`."""

CLERK_NAME = "Nguyễn Thị Hương"
OFFICE_NAME = "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH"

CLERK_ORDER = SigningOrder(Role.CLERK, CLERK_NAME, scanned_at=NOW - timedelta(minutes=3))
AGENCY_ORDER = SigningOrder(Role.AGENCY, OFFICE_NAME)


class DeskSource:
    """What the world's own authorities say about revocation, without the network."""

    def __init__(self, moment: datetime) -> None:
        """Set the clock of the authorities."""
        self._moment = moment
        self.asked = 0

    def word_on(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate, now: datetime) -> Word | None:
        """Give the list of the root, and the issuing authority's answer (RFC 6960)."""
        assert now.utcoffset() is not None
        self.asked += 1
        desk = RevocationDesk.open(world().pki)
        if issuer.self_issued:
            listed = desk.crl("root", self._moment)
            return None if listed is None else CertificateList.load(listed)
        request = OCSPRequest({"tbs_request": {"request_list": [{"req_cert": cert_id(certificate, issuer)}]}})
        return OCSPResponse.load(desk.answer(request.dump(), self._moment))


@dataclass(frozen=True, slots=True)
class World:
    """Who can sign, stamp and be believed."""

    pki: DevelopmentPki
    clerk: LoadedSigner
    office: LoadedSigner
    authority: AuthorityInProcess
    trust: TrustAnchors


@cache
def world() -> World:
    """Make the world once."""
    folder = Path(tempfile.mkdtemp(prefix="pki"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pki = make_pki(folder, [("clerk", CLERK_NAME)], [("office", OFFICE_NAME)], NOW, NOWHERE)
    return World(
        pki,
        open_pkcs12(*pki.signers["clerk"].read()),
        open_pkcs12(*pki.signers["office"].read()),
        AuthorityInProcess(TimestampAuthority.open(pki.timestamp), lambda: NOW + timedelta(seconds=2)),
        load_trust(pki.trust),
    )


class StampAt(TimeStamper):
    """The world's authority with its clock at a moment of one's choice."""

    def __init__(self, moment: datetime) -> None:
        """Set the clock."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._moment = moment
        self._authority = TimestampAuthority.open(world().pki.timestamp)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer as the world's authority would at that moment."""
        return tsp.TimeStampResp.load(await self._authority.reply(req.dump(), self._moment))


class Talkative(TimeStamper):
    """An authority whose tokens carry tens of KiB of certificates."""

    def __init__(self, copies: int = 40) -> None:
        """Count from none.

        Args:
            copies: how often the clerk's chain is packed into each token.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.asked = 0
        self._copies = copies

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token of the world's authority, padded."""
        self.asked += 1
        token = await world().authority.async_timestamp(message_digest, md_algorithm)
        chain = [certificate.dump() for certificate in world().clerk.cert_registry] * self._copies
        padded = [cms.CertificateChoices("certificate", value=cms.Certificate.load(der)) for der in chain]
        signed_data = token["content"]
        signed_data["certificates"] = [*signed_data["certificates"], *padded]
        return cms.ContentInfo({"content_type": "signed_data", "content": signed_data})


@cache
def archive_page(width: float = 595.276, height: float = 841.89, rotation: int = 0) -> bytes:
    """Return a PDF/A-2b of one page with both signature fields empty; width and height are those before /Rotate."""
    drawn = FPDF(unit="pt", format=(width, height), enforce_compliance="PDF/A-2B")
    drawn.add_page()
    with pikepdf.open(BytesIO(bytes(drawn.output()))) as pdf:
        page = pdf.pages[0]
        page.rotate(rotation, relative=False)
        add_signature_fields(pdf, page, PageFrame(width, height, rotation))
        saved = BytesIO()
        pdf.save(saved, deterministic_id=True)
    return saved.getvalue()


@cache
def clerk_signed() -> SignedRevision:
    """Return the page with the clerk's signature."""
    return sign(archive_page(), CLERK_ORDER, world().clerk, world().authority, NOW)


@cache
def sealed() -> SignedRevision:
    """Return the page with both signatures."""
    return sign(clerk_signed().pdf, AGENCY_ORDER, world().office, world().authority, NOW)


@dataclass(frozen=True, slots=True)
class StrangeSigner:
    """A certificate that no authority of the world issued, or with a fault on purpose."""

    signer: LoadedSigner
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    issuer: x509.Certificate
    issuer_key: ec.EllipticCurvePrivateKey
    trust: TrustAnchors
    """Believes in it."""


def strange_signer(
    *,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    begins: datetime = NOW - timedelta(days=1),
    ends: datetime = NOW + timedelta(days=365),
    authority: bool = False,
    signing: bool = True,
) -> StrangeSigner:
    """Make a certificate under a root of its own."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    own = key or ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gốc lạ")])
    root = (
        _builder(root_name, root_name, root_key, NOW - timedelta(days=3650), NOW + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs=False, certifies=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người lạ")])
    certificate = (
        _builder(name, root_name, own, begins, ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(signs=signing, certifies=authority), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    bundle = pkcs12.serialize_key_and_certificates(b"x", own, certificate, [root], NoEncryption())
    trust = TrustAnchors((root.public_bytes(Encoding.DER), *world().trust.roots))
    return StrangeSigner(open_pkcs12(bundle, None), certificate, own, root, root_key, trust)


def with_revocation_list(pdf: bytes, signer: StrangeSigner, revoked_at: datetime | None) -> bytes:
    """Append a document security store with the revocation list of the signer's issuer."""
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.issuer.subject)
        .last_update(NOW + timedelta(hours=2))
        .next_update(NOW + timedelta(days=9))
    )
    if revoked_at is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(signer.certificate.serial_number)
        listed = listed.add_revoked_certificate(entry.revocation_date(revoked_at).build())
    crl = CertificateList.load(listed.sign(signer.issuer_key, hashes.SHA256()).public_bytes(Encoding.DER))
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=None, crls=[crl])
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )
