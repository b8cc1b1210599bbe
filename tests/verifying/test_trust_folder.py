"""A folder of trust may hold what such folders hold: any form, any name, and things that are no certificates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from asn1crypto import cms, pem

from digitize.errors import InvalidInput
from digitize.model import Verdict
from digitize.sign.trust import load_trust
from tests.verifying.authorities import (
    HOUR,
    NOW,
    Holder,
    issuing,
    person,
    revocation_list,
    root,
    strange_root,
)
from tests.verifying.making import judged, signed
from tests.verifying.papers import paper
from tests.verifying.seals import Seal, Stamp


def armoured(*holders: Holder, kind: str = "CERTIFICATE") -> bytes:
    return b"".join(pem.armor(kind, each.der) for each in holders)


def bundle(*holders: Holder) -> bytes:
    signed_data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data"},
            "certificates": [each.parsed for each in holders],
            "signer_infos": [],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump()
    return der


GOOD: Mapping[str, Callable[[], Mapping[str, bytes]]] = {
    "PEM": lambda: {"root.pem": armoured(root())},
    "DER": lambda: {"root.der": root().der},
    "DER called .crt": lambda: {"root.crt": root().der},
    "PEM called .cer": lambda: {"root.cer": armoured(root())},
    "in capitals": lambda: {"ROOT.CRT": root().der},
    "without a suffix": lambda: {"root": armoured(root())},
    "with words around": lambda: {"root.pem": b"Subject: x\n\n" + armoured(root()) + b"\nbye\n"},
    "with Windows' line ends": lambda: {"root.pem": armoured(root()).replace(b"\n", b"\r\n")},
    "a bundle of PEM": lambda: {"all.pem": armoured(strange_root(), root(), issuing())},
    "PKCS#7": lambda: {"all.p7b": bundle(root(), issuing())},
    "PKCS#7 in PEM": lambda: {"all.p7c": pem.armor("PKCS7", bundle(root()))},
    "root and issuer": lambda: {"1.crt": root().der, "2.crt": issuing().der},
    "only the issuer": lambda: {"issuer.crt": issuing().der},
    "the root twice": lambda: {"1.crt": root().der, "2.pem": armoured(root())},
    "a key and its certificate": lambda: {
        "both.pem": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + armoured(root())
    },
    "junk beside": lambda: {
        "root.pem": armoured(root()), "readme.txt": b"hello", "empty.crt": b"", "junk.der": b"\x30\x03abc",
        "half.pem": armoured(root())[:90], ".hidden": b"\0", "a.pdf": paper(),
    },
    "in a folder below": lambda: {"vn/root.pem": armoured(root())},
    "with a list that revokes nobody": lambda: {"r.crt": root().der, "l.crl": revocation_list(issuing()).dump()},
}  # fmt: skip


def folder(place: Path, contents: Mapping[str, bytes]) -> Path:
    for name, data in contents.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return place


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_paper_is_valid_by_any_such_folder(kind: str, tmp_path: Path) -> None:
    anchors = load_trust(folder(tmp_path, GOOD[kind]()))
    assert judged(signed(paper()), anchors).verdict is Verdict.VALID


@pytest.mark.parametrize("kind", ["PEM", "root and issuer", "junk beside"])
def test_a_strange_paper_is_open_by_any_such_folder(kind: str, tmp_path: Path) -> None:
    anchors = load_trust(folder(tmp_path, GOOD[kind]()))
    own = Seal(strange_root(), others=())
    assert judged(signed(paper(), own), anchors).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("armour", [False, True])
def test_a_revocation_list_in_the_folder_counts(tmp_path: Path, *, armour: bool) -> None:
    listed = revocation_list(issuing(), {person(): NOW - HOUR}).dump()
    data = pem.armor("X509 CRL", listed) if armour else listed
    anchors = load_trust(folder(tmp_path, {"root.crt": root().der, "list.crl": data}))
    assert judged(signed(paper(), Seal(stamp=Stamp())), anchors).verdict is Verdict.INVALID


def test_the_issuer_beside_its_root_is_no_anchor(tmp_path: Path) -> None:
    revoked = revocation_list(root(), {issuing(): NOW - HOUR}).dump()
    contents = {"1.crt": root().der, "2.crt": issuing().der, "3.crl": revoked}
    assert judged(signed(paper()), load_trust(folder(tmp_path, contents))).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("contents", [{}, {"readme.txt": b"x"}, {"list.crl": b"junk"}, {"root.crt": b"junk"}])
def test_a_folder_without_a_certificate_is_refused(contents: Mapping[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        load_trust(folder(tmp_path, contents))
