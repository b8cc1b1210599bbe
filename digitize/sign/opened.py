"""A file opened for verification, and the signatures found in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitize.errors import DamagedFile, EmptyFile, EncryptedPdf, UnknownType
from digitize.sign import pyhanko_made_fit  # noqa: F401 - imported for its repairs
from digitize.sign.anatomy import count_byte_ranges
from digitize.sign.judgement import Evidence

HEADER_WITHIN_BYTES = 1024
"""A PDF's header may stand this far into the file (ISO 32000-1 Annex H.3.4.1)."""


@dataclass(frozen=True, slots=True)
class OpenedPdf:
    """What a verification works on."""

    pdf: bytes
    reader: PdfFileReader
    regular: bool
    """The file keeps to the rules of ISO 32000; an irregular one is never called valid."""
    signatures: tuple[EmbeddedPdfSignature, ...]
    """Those that could be parsed, in the order of their revisions."""
    broken_fields: tuple[str, ...]
    """Names of signed fields whose signature could not be parsed."""
    repeated_fields: frozenset[str]
    """Names of fields that share their name or their signature with another field."""
    detached: int
    """Signature dictionaries in the bytes that no field leads to."""
    evidence: Evidence

    @property
    def unsigned(self) -> bool:
        """Whether nothing in the file looks like a signature."""
        return not (self.signatures or self.broken_fields or self.detached)


def open_pdf(pdf: bytes) -> OpenedPdf:
    """Open a file.

    Raises:
        EmptyFile: no bytes.
        UnknownType: not a PDF.
        EncryptedPdf: asks for a password.
        DamagedFile: cannot be parsed.
    """
    if not pdf:
        raise EmptyFile
    if b"%PDF-" not in pdf[:HEADER_WITHIN_BYTES]:
        raise UnknownType("chỉ tệp PDF mới mang chữ ký số kiểm tra được")
    try:
        reader, regular = _reader(pdf)
        found = None if _is_locked(reader) else _find(pdf, reader, regular=regular)
    # a hostile file can make the parser raise almost anything, and none of it is a verdict
    except Exception as fault:
        raise DamagedFile from fault
    if found is None:
        raise EncryptedPdf
    return found


def _reader(pdf: bytes) -> tuple[PdfFileReader, bool]:
    """Read by the rules; when that fails, leniently and with a mark."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        if not reader.xrefs.hybrid_xrefs_present:
            _walk_pages(reader)
            return reader, True
    except Exception:  # noqa: BLE001 - see open_pdf
        reader = None
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    _walk_pages(reader)
    return reader, False


def _is_locked(reader: PdfFileReader) -> bool:
    """Tell whether a file cannot be read without a password; many are encrypted with an empty one."""
    if not reader.encrypted:
        return False
    if not isinstance(reader.security_handler, StandardSecurityHandler):
        return True
    return reader.decrypt(b"").status is AuthStatus.FAILED


def _walk_pages(reader: PdfFileReader) -> None:
    """Touch what every PDF must have, so that a truncated one is noticed; an encrypted one is not looked into."""
    if _is_locked(reader):
        return
    pages = reader.root["/Pages"]
    if int(pages["/Count"]) > 0:
        reader.find_page_for_modification(0)


def _find(pdf: bytes, reader: PdfFileReader, *, regular: bool) -> OpenedPdf:
    parsed: list[EmbeddedPdfSignature] = []
    broken: list[str] = []
    names: Counter[str] = Counter()
    values: dict[tuple[int, int], list[str]] = {}
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        plain_name = str(name)
        names[plain_name] += 1
        try:
            reference = field.get_object().raw_get("/V").reference
            values.setdefault((reference.idnum, reference.generation), []).append(plain_name)
            signature = EmbeddedPdfSignature(reader, field, plain_name)
            signature.signer_cert  # noqa: B018 - parses the certificate now
            parsed.append(signature)
        except Exception:  # noqa: BLE001 - see open_pdf
            broken.append(plain_name)
    repeated = {name for name, times in names.items() if times > 1}
    repeated |= {name for sharing in values.values() if len(sharing) > 1 for name in sharing}
    return OpenedPdf(
        pdf,
        reader,
        regular,
        tuple(sorted(parsed, key=lambda each: each.signed_revision)),
        tuple(broken),
        frozenset(repeated),
        max(0, count_byte_ranges(pdf) - names.total()),
        _evidence(reader),
    )


def _evidence(reader: PdfFileReader) -> Evidence:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        tuple(store.load_certs()),
        tuple(crl.CertificateList.load(each.get_object().data) for each in store.crls),
        tuple(ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps),
    )
