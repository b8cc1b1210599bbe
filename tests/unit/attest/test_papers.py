"""The papers around a certification, and the book as print and spreadsheet."""

from __future__ import annotations

import io
import subprocess
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import odfdo
import openpyxl
import pikepdf

from digitize.attest.clock import deadline, state_calendar
from digitize.attest.fees import fee
from digitize.attest.papers import appointment, receipt, refusal
from digitize.attest.papers.book import print_book
from digitize.attest.refusal import RefusalGround
from digitize.attest.register import Book, Closing, RegisterRow, summary, totals
from digitize.attest.sheets import grid
from digitize.attest.visit import Original
from digitize.official_paper import Letterhead, Signer
from digitize.spreadsheet import ods, xlsx
from tests.verapdf.plugin import PdfaJudge

VN = timezone(timedelta(hours=7))
HEAD = Letterhead("Ủy ban nhân dân xã Gia Viễn", "Gia Viễn", date(2026, 11, 20), "Ủy ban nhân dân tỉnh Ninh Bình")
SIGNER = Signer("Phó Chủ tịch", "Nguyễn Thị Hương")
BOOK = Book("Ủy ban nhân dân xã Gia Viễn", "SỔ CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH", "01/2026-SCT/BS", "Tháng 11 năm 2026")
ROWS = (
    RegisterRow("01", date(2026, 11, 2), "=1+1", "Giấy khai sinh", "Nguyễn Thị Hương, Phó Chủ tịch", 3, 12_000),
    RegisterRow("02", date(2026, 11, 3), "Trần Văn Bình", "Học bạ", "Nguyễn Thị Hương, Phó Chủ tịch", 0, 0,
                "Bỏ số: quá ngày in", void=True),
)  # fmt: skip


def text_of(pdf: bytes, folder: Path) -> str:
    place = folder / "a.pdf"
    place.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-raw", place, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(told.split())


def test_a_refusal_names_its_ground_with_article_and_the_reason(tmp_path: Path, pdfa_verdict: PdfaJudge) -> None:
    made = [
        refusal.letter(HEAD, "Trần Văn Bình", "Bằng tốt nghiệp", RefusalGround.DAMAGED, "Góc phải bị cháy.", SIGNER)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    told = text_of(made[0], tmp_path)
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "khoản 2 Điều 22", "hư hỏng, cũ nát", "Góc phải bị cháy.",
                  "Gia Viễn, ngày 20 tháng 11 năm 2026", "Nguyễn Thị Hương"):  # fmt: skip
        assert words in told
    assert pdfa_verdict(made[0]).compliant


def test_an_appointment_shows_hour_and_day(tmp_path: Path, pdfa_verdict: PdfaJudge) -> None:
    due = deadline(datetime(2026, 11, 20, 15, 20, tzinfo=VN), state_calendar())
    made = appointment.slip(HEAD, "01KD2VQ8", "Trần Văn Bình", [Original("Giấy khai sinh", 2, 3)], due, SIGNER)
    told = text_of(made, tmp_path)
    assert "17 giờ 00, ngày 23 tháng 11 năm 2026" in told
    assert "Giấy khai sinh (3 bản)" in told
    assert pdfa_verdict(made).compliant


def test_a_receipt_adds_up(tmp_path: Path, pdfa_verdict: PdfaJudge) -> None:
    paid = [("Giấy khai sinh", fee(2, 3, HEAD.on)), ("Học bạ", fee(14, 1, HEAD.on))]
    made = receipt.slip(HEAD, "01KD2VQ8", "Trần Văn Bình", paid, datetime(2026, 11, 20, 9, 5, tzinfo=VN), SIGNER)
    assert "Tổng cộng: 28.000 đồng" in text_of(made, tmp_path)
    assert pdfa_verdict(made).compliant


def test_the_printed_book_has_the_columns_of_the_paper_one_and_the_closing(
    tmp_path: Path, pdfa_verdict: PdfaJudge
) -> None:
    rows = ROWS * 30
    made = print_book(BOOK, rows, date(2026, 12, 31), Closing(date(2026, 12, 31), "Chủ tịch", "Lê Văn An"))
    told = text_of(made, tmp_path)
    for words in ("Số thứ tự", "Tên của bản chính giấy tờ, văn bản", "Ghi chú", "Bỏ số: quá ngày in", "Khóa sổ",
                  "Lê Văn An", "phí 360.000 đồng"):  # fmt: skip
        assert words in told
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert told.count("Tên của bản chính") >= len(opened.pages) - 1
        assert all(page.mediabox[2] > page.mediabox[3] for page in opened.pages)
    assert pdfa_verdict(made).compliant


def test_void_entries_count_as_numbers_and_as_nothing_else() -> None:
    added = totals(ROWS)
    assert (added.entries, added.void, added.copies, added.fee_vnd) == (2, 1, 3, 12_000)
    assert summary(added) == "Cộng: 2 số chứng thực (trong đó bỏ số: 1), 3 bản sao, phí 12.000 đồng."


def test_the_spreadsheets_hold_the_same_book_and_compute_nothing() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx([grid(BOOK, ROWS, HEAD.on)]))).worksheets[0]
    first = list(sheet[6])
    assert [cell.value for cell in first][2:4] == ["=1+1", "Giấy khai sinh"]
    assert (first[0].value, str(first[1].value)) == ("01", "2026-11-02 00:00:00")
    assert first[2].data_type == "s"
    table = odfdo.Document(io.BytesIO(ods([grid(BOOK, ROWS, HEAD.on)]))).body.get_table(0)
    assert table is not None
    told = list(table.iter_values())
    assert told[4][0] == sheet[5][0].value == "Số thứ tự/ số chứng thực"
    assert told[5][:4] == ["01", date(2026, 11, 2), "=1+1", "Giấy khai sinh"]
    assert told[5][6] == first[6].value == 12_000
