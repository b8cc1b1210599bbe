"""The slip on the fee that was taken; the invoice or receipt of the tax law is another paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from digitize.attest.fees import Fee
from digitize.attest.papers.appointment import hour_and_day
from digitize.attest.register import dong
from digitize.official_paper import Letterhead, Sheet, Signer


def slip(
    head: Letterhead, visit: str, requester: str, paid: Sequence[tuple[str, Fee]], paid_at: datetime, signer: Signer
) -> bytes:
    """Return the slip on a fee, as PDF/A-2b.

    Args:
        head: of the agency; its date is that of the slip.
        visit: opaque id of the visit, for the QR.
        requester: full name.
        paid: title of each original and its fee.
        paid_at: with offset.
        signer: who took the money.

    Raises:
        Misconfigured: the typeface is missing.
    """
    name = "PHIẾU THU PHÍ CHỨNG THỰC"
    sheet = Sheet("portrait", head.on, name)
    sheet.qr(f"{visit}|2.000815||{name}")
    sheet.head(head)
    sheet.heading(name)
    sheet.facts((("Người nộp", requester), ("Thời điểm thu", hour_and_day(paid_at))))
    sheet.table_of(
        ("Tên bản chính", "Số trang", "Số bản", "Phí một bản (đồng)", "Thành tiền (đồng)"),
        (8, 2, 2, 3, 3),
        [
            (title, str(fee.pages), str(fee.quantity), dong(fee.one_copy_vnd), dong(fee.total_vnd))
            for title, fee in paid
        ],
        numeric=frozenset({1, 2, 3, 4}),
    )
    sheet.say(f"Tổng cộng: {dong(sum(fee.total_vnd for _, fee in paid))} đồng.", indent=False)
    sources = tuple(dict.fromkeys(fee.source for _, fee in paid))
    sheet.say(f"Mức thu: {'; '.join(sources)}. Phiếu này không thay biên lai thu phí.", indent=False)
    sheet.signed_by(signer, "Người nộp")
    return sheet.finish()
