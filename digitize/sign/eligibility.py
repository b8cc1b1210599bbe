"""Whether a certificate, its key and the clock may sign now (TT 15/2025/TT-BKHCN: checked before every signature)."""

from __future__ import annotations

from datetime import datetime, timedelta

from asn1crypto import x509
from pyhanko.sign.signers.pdf_cms import select_suitable_signing_md

from digitize.errors import SigningRefused
from digitize.sign.rules import VIETNAM_TIME, Algorithms, Regime, signing_rules, vietnam_day

SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})
"""Key usages of which a signer's certificate must have one (RFC 5280 §4.2.1.3)."""

OTHER_PURPOSES = frozenset({"time_stamping", "ocsp_signing", "server_auth", "code_signing"})
"""Purposes of which none is the signing of documents (RFC 5280 §4.2.1.12)."""


def may_sign(certificate: x509.Certificate | None, rsa_pss: bool, regime: Regime, now: datetime) -> x509.Certificate:
    """Return the certificate when it may sign at a moment.

    Args:
        certificate: the signer's.
        rsa_pss: an RSA signature would be padded by PSS.
        regime: the law the certificate was issued under.
        now: with an offset.

    Raises:
        SigningRefused: and why.
    """
    if now.utcoffset() is None:
        raise SigningRefused("đồng hồ không có múi giờ")
    if certificate is None:
        raise SigningRefused("thiếu chứng thư số của người ký")
    within_validity(certificate, now)
    _meant_for_signing(certificate)
    _soundly_issued(certificate)
    _strong_enough(certificate, rsa_pss, signing_rules().algorithms_for(regime, vietnam_day(now)))
    return certificate


def digest_for(certificate: x509.Certificate) -> str:
    """Return the digest that suits a key: SHA-256 for RSA and P-256, SHA-384 and SHA-512 for wider curves."""
    key = certificate.public_key
    return str(select_suitable_signing_md(key)) if key.algorithm == "ec" else "sha256"


def without_legal_value(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate says of itself that it is for development only."""
    policies = certificate.certificate_policies_value
    marked = signing_rules().no_legal_value.policy_oid
    return policies is not None and any(policy["policy_identifier"].dotted == marked for policy in policies)


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, or the whole subject where it has none."""
    names = certificate.subject.native
    name = names.get("common_name", certificate.subject.human_friendly)
    return str(name if isinstance(name, str) else name[0])


def within_validity(certificate: x509.Certificate, moment: datetime) -> None:
    """Refuse a certificate that is not valid at a moment.

    Raises:
        SigningRefused: it begins later or has ended.
    """
    if moment < certificate.not_valid_before:
        raise SigningRefused(f"chứng thư số chỉ có hiệu lực từ {_day(certificate.not_valid_before)}")
    if moment > certificate.not_valid_after:
        raise SigningRefused(f"chứng thư số đã hết hạn ngày {_day(certificate.not_valid_after)}")


def check_clock(stamped_at: datetime, now: datetime) -> None:
    """Compare our clock with a timestamp that was just granted.

    Raises:
        SigningRefused: they differ by more than ``signing.toml`` permits.
    """
    rules = signing_rules().clock
    earliest = now - timedelta(seconds=rules.behind_seconds)
    latest = now + timedelta(seconds=rules.ahead_seconds)
    if not earliest <= stamped_at <= latest:
        shown = stamped_at.astimezone(VIETNAM_TIME).isoformat(timespec="seconds")
        raise SigningRefused(
            f"đồng hồ máy ký lệch với dấu thời gian {shown}", remedy="Hãy chỉnh giờ máy chủ theo NTP rồi ký lại."
        )


def _meant_for_signing(certificate: x509.Certificate) -> None:
    if certificate.ca:
        raise SigningRefused("đây là chứng thư số của tổ chức cấp chứng thư, không dùng để ký văn bản")
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & set(usage.native):
        raise SigningRefused("chứng thư số không được cấp để ký số (mục đích sử dụng khóa)")
    purposes = certificate.extended_key_usage_value
    if purposes is not None and set(purposes.native) <= OTHER_PURPOSES:
        raise SigningRefused("chứng thư số chỉ được cấp cho mục đích khác, không phải ký văn bản")


def _strong_enough(certificate: x509.Certificate, rsa_pss: bool, permitted: Algorithms) -> None:
    key = certificate.public_key
    if key.algorithm == "rsa":
        if key.bit_size < permitted.rsa_bits_min:
            raise SigningRefused(f"khóa RSA {key.bit_size} bit ngắn hơn {permitted.rsa_bits_min} bit")
        if ("pss" if rsa_pss else "pkcs1v15") not in permitted.rsa_paddings:
            raise SigningRefused("quy định hiện hành yêu cầu RSASSA-PSS; hãy mở khóa với kiểu đệm PSS")
    elif key.algorithm == "ec":
        curve = key.curve[1] if key.curve[0] == "named" else "không tên"
        if curve not in permitted.ecdsa_curves:
            raise SigningRefused(f"đường cong ECDSA “{curve}” không được phép dùng để ký")
    else:
        raise SigningRefused(f"thuật toán khóa “{key.algorithm}” không được phép dùng để ký")
    if digest_for(certificate) not in permitted.digests:
        raise SigningRefused(f"hàm băm “{digest_for(certificate)}” không được phép dùng để ký")


def _soundly_issued(certificate: x509.Certificate) -> None:
    """Refuse a certificate whose own signature nobody should believe: our verifier would not either."""
    digest = certificate["signature_algorithm"].hash_algo
    if digest in signing_rules().weak.digests:
        raise SigningRefused(f"chứng thư số được cấp bằng hàm băm yếu ({digest}); hãy xin cấp lại")


def _day(moment: datetime) -> str:
    return moment.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y")
