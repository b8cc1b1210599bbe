"""The review desk in a real browser: by keyboard, with input methods, between two people, through to the signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from digitize.lifecycle import State
from tests.browser.plugin import KeepScreen, NoViolations
from tests.browser.review_desk import ReviewDesk, open_desk, sure
from tests.door.plugin import Settled
from tests.door.town import PASSWORD

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def desk(settled: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[ReviewDesk]:
    with open_desk(settled, tmp_path_factory.mktemp("desk"), browser) as opened:
        yield opened


def opened(page: Page, document: str) -> None:
    """Open a document at the desk and wait until it is held."""
    with page.expect_response(lambda answer: answer.url.endswith("/review-lease")):
        page.goto(f"/review/{document}")
    expect(page.locator("#input-number")).to_be_enabled()


def comes_to(desk: ReviewDesk, page: Page, document: str, state: State) -> None:
    for _ in range(240):
        if desk.commune.find(document).state is state:
            return
        page.wait_for_timeout(250)
    raise AssertionError(desk.commune.find(document).state)


def checked_for_later(page: Page, document: str) -> None:
    """Check a document and leave its signature to the sign desk."""
    opened(page, document)
    page.locator("[data-signing]").select_option("later")
    page.locator("#decide").click()
    with page.expect_navigation():
        page.locator("#decide").click()
    expect(page.locator("#toasts")).to_contain_text("chờ ký cùng lô")


def add_passkey(page: Page) -> None:
    """Let the person add the passkey of a device that Chromium plays."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto("/security")
    page.get_by_role("button", name="Thêm khóa truy cập (passkey)").click()
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.locator(".recovery li")).to_have_count(10)


