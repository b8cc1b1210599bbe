"""A CMS object that is not exactly right is never valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha1, sha256

import pytest
from asn1crypto import cms, tsp
from cryptography.x509 import DirectoryName, DNSName, Name, NameAttribute
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitize.model import Integrity, Trust, Verdict
from digitize.sign.trust import TrustAnchors
from tests.verifying.authorities import (
    CERTIFIES,
    DAY,
    ISSUING,
    NOW,
    PERSON,
    ROOT,
    STAMPING,
    Holder,
    Profile,
    issue,
    issuing,
    key,
    person,
    root,
    second_person,
    stamping,
    strange_root,
    trust,
)
from tests.verifying.making import judged, signed, stamped
from tests.verifying.papers import paper
from tests.verifying.seals import Seal, Stamp


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def older_name_of(holder: Holder) -> cms.CMSAttribute:
    """Return the attribute of RFC 2634 that names a certificate."""
    named = tsp.ESSCertID({"cert_hash": sha1(holder.der).digest()})  # noqa: S324
    return cms.CMSAttribute({"type": "signing_certificate", "values": [tsp.SigningCertificate({"certs": [named]})]})


BROKEN: Mapping[str, Seal] = {
    "the value is flipped": Seal(spoiled=flipped),
    "the value is empty": Seal(spoiled=lambda _: b""),
    "the value is zero": Seal(spoiled=lambda value: bytes(len(value))),
    "the value is cut": Seal(spoiled=lambda value: value[:-1]),
    "the value is another's": Seal(signing_key=key("p256", 4)),
    "the digest is wrong": Seal(message_digest=sha256(b"x").digest()),
    "the digest is empty": Seal(message_digest=b""),
    "the digest is of another length": Seal(message_digest=sha1(b"x").digest()),  # noqa: S324
    "no digest": Seal(omitted=frozenset({"message_digest"})),
    "no content type": Seal(omitted=frozenset({"content_type"})),
    "another content type": Seal(content_type="signed_data"),
    "a timestamp's content type": Seal(content_type="tst_info"),
    "the attribute names another certificate": Seal(named_certificate=second_person()),
    "the older attribute names another certificate": Seal(signed_extra=(older_name_of(second_person()),)),
    "another certificate of that key": Seal(
        shown=issue(replace(PERSON, name="Người khác"), key("p256", 3), issuing()),
        omitted=frozenset({"signing_certificate_v2"}),
    ),
    "another certificate is shown": Seal(shown=second_person()),
    "another certificate is meant": Seal(identified=second_person()),
    "another signer is shown and meant": Seal(shown=second_person(), identified=second_person()),
    "no certificate": Seal(own_certificate=False, others=()),
    "no certificate of the signer": Seal(own_certificate=False),
    "two signers": Seal(signer_infos=2),
    "no signer": Seal(signer_infos=0),
    "content inside": Seal(content=b"abc"),
    "no attributes and the wrong key": Seal(attributes=False, signing_key=key("p256", 4)),
    "no attributes and the value flipped": Seal(attributes=False, spoiled=flipped),
    "rsa value of another": Seal(person("rsa2048"), signing_key=key("rsa2048", 9)),
    "rsa value flipped": Seal(person("rsa2048"), spoiled=flipped),
    "pss value flipped": Seal(person("rsa2048"), pss=True, spoiled=flipped),
    "pss said and pkcs made": Seal(person("rsa2048"), pss=True, signing_key=key("rsa2048", 9)),
    "ed25519 value flipped": Seal(person("ed25519"), digest="sha512", spoiled=flipped),
    "p384 value flipped": Seal(person("p384"), digest="sha384", spoiled=flipped),
}


@pytest.mark.parametrize("subfilter", ["/ETSI.CAdES.detached", "/adbe.pkcs7.detached"])
@pytest.mark.parametrize("fault", BROKEN)
def test_a_faulty_object_is_invalid(fault: str, subfilter: str) -> None:
    report = judged(signed(paper(), BROKEN[fault], subfilter=subfilter))
    assert report.verdict is Verdict.INVALID, report
    assert report.signatures[0].integrity is not Integrity.INTACT


@pytest.mark.parametrize("subfilter", ["/ETSI.CAdES.enveloped", "/ETSI.RFC3161", "/x"])
def test_a_form_of_signature_that_nobody_knows_leaves_it_open(subfilter: str) -> None:
    report = judged(signed(paper(), subfilter=subfilter))
    assert (report.verdict, report.signatures[0].level) == (Verdict.INDETERMINATE, "unknown"), report


RAW: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "one zero": lambda _: b"\0",
    "zeros": lambda _: bytes(400),
    "an empty sequence": lambda _: b"\x30\x00",
    "text": lambda _: b"not a signature",
    "a cut object": lambda digest: Seal().over(digest)[:-40],
    "an object with more after it": lambda digest: Seal().over(digest) + b"%PDF",
    "two objects": lambda digest: Seal().over(digest) * 2,
    "a certificate": lambda _: person().der,
    "a timestamp": lambda digest: Stamp().over_digest(digest),
    "a signature over nothing": lambda _: Seal().over(sha256(b"").digest()),
    "a signature over other bytes": lambda _: Seal().over(sha256(b"other").digest()),
    "enveloped": lambda digest: (
        Seal().over(digest).replace(b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 1)
    ),
    "deeply nested": lambda _: b"\x30\x80" * 3000,
    "a huge length": lambda _: b"\x30\x84\x7f\xff\xff\xff\x06\x01",
}


@pytest.mark.parametrize("raw", RAW)
def test_contents_that_are_no_signature_are_invalid(raw: str) -> None:
    assert judged(signed(paper(), make=RAW[raw])).verdict is Verdict.INVALID


@pytest.mark.parametrize("raw", [*list(RAW)[:9], "deeply nested", "a huge length"])
def test_a_document_timestamp_that_is_none_is_invalid(raw: str) -> None:
    assert judged(stamped(signed(paper()), make=RAW[raw])).verdict is Verdict.INVALID


WEAK: Mapping[str, tuple[Seal, str]] = {
    "sha-1": (Seal(digest="sha1"), "SHA-1"),
    "sha-1 with rsa": (Seal(person("rsa2048"), digest="sha1"), "SHA-1"),
    "sha-1 with pss": (Seal(person("rsa2048"), digest="sha1", pss=True), "SHA-1"),
    "md5": (Seal(person("rsa2048"), digest="md5"), "MD5"),
    "rsa of 1024 bits": (Seal(person("rsa1024")), "RSA 1024"),
    "a curve of 224 bits": (Seal(person("p224")), "ECDSA 224"),
    "a chain signed with sha-1": (
        Seal(issue(replace(PERSON, sha1=True), key("p256", 31), issuing())),
        "Chuỗi chứng thư",
    ),
}


@pytest.mark.parametrize("weakness", WEAK)
def test_a_weak_algorithm_leaves_it_open_and_is_named(weakness: str) -> None:
    seal, said = WEAK[weakness]
    report = judged(signed(paper(), seal))
    assert (report.verdict, report.signatures[0].integrity) == (Verdict.INDETERMINATE, Integrity.INTACT)
    assert said in report.sentence


@pytest.mark.parametrize("weakness", WEAK)
def test_a_weak_algorithm_does_not_hide_a_fault(weakness: str) -> None:
    seal, _ = WEAK[weakness]
    assert judged(signed(paper(), replace(seal, spoiled=flipped))).verdict is Verdict.INVALID
    assert judged(signed(paper(), replace(seal, message_digest=b"x" * 20))).verdict is Verdict.INVALID


def made(profile: Profile, issuer: Holder | None = None, number: int = 40) -> Holder:
    return issue(profile, key("p256", number), issuer or issuing())


def below(profile: Profile) -> Holder:
    """Return a signer below an authority with a fault."""
    return made(PERSON, issue(profile, key("p256", 41), root()), 42)


DOUBTFUL: Mapping[str, Callable[[], Seal]] = {
    "expired": lambda: Seal(made(replace(PERSON, ends=NOW - DAY))),
    "not yet valid": lambda: Seal(made(replace(PERSON, begins=NOW + DAY))),
    "issuer expired": lambda: Seal(below(replace(ISSUING, ends=NOW - DAY))),
    "issuer not yet valid": lambda: Seal(below(replace(ISSUING, begins=NOW + DAY))),
    "issuer is no authority": lambda: Seal(below(replace(ISSUING, authority=False))),
    "issuer without constraints": lambda: Seal(below(replace(ISSUING, constraints=False, authority=False))),
    "issuer may not certify": lambda: Seal(below(replace(ISSUING, usage=frozenset({"digital_signature"})))),
    "issuer is a person": lambda: Seal(made(PERSON, person(), 43)),
    "path too long": lambda: Seal(
        made(
            PERSON,
            issue(
                replace(ISSUING, name="Cấp dưới"),
                key("p256", 44),
                issue(replace(ISSUING, path_length=0), key("p256", 41), root()),
            ),
            45,
        )
    ),
    "outside of the permitted names": lambda: Seal(
        below(replace(ISSUING, permitted=(DirectoryName(Name([NameAttribute(NameOID.COUNTRY_NAME, "LA")])),)))
    ),
    "an unknown critical extension": lambda: Seal(made(replace(PERSON, critical_stranger=True))),
    "issuer with an unknown critical extension": lambda: Seal(below(replace(ISSUING, critical_stranger=True))),
    "for encryption only": lambda: Seal(made(replace(PERSON, usage=frozenset({"key_encipherment"})))),
    "for certificates only": lambda: Seal(made(replace(PERSON, usage=CERTIFIES))),
    "for timestamps": lambda: Seal(stamping()),
    "for servers": lambda: Seal(made(replace(PERSON, extended=(ExtendedKeyUsageOID.SERVER_AUTH,)))),
    "for programs": lambda: Seal(made(replace(PERSON, extended=(ExtendedKeyUsageOID.CODE_SIGNING,)))),
    "for ocsp": lambda: Seal(made(replace(PERSON, extended=(ExtendedKeyUsageOID.OCSP_SIGNING,)))),
    "an authority signs": lambda: Seal(issuing()),
    "an authority that may sign too": lambda: Seal(
        made(replace(ISSUING, usage=CERTIFIES | {"digital_signature"}), root(), 46)
    ),
    "the root signs": lambda: Seal(root()),
    "unknown root": lambda: Seal(made(PERSON, strange_root(), 47)),
    "unknown root of the same name, issuer too": lambda: Seal(
        made(PERSON, issue(ISSUING, key("p256", 48), strange_root()), 49)
    ),
    "signs itself": lambda: Seal(issue(PERSON, key("p256", 50), None)),
    "signs itself under the root's name": lambda: Seal(issue(replace(ROOT, usage=None), key("p256", 51), None)),
    "the issuer is absent": lambda: Seal(others=()),
    "another issuer is shown": lambda: Seal(others=(strange_root(),)),
    "the certificate is forged": lambda: Seal(
        issue(PERSON, key("p256", 52), Holder(issuing().certificate, key("p256", 53), root()))
    ),
    "the issuer is forged": lambda: Seal(
        made(PERSON, issue(ISSUING, key("p256", 54), Holder(root().certificate, key("p256", 55))), 56)
    ),
}


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_a_certificate_that_does_not_convince_leaves_it_open(doubt: str) -> None:
    report = judged(signed(paper(), DOUBTFUL[doubt]()))
    assert (report.verdict, report.signatures[0].integrity) == (Verdict.INDETERMINATE, Integrity.INTACT), report
    assert report.signatures[0].trust is not Trust.TRUSTED


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_a_good_signature_beside_does_not_help(doubt: str) -> None:
    mixed = signed(signed(paper(), DOUBTFUL[doubt]()), Seal(second_person()), "Sig2")
    report = judged(mixed)
    assert [one.verdict for one in report.signatures] == [Verdict.INDETERMINATE, Verdict.VALID], report
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("fault", list(BROKEN)[:8])
def test_one_bad_signature_spoils_the_file(fault: str) -> None:
    good_first = signed(signed(paper()), replace(BROKEN[fault]), "Sig2")
    bad_first = signed(signed(paper(), BROKEN[fault]), Seal(second_person()), "Sig2")
    assert judged(good_first).verdict is Verdict.INVALID
    assert judged(bad_first).verdict is Verdict.INVALID


CONVINCING: Mapping[str, Callable[[], Seal]] = {
    "no usages named": lambda: Seal(made(replace(PERSON, usage=None))),
    "for commitment only": lambda: Seal(made(replace(PERSON, usage=frozenset({"content_commitment"})))),
    "for digital signatures only": lambda: Seal(made(replace(PERSON, usage=frozenset({"digital_signature"})))),
    "for mail and clients": lambda: Seal(
        made(replace(PERSON, extended=(ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH)))
    ),
    "for servers and mail": lambda: Seal(
        made(replace(PERSON, extended=(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION)))
    ),
    "no constraints in the signer's certificate": lambda: Seal(made(replace(PERSON, constraints=False))),
    "path just long enough": lambda: Seal(below(replace(ISSUING, path_length=0))),
    "within the permitted names": lambda: Seal(
        below(replace(ISSUING, permitted=(DirectoryName(Name([NameAttribute(NameOID.COUNTRY_NAME, "VN")])),)))
    ),
    "names of another kind are limited": lambda: Seal(below(replace(ISSUING, permitted=(DNSName("example.vn"),)))),
    "chain in another order": lambda: Seal(others=(root(), issuing())),
    "directly below the root": lambda: Seal(made(PERSON, root(), 57)),
}


@pytest.mark.parametrize("case", CONVINCING)
def test_a_certificate_with_a_peculiarity_convinces(case: str) -> None:
    report = judged(signed(paper(), CONVINCING[case]()))
    assert report.verdict is Verdict.VALID, report


class TestAnchors:
    def test_a_self_signed_certificate_that_is_named_is_trusted(self) -> None:
        own = issue(replace(PERSON, authority=False), key("p256", 60), None)
        assert judged(signed(paper(), Seal(own)), trust(own)).verdict is Verdict.VALID

    def test_a_self_signed_certificate_as_openssl_makes_them_is_trusted(self) -> None:
        own = issue(replace(PERSON, authority=True, usage=None), key("p256", 61), None)
        assert judged(signed(paper(), Seal(own)), trust(own)).verdict is Verdict.VALID

    def test_a_root_that_signs_papers_is_not(self) -> None:
        assert judged(signed(paper(), Seal(root()))).verdict is Verdict.INDETERMINATE

    @pytest.mark.parametrize("ends", [NOW - DAY, NOW - 100 * DAY])
    def test_a_named_certificate_that_has_expired_is_not(self, ends: object) -> None:
        own = issue(replace(PERSON, ends=ends), key("p256", 62), None)  # type: ignore[arg-type]
        assert judged(signed(paper(), Seal(own)), trust(own)).verdict is Verdict.INDETERMINATE

    def test_an_expired_root_carries_nobody(self) -> None:
        old = issue(replace(ROOT, ends=NOW - DAY), key("p256", 63), None)
        seal = Seal(made(PERSON, old, 64))
        assert judged(signed(paper(), seal), trust(old)).verdict is Verdict.INDETERMINATE

    def test_an_issuing_authority_may_be_the_anchor(self) -> None:
        assert judged(signed(paper(), Seal(others=())), trust(issuing())).verdict is Verdict.VALID

    def test_the_signers_certificate_may_be_the_anchor(self) -> None:
        assert judged(signed(paper()), trust(person())).verdict is Verdict.VALID

    def test_without_anchors_nothing_is_known(self) -> None:
        report = judged(signed(paper()), TrustAnchors(()))
        assert (report.verdict, report.signatures[0].trust) == (Verdict.INDETERMINATE, Trust.UNKNOWN)

    def test_intermediates_in_the_folder_help(self) -> None:
        anchors = TrustAnchors((root().der,), (issuing().der,))
        assert judged(signed(paper(), Seal(others=())), anchors).verdict is Verdict.VALID

    def test_an_intermediate_of_the_folder_is_no_anchor(self) -> None:
        anchors = TrustAnchors((strange_root().der,), (issuing().der,))
        assert judged(signed(paper()), anchors).verdict is Verdict.INDETERMINATE

    def test_two_roots_of_one_name_do_not_get_in_each_others_way(self) -> None:
        assert judged(signed(paper()), trust(strange_root(), root())).verdict is Verdict.VALID

    def test_a_timestamp_authority_of_another_root(self) -> None:
        other = issue(replace(ROOT, name="Gốc khác"), key("p256", 65), None)
        stamper = issue(STAMPING, key("p256", 66), other)
        pdf = signed(paper(), Seal(stamp=Stamp(holder=stamper)))
        assert judged(pdf).verdict is Verdict.INDETERMINATE
        assert judged(pdf, trust(root(), other)).verdict is Verdict.VALID
