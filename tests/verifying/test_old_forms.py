"""Old forms are read: what is intact is open, because SHA-1 proves little; what is not is invalid."""

from __future__ import annotations

from hashlib import sha1

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from digitize.model import Integrity, Trust, Verdict
from digitize.sign.trust import TrustAnchors
from tests.verifying.authorities import issuing, person, root
from tests.verifying.making import judged, signed
from tests.verifying.papers import paper
from tests.verifying.seals import Seal


def inside(digest: bytes) -> bytes:
    seal = Seal(person("rsa2048"), digest="sha1", content=digest)
    return seal.over(sha1(digest).digest())  # noqa: S324 - the weakness is the subject


def bare(digest: bytes) -> bytes:
    key = person("rsa2048").key
    assert isinstance(key, rsa.RSAPrivateKey)
    value = key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA1()))  # noqa: S303 - the weakness is the subject
    der: bytes = core.OctetString(value).dump()
    return der


def old(form: str) -> bytes:
    if form == "inside":
        return signed(paper(), subfilter="/adbe.pkcs7.sha1", make=inside, digest="sha1")
    chain = (person("rsa2048").der, issuing().der)
    return signed(paper(), subfilter="/adbe.x509.rsa_sha1", make=bare, digest="sha1", certificates=chain)


@pytest.mark.parametrize("form", ["inside", "bare"])
def test_an_intact_one_is_open_and_its_weakness_named(form: str) -> None:
    report = judged(old(form), TrustAnchors((root().der,)))
    one = report.signatures[0]
    assert (report.verdict, one.integrity, one.trust) == (Verdict.INDETERMINATE, Integrity.INTACT, Trust.TRUSTED), (
        report
    )
    assert (one.signer, one.level) == ("Trần Văn Bình", "PKCS#7")
    assert "SHA-1" in report.sentence


@pytest.mark.parametrize("form", ["inside", "bare"])
def test_a_changed_one_is_invalid(form: str) -> None:
    changed = old(form).replace(b"1 000 000", b"9 000 000")
    assert judged(changed).verdict is Verdict.INVALID


@pytest.mark.parametrize("form", ["inside", "bare"])
def test_one_with_bytes_behind_it_is_invalid(form: str) -> None:
    assert judged(old(form) + b"x").verdict is Verdict.INVALID


def test_a_digest_inside_of_a_modern_form_is_invalid() -> None:
    assert judged(signed(paper(), make=inside, digest="sha1")).verdict is Verdict.INVALID