def test_two_keys_are_enough_where_nothing_is_doubted(desk: ReviewDesk) -> None:
    behind, document = desk.document(sure()), desk.document(sure())
    with desk.page() as page:
        opened(page, document)
        expect(page.locator("#decide")).to_be_focused()
        expect(page.locator("[data-asked]")).to_have_count(0)
        expect(page.locator(".batch li")).to_have_count(2)
        expect(page.locator(".batch .current")).to_contain_text("không có nghi ngờ")
        for key, zoomed in (("+", "125 %"), ("-", "100 %"), ("+", "125 %"), ("0", "100 %")):
            page.keyboard.press(key)
            expect(page.locator("[data-zoomed]")).to_have_text(zoomed)
        page.keyboard.press("n")
        page.wait_for_url(f"**/review/{behind}*")
        page.keyboard.press("p")
        page.wait_for_url(f"**/review/{document}*")
        expect(page.locator("#decide")).to_be_focused()
        for _ in range(3):
            page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        expect(page.locator("#decide")).to_have_text("Ký bản chụp và xác nhận dữ liệu")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/review/{behind}*")
        expect(page.locator("#toasts")).to_contain_text("Đang ký")
        comes_to(desk, page, document, State.CONFIRMED)
        expect(page.locator("#toasts")).to_contain_text("Đã ký và xác nhận 1 văn bản")

        desk.town.step(desk.town.visitor("vanthu"), document, "return", {"reason": "sai số"})
        opened(page, document)
        page.locator("#field-number summary").click()
        expect(page.locator("#field-number .past li").nth(1)).to_contain_text("Trần Thị Số")
        page.locator("#input-number").fill("16/QĐ-UBND")
        page.keyboard.press("Enter")
        expect(page.locator("#decide")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        comes_to(desk, page, document, State.CONFIRMED)
    assert [name for name in desk.commune.events(document) if name in {"CaptureSigned", "Confirmed", "Returned"}] == [
        "CaptureSigned", "Confirmed", "Returned", "Confirmed",
    ]  # fmt: skip


def test_doubted_fields_are_asked_one_after_the_other_by_keyboard(
    desk: ReviewDesk, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    document = desk.document()
    with desk.page() as page:
        opened(page, document)
        number, holder = (
            page.get_by_role("textbox", name="Số, ký hiệu"),
            page.get_by_role("textbox", name="Họ tên chủ giấy tờ"),
        )
        expect(number).to_be_focused()
        expect(page.locator("[data-asked]")).to_have_count(2)
        expect(page.get_by_role("textbox", name="Người ký")).to_be_hidden()
        crop, box = page.locator("#field-number svg.crop").bounding_box(), number.bounding_box()
        assert crop is not None
        assert box is not None
        assert crop["y"] + crop["height"] <= box["y"]
        keep_screen(page, "review")
        page.keyboard.press("ArrowDown")
        expect(number).to_have_value("16/QĐ-UBND")
        page.keyboard.press("ArrowDown")
        expect(number).to_have_value("15/QD-UBND")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(number).to_have_value("15/QĐ-UBND")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(holder).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(number).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("#decide")).to_be_focused()
        expect(page.locator("#saved")).to_contain_text("Đã lưu")
        no_axe_violations(page)
        page.reload()
        expect(number).to_have_value("16/QĐ-UBND")
        expect(page.get_by_text("đã được giữ lại")).to_be_visible()
        page.get_by_text("Lịch sử (1)").first.click()
        expect(page.locator("#field-number .past")).to_contain_text("máy đọc, tin cậy 62 %")


def test_no_key_of_an_input_method_is_eaten(desk: ReviewDesk) -> None:
    document = desk.document()
    with desk.page() as page:
        opened(page, document)
        number, holder = (
            page.get_by_role("textbox", name="Số, ký hiệu"),
            page.get_by_role("textbox", name="Họ tên chủ giấy tờ"),
        )
        page.keyboard.press("Enter")
        expect(holder).to_be_focused()
        holder.fill("Lò Văn ")
        browser = page.context.new_cdp_session(page)
        for composed in ("M", "Ma", "Mâ", "Mậ", "Mậu"):
            browser.send(
                "Input.imeSetComposition",
                {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
            )
        expect(holder).to_have_value("Lò Văn Mậu")
        for key in ("ArrowDown", "ArrowUp", "Enter", "?", "n"):
            page.evaluate(
                """key => document.activeElement.dispatchEvent(new KeyboardEvent(
                    "keydown", { key, isComposing: true, keyCode: 229, bubbles: true, cancelable: true }))""",
                key,
            )
        page.keyboard.press("ArrowDown")
        expect(holder).to_have_value("Lò Văn Mậu")
        expect(holder).to_be_focused()
        expect(page.locator("#help")).to_be_hidden()
        browser.send("Input.insertText", {"text": "Mậu"})
        expect(holder).to_have_value("Lò Văn Mậu")
        # Unikey composes nothing: it takes the letter back and puts another in its place; VNI builds it from digits.
        page.keyboard.press("Backspace")
        browser.send("Input.insertText", {"text": "ụ"})
        page.keyboard.type(" A65n0+?n/")
        expect(holder).to_have_value("Lò Văn Mậụ A65n0+?n/")
        expect(number).not_to_be_focused()
        expect(page.locator("[data-zoomed]")).to_have_text("100 %")


def test_two_people_are_told_of_each_other_and_nothing_typed_is_lost(desk: ReviewDesk) -> None:
    document = desk.document()
    with desk.page() as first, desk.page("dongnghiep") as second:
        opened(first, document)
        first.get_by_role("textbox", name="Số, ký hiệu").fill("17/QĐ-UBND")
        expect(first.locator("#saved")).to_contain_text("Đã lưu")
        second.goto(f"/review/{document}")
        expect(second.locator("#held")).to_contain_text("Trần Thị Số đang mở văn bản này")
        expect(second.locator("#input-number")).to_be_disabled()
        second.get_by_role("button", name="Làm tiếp thay").click()
        expect(second.locator("#input-number")).to_be_enabled()
        expect(second.get_by_role("textbox", name="Số, ký hiệu")).to_have_value("15/QĐ-UBND")
        first.get_by_role("textbox", name="Số, ký hiệu").fill("18/QĐ-UBND")
        expect(first.locator("#held")).to_contain_text("đã nhận làm tiếp")
        expect(first.get_by_role("textbox", name="Số, ký hiệu")).to_have_value("18/QĐ-UBND")
        first.get_by_role("button", name="Làm tiếp thay").click()
        expect(first.locator("#input-number")).to_be_enabled()


def test_a_key_that_the_house_does_not_hold_is_told_by_name_of_the_document(desk: ReviewDesk) -> None:
    document = desk.document(sure())
    with desk.page("dongnghiep") as page:
        opened(page, document)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        title = desk.commune.find(document).dossier_code
        expect(page.locator("#toasts .bad")).to_contain_text(re.compile(f"{re.escape(title)}.*chưa có khóa ký"))
        page.goto("/sign")
        expect(page.locator(f"[data-row='{document}'] .problem")).to_contain_text("chưa có khóa ký")


def test_a_person_who_went_away_is_warned_and_comes_back_gently(desk: ReviewDesk) -> None:
    document = desk.document()
    with desk.page() as page:
        page.clock.install()
        opened(page, document)
        page.clock.fast_forward(8 * 60_000 + 1000)
        expect(page.locator("#held")).to_contain_text("còn được giữ 2 phút")
        page.clock.fast_forward(2 * 60_000)
        expect(page.locator("#held")).to_contain_text("Hết lượt giữ")
        expect(page.locator("#input-number")).to_be_disabled()
        page.get_by_role("button", name="Tiếp tục kiểm tra").click()
        expect(page.locator("#input-number")).to_be_enabled()
        expect(page.locator("#held")).to_be_hidden()


def test_many_are_signed_and_sealed_at_once_by_tokens_at_the_machine_after_a_proof(
    desk: ReviewDesk, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    documents = [desk.document(sure()) for _ in range(3)]
    app = desk.authenticator("canbo")
    with desk.page() as page:
        checked_for_later(page, documents[0])
        page.get_by_role("button", name="Hoàn tác").click()
        page.wait_for_url(f"**/review/{documents[0]}")
        expect(page.locator(".batch .current")).to_contain_text("không có nghi ngờ")
        for document in documents[:2]:
            checked_for_later(page, document)
        opened(page, documents[2])
        page.locator("[data-signing]").select_option("token")
        page.locator("#decide").click()
        page.locator("#decide").click()
        expect(page.locator("#no-agent")).to_contain_text("Không thấy chương trình ký trên máy này")
        page.get_by_role("link", name="Xem cần làm gì").click()
        for document in documents:
            expect(page.locator(f"[data-row='{document}'] [type=checkbox]")).to_be_checked()
        expect(page.get_by_label("Thiết bị ký cắm ở máy này")).to_be_checked()
        expect(page.locator("[data-agent=absent]")).to_contain_text("Không thấy chương trình ký trên máy này")
        expect(page.locator("[data-agent=absent] code")).to_contain_text(f"--server {desk.address}")
        keep_screen(page, "sign-no-agent")
        no_axe_violations(page)
        with desk.agent("canbo", plugged=False) as pairing:
            page.get_by_role("button", name="Thử lại").click()
            page.get_by_label("Mã ghép").fill("SAI-MA-22")
            page.get_by_role("button", name="Ghép").click()
            expect(page.locator("[data-pairing]")).to_contain_text("mã ghép không đúng")
            page.get_by_label("Mã ghép").fill(pairing.code.lower())
            page.get_by_role("button", name="Ghép").click()
            expect(page.locator("[data-trouble]")).to_contain_text("không thấy thiết bị")
            expect(page.locator("[data-agent=trouble]")).to_contain_text("Cắm thiết bị ký (USB token) vào máy")
            known = pairing.known
        with desk.agent("canbo") as pairing:
            pairing.known |= known
            page.get_by_role("button", name="Thử lại").click()
            expect(page.locator("[data-agent=present]")).to_contain_text("Thiết bị của Trần Thị Số sẵn sàng")
            stranger = page.request.get(f"http://127.0.0.1:{desk.port}/token", headers={"Origin": "https://khac.vn"})
            assert (stranger.status, stranger.body()) == (403, b"")
            keep_screen(page, "sign")
            desk.let_proof_grow_old("canbo")
            page.keyboard.press("s")
            page.locator("#proof").get_by_label("Mật khẩu của Trần Thị Số").fill(PASSWORD)
            page.locator("#proof").get_by_label("Mã xác thực").fill(app.at(desk.town.clock()))
            page.keyboard.press("Enter")
            for document in documents:
                comes_to(desk, page, document, State.CONFIRMED)
            expect(page.locator("#progress")).to_have_text("Đã ký 3/3")
    with desk.page("vanthu") as page, desk.agent("vanthu") as pairing:
        add_passkey(page)
        desk.let_proof_grow_old("vanthu")
        page.goto("/sign")
        page.get_by_label("Thiết bị ký cắm ở máy này").check()
        page.get_by_label("Mã ghép").fill(pairing.code)
        page.get_by_role("button", name="Ghép").click()
        expect(page.locator("[data-agent=present]")).to_contain_text("xã Suối Ngàn")
        for row in page.locator("#signing tbody tr").all():
            if row.get_attribute("data-row") not in documents:
                row.get_by_role("checkbox").uncheck()
        page.get_by_role("button", name="Đóng dấu các văn bản đã chọn").click()
        proof = page.locator("#proof")
        expect(proof.get_by_role("button", name="Dùng khóa truy cập (passkey)")).to_be_focused()
        no_axe_violations(page)
        keep_screen(page, "sign-proof")
        proof.get_by_label("Mật khẩu của Lê Văn Dấu").fill("sai")
        proof.get_by_label("Mã xác thực").fill("000000")
        page.keyboard.press("Enter")
        expect(proof.locator("[data-refusal]")).to_be_visible()
        proof.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
        for document in documents:
            comes_to(desk, page, document, State.SEALED)
        expect(page.locator("#progress")).to_have_text("Đã ký 3/3")
    for document in documents:
        assert {"CaptureAnswered", "SealAnswered"} <= set(desk.commune.events(document))
