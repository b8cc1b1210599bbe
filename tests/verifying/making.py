"""Signing papers by hand: any CMS object into any field, with any permission."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle

from digitize.model import VerificationReport
from digitize.sign.trust import TrustAnchors
from digitize.sign.verify import verify
from tests.verifying.authorities import NOW, Holder, trust
from tests.verifying.seals import Seal, Stamp

RESERVED = 12000
Cms = Callable[[bytes], bytes]


def opened(pdf: bytes) -> IncrementalPdfFileWriter:
    """Return a writer of the next revision."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if writer.prev.encrypted:
        writer.encrypt(b"")
    return writer


def signed(
    pdf: bytes,
    seal: Seal | None = None,
    field: str = "Sig1",
    *,
    subfilter: str = "/ETSI.CAdES.detached",
    certify: MDPPerm | None = None,
    locked: FieldMDPSpec | None = None,
    box: tuple[int, int, int, int] | None = None,
    make: Cms | None = None,
    digest: str | None = None,
    dated: datetime = NOW,
    certificates: Sequence[bytes] = (),
) -> bytes:
    """Return the paper with one more signature."""
    made = seal or Seal()
    entry = SignatureObject(timestamp=dated, bytes_reserved=RESERVED * 2)
    entry[pdf_name("/SubFilter")] = pdf_name(subfilter)
    if certificates:
        entry[pdf_name("/Cert")] = generic.ArrayObject([generic.ByteStringObject(each) for each in certificates])
    return _embedded(
        pdf, entry, field, digest or made.digest, make or made.over, certify=certify, locked=locked, box=box
    )


def stamped(pdf: bytes, stamp: Stamp | None = None, field: str = "Stamp1", *, make: Cms | None = None) -> bytes:
    """Return the paper with a document timestamp."""
    made = stamp or Stamp()
    return _embedded(pdf, DocumentTimestamp(bytes_reserved=RESERVED * 2), field, "sha256", make or made.over_digest)


def _embedded(
    pdf: bytes,
    entry: PdfSignedData,
    field: str,
    digest: str,
    make: Cms,
    *,
    certify: MDPPerm | None = None,
    locked: FieldMDPSpec | None = None,
    box: tuple[int, int, int, int] | None = None,
) -> bytes:
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field, box=box)).write_cms(field, opened(pdf))
    next(steps)
    rules = None
    if certify is not None or locked is not None:
        rules = SigMDPSetup(digest, certify=certify is not None, docmdp_perms=certify, field_lock=locked)
    look = None
    if box is not None:
        look = SigAppearanceSetup(TextStampStyle(stamp_text="Da ky"), NOW, "Nguoi ky")
    steps.send(SigObjSetup(sig_placeholder=entry, mdp_setup=rules, appearance_setup=look))
    prepared, output = steps.send(SigIOSetup(digest, in_place=False))
    steps.send(make(prepared.document_digest))
    return bytes(output.getvalue())


def with_evidence(
    pdf: bytes,
    *,
    certificates: Iterable[Holder] = (),
    crls: Iterable[crl.CertificateList] = (),
    ocsps: Iterable[ocsp.OCSPResponse] = (),
) -> bytes:
    """Return the paper with a document security store."""
    writer = opened(pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, sig_contents=None, certs=[each.parsed for each in certificates], crls=list(crls), ocsps=list(ocsps)
    )
    return saved(writer)


def changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the paper with one more revision."""
    writer = opened(pdf)
    change(writer)
    return saved(writer)


def saved(writer: IncrementalPdfFileWriter) -> bytes:
    """Return what a writer has made."""
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def judged(pdf: bytes, anchors: TrustAnchors | None = None, now: datetime = NOW) -> VerificationReport:
    """Verify a file."""
    return verify(pdf, anchors or trust(), now)
