"""A key is opened once, and it signs only what its certificate, the law and the clock permit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from digitize.errors import SigningRefused
from digitize.model import Role, Verdict
from digitize.sign.apply import sign
from digitize.sign.keys import LoadedSigner, open_pkcs12
from digitize.sign.order import SigningOrder
from digitize.sign.rules import Regime, RsaPadding
from digitize.sign.verify import verify
from tests.pki.world import CLERK_ORDER, NOW, archive_page, strange_signer, world


def test_a_wrong_passphrase_is_refused_in_words() -> None:
    bundle, _ = world().pki.signers["clerk"].read()
    with pytest.raises(SigningRefused, match="mật khẩu"):
        open_pkcs12(bundle, "sai rồi")


@pytest.mark.parametrize("bundle", [b"", b"not a PKCS#12", b"\x30\x82\xff\xff"])
def test_a_damaged_bundle_is_refused_in_words(bundle: bytes) -> None:
    with pytest.raises(SigningRefused, match="PKCS#12"):
        open_pkcs12(bundle, "x")


def test_a_bundle_without_a_certificate_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    bundle = pkcs12.serialize_key_and_certificates(b"x", key, None, None, BestAvailableEncryption(b"x"))
    with pytest.raises(SigningRefused, match="không có đủ"):
        open_pkcs12(bundle, "x")


def test_a_key_that_does_not_belong_to_its_certificate_is_refused() -> None:
    with pytest.raises(SigningRefused, match="không khớp"):
        LoadedSigner(world().clerk.signing_cert, (), strange_signer().key)


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (NOW - timedelta(days=9), NOW - timedelta(days=1), "đã hết hạn ngày 21/11/2026"),
        (NOW + timedelta(days=1), NOW + timedelta(days=9), "chỉ có hiệu lực từ 23/11/2026"),
    ],
)
def test_a_certificate_out_of_its_time_does_not_sign(begins: datetime, ends: datetime, why: str) -> None:
    stranger = strange_signer(begins=begins, ends=ends)
    with pytest.raises(SigningRefused, match=why):
        sign(archive_page(), CLERK_ORDER, stranger.signer, None, NOW)


def test_the_certificate_of_an_authority_does_not_sign_documents() -> None:
    with pytest.raises(SigningRefused, match="tổ chức cấp chứng thư"):
        sign(archive_page(), CLERK_ORDER, strange_signer(authority=True).signer, None, NOW)


def test_a_certificate_for_encryption_does_not_sign() -> None:
    with pytest.raises(SigningRefused, match="không được cấp để ký"):
        sign(archive_page(), CLERK_ORDER, strange_signer(signing=False).signer, None, NOW)


def test_a_short_key_does_not_sign() -> None:
    weak = strange_signer(key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - the weakness is the subject
    with pytest.raises(SigningRefused, match="1024 bit"):
        sign(archive_page(), CLERK_ORDER, weak.signer, None, NOW)


def test_a_clock_without_a_zone_does_not_sign() -> None:
    with pytest.raises(SigningRefused, match="múi giờ"):
        sign(archive_page(), CLERK_ORDER, world().clerk, None, NOW.replace(tzinfo=None))


def test_public_certificates_sign_by_pss_since_15_august_2025() -> None:
    order = SigningOrder(Role.CLERK, "Trần Văn Bình", scanned_at=NOW, regime=Regime.CONG_CONG)
    bundle, passphrase = world().pki.signers["clerk"].read()
    with pytest.raises(SigningRefused, match="PSS"):
        sign(archive_page(), order, world().clerk, None, NOW)
    by_pss = open_pkcs12(bundle, passphrase, RsaPadding.PSS)
    report = verify(sign(archive_page(), order, by_pss, None, NOW).pdf, world().trust, NOW)
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].algorithm == "rsassa_pss sha256"


def test_before_15_august_2025_public_certificates_sign_by_either_padding() -> None:
    earlier = datetime(2025, 8, 14, 9, tzinfo=UTC)
    order = SigningOrder(Role.CLERK, "Trần Văn Bình", scanned_at=earlier, regime=Regime.CONG_CONG)
    signer = strange_signer(key=rsa.generate_private_key(65537, 2048), begins=earlier - timedelta(days=1)).signer
    assert sign(archive_page(), order, signer, None, earlier).level == "B-B"


@pytest.mark.parametrize(
    ("curve", "algorithm"), [(ec.SECP256R1(), "ecdsa sha256"), (ec.SECP384R1(), "ecdsa sha384")], ids=["P-256", "P-384"]
)
def test_curves_sign_with_the_digest_of_their_size(curve: ec.EllipticCurve, algorithm: str) -> None:
    stranger = strange_signer(key=ec.generate_private_key(curve))
    signed = sign(archive_page(), CLERK_ORDER, stranger.signer, None, NOW)
    report = verify(signed.pdf, stranger.trust, NOW)
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].algorithm == algorithm


def test_rsa_signatures_carry_the_explicit_null() -> None:
    mechanism = world().clerk.get_signature_mechanism_for_digest("sha256")
    assert mechanism.dump().hex() == "300d06092a864886f70d01010b0500"
