"""Who a decision is about: the person whom its articles name with particulars."""

from __future__ import annotations

from collections.abc import Callable

from digitize.model import Page
from digitize.understand import Understanding, understand

Papermaker = Callable[..., Page]

DECISION = (
    (0.08, 0.04, "ỦY BAN NHÂN DÂN"),
    (0.08, 0.056, "HUYỆN PHÙ NINH"),
    (0.12, 0.078, "Số: 1876/QĐ-UBND"),
    (0.48, 0.04, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.5, 0.085, "Phù Ninh, ngày 03 tháng 8 năm 2021"),
    (0.46, 0.12, "QUYẾT ĐỊNH"),
    (0.1, 0.18, "Xét đề nghị của ông Trần Công Minh, sinh ngày 01/01/1970,"),
    (0.45, 0.24, "QUYẾT ĐỊNH:"),
)
ARTICLE = (
    (0.1, 0.26, "Điều 1. Trợ cấp xã hội hàng tháng đối với ông Nguyễn Văn An, sinh ngày 01/02/1950,"),
    (0.1, 0.28, "số CCCD 025050001234, là thân nhân của ông Hồ Văn Tư."),
    (0.1, 0.36, "Điều 3. Chánh Văn phòng và ông Lê Văn Bình chịu trách nhiệm thi hành."),
)


def about(understood: Understanding) -> tuple[str | None, ...]:
    """Name, birth date and card of the holder."""
    names = ("holder_name", "holder_birth_date", "holder_id")
    return tuple(understood.fields[name].value if name in understood.fields else None for name in names)


def test_a_decision_gives_the_person_whom_its_first_article_names(paper: Papermaker) -> None:
    understood = understand([paper(*DECISION, *ARTICLE)])
    assert about(understood) == ("Nguyễn Văn An", "1950-02-01", "025050001234")
    assert not understood.fields["holder_name"].doubtful


def test_a_birth_date_in_words_is_read_across_the_line(paper: Papermaker) -> None:
    lines = ((0.1, 0.26, "Điều 1. Ông: Đinh Quang Vinh, sinh ngày"), (0.1, 0.28, "10 tháng 9 năm 1961; chuyên viên."))
    assert about(understand([paper(*DECISION, *lines)])) == ("Đinh Quang Vinh", "1961-09-10", None)


def test_several_persons_without_particulars_are_nobody_in_question(paper: Papermaker) -> None:
    lines = (
        (0.1, 0.26, "Điều 1. Thành lập Tổ công tác gồm:"),
        (0.1, 0.28, "1. Ông Nguyễn Thanh Hải, Tổ trưởng;"),
        (0.1, 0.30, "2. Bà Lê Thị Hoa, Tổ phó;"),
    )
    assert about(understand([paper(*DECISION, *lines)])) == (None, None, None)


def test_the_only_person_of_the_first_article_is_drafted_and_doubtful(paper: Papermaker) -> None:
    lines = (
        (0.1, 0.26, "Điều 1. Bổ nhiệm ông Nguyễn Văn Hùng, Phó Trưởng phòng, giữ chức vụ Trưởng phòng."),
        (0.1, 0.28, "Điều 2. Ông Trần Văn Ba, kế toán, chịu trách nhiệm thi hành."),
    )
    understood = understand([paper(*DECISION, *lines)])
    assert about(understood) == ("Nguyễn Văn Hùng", None, None)
    assert understood.fields["holder_name"].doubtful


def test_of_several_persons_the_first_is_drafted_and_doubtful(paper: Papermaker) -> None:
    second = (0.1, 0.3, "và bà Lê Thị Hoa, sinh ngày 05/06/1960, CCCD số 025160001111.")
    understood = understand([paper(*DECISION, *ARTICLE[:2], second)])
    assert about(understood)[0] == "Nguyễn Văn An"
    assert all(understood.fields[name].doubtful for name in ("holder_name", "holder_birth_date", "holder_id"))


def test_particulars_that_an_article_lists_like_a_form_are_read(paper: Papermaker) -> None:
    lines = (
        (0.1, 0.26, "Điều 1. Cho phép cải chính hộ tịch đối với:"),
        (0.1, 0.28, "Họ, chữ đệm, tên: Đỗ Thị Hiền"),
        (0.1, 0.3, "Giấy tờ tùy thân: Căn cước công dân số 025160009999"),
    )
    assert about(understand([paper(*DECISION, *lines)])) == ("Đỗ Thị Hiền", None, "025160009999")


def test_the_subject_of_a_decision_keeps_the_names_in_it(paper: Papermaker) -> None:
    lines = [*DECISION[:6], (0.32, 0.135, "Về việc cải chính hộ tịch cho bà Đỗ Thị Hiền"), *DECISION[6:]]
    assert understand([paper(*lines)]).fields["subject"].value.endswith("Đỗ Thị Hiền")
