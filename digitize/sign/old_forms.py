"""Two forms of signature that ISO 32000-2 has withdrawn and old papers still carry; both rest on SHA-1.

``adbe.pkcs7.sha1`` signs the SHA-1 digest of the file as content inside the CMS object; ``adbe.x509.rsa_sha1`` is an
RSA signature beside the certificates (ISO 32000-1 §12.8.3.2 and §12.8.3.3.1). The latter is told to the rest of the
verification as the CMS object that says the same.
"""

from __future__ import annotations

from asn1crypto import cms, core, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents

from digitize.sign import wording
from digitize.sign.entries import entry

DIGEST_INSIDE = "/adbe.pkcs7.sha1"
BARE_RSA = "/adbe.x509.rsa_sha1"


class BareSignature(EmbeddedPdfSignature):
    """An ``adbe.x509.rsa_sha1`` signature."""

    def __init__(self, reader: PdfFileReader, field: generic.DictionaryObject, name: str) -> None:
        """Read it.

        Raises:
            PdfReadError: certificates or range are missing.
            ValueError: certificates or value are malformed.
        """
        value = field.raw_get("/V")
        self.reader, self.sig_field, self.fq_name = reader, field, name
        self.sig_object = value.get_object()
        self.byte_range = self.sig_object.raw_get("/ByteRange")
        self.pkcs7_content = extract_contents(self.sig_object)
        self.signed_data = _as_cms(self.sig_object, self.pkcs7_content)
        self.signer_info = self.signed_data["signer_infos"][0]
        self.md_algorithm = self.external_md_algorithm = "sha1"
        self.signed_revision = reader.xrefs.get_last_change(value.reference)
        self._sd_cert_info = None
        self.coverage = self.diff_result = self.tst_signature_digest = None
        self.external_digests = {}
        self._docmdp = self._fieldmdp = None
        self._docmdp_queried = self._fieldmdp_queried = self._integrity_checked = False


def read_signature(reader: PdfFileReader, field: generic.DictionaryObject, name: str) -> EmbeddedPdfSignature:
    """Read the signature in a field, of whichever form."""
    holder = field.get_object()
    value = holder.raw_get("/V").get_object()
    bare = isinstance(value, generic.DictionaryObject) and entry(value, "/SubFilter") == BARE_RSA
    return BareSignature(reader, holder, name) if bare else EmbeddedPdfSignature(reader, field, name)


def why_unreadable(field: generic.IndirectObject) -> str:
    """Say in Vietnamese why a signature cannot be read."""
    try:
        value = field.get_object().raw_get("/V").get_object()
        count = len(cms.ContentInfo.load(extract_contents(value))["content"]["signer_infos"])
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile signature makes the library raise
        return wording.UNREADABLE_SIGNATURE
    return wording.UNREADABLE_SIGNATURE if count == 1 else wording.signers(count)


def digest_inside(signature: EmbeddedPdfSignature) -> bytes | None:
    """Return the digest that an ``adbe.pkcs7.sha1`` signature carries; None for any other form."""
    if entry(signature.sig_object, "/SubFilter") != DIGEST_INSIDE:
        return None
    content = signature.signed_data["encap_content_info"]["content"]
    return b"" if isinstance(content, core.Void) else bytes(content)


def _as_cms(value: generic.DictionaryObject, contents: bytes) -> cms.SignedData:
    kept = entry(value, "/Cert")
    listed = [each.get_object() for each in kept] if isinstance(kept, generic.ArrayObject) else [kept]
    if not listed or not all(isinstance(each, generic.TextStringObject | generic.ByteStringObject) for each in listed):
        raise PdfReadError("no certificate beside the signature")
    chain = [x509.Certificate.load(each.original_bytes) for each in listed]
    signer = {"issuer": chain[0].issuer, "serial_number": chain[0].serial_number}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(signer)),
        "digest_algorithm": {"algorithm": "sha1"},
        "signature_algorithm": {"algorithm": "sha1_rsa"},
        "signature": core.OctetString.load(contents).native,
    }
    return cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha1"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": chain,
            "signer_infos": [info],
        }
    )
