"""Lines become blocks in reading order."""

from __future__ import annotations

from digitize.model import Box, Line, Word
from digitize.text.engine import RawWord
from digitize.text.layout import blocks
from digitize.text.placing import lines_on_page
from digitize.text.tsv import words_of

UNMOVED = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def line(top: int, *placed: tuple[int, str]) -> Line:
    """Set words of 12 pixels a letter, a blank of 8 between them, from the given places on."""
    words = []
    for start, text in placed:
        left = start
        for part in text.split():
            words.append(Word(part, Box(left, top, left + 12 * len(part), top + 24), 0.9))
            left += 12 * len(part) + 8
    box = words[0].box
    for word in words:
        box = box.union(word.box)
    return Line(tuple(words), box)


HEADER = (
    line(100, (100, "SỞ TƯ PHÁP"), (420, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
    line(130, (100, "Số: 12/QĐ-STP"), (480, "Độc lập - Tự do - Hạnh phúc")),
)


def test_the_two_columns_of_a_header_are_two_blocks_left_first() -> None:
    assert [block.text for block in blocks(HEADER)] == [
        "SỞ TƯ PHÁP\nSố: 12/QĐ-STP",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
    ]


def test_a_narrow_seam_of_the_header_is_cut_all_the_same() -> None:
    tight = line(100, (100, "SỞ THÔNG TIN TRUYỀN THÔNG"), (422, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    assert len(blocks([tight])) == 2


def test_body_lines_stay_whole_and_follow_the_header() -> None:
    body = [
        line(300 + 32 * row, (80, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6")) for row in range(3)
    ]
    arranged = blocks([*body, *HEADER])
    assert len(arranged) == 3
    assert len(arranged[-1].lines) == 3


def test_recipients_come_before_the_signature_beside_them() -> None:
    foot = [
        line(900, (80, "Nơi nhận:"), (600, "GIÁM ĐỐC")),
        line(932, (80, "- Như trên;")),
        line(1040, (580, "Nguyễn Văn Bình")),
    ]
    assert [block.lines[0].text for block in blocks(foot)] == ["Nơi nhận:", "GIÁM ĐỐC", "Nguyễn Văn Bình"]


def test_no_word_is_lost_or_doubled() -> None:
    arranged = blocks(HEADER)
    assert sorted(word.text for block in arranged for each in block.lines for word in each.words) == sorted(
        word.text for each in HEADER for word in each.words
    )


def test_a_page_without_lines_has_no_blocks() -> None:
    assert blocks(()) == ()


def test_words_are_mapped_to_the_page_and_cut_at_its_edges() -> None:
    raw = RawWord("Số", 90, 40, 210, 80, 0.9, 1, 0)
    (placed,) = lines_on_page([raw], (0.5, 0.0, 10.0, 0.0, 0.5, 5.0), 100, 200)
    assert placed.box == Box(55, 25, 100, 45)


def test_dust_without_letters_is_no_word() -> None:
    dust, dash = RawWord("‘.", 0, 0, 5, 5, 0.1, 1, 0), RawWord("-", 10, 0, 20, 5, 0.9, 1, 0)
    (placed,) = lines_on_page([dust, dash], UNMOVED, 100, 100)
    assert placed.text == "-"


def test_the_table_of_tesseract_is_read_word_by_word() -> None:
    table = "level\tpage\n5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t91.5\tSô\u0301\n5\t1\t1\t1\t2\t1\t10\t50\t30\t12\t-1\t \n"
    (word,) = words_of(table)
    assert word == RawWord("Số", 10, 20, 40, 32, 0.915, 1, 0)
