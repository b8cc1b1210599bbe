"""The plain pages without a browser: forms, what they keep when a step is refused, and every template opened."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from api.web import rendering
from tests.door.town import PASSWORD, Town, confirmed_data, picture


def document_in(town: Town, state: str, code: str = "H99-1") -> str:
    town.dossier(code)
    document = town.upload(town.visitor("canbo"), code)
    if state != "received":
        town.to(document, state)
    return document


def test_nobody_sees_a_page_before_logging_in(town: Town) -> None:
    for path in ("/", "/upload", "/targets", "/documents/abc"):
        answer = town.visitor().get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_logging_in_by_form_leads_to_the_work_list(town: Town) -> None:
    visitor = town.visitor()
    wrong = visitor.post("/login", data={"username": "canbo", "password": "sai"})
    assert wrong.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in wrong.text
    right = visitor.post("/login", data={"username": "canbo", "password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert "Trần Thị Số" in visitor.get("/").text


def test_uploading_by_form_leads_to_the_document(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    assert 'value="H99-1"' in clerk.get("/upload").text
    refused = clerk.post("/upload", data={"dossier": "H99-1"}, files={"file": ("x.pdf", b"<html>")})
    assert refused.status_code == 415
    assert "không phải PDF, JPEG, PNG hay TIFF" in refused.text
    sent = clerk.post("/upload", data={"dossier": "H99-1"}, files={"file": ("x", picture("a"))})
    assert sent.status_code == 303
    assert "đã nhận, chờ đọc" in clerk.get(sent.headers["location"]).text


def test_doubtful_fields_stand_out_with_confidence_and_alternatives(town: Town) -> None:
    document = document_in(town, "capture_signed")
    text = town.visitor("canbo").get(f"/documents/{document}").text
    assert 'class="field doubtful" id="field-number"' in text
    assert "tin cậy 62 %" in text
    assert "16/QĐ-UBND" in text
    assert "dưới 200 dpi" in text


def test_a_refused_form_keeps_what_was_typed(town: Town) -> None:
    document = document_in(town, "capture_signed")
    sent = {"version": "4", "kind": "quyet_dinh", "field.number": "99/QĐ-UBND", "field.issued_date": "ngày nào đó"}
    answer = town.visitor("canbo").post(f"/documents/{document}/confirmation", data=sent)
    assert answer.status_code == 422
    assert 'value="99/QĐ-UBND"' in answer.text
    assert 'role="alert"' in answer.text


def test_a_day_may_be_typed_as_it_is_written_in_vietnam(town: Town) -> None:
    document = document_in(town, "capture_signed")
    fields = confirmed_data()["fields"]
    assert isinstance(fields, dict)
    sent = {f"field.{name}": value for name, value in fields.items()} | {"field.issued_date": "9/3/2021"}
    clerk = town.visitor("canbo")
    answer = clerk.post(f"/documents/{document}/confirmation", data=sent | {"version": "4", "kind": "quyet_dinh"})
    assert answer.status_code == 303
    assert clerk.get(f"/api/v1/documents/{document}").json()["summary"]["issued_date"] == "2021-03-09"


def test_signing_by_form_asks_for_the_password_and_keeps_the_form(town: Town) -> None:
    document = document_in(town, "to_check")
    clerk = town.visitor("canbo")
    town.clock.advance(timedelta(minutes=11))
    ticked = {"version": "1", "complete": "yes", "in_order": "yes", "legible": "yes"}
    asked = clerk.post(f"/documents/{document}/capture-signature", data=ticked)
    assert asked.status_code == 403
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', asked.text))
    assert hidden == ticked
    wrong = clerk.post(f"/documents/{document}/capture-signature", data=hidden | {"password": "sai"})
    assert wrong.status_code == 401
    assert "sai" not in re.findall(r'value="(\w+)"', wrong.text)
    done = clerk.post(f"/documents/{document}/capture-signature", data=hidden | {"password": PASSWORD})
    assert done.status_code == 303
    assert clerk.get(f"/api/v1/documents/{document}").json()["state"] == "capture_ordered"


def test_an_unticked_box_is_named(town: Town) -> None:
    document = document_in(town, "to_check")
    answer = town.visitor("canbo").post(
        f"/documents/{document}/capture-signature", data={"version": "1", "complete": "yes"}
    )
    assert answer.status_code == 422
    assert "đủ trang, đúng thứ tự, rõ chữ" in answer.text


def test_an_outdated_page_is_refused(town: Town) -> None:
    document = document_in(town, "capture_signed")
    answer = town.visitor("canbo").post(f"/documents/{document}/withdrawal", data={"version": "1", "reason": "x"})
    assert answer.status_code == 412
    assert "đã thay đổi kể từ khi bạn mở" in answer.text


def test_the_officer_seals_several_from_the_list(town: Town) -> None:
    documents = [document_in(town, "confirmed", f"H99-{n}") for n in range(3)]
    officer = town.visitor("vanthu")
    listed = officer.get("/", params={"state": "mine"}).text
    assert all(f'name="documents" value="{document}"' in listed for document in documents)
    answer = officer.post("/seal-orders", data={"documents": [*documents[:2], document_in(town, "to_check", "H99-9")]})
    assert answer.status_code == 200
    assert "2 văn bản được nhận, 1 văn bản không nhận" in answer.text
    assert officer.get("/api/v1/documents", params={"state": "seal_ordered"}).json()["counts"]["seal_ordered"] == 2
    assert officer.post("/seal-orders", data={}).status_code == 422


def test_each_person_is_offered_only_their_own_steps(town: Town) -> None:
    document = document_in(town, "confirmed")
    clerk, officer = (town.visitor(name).get(f"/documents/{document}").text for name in ("canbo", "vanthu"))
    assert "Yêu cầu đóng dấu" in officer
    assert "Trả lại" in officer
    assert "Yêu cầu đóng dấu" not in clerk
    assert "Quét lại" in clerk


def test_a_sealed_document_offers_every_revision_and_its_signatures(town: Town) -> None:
    document = document_in(town, "published")
    text = town.visitor("lanhdao").get(f"/documents/{document}").text
    for name in ("scan", "archive", "capture", "sealed", "metadata", "metadata-signature"):
        assert f'href="/api/v1/documents/{document}/files/{name}"' in text
    assert text.count("hợp lệ") >= 2
    assert "không có giá trị pháp lý" in text
    assert "Chuỗi sự kiện nguyên vẹn" in text


def test_what_was_typed_is_never_markup(town: Town) -> None:
    document = document_in(town, "to_check")
    clerk = town.visitor("canbo")
    clerk.post(f"/documents/{document}/withdrawal", data={"version": "1", "reason": "<script>alert(1)</script>"})
    text = clerk.get(f"/documents/{document}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("state", ["received", "to_check", "capture_signed", "confirmed", "sealed", "published"])
def test_the_page_of_a_document_opens_for_everybody_in_every_state(town: Town, state: str) -> None:
    document = document_in(town, state)
    opened = [town.visitor(who).get(f"/documents/{document}").status_code for who in ("canbo", "vanthu", "lanhdao")]
    assert opened == [200] * 3


def test_rates_of_a_past_year_say_until_when_they_count(town: Town) -> None:
    document_in(town, "confirmed")
    town.clock.advance(timedelta(days=60))
    town.renew_sessions()
    supervisor = town.visitor("lanhdao")
    first = supervisor.get("/targets", params={"year": 2021}).text
    assert "Đếm kết quả công bố đến hết năm 2021" in first
    assert "15 %" in first
    assert "Đếm cả kết quả công bố sau năm 2021" in supervisor.get("/targets?year=2021&late=1").text
    assert supervisor.get("/targets", params={"year": 2020}).status_code == 422


def test_no_template_holds_inline_script_or_style() -> None:
    ours = r'(type="module" )?src="/static/|type="application/json"'
    for template in (Path(rendering.__file__).parent / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(rf"<script (?!{ours})|<script>|\sstyle=|\son[a-z]+=|javascript:", text), template.name
