"""What the doctor looks at about signing: the keyring, the roots that are trusted, the timestamp authority."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from digitize.errors import SohoaError, TimestampUnavailable
from storage.settings import Settings
from workers.checks import Check, failed, ok, warning
from workers.keys.entries import Index, index_file, read_index, secret_files
from workers.keys.secret import is_exposed

_SOON = timedelta(days=30)
_TSA_PATIENCE_S = 10.0


def keyring(settings: Settings, now: datetime) -> Iterator[Check]:
    """Open every key, look who else may read the files, and when the certificates end."""
    from workers.keyring import Keyring

    if settings.keyring is None:
        yield ok("keyring", "Tiến trình này không giữ khóa ký (đúng với mọi phần, trừ worker-seal).")
        return
    file = index_file(settings.keyring)
    index = read_index(file)
    if not index.signers:
        yield warning("keyring", "Danh mục khóa ký không có khóa nào.", "Hãy thêm khóa của cơ quan và của cán bộ.")
        return
    yield from _exposed(file, index)
    opened = Keyring(file)
    ends: list[tuple[datetime, str]] = []
    for name in index.signers:
        try:
            signer = opened.signer(name)
        except SohoaError as fault:
            yield failed("keyring", f"Khóa “{name}” không mở được. {fault.message}", fault.advice)
            continue
        yield from _unproven(name, signer)
        if signer.signing_cert is not None:
            ends.append((_end(signer.signing_cert), name))
    yield from _ending("keyring", ends, now, "Hãy xin cấp chứng thư mới và thêm vào danh mục khóa ký.")
    if ends:
        yield ok("keyring", f"Mở được {len(ends)} trên {len(index.signers)} khóa ký.")


def _unproven(name: str, signer: object) -> Iterator[Check]:
    """Have each token of a key show that it is the certificate's; one of several may be away."""
    from workers.keys.pkcs11 import TokenSigner

    if not isinstance(signer, TokenSigner):
        return
    faults = signer.prove()
    for token, fault in faults.items():
        if fault is not None:
            tell = failed if all(faults.values()) else warning
            yield tell("keyring", f"Khóa “{name}”, thiết bị “{token}”: {fault.message}", fault.advice)


def _exposed(file: Path, index: Index) -> Iterator[Check]:
    """Name the files that others than their owner may read."""
    files = set(secret_files(file, index))
    loose = sorted(each.name for each in files if each.exists() and is_exposed(each.stat()))
    if loose:
        yield failed(
            "keyring",
            f"Người dùng khác trên máy đọc được tệp khóa: {', '.join(loose)}.",
            "Hãy `chmod 600` các tệp đó và chỉ gắn chúng vào worker-seal.",
        )


def trust(settings: Settings, now: datetime) -> Iterator[Check]:
    """Read the roots that verification believes in."""
    from digitize.sign.trust import built_in_trust, load_trust

    anchors = built_in_trust(now.date()) if settings.trust is None else load_trust(settings.trust)
    if not anchors.roots:
        yield warning(
            "trust",
            "Chưa có chứng thư gốc nào được tin cậy, nên mọi chữ ký chỉ được kết luận là “không xác định”.",
            "Hãy đặt SOHOA_TRUST vào thư mục chứa chứng thư gốc quốc gia hoặc của Ban Cơ yếu Chính phủ.",
        )
        return
    ends = [(_end(root), str(root.subject.native.get("common_name", "?"))) for root in anchors.certificates()]
    yield from _ending("trust", ends, now, "Hãy lấy chứng thư gốc mới từ nơi cấp.")
    yield ok("trust", f"Tin cậy {len(ends)} chứng thư gốc.")


def timestamps(settings: Settings) -> Iterator[Check]:
    """Ask the authority for one timestamp."""
    from digitize.sign.rules import signing_rules
    from digitize.sign.timestamps import HttpTimeStamper

    if settings.tsa_url is None:
        yield warning("timestamps", "Chưa đặt máy chủ cấp dấu thời gian.", "Hãy đặt SOHOA_TSA_URL.")
        return
    rules = replace(signing_rules().timestamp, timeout_seconds=_TSA_PATIENCE_S, attempts=1, backoff_seconds=(0.0,))
    try:
        asyncio.run(
            HttpTimeStamper(settings.tsa_url, rules).async_timestamp(hashlib.sha256(b"sohoa doctor").digest(), "sha256")
        )
    except TimestampUnavailable:
        yield warning(
            "timestamps",
            f"Máy chủ cấp dấu thời gian không trả lời trong {_TSA_PATIENCE_S:.0f} giây.",
            f"Kiểm tra SOHOA_TSA_URL và đường mạng; làn ký chờ tới {settings.tsa_timeout_s:.0f} giây rồi tự thử lại.",
        )
        return
    yield ok("timestamps", "Máy chủ cấp dấu thời gian trả lời đúng chuẩn RFC 3161.")


def _end(certificate: x509.Certificate) -> datetime:
    end: datetime = certificate.not_valid_after
    return end


def _ending(name: str, ends: list[tuple[datetime, str]], now: datetime, remedy: str) -> Iterator[Check]:
    """Name the certificates that ended or end soon."""
    for end, whose in sorted(ends):
        if end <= now:
            yield failed(name, f"Chứng thư “{whose}” đã hết hạn ngày {end:%d/%m/%Y}.", remedy)
        elif end <= now + _SOON:
            yield warning(name, f"Chứng thư “{whose}” hết hạn ngày {end:%d/%m/%Y}.", remedy)
