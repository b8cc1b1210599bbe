"""The answer about a file on paper: what was found, about which bytes, when; made by a machine and signed by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digitize.model import Verdict
from digitize.official_paper import BODY_PT, FACE, LINE_MM, Sheet
from digitize.targets import VIETNAM_TIME

TITLE = "KẾT QUẢ KIỂM TRA VĂN BẢN ĐIỆN TỬ"

_INK = {
    Verdict.VALID: (27, 99, 64),
    Verdict.INVALID: (156, 31, 43),
    Verdict.INDETERMINATE: (125, 74, 0),
    Verdict.UNSIGNED: (60, 70, 80),
}
"""Colour of the frame, which only repeats what the words say."""


@dataclass(frozen=True, slots=True)
class Part:
    """Facts that belong together: about the file, the register, one signature."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """(name, value)."""
    reasons: tuple[str, ...] = ()
    """Sentences: why it is not, or only just, good."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is printed."""

    verdict: Verdict
    words: str
    """The verdict in a few words."""
    sentence: str
    asked_at: datetime
    """When the file was judged; the paper is dated so."""
    printed_at: datetime
    """When the register was asked."""
    where: str
    """Address at which anybody may check the file again."""
    parts: Sequence[Part]
    demonstration: bool = False
    """The signatures come from the development PKI."""


def paper(answer: Answer) -> bytes:
    """Return the answer as PDF/A-2b: the same values always give the same bytes.

    Raises:
        Misconfigured: the typeface is missing.
    """
    sheet = Sheet("portrait", answer.printed_at.astimezone(VIETNAM_TIME).date(), "Kết quả kiểm tra văn bản điện tử")
    sheet.heading(TITLE, f"Kiểm tra lúc {_moment(answer.asked_at)}, lập phiếu lúc {_moment(answer.printed_at)}")
    _frame(sheet, answer)
    for part in answer.parts:
        sheet.point(part.title)
        sheet.facts(part.facts)
        for reason in part.reasons:
            sheet.say(f"- {reason}", indent=False)
        sheet.ln(2)
    _notes(sheet, answer)
    return sheet.finish()


def _frame(sheet: Sheet, answer: Answer) -> None:
    """Set the verdict and its sentence in a frame of its colour."""
    top = sheet.get_y()
    inset = 4.0
    sheet.set_y(top + inset)
    for text, weight, size in ((answer.words.upper(), "B", BODY_PT + 2), (answer.sentence, "", BODY_PT)):
        sheet.set_text_color(*(_INK[answer.verdict] if weight else (0, 0, 0)))
        sheet.set_font(FACE, weight, size)
        sheet.set_x(sheet.l_margin + inset)
        sheet.flow(text, LINE_MM + 0.4, "L", sheet.epw - 2 * inset)
    sheet.set_draw_color(*_INK[answer.verdict])
    sheet.set_line_width(0.7)
    sheet.rect(sheet.l_margin, top, sheet.epw, sheet.get_y() + inset - top)
    sheet.set_draw_color(0, 0, 0)
    sheet.set_y(sheet.get_y() + 2 * inset)


def _notes(sheet: Sheet, answer: Answer) -> None:
    sheet.say(
        "Phiếu do hệ thống lập tự động, nói về đúng tệp có mã băm SHA-256 nêu trên tại lúc kiểm tra; phiếu không có "
        f"chữ ký và không thay cho chính tệp. Ai cũng kiểm tra lại được tại {answer.where}."
    )
    if answer.demonstration:
        sheet.say(
            "Hệ thống đang chạy với chứng thư thử nghiệm: mọi chữ ký và con dấu không có giá trị pháp lý.", indent=False
        )


def _moment(value: datetime) -> str:
    return value.astimezone(VIETNAM_TIME).strftime("%H:%M ngày %d/%m/%Y")
