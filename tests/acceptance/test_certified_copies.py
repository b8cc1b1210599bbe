"""The whole act of certification: by the API, with the real workers, real keys and a real mail server."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from odfdo import Document
from openpyxl import load_workbook
from PIL import Image, ImageDraw, ImageFont

from digitize.attest.lifecycle import CopyState
from digitize.attest.offline import check
from digitize.attest.pictures import pictures_digest
from digitize.image.decoding import render_page
from digitize.model import Role, Verdict
from digitize.sign.verify import verify
from digitize.targets import VIETNAM_TIME
from storage.known_files import what_is
from storage.outbox import Lane
from tests.door.bureau import CERTIFIER, DIPLOMA, PAGES, REQUESTER, Bureau, must, open_bureau
from tests.door.plugin import Settled
from tests.door.town import picture
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox, mail_server
from tests.verapdf.plugin import PdfaJudge
from workers.sandbox import Sandbox
from workers.sweep import mark_strays
from workers.tidying import void_overdue

SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"
LEAF = DIPLOMA | {"title": "Giấy khai sinh", "number": "45/2001", "quantity": 1}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def bureau(
    settled: Settled, tmp_path: Path, keys: Path, sandbox: Sandbox, mailbox: tuple[Mailbox, int]
) -> Iterator[Bureau]:
    with open_bureau(settled, tmp_path, keys, sandbox, mailbox[1]) as opened:
        yield opened


def test_the_whole_act_ends_in_a_copy_that_anybody_can_prove(
    bureau: Bureau, mailbox: tuple[Mailbox, int], pdfa_verdict: PdfaJudge
) -> None:
    visit = bureau.open(DIPLOMA, LEAF)
    first, second = (copy["id"] for copy in visit["copies"])
    assert [copy["state"] for copy in visit["copies"]] == ["opened", "opened"]
    for copy in (first, second):
        must(bureau.capture(copy))
        assert bureau.shown(copy)["state"] == "to_compare", bureau.shown(copy)
        must(bureau.step(copy, "attestation", {"compared": True}))
    numbers = [bureau.shown(copy)["numbering"]["number"] for copy in (first, second)]
    assert numbers == ["01", "02"]
    assert bureau.seal(first, second)["refused"] == []
    shown = bureau.shown(first)
    assert (shown["state"], shown["problem"]) == ("issued", None)
    assert [(each["role"], each["verdict"], each["level"]) for each in shown["signatures"]] == [
        ("certifier", "valid", "B-T"), ("agency", "valid", "B-LT"),
    ]  # fmt: skip
    _prove_file(bureau, first, pdfa_verdict)
    _prove_delivery(bureau, first, mailbox[0])
    assert bureau.file(first, "signed").startswith(bureau.file(first, "attested"))
    assert bureau.file(first).startswith(bureau.file(first, "signed"))


def _prove_file(bureau: Bureau, copy: str, pdfa_verdict: PdfaJudge) -> None:
    pdf = bureau.file(copy)
    assert pdfa_verdict(pdf).compliant, pdfa_verdict(pdf)
    report = verify(pdf, bureau.trust, bureau.town.clock())
    assert report.verdict is Verdict.VALID, report
    assert [each.role for each in report.signatures] == [Role.CERTIFIER, Role.AGENCY]
    assert [each.level for each in report.signatures] == ["B-LT", "B-LT"], "both chains are proven good"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        last = len(opened.pages) - 1
    (found,) = zxingcpp.read_barcodes(render_page(pdf, last, 200))
    claims = check(found.text, must(bureau.person().get("/.well-known/sohoa-qr-keys.json")))
    numbering = bureau.find(copy).numbering
    assert numbering is not None
    assert (claims.serial, claims.book, claims.on) == (numbering.serial, numbering.book, numbering.on)
    assert claims.issuer == "Ủy ban nhân dân xã Suối Ngàn"
    assert claims.pictures == pictures_digest(pdf)[:16]
    assert found.text.startswith(f"{PAGES}/k/{claims.code.text}#")


def _prove_delivery(bureau: Bureau, copy: str, mailbox: Mailbox) -> None:
    message = next(each for each in mailbox.messages if "số 01" in str(each["Subject"]))
    told = message.get_content()
    assert message["To"] == REQUESTER["email"]
    assert message["From"] == "so@example.vn"
    assert not any(word in told for word in (REQUESTER["full_name"], REQUESTER["id_number"], DIPLOMA["title"]))
    link = re.search(r"https://\S+/tai/\S+", told)
    assert link is not None
    path = link[0].removeprefix(PAGES)
    stranger = bureau.town.visitor()
    assert stranger.get(path).content == bureau.file(copy)
    email = next(each for each in bureau.shown(copy)["deliveries"] if each["channel"] == "email")
    assert (email["target"], email["state"]) == ("b•••@thu.vn", "sent")
    bureau.town.clock.advance(timedelta(days=8))
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    ("who", "form", "code"),
    [
        (CERTIFIER, {"device": ""}, "captured_by_another"),
        ("canbo", {}, "captured_by_another"),
        (CERTIFIER, {"captured_at": "2021-01-01T08:00:00+07:00"}, "outside_the_visit"),
        (CERTIFIER, {"result": "kết-quả-cũ".encode("ascii", "ignore").decode() + "1"}, "already_digitised"),
    ],
)
def test_what_is_not_the_paper_captured_in_the_visit_is_refused_with_the_article(
    bureau: Bureau, who: str, form: dict[str, str], code: str
) -> None:
    copy = bureau.open()["copies"][0]["id"]
    answer = bureau.capture(copy, who, form=form)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert "Nghị định 45/2020/NĐ-CP" in answer.json()["detail"]
    assert bureau.shown(copy)["state"] == "opened"


def test_a_file_that_the_requester_uploads_through_a_portal_is_refused(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    answer = bureau.town.system("copies:issue", "copies:read").post(
        f"/api/v1/copies/{copy}/capture",
        files={"file": ("tải lên.jpg", picture("tải lên"))},
        data={"captured_at": bureau.town.clock().isoformat(), "device": "cổng dịch vụ công"},
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "captured_by_another")


def test_a_scan_that_was_digitised_before_is_no_paper_original(bureau: Bureau) -> None:
    bureau.town.dossier("H99-1")
    scan = picture("đã số hóa")
    with bureau.town.visitor("canbo") as clerk:
        bureau.town.upload(clerk, "H99-1", scan)
    bureau.asleep = set(Lane)
    copy = bureau.open()["copies"][0]["id"]
    answer = bureau.capture(copy, scan=scan)
    assert (answer.status_code, answer.json()["code"]) == (403, "already_digitised")


def test_an_electronic_file_is_found_out_by_reading_and_captured_anew(bureau: Bureau) -> None:
    copy, other = bureau.issued(), bureau.open()["copies"][0]["id"]
    electronic = bureau.file(copy) + b"\n"
    assert bureau.capture(other, scan=electronic).status_code == 202
    shown = bureau.shown(other)
    assert shown["state"] == "opened"
    assert "Nghị định 45/2020/NĐ-CP" in shown["problem"]


def test_a_refusal_is_given_in_writing_with_its_ground(bureau: Bureau, pdfa_verdict: PdfaJudge) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.step(copy, "refusal", {"ground": "altered", "reason": "Ngày cấp bị tẩy xóa."}))
    assert bureau.shown(copy)["refusal"]["ground"] == "altered"
    assert pdfa_verdict(bureau.file(copy, "letter")).compliant
    assert bureau.step(copy, "refusal", {"ground": "altered", "reason": "nữa"}).status_code == 409


def test_a_number_that_was_not_signed_on_its_day_is_void_and_stays_in_the_book(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    _number_and_die(bureau, copy)
    assert bureau.shown(copy)["numbering"]["number"] == "01"
    bureau.town.clock.advance(timedelta(days=1))
    bureau.work()
    assert "phải bỏ" in bureau.shown(copy)["problem"]
    void_overdue(bureau.post)
    assert bureau.shown(copy)["state"] == "void"
    year = (bureau.town.clock() - timedelta(days=1)).astimezone(VIETNAM_TIME).year
    entries = must(bureau.person().get(f"/api/v1/books/{bureau.book}/entries", params={"year": year}))
    assert [(row["number"], row["void"]) for row in entries["entries"]] == [("01", True)]
    assert bureau.events(copy)[-1] == "Voided"
    bureau.prove()
    assert bureau.find(bureau.issued(LEAF)).state is CopyState.ISSUED


def _number_and_die(bureau: Bureau, copy: str) -> None:
    """Let the sealing worker die between the number and the signature."""
    seal, bureau.asleep = bureau.lanes[Lane.SEAL], {Lane.SEAL}
    must(bureau.step(copy, "attestation", {"compared": True}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("workers.copies.signing.sign_untimed", _die)
        with pytest.raises(KeyboardInterrupt):
            seal(copy)
    bureau.town.clock.advance(timedelta(minutes=2))
    bureau.asleep = set()


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_died_after_the_number_goes_on_with_it_and_with_the_same_file(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    _number_and_die(bureau, copy)
    attested = bureau.file(copy, "attested")
    bureau.work()
    assert bureau.shown(copy)["state"] == "certifier_signed"
    assert bureau.shown(copy)["numbering"]["number"] == "01"
    assert bureau.file(copy, "signed").startswith(attested)
    assert bureau.events(copy).count("Numbered") == 1


def test_an_authority_that_ended_before_the_key_was_used_stops_the_signature(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    bureau.asleep = {Lane.SEAL}
    must(bureau.step(copy, "attestation", {"compared": True}))
    bureau.asleep = set()
    withdrawn = bureau.person("quantri").post(
        f"/api/v1/authorities/{bureau.authority}/withdrawal", json={"reason": "Nghỉ hưu"}
    )
    must(withdrawn)
    bureau.town.clock.advance(timedelta(minutes=1))
    bureau.work()
    shown = bureau.shown(copy)
    assert (shown["state"], shown["numbering"]) == ("to_compare", None)
    assert "thẩm quyền" in shown["problem"]


def test_an_act_that_is_given_up_after_its_number_becomes_void_and_its_signature_is_no_copy(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    must(bureau.step(copy, "attestation", {"compared": True}))
    assert bureau.step(copy, "abandonment", {"reason": "đổi ý"}).status_code == 409
    must(bureau.step(copy, "void", {"reason": "Người yêu cầu đổi ý."}))
    refused = bureau.seal(copy)["refused"]
    assert [each["document"] for each in refused] == [copy]
    mark_strays(bureau.post)
    assert bureau.town.visitor().get(f"/k/{bureau.find(copy).code.text}").status_code == 200


def test_a_cancellation_shows_at_once_on_page_and_api_and_deletes_nothing(bureau: Bureau) -> None:
    copy, successor = bureau.issued(), bureau.issued(LEAF)
    code, stranger = bureau.find(copy).code, bureau.town.visitor()
    assert "đang còn giá trị" in stranger.get(f"/k/{code.text}").text
    body = {
        "decision_number": "12/QĐ-UBND", "reason": "Chứng thực nhầm bản chính.", "successor": successor,
        "effective_at": bureau.town.clock().isoformat(),
    }  # fmt: skip
    assert bureau.step(copy, "cancellation", body, "canbo").status_code == 403
    must(bureau.step(copy, "cancellation", body, "lanhdao2"))
    page = stranger.get(f"/k/{code.text}").text
    assert "Đã hủy bỏ giá trị" in page
    assert "12/QĐ-UBND" in page
    assert bureau.find(successor).code.printed in page
    status = must(stranger.get(f"/api/v1/copies/status/{code.printed}"))
    assert (status["is_valid"], status["state"]) == (False, "cancelled")
    assert status["cancellation"].keys() == {"decision_number", "effective_at"}  # a reason may name somebody
    with bureau.post.storage.database.read() as connection:
        known = what_is(connection, bureau.find(copy).sealed_key or "")
    assert known is not None
    assert "hủy bỏ theo quyết định số 12/QĐ-UBND" in known.clause
    assert bureau.file(copy)


def test_a_judicial_system_hands_a_decision_in_with_its_scope(bureau: Bureau) -> None:
    copy = bureau.issued()
    body = {"decision_number": "9/QĐ", "reason": "Sai.", "effective_at": bureau.town.clock().isoformat()}
    for scope, status in (("copies:issue", 403), ("copies:revoke", 200)):
        answer = bureau.town.system(scope).post(
            f"/api/v1/copies/{copy}/cancellation", json=body, headers={"If-Match": "*"}
        )
        assert answer.status_code == status, answer.text


def test_the_full_view_asks_for_a_fact_from_the_paper_and_closes_after_five_wrong_ones(bureau: Bureau) -> None:
    copy = bureau.issued()
    code, stranger = bureau.find(copy).code, bureau.town.visitor()
    assert str(DIPLOMA["title"]) not in stranger.get(f"/k/{code.text}").text
    right = stranger.post(f"/k/{code.text}", data={"fact": "b123/2020"})
    assert (right.status_code, str(DIPLOMA["title"]) in right.text) == (200, True)
    assert REQUESTER["full_name"] not in right.text
    for _ in range(5):
        assert stranger.post(f"/k/{code.text}", data={"fact": "B 999/2020"}).status_code == 403
    assert stranger.post(f"/k/{code.text}", data={"fact": "b123/2020"}).status_code == 403
    bureau.town.clock.advance(timedelta(minutes=16))
    view = must(stranger.post(f"/api/v1/copies/status/{code.text}/full", json={"fact": "b123/2020"}))
    assert view["sha256"] == bureau.find(copy).sealed_key


def test_codes_cannot_be_tried_through(bureau: Bureau) -> None:
    stranger = bureau.town.visitor()
    limit = bureau.town.parts.settings.lookups_per_address
    statuses = [stranger.get("/api/v1/copies/status/0000-0000-0000-0010").status_code for _ in range(limit + 1)]
    assert set(statuses[:-1]) <= {404, 422}
    assert statuses[-1] == 429


def test_a_mail_server_that_is_away_holds_no_copy_up_and_gets_its_message_later(
    settled: Settled, tmp_path: Path, keys: Path, sandbox: Sandbox
) -> None:
    port = free_port()
    with open_bureau(settled, tmp_path, keys, sandbox, port) as bureau:
        copy = bureau.issued()
        assert _emails(bureau, copy) == [("waiting", 1)]
        assert len(bureau.shown(copy)["deliveries"]) == 1, "a message that cannot go out leaves no link behind"
        bureau.town.clock.advance(timedelta(minutes=1))
        with mail_server(port) as (mailbox, _):
            bureau.work()
        assert _emails(bureau, copy) == [("sent", 1)]
        assert len(mailbox.messages) == 1


def _emails(bureau: Bureau, copy: str) -> list[tuple[str, int]]:
    return [
        (each["state"], each["failures"]) for each in bureau.shown(copy)["deliveries"] if each["channel"] == "email"
    ]


def test_an_address_that_does_not_exist_is_given_up_and_the_desk_hands_a_link_over(
    bureau: Bureau, mailbox: tuple[Mailbox, int]
) -> None:
    mailbox[0].unknown.add(REQUESTER["email"])
    copy = bureau.issued()
    assert _emails(bureau, copy) == [("failed", 1)]
    link = must(bureau.person().post(f"/api/v1/copies/{copy}/links", headers={"If-Match": "*"}))
    assert bureau.town.visitor().get(link["url"].removeprefix(PAGES)).content == bureau.file(copy)


def test_the_book_is_printed_exported_and_counts_towards_the_coverage(bureau: Bureau, pdfa_verdict: PdfaJudge) -> None:
    bureau.issued()
    today = bureau.town.clock().astimezone(VIETNAM_TIME)
    person, base = bureau.person(), f"/api/v1/books/{bureau.book}"
    entries = must(person.get(f"{base}/entries", params={"month": today.month}))
    assert [(row["number"], row["requester"], row["quantity"]) for row in entries["entries"]] == [
        ("01", REQUESTER["full_name"], 2)
    ]
    assert pdfa_verdict(person.get(f"{base}/print", params={"month": today.month}).content).compliant
    sheet = load_workbook(io.BytesIO(person.get(f"{base}/export").content)).worksheets[0]
    assert any(cell == REQUESTER["full_name"] for row in sheet.iter_rows(values_only=True) for cell in row)
    ods = Document(io.BytesIO(person.get(f"{base}/export", params={"form": "ods"}).content))
    assert REQUESTER["full_name"] in str(ods.body.get_tables()[0].get_values())
    early = person.post(f"{base}/year-close", json={"year": today.year + 1})
    assert early.status_code == 403
    counted = must(bureau.person("quantri").get("/api/v1/coverage", params={"year": today.year}))
    assert (counted["covered"]["numerator"], counted["covered"]["denominator"]) == (1, 2)


def test_a_visit_is_paid_put_off_and_its_slips_are_printed(bureau: Bureau, pdfa_verdict: PdfaJudge) -> None:
    visit = bureau.open(who="canbo", certifier=CERTIFIER)
    base, clerk = f"/api/v1/certifications/{visit['id']}", bureau.person("canbo")
    assert clerk.get(f"{base}/receipt").status_code == 404
    paid = must(clerk.post(f"{base}/fee-payments", json={"amount_vnd": visit["fee_vnd"], "receipt_number": "BL-1"}))
    assert paid["paid"]
    assert pdfa_verdict(clerk.get(f"{base}/receipt").content).compliant
    must(clerk.post(f"{base}/extension", json={"working_days": 2, "reason": "Bản chính nhiều trang."}))
    assert pdfa_verdict(clerk.get(f"{base}/appointment-slip").content).compliant
    too_long = clerk.post(f"{base}/extension", json={"working_days": 1, "reason": "nữa"})
    assert too_long.status_code == 422
    assert must(clerk.post(f"{base}/originals", json=LEAF))["copies"][1]["ordinal"] == 2
    ended = must(clerk.post(f"{base}/abandonment", json={"reason": "Người yêu cầu về."}))
    assert {copy["state"] for copy in ended["copies"]} == {"abandoned"}
    assert clerk.get("/api/v1/certifications").json()["certifications"][0]["requester_name"] == "L. T. B."


def test_a_copy_from_the_master_register_is_another_procedure(bureau: Bureau) -> None:
    body = {"requester": REQUESTER, "originals": [DIPLOMA], "act": "extract_from_register"}
    answer = bureau.person().post("/api/v1/certifications", json=body)
    assert answer.status_code == 403
    assert "2.000908" in answer.json()["detail"]


def test_who_holds_no_authority_opens_no_visit_in_their_own_name(bureau: Bureau) -> None:
    answer = bureau.person("canbo").post(
        "/api/v1/certifications", json={"requester": REQUESTER, "originals": [DIPLOMA]}
    )
    assert answer.status_code == 403
    assert "thẩm quyền" in answer.json()["detail"]


def secret_paper(mark: str) -> bytes:
    """Draw the paper with a secrecy mark under the head, in red and in a frame as it is stamped."""
    with Image.open(io.BytesIO(picture(mark))) as paper:
        stamped = paper.convert("RGB")
    pen = ImageDraw.Draw(stamped)
    pen.rectangle((90, 143, 186, 184), outline="#c01818", width=3)
    pen.text((98, 146), "MẬT", fill="#c01818", font=ImageFont.truetype(SERIF, 28))
    told = io.BytesIO()
    stamped.save(told, "JPEG", quality=90)
    return told.getvalue()


def test_a_secrecy_mark_stops_the_copy_until_the_certifier_answers_it(bureau: Bureau) -> None:
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy, scan=secret_paper("lần 1")))
    shown = bureau.shown(copy)
    assert (shown["state"], shown["secrecy"]) == ("opened", True), shown
    assert bureau.person().get(f"/api/v1/copies/{copy}/files/scan").status_code == 404
    again = secret_paper("lần 2")
    assert bureau.capture(copy, scan=again).status_code == 403
    must(bureau.capture(copy, scan=again, form={"reason": "Chữ MẬT là họ người ký"}))
    assert bureau.shown(copy)["state"] == "to_compare"
