"""What the doctor looks at about signing: the keyring, the roots that are trusted, the timestamp authority."""

from __future__ import annotations

import asyncio
import hashlib
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from digitize.errors import Misconfigured, TimestampUnavailable
from storage.settings import Settings
from workers.checks import Check, failed, ok, warning

_SOON = timedelta(days=30)
_TSA_PATIENCE_S = 10.0


def keyring(settings: Settings, now: datetime) -> Iterator[Check]:
    """Open every key, look who else may read the files, and when the certificates end."""
    from workers.keyring import Keyring

    if settings.keyring is None:
        yield ok("keyring", "Tiến trình này không giữ khóa ký (đúng với mọi phần, trừ worker-seal).")
        return
    index = settings.keyring
    entries = _entries(index)
    if not entries:
        yield warning("keyring", "Danh mục khóa ký không có khóa nào.", "Hãy thêm khóa của cơ quan và của cán bộ.")
        return
    yield from _exposed(index, entries)
    opened = Keyring(index)
    ends: list[tuple[datetime, str]] = []
    for name in entries:
        certificate = opened.signer(name).signing_cert
        if certificate is not None:
            ends.append((_end(certificate), name))
    yield from _ending("keyring", ends, now, "Hãy xin cấp chứng thư mới và thêm vào danh mục khóa ký.")
    yield ok("keyring", f"Mở được cả {len(entries)} khóa ký.")


def _entries(index: Path) -> dict[str, dict[str, str]]:
    try:
        entries: dict[str, dict[str, str]] = json.loads(index.read_text(encoding="utf-8"))["signers"]
        return dict(entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured("danh mục khóa ký (SOHOA_KEYRING) không đọc được hoặc sai dạng") from error


def _exposed(index: Path, entries: dict[str, dict[str, str]]) -> Iterator[Check]:
    """Name the files that others than their owner may read."""
    files = {index, *(index.parent / file for entry in entries.values() for file in entry.values())}
    loose = sorted(file.name for file in files if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
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
