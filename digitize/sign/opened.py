"""A file opened for verification, and the signatures found in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitize.errors import DamagedFile, EmptyFile, EncryptedPdf, UnknownType
from digitize.sign import pyhanko_made_fit  # noqa: F401 - imported for its repairs
from digitize.sign.anatomy import count_byte_ranges
from digitize.sign.entries import entry, listed
from digitize.sign.evidence import Evidence
from digitize.sign.old_forms import read_signature, why_unreadable

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
    broken_fields: tuple[tuple[str, str], ...]
    """Names of signed fields whose signature could not be parsed, each with the Vietnamese sentence that says why."""
    repeated_fields: frozenset[str]
    """Names of fields that share their name or their signature with another field."""
    detached: int
    """Signature dictionaries in the bytes that no field leads to."""
    evidence: Evidence

    def has_evidence_at(self, revision: int) -> bool:
        """Tell whether a revision of the file, or an earlier one, brought answers on revocation."""
        store = entry(self.reader.get_historical_resolver(revision).root, "/DSS")
        return isinstance(store, DictionaryObject) and any(listed(store, kind) for kind in ("/CRLs", "/OCSPs"))

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
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception as fault:
        raise DamagedFile from fault
    if found is None:
        raise EncryptedPdf
    return found


def _reader(pdf: bytes) -> tuple[PdfFileReader, bool]:
    """Read by the rules; when that fails, leniently and with a mark.

    pyHanko refuses to judge hybrid files (ISO 32000-1 §7.5.8.4) while it is strict; word processors write such files;
    they are read leniently as well, and marked only where the hybrid part came after a signature.
    """
    regular = True
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        _walk_pages(reader)
        if not reader.xrefs.hybrid_xrefs_present:
            return reader, True
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001 - see open_pdf
        regular = False
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    _walk_pages(reader)
    return reader, regular


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
    broken: list[tuple[str, str]] = []
    names: Counter[str] = Counter()
    values: dict[tuple[int, int], list[str]] = {}
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        plain_name = str(name)
        names[plain_name] += 1
        try:
            reference = field.get_object().raw_get("/V").reference
            values.setdefault((reference.idnum, reference.generation), []).append(plain_name)
            signature = read_signature(reader, field, plain_name)
            signature.signer_cert  # noqa: B018 - parses the certificate now
            parsed.append(signature)
        except MemoryError:  # the limits of the child are no verdict on the file
            raise
        except Exception:  # noqa: BLE001 - see open_pdf
            broken.append((plain_name, why_unreadable(field)))
    repeated = {name for name, times in names.items() if times > 1}
    repeated |= {name for sharing in values.values() if len(sharing) > 1 for name in sharing}
    first = min((each.signed_revision for each in parsed), default=0)
    return OpenedPdf(
        pdf,
        reader,
        regular and not _hybrid_from(reader, first),
        tuple(sorted(parsed, key=lambda each: each.signed_revision)),
        tuple(broken),
        frozenset(repeated),
        max(0, count_byte_ranges(pdf) - names.total() - _usage_rights(reader)),
        _evidence(reader),
    )


def _hybrid_from(reader: PdfFileReader, revision: int) -> bool:
    """Tell whether a revision or a later one is hybrid: what it shows then depends on the program that reads it."""
    later = range(revision, reader.xrefs.total_revisions)
    return any(reader.xrefs.get_xref_data(each).hybrid is not None for each in later)


def _usage_rights(reader: PdfFileReader) -> int:
    """Count the signature by which Adobe enables its free reader: it stands in no field and speaks of no content."""
    rights = entry(reader.root, "/Perms")
    return int(isinstance(rights, DictionaryObject) and ("/UR3" in rights or "/UR" in rights))


def _evidence(reader: PdfFileReader) -> Evidence:
    store = entry(reader.root, "/DSS")
    if not isinstance(store, DictionaryObject):
        return Evidence()
    return Evidence(
        tuple(each for each in map(_certificate, listed(store, "/Certs")) if each),
        tuple(each for each in map(_revocation_list, listed(store, "/CRLs")) if each),
        tuple(each for each in map(_answer, listed(store, "/OCSPs")) if each),
    )


def _certificate(place: IndirectObject) -> x509.Certificate | None:
    # anybody can add to the store: what cannot be parsed is no evidence, and spoils nothing
    try:
        found = x509.Certificate.load(place.get_object().data, strict=True)
        found.subject.hashable, found.public_key.algorithm  # noqa: B018 - parses what is asked for later
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001
        return None
    return found


def _revocation_list(place: IndirectObject) -> crl.CertificateList | None:
    try:
        found = crl.CertificateList.load(place.get_object().data, strict=True)
        found.issuer.hashable, found["tbs_cert_list"]["this_update"].native
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001 - see _certificate
        return None
    return found


def _answer(place: IndirectObject) -> ocsp.OCSPResponse | None:
    try:
        found = ocsp.OCSPResponse.load(place.get_object().data, strict=True)
        answers = found.basic_ocsp_response["tbs_response_data"]["responses"]
        answers[0]["this_update"].native  # noqa: B018 - see _certificate
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001 - see _certificate
        return None
    return found
