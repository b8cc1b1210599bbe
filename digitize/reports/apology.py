"""The letter of apology for a dossier that was late (NĐ 61/2018/NĐ-CP Art 19; since 01/7/2025 NĐ 118/2025/NĐ-CP)."""

from __future__ import annotations

from datetime import datetime

from digitize.official_paper import Letterhead, Sheet, Signer
from digitize.reports.report import LateDossier
from digitize.targets import VIETNAM_TIME


def letter(head: Letterhead, dossier: LateDossier, reason: str, new_day: datetime | None, signer: Signer) -> bytes:
    """Return the letter as PDF/A-2b.

    Args:
        head: of the agency; its date is that of the letter.
        dossier: that is or was late.
        reason: why, in the office's words.
        new_day: when the result will be there; None when it is there.
        signer: who apologises.

    Raises:
        Misconfigured: the typeface is missing.
    """
    sheet = Sheet("portrait", head.on, f"Thư xin lỗi về việc trễ hẹn hồ sơ {dossier.code}")
    sheet.head(head)
    sheet.heading("THƯ XIN LỖI", "Về việc giải quyết hồ sơ trễ hẹn")
    to = dossier.holder or "Ông/Bà chủ hồ sơ"
    sheet.say(f"Kính gửi: {to}", indent=False)
    sheet.say(f"{head.agency} đã tiếp nhận hồ sơ sau và chưa trả kết quả đúng ngày đã hẹn:")
    sheet.facts((
        ("Mã hồ sơ", dossier.code),
        ("Thủ tục", dossier.procedure),
        ("Ngày hẹn trả kết quả", _hour_and_day(dossier.due_at)),
        ("Ngày giải quyết xong", _hour_and_day(dossier.finished_at) if dossier.finished_at else "chưa xong"),
        ("Lý do trễ hẹn", reason),
    ))  # fmt: skip
    sheet.say(f"{head.agency} xin lỗi về sự chậm trễ này và mong được thông cảm.")
    if new_day is not None:
        sheet.say(f"Thời gian trả kết quả được hẹn lại: {_hour_and_day(new_day)}.")
    sheet.signed_by(signer, recipients=("Như trên;", "Lưu: VT."))
    return sheet.finish()


def _hour_and_day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM_TIME):%H giờ %M phút, ngày %d/%m/%Y}"
