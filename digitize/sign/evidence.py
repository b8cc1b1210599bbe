"""What speaks about revocation: brought along by a file, by a signature itself, or by the folder of trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import cms, core, crl, ocsp, pdf, x509


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates and answers on revocation; each proves itself by its own signature, so it may come from anywhere."""

    certificates: tuple[x509.Certificate, ...] = ()
    """Intermediates."""
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    @property
    def about_revocation(self) -> bool:
        """Whether there is any word on revocation."""
        return bool(self.crls or self.ocsps)

    def __add__(self, other: Evidence) -> Evidence:
        """Return both together."""
        return Evidence(self.certificates + other.certificates, self.crls + other.crls, self.ocsps + other.ocsps)


def evidence_within(signed_data: cms.SignedData) -> Evidence:
    """Return what a CMS object carries itself: lists (RFC 5652 §10.2.1) and Adobe's attribute (ISO 32000-2 §12.8.3)."""
    lists = [each.chosen for each in signed_data["crls"] or () if isinstance(each.chosen, crl.CertificateList)]
    answers: list[ocsp.OCSPResponse] = []
    for archive in _adobe_archives(signed_data["signer_infos"][0]):
        lists += list(archive["crl"] or ())
        answers += list(archive["ocsp"] or ())
    return Evidence((), tuple(lists), tuple(answers))


def _adobe_archives(info: cms.SignerInfo) -> Iterator[pdf.RevocationInfoArchival]:
    attributes = info["signed_attrs"]
    if isinstance(attributes, core.Void):
        return
    for attribute in attributes:
        if attribute["type"].native == "adobe_revocation_info_archival":
            yield from attribute["values"]
