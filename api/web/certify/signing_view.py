"""What the certifier sees before they sign: the attestation as it will stand, and all that stands against signing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from digitize.attest.authority import Authority
from digitize.attest.foreign import ground_against
from digitize.attest.visit import Act
from digitize.attest.wording import AttestationWords, preview
from digitize.errors import SohoaError
from digitize.targets import VIETNAM_TIME
from storage import authorities, register, shown
from storage.certifications import Certification, Copy
from storage.register import BookKind


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of signing."""

    good: bool
    name: str
    """What was looked at."""
    told: str
    """On what it rests, or why it is refused: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether the copy may be signed now."""

    checks: tuple[Check, ...]
    words: AttestationWords | None
    """As they will be printed, the number left open; None without an authority or a book."""
    certifier: str
    """Full name."""

    @property
    def good(self) -> bool:
        """Nothing stands against it."""
        return all(check.good for check in self.checks)


def ready_to_sign(connection: sa.Connection, visit: Certification, copy: Copy, now: datetime) -> Ready:
    """Look at everything on which the signature depends; the very same is looked at again when the key is used."""
    today = now.astimezone(VIETNAM_TIME).date()
    name = shown.names(connection, [visit.certifier]).get(visit.certifier, "")
    authority, refused = _authority(connection, visit, copy, now)
    book = register.find_open(connection, copy.unit_id, BookKind.ELECTRONIC_COPIES)
    checks = [
        Check(authority is not None, "Thẩm quyền", refused if authority is None else _basis(authority)),
        Check(
            book is not None,
            "Sổ chứng thực",
            "Đơn vị chưa mở sổ chứng thực bản sao điện tử." if book is None else f"Quyển {book.name} đang mở.",
        ),
        *_paper(copy, today),
    ]
    words = None
    if authority is not None and book is not None:
        words = preview(copy.numbering.book if copy.numbering else book.name, today, authority.title)
    return Ready(tuple(checks), words, name)


def _authority(
    connection: sa.Connection, visit: Certification, copy: Copy, now: datetime
) -> tuple[Authority | None, str]:
    """Return the authority, or the sentence that refuses it."""
    try:
        return authorities.require(connection, visit.certifier, Act(visit.act), copy.unit_id, now), ""
    except SohoaError as refusal:
        return None, refusal.message


def _basis(held: Authority) -> str:
    until = "không thời hạn" if held.ends_at is None else f"đến {held.ends_at.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
    return f"{held.title}; {held.legal_basis}; {until}."


def _paper(copy: Copy, today: date) -> Iterator[Check]:
    """Look at the paper itself."""
    pages, asked = copy.captured_pages or 0, copy.original.pages
    told = f"Bản chụp có {pages} trang, bản chính khai {asked} trang."
    if pages < asked:
        told += " Hãy chụp lại đủ các trang có thông tin (Điều 10 Thông tư 01/2020/TT-BTP)."
    yield Check(pages >= asked, "Đủ trang", told)
    if copy.original.foreign:
        against = ground_against(copy.original, today) is not None
        yield Check(
            not against,
            "Hợp pháp hóa lãnh sự",
            "Giấy tờ nước ngoài chưa hợp pháp hóa lãnh sự: phải từ chối (khoản 5 Điều 22 Nghị định 23/2015/NĐ-CP)."
            if against
            else "Đã hợp pháp hóa, hoặc thuộc loại được miễn (Điều 6 Thông tư 01/2020/TT-BTP).",
        )
    if copy.numbering is not None:
        same = copy.numbering.on == today
        yield Check(
            same,
            "Số đã cấp",
            f"Số {copy.numbering.number} ghi ngày {copy.numbering.on:%d/%m/%Y}"
            + ("." if same else ": ngày đó đã qua, phải bỏ số này."),
        )
