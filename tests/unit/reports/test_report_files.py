"""One report, four files: the same numbers, nothing computed by who opens them."""

from __future__ import annotations

import io
import json
from pathlib import PurePath

import odfdo
import openpyxl
import pypdfium2
import pytest

from digitize.errors import InvalidInput
from digitize.official_paper import Signer
from digitize.reports.files import encoded
from digitize.reports.formats import ReportFormat, format_of
from digitize.reports.paper import Outside
from tests.unit.reports.made_up import REPORT
from tests.verapdf.plugin import PdfaJudge

SIGNED = Outside("12/BC-UBND", "Văn phòng Chính phủ", Signer("Chủ tịch", "Trần Văn Nam"))


def words(pdf: bytes) -> list[str]:
    """Return the text of each page, on one line."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]


def test_the_paper_is_an_official_one_and_says_what_is_missing(pdfa_verdict: PdfaJudge) -> None:
    pdf = encoded(REPORT, ReportFormat.PDF, SIGNED)
    first, *annexes = words(pdf)
    for told in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/BC-UBND", "Lam Vân, ngày 05 tháng 10 năm 2021", "BÁO CÁO",
        "quý III năm 2021", "Kính gửi: Văn phòng Chính phủ", "Quyết định số 468/QĐ-TTg",
        "3/20 kết quả còn hiệu lực đã số hóa (15,0 %); chỉ tiêu 15 % (QĐ 468/QĐ-TTg): đạt",
        "1/3 kết quả còn hiệu lực đã số hóa (33,3 %); kỳ này không có chỉ tiêu",
    ):  # fmt: skip
        assert told in first
    assert "đã gửi thư xin lỗi 1/4 hồ sơ" in first
    rest = " ".join(annexes)
    for told in (
        "Nơi nhận:",
        "Trần Văn Nam",
        "PHỤ LỤC 1",
        "PHỤ LỤC 3",
        "Nguyễn Thị Hương",
    ):
        assert told in rest
    assert "Thông tư số 01/2023" not in first, "a text of a later year is no basis"
    assert pdfa_verdict(pdf).compliant
    assert pdf == encoded(REPORT, ReportFormat.PDF, SIGNED)


def test_the_spreadsheets_hold_the_same_tables_and_nothing_is_not_nought() -> None:
    book = openpyxl.load_workbook(io.BytesIO(encoded(REPORT, ReportFormat.XLSX, Outside())))
    assert book.sheetnames == ["Theo cấp", "Theo đơn vị", "Chỉ số", "Theo cán bộ"]
    _, commune, empty = list(book["Theo đơn vị"].iter_rows(min_row=5, max_row=7, values_only=True))
    assert [cell for cell in commune if cell is not None][3:8] == [20, 3, 15.0, 15, "đạt"]
    assert (empty[3], empty[5], empty[7]) == (0, "không có", "không có")
    assert str(empty[1]).strip().startswith("=Ủy ban")
    table = odfdo.Document(io.BytesIO(encoded(REPORT, ReportFormat.ODS, Outside()))).body.get_table(1)
    assert table is not None
    assert list(table.iter_values())[5][3:8] == [20, 3, 15, 15, "đạt"]


def test_the_file_for_the_reporting_system_keeps_both_rates_apart() -> None:
    told = json.loads(encoded(REPORT, ReportFormat.JSON, Outside()))
    assert (told["schema"], told["period"], told["from"], told["to"]) == (1, "2021Q3", "2021-07-01", "2021-09-30")
    commune = told["units"][1]
    assert commune["stock"] == {"numerator": 3, "denominator": 20, "percent": 15.0}
    assert commune["flow"]["denominator"] == 9
    assert told["units"][2]["stock"]["percent"] is None
    assert told["certified_copies"]["target_percent"] == 35


def test_the_name_of_the_file_says_its_form() -> None:
    assert format_of(PurePath("a.ODS")) is ReportFormat.ODS
    with pytest.raises(InvalidInput, match="phải kết thúc bằng"):
        format_of(PurePath("a.docx"))
