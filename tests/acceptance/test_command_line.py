"""The command line's contract: one JSON value, sentences in Vietnamese, exit codes, never a traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

SOHOA = str(Path(sys.executable).with_name("sohoa"))
SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"


def sohoa(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SOHOA, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """An official letter, printed cleanly at 200 dpi."""
    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(SERIF, 30)
    for x, y, text in (
        (180, 150, "ỦY BAN NHÂN DÂN"),
        (220, 200, "XÃ AN BÌNH"),
        (180, 280, "Số: 45/UBND-VP"),
        (760, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (880, 200, "Độc lập - Tự do - Hạnh phúc"),
        (850, 280, "An Bình, ngày 12 tháng 10 năm 2021"),
        (180, 340, "V/v số hóa kết quả thủ tục hành chính"),
        (480, 480, "Kính gửi: Các cơ quan chuyên môn thuộc huyện"),
        (240, 600, "Thực hiện kế hoạch năm 2021 về số hóa kết quả giải quyết thủ tục"),
        (180, 660, "hành chính đang còn hiệu lực, Ủy ban nhân dân xã đề nghị các cơ quan"),
        (180, 720, "phối hợp rà soát và gửi danh mục hồ sơ trước ngày 30 tháng 10."),
        (900, 900, "TM. ỦY BAN NHÂN DÂN"),
        (1000, 950, "CHỦ TỊCH"),
        (960, 1200, "Trần Văn Bình"),
    ):
        draw.text((x, y), text, font=font, fill=20)
    path = tmp_path / "cong-van.png"
    page.save(path, dpi=(200, 200))
    return path


def test_read_prints_one_json_value_with_the_fields_of_the_contract(letter: Path) -> None:
    run = sohoa("read", "--json", letter)
    assert run.returncode == 0
    answer = json.loads(run.stdout)
    assert answer["kind"]["code"] == "cong_van"
    assert answer["fields"]["number"]["value"] == "45/UBND-VP"
    assert answer["fields"]["issued_date"]["value"] == "2021-10-12"
    assert len(answer["fields"]["number"]["box"]) == 4
    page = answer["pages"][0]
    assert (page["number"], page["width"], page["height"], page["dpi"], page["rotation"]) == (1, 1654, 2339, 200, 0)
    assert "thủ tục" in page["text"]


def test_a_bad_file_does_not_stop_the_others_and_its_sentence_says_what_to_do(letter: Path, tmp_path: Path) -> None:
    web_page = tmp_path / "trang.pdf"
    web_page.write_text("<html><body>không phải PDF</body></html>")
    run = sohoa("read", "--json", web_page, letter)
    assert run.returncode == 2
    bad, good = json.loads(run.stdout)
    assert bad["error"]["code"] == "unknown_type"
    assert "PDF, JPEG, PNG hay TIFF" in bad["error"]["message"]
    assert good["kind"]["code"] == "cong_van"


@pytest.mark.parametrize("arguments", [["read"], ["verify"], ["nothing"], ["read", "--wrong"], ["sign", "a.pdf"]])
def test_wrong_usage_ends_with_two_and_a_vietnamese_sentence(arguments: list[str]) -> None:
    run = sohoa(*arguments)
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert run.stderr.decode().startswith("sohoa: ")
    assert "--help" in run.stderr.decode()


def test_a_missing_file_is_the_inputs_fault(tmp_path: Path) -> None:
    run = sohoa("verify", tmp_path / "khong-co.pdf")
    assert run.returncode == 2
    assert "không có tệp" in run.stderr.decode()


def test_archive_never_overwrites(letter: Path, tmp_path: Path) -> None:
    target = tmp_path / "ra.pdf"
    assert sohoa("archive", letter, "-o", target).returncode == 0
    first = target.read_bytes()
    again = sohoa("archive", letter, "-o", target)
    assert again.returncode == 2
    assert "không tệp nào bị ghi đè" in again.stderr.decode()
    assert target.read_bytes() == first


def test_an_archive_file_is_unsigned_and_verify_says_so_with_three(letter: Path, tmp_path: Path) -> None:
    target = tmp_path / "ra.pdf"
    sohoa("archive", letter, "-o", target)
    run = sohoa("verify", "--json", target)
    assert run.returncode == 3
    assert json.loads(run.stdout)["verdict"] == "unsigned"


def test_a_png_without_pixels_worth_reading_is_a_finding_and_not_an_error(tmp_path: Path) -> None:
    blank = io.BytesIO()
    Image.new("L", (1654, 2339), 255).save(blank, "PNG", dpi=(200, 200))
    (tmp_path / "trang.png").write_bytes(blank.getvalue())
    run = sohoa("read", "--json", tmp_path / "trang.png")
    assert run.returncode == 0
    answer = json.loads(run.stdout)
    assert answer["kind"]["code"] == "khong_ro"
    assert "blank_page" in {finding["code"] for finding in answer["findings"]}
