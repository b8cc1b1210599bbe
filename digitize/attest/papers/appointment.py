"""The slip that says by hour and day when the copies are ready (TT 01/2020/TT-BTP Art 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from digitize.attest.clock import Deadline
from digitize.attest.rules import certification_rules, the_one
from digitize.attest.visit import Act, Original
from digitize.official_paper import Letterhead, Sheet, Signer, long_day
from digitize.targets import VIETNAM_TIME


def slip(
    head: Letterhead, visit: str, requester: str, originals: Sequence[Original], due: Deadline, signer: Signer,
    reason: str = "",
) -> bytes:  # fmt: skip
    """Return the appointment slip, as PDF/A-2b.

    Args:
        head: of the agency; its date is that of the slip.
        visit: opaque id of the visit, for the QR; no personal number is in it.
        requester: full name.
        originals: that were shown.
        due: when the copies are ready.
        signer: who received the request.
        reason: why it takes longer; empty for what came after 15:00.

    Raises:
        Misconfigured: the catalogue lacks the procedure on that day, or the typeface is missing.
    """
    name = "PHIẾU HẸN TRẢ KẾT QUẢ"
    procedures = tuple(each for each in certification_rules().procedure if each.act is Act.CERTIFY_COPY)
    procedure = the_one(procedures, head.on, "thủ tục chứng thực bản sao")
    sheet = Sheet("portrait", head.on, name)
    sheet.qr(f"{visit}|{procedure.code}||{name}")
    sheet.head(head)
    sheet.heading(name, "Chứng thực bản sao điện tử từ bản chính")
    listed = "; ".join(f"{each.title} ({each.quantity} bản)" for each in originals)
    sheet.facts(
        (
            ("Thủ tục", f"{procedure.code} - {procedure.name}"),
            ("Người yêu cầu", requester),
            ("Giấy tờ", listed),
            ("Tiếp nhận", hour_and_day(due.received_at)),
            ("Hẹn trả kết quả", hour_and_day(due.due_at)),
            ("Lý do hẹn", reason or "Tiếp nhận sau 15 giờ hoặc ngoài ngày làm việc (Điều 7 Nghị định 23/2015/NĐ-CP)"),
        )
    )
    sheet.signed_by(signer, "Người yêu cầu")
    return sheet.finish()


def hour_and_day(moment: datetime) -> str:
    """Write a moment in Vietnam: "17 giờ 00, ngày 23 tháng 11 năm 2026"."""
    local = moment.astimezone(VIETNAM_TIME)
    return f"{local:%H} giờ {local:%M}, {long_day(local.date())}"
