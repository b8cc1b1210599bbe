"""The pages of the certification desk at the door: who comes in, what a form says, what a list asks of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.web.certify.signing_view import ready_to_sign
from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyState
from digitize.lifecycle import Actor, Office
from storage import authorities, certifications
from storage.tables import copies
from tests.door.bureau import CERTIFIER, DIPLOMA, OFFICE, REQUESTER, must
from tests.door.plugin import on_both_engines
from tests.door.town import PASSWORD, Town

ROW = {
    "original.0.title": "Bằng tốt nghiệp", "original.0.pages": "1", "original.0.quantity": "1",
    "original.0.issued_on": "30/06/2020",
}  # fmt: skip

LISTS = ("/certifications", "/certifications?tab=all", "/certifications/new", "/books")


@pytest.fixture
def counter(town: Town) -> Town:
    """A town whose commune certifies."""
    unit = town.units["xa"].code
    must(town.visitor("quantri").post("/api/v1/authorities", json=OFFICE | {"unit": unit}))
    must(town.visitor(CERTIFIER).post("/api/v1/books", json={}))
    return town


def visit_of(town: Town, **more: object) -> dict[str, str]:
    body = must(
        town.visitor(CERTIFIER).post(
            "/api/v1/certifications", json={"requester": REQUESTER, "originals": [DIPLOMA], **more}
        )
    )
    return {"visit": body["id"], "copy": body["copies"][0]["id"]}


def place(town: Town, copy: str, state: CopyState, **columns: object) -> None:
    """Let a copy stand somewhere, as the page sees it."""
    values = {"state": state.value, "waiting_for": COPY_WAITING_FOR[state].value, **columns}
    with town.parts.storage.database.write() as connection:
        connection.execute(copies.update().where(copies.c.id == copy).values(**values))


def order(**more: str) -> Mapping[str, str]:
    return {"full_name": "Lò Thị Bưởi", "certifier": CERTIFIER, "do": "open"} | ROW | more


def shown(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


@contextmanager
def statements(town: Town) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    engine = town.parts.storage.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def test_each_office_finds_its_way_and_strangers_find_nothing(counter: Town) -> None:
    ids = visit_of(counter)
    visit, copy = f"/certifications/{ids['visit']}", ids["copy"]
    (book,) = (each["id"] for each in counter.visitor(CERTIFIER).get("/api/v1/books").json()["books"])
    for who in ("canbo", "vanthu", CERTIFIER):
        for path in (
            "/certifications",
            "/certifications?tab=all",
            "/certifications/new",
            visit,
            "/books",
            f"/books/{book}",
        ):
            shown(counter.visitor(who), path)
    shown(counter.visitor("quantri"), f"/books/{book}")
    shown(counter.visitor("quantri"), "/certifications/new", 403)
    stranger, form = (
        counter.visitor("nguoila"),
        {"version": "0", "reason": "Thử", "amount_vnd": "1", "receipt_number": "1"},
    )
    assert "Lò" not in shown(stranger, "/certifications")
    for path in (visit, f"/books/{book}"):
        shown(stranger, path, 404)
    for step in ("originals", "fee-payments", "extension", "closure", "abandonment", "unknown"):
        assert stranger.post(f"{visit}/{step}", data=form).status_code == 404, step
    stranger.post("/api/v1/session/proof", json={"password": PASSWORD})
    for step in ("attestation", "abandonment", "void", "links", "cancellation", "unknown"):
        assert stranger.post(f"{visit}/copies/{copy}/{step}", data=form).status_code in {403, 404}, step
    file = {"file": ("a.pdf", b"%PDF-1.7 x")}
    assert stranger.post(f"{visit}/copies/{copy}/capture", data={"version": "0"}, files=file).status_code == 404
    assert counter.visitor().get(visit).status_code == 303


def test_a_visit_is_opened_once_however_often_the_button_is_pressed(counter: Town) -> None:
    certifier = counter.visitor(CERTIFIER)
    answers = [certifier.post("/certifications/new", data=order(key="một lần", email="buoi@thu.vn")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    page = shown(certifier, answers[0].headers["location"])
    assert "30/06/2020" in page
    assert "2.000 đ" in page


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(counter: Town) -> None:
    certifier = counter.visitor(CERTIFIER)
    more = certifier.post("/certifications/new", data=order(do="add"))
    assert "original.1.title" in more.text
    assert 'value="Lò Thị Bưởi"' in unescape(more.text)
    fewer = certifier.post("/certifications/new", data=order(**{"do": "drop-0", "original.1.title": "Giấy khai sinh"}))
    assert 'value="Giấy khai sinh"' in unescape(fewer.text)
    wrong = certifier.post("/certifications/new", data=order(**{"original.0.pages": "0", "original.0.issued_on": "x"}))
    told = unescape(wrong.text)
    assert wrong.status_code == 422
    assert "số trang (bản chính 1) quá nhỏ" in told
    assert 'value="Bằng tốt nghiệp"' in told
    nobody = certifier.post("/certifications/new", data=order(certifier="vanthu"))
    assert nobody.status_code == 403
    assert "thẩm quyền" in unescape(nobody.text)


@on_both_engines
def test_the_fee_is_noted_and_the_deadline_put_off_on_the_screen(counter: Town) -> None:
    ids, clerk = visit_of(counter), counter.visitor("canbo")
    visit = f"/certifications/{ids['visit']}"
    form = {"receipt_number": "1", "copy": ids["copy"]}
    wrong = clerk.post(f"{visit}/fee-payments", data=form | {"amount_vnd": "9.000"})
    assert wrong.status_code == 409
    assert "vượt quá phí" in unescape(wrong.text)
    paid = clerk.post(f"{visit}/fee-payments", data=form | {"amount_vnd": "4.000"})
    assert paid.headers["location"] == f"{visit}?copy={ids['copy']}"
    assert clerk.post(f"{visit}/extension", data={"working_days": "2", "reason": "Giấy khó đọc"}).status_code == 303
    page = shown(clerk, visit)
    assert f"/api/v1/certifications/{ids['visit']}/receipt" in page
    assert f"/api/v1/certifications/{ids['visit']}/appointment-slip" in page
    assert "Giấy khó đọc" in page


def test_what_stands_against_signing_is_said_before_the_key_is_asked(counter: Town) -> None:
    ids = visit_of(counter, originals=[DIPLOMA | {"foreign": True, "pages": 2}])
    with counter.parts.storage.database.write() as connection:
        visit = certifications.find_visit(connection, ids["visit"])
        copy = certifications.find(connection, ids["copy"])
        before = ready_to_sign(connection, visit, copy, counter.clock())
        held = authorities.require(connection, visit.certifier, visit.act, visit.unit_id, counter.clock())
        authorities.withdraw(connection, held.id, "Chuyển công tác", Actor("q", Office.ADMINISTRATOR), counter.clock())
        after = ready_to_sign(connection, visit, copy, counter.clock())
    assert [check.good for check in before.checks] == [True, True, False, False]
    assert before.words is not None
    assert before.words.lines[1] == "Số chứng thực: ……   Quyển số: 01/2021-SCTĐT/BS"
    assert "hợp pháp hóa" in before.checks[-1].told
    assert not after.good
    assert after.words is None
    assert "chưa có hiệu lực hoặc đã hết" in after.checks[0].told


def test_the_screen_shows_the_conditions_and_locks_the_signature_that_one_of_them_forbids(counter: Town) -> None:
    ids = visit_of(counter)
    place(counter, ids["copy"], CopyState.TO_COMPARE, captured_pages=1)
    visit = f"/certifications/{ids['visit']}"
    page = shown(counter.visitor(CERTIFIER), visit)
    assert "Số chứng thực: ……   Quyển số: 01/2021-SCTĐT/BS" in page
    assert '<button class="main">Ký chứng thực</button>' in page
    assert "sohoa agent --server" in page
    assert "Ký chứng thực</button>" not in shown(counter.visitor("canbo"), visit)
    place(counter, ids["copy"], CopyState.TO_COMPARE, captured_pages=0)
    page = shown(counter.visitor(CERTIFIER), visit)
    assert "Bản chụp có 0 trang, bản chính khai 1 trang." in page
    assert '<button class="main" disabled>Ký chứng thực</button>' in page
    place(counter, ids["copy"], CopyState.CERTIFIER_SIGNED)
    assert "Đóng dấu cơ quan</button>" in shown(counter.visitor("vanthu"), visit)
    assert "Chờ văn thư của đơn vị đóng dấu." in shown(counter.visitor(CERTIFIER), visit)
    place(counter, ids["copy"], CopyState.ISSUED)
    page = shown(counter.visitor(CERTIFIER), visit)
    assert "Tạo đường dẫn tải và mã QR" in page
    assert "Hủy bỏ giá trị bản sao theo quyết định" in page


def test_the_desk_asks_no_more_of_the_database_for_many_visits(counter: Town) -> None:
    clerk = counter.visitor("canbo")
    visit_of(counter)
    with statements(counter) as one:
        shown(clerk, "/certifications")
    for _ in range(31):
        visit_of(counter)
    with statements(counter) as many:
        page = shown(clerk, "/certifications")
    assert len(many) == len(one)
    assert len(re.findall(r"<td data-label=\"Hạn trả\"", page)) == 30
    following = re.search(r'href="(/certifications\?tab=&cursor=[^"]+)"', page)
    assert following is not None
    assert len(re.findall(r"<td data-label=\"Hạn trả\"", shown(clerk, following[1]))) == 2


@on_both_engines
def test_a_code_from_a_copy_leads_to_its_visit(counter: Town) -> None:
    ids, clerk = visit_of(counter), counter.visitor("canbo")
    code = must(clerk.get(f"/api/v1/copies/{ids['copy']}"))["verification_code"]
    assert clerk.get("/certifications", params={"code": code.lower()}).headers["location"].endswith(ids["copy"])
    page = shown(clerk, f"/certifications?code={'0' * 15}1")
    assert "mã tra cứu bị gõ sai" in page
