"""The administrators' desk in a real Chromium: units, people, systems, their journal and taking a change back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Locator, Page, expect

from api.auth import cookie_name
from digitize.lifecycle import Office
from storage import logins, people, signing_keys
from storage.signing_keys import Adapter, Certificate, Told, Where
from tests.browser.plugin import DESK, PHONE, KeepScreen, LogIn, NoViolations, serve
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, open_town

XA, XA_KHAC = "000.11.31.H99", "000.12.31.H99"


@dataclass(slots=True)
class Desk:
    """A town, the administrator's browser before it, and a second administrator of one commune."""

    town: Town
    page: Page
    commune: TestClient
    """Of the administrator of the commune ``xa``."""

    def open_act(self, title: str) -> Locator:
        """Open one of the forms below "Thay đổi" by the keyboard; return it."""
        act = self.page.locator(".acts > details", has=self.page.get_by_text(title, exact=True)).first
        if act.get_attribute("open") is None:
            act.locator("summary").first.focus()
            self.page.keyboard.press("Enter")
        return act


@pytest.fixture(scope="module")
def desk(settled: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    folder = shutil.copytree(settled.folder, tmp_path_factory.mktemp("admin") / "data")
    town = open_town(folder, settled.tokens, secure_cookies=False)
    with town.parts.storage.database.write() as connection:
        people.add_person(
            connection, username="quantrixa", full_name="Vàng Thị Xã", office=Office.ADMINISTRATOR,
            unit_id=town.units["xa"].id, password=PASSWORD,
        )  # fmt: skip
        token, _ = logins.log_in(connection, "quantrixa", PASSWORD, town.clock(), town.parts.settings)
    commune = town.visitor()
    commune.cookies.set(cookie_name(town.parts.settings), token)
    with serve(town.app) as address:
        context = browser.new_context(locale="vi-VN", base_url=address, viewport=DESK)
        context.set_default_timeout(60_000)
        yield Desk(town, context.new_page(), commune)
        context.close()
    town.parts.storage.close()


def test_a_unit_is_renamed_ended_and_put_back(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.page
    log_in(page, "quantri")
    page.goto(f"/admin/units?parent={desk.town.units['huyen'].id}")
    keep_screen(page, "quan-tri-don-vi")
    no_axe_violations(page)
    page.get_by_role("link", name="Ủy ban nhân dân xã Suối Ngàn", exact=True).focus()
    page.keyboard.press("Enter")
    act = desk.open_act("Đổi tên")
    act.get_by_label("Tên mới", exact=True).fill("Ủy ban nhân dân phường Suối Ngàn")
    act.get_by_label("Mang tên mới từ ngày").fill("31/02/2021")
    act.get_by_label("Căn cứ").fill("NQ 1685/NQ-UBTVQH15")
    page.keyboard.press("Enter")
    act = desk.open_act("Đổi tên")
    expect(act.get_by_text("Ngày phải có dạng")).to_be_visible()
    expect(act.get_by_label("Tên mới", exact=True)).to_have_value("Ủy ban nhân dân phường Suối Ngàn")
    no_axe_violations(page)
    act.get_by_label("Mang tên mới từ ngày").fill("22/11/2021")
    act.get_by_label("Căn cứ").fill("NQ 1685/NQ-UBTVQH15")
    later = timedelta(minutes=desk.town.parts.settings.reauth_minutes + 1)
    desk.town.clock.advance(later)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nhập lại mật khẩu để tiếp tục")).to_be_visible()
    page.get_by_label("Mật khẩu của").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ủy ban nhân dân phường Suối Ngàn")

    act = desk.open_act("Cho đơn vị thôi, nêu đơn vị kế thừa")
    act.get_by_label("Mã các đơn vị kế thừa").fill(XA_KHAC)
    act.get_by_label("Ngày đầu tiên không còn đơn vị").fill("01/12/2021")
    act.get_by_label("Căn cứ").fill("NQ 1686/NQ-UBTVQH15")
    page.keyboard.press("Enter")
    expect(page.get_by_text("thôi sau ngày 30/11/2021")).to_be_visible()
    keep_screen(page, "quan-tri-mot-don-vi", whole=True)
    no_axe_violations(page)
    for _ in range(2):  # the end first, then the name: the other way round is refused
        _undo_newest(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ủy ban nhân dân xã Suối Ngàn")
    expect(page.get_by_text("chưa định", exact=True).first).to_be_visible()
    desk.town.clock.advance(-later)


def _undo_newest(page: Page) -> None:
    row = page.locator("tr", has=page.locator(".undo")).filter(has_not_text="Trả lại").first
    row.locator(".undo summary").click()
    row.get_by_label("Lý do hoàn tác").fill("Nhập nhầm đơn vị")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_person_is_entered_chooses_a_password_and_is_locked(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.page
    log_in(page, "quantri")
    page.goto("/admin/people")
    keep_screen(page, "quan-tri-nguoi-dung")
    no_axe_violations(page)
    page.get_by_role("link", name="Thêm người dùng").click()
    page.get_by_label("Họ tên").fill("Giàng A Mới")
    page.get_by_label("Tên đăng nhập").fill("canbo")
    page.get_by_label("Mã đơn vị").fill(XA)
    page.get_by_label("Căn cứ").fill("QĐ 15/QĐ-UBND")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tên đăng nhập đã có người dùng. Hãy chọn tên khác.")).to_be_visible()
    no_axe_violations(page)
    page.get_by_label("Tên đăng nhập").fill("giangmoi")
    page.get_by_role("button", name="Thêm người dùng").click()
    password = page.locator("#once").inner_text()
    assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    keep_screen(page, "quan-tri-mat-khau-mot-lan")
    no_axe_violations(page)

    context = page.context.browser.new_context(base_url=page.url.split("/admin")[0], viewport=PHONE)  # type: ignore[union-attr]
    other = context.new_page()
    other.goto("/login")
    other.get_by_label("Tên đăng nhập").fill("giangmoi")
    other.get_by_label("Mật khẩu").fill(password)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Đặt mật khẩu của riêng bạn")).to_be_visible()
    other.goto("/intake")
    expect(other).to_have_url(re.compile("/security/password$"))
    no_axe_violations(other)
    other.get_by_label("Mật khẩu mới", exact=False).first.fill("mật khẩu của tôi")
    other.get_by_label("Nhập lại mật khẩu mới").fill("mật khẩu của tôi")
    other.keyboard.press("Enter")
    expect(other.get_by_role("button", name="Đăng xuất")).to_be_visible()

    page.get_by_role("link", name="Tôi đã trao, đóng trang này").click()
    act = desk.open_act("Giao vai trò khác")
    act.get_by_label("Vai trò").select_option("officer")
    act.get_by_label("Từ ngày").fill("01/12/2021")
    act.get_by_label("Đến ngày").fill("31/12/2021")
    act.get_by_label("Căn cứ").fill("QĐ 16/QĐ-UBND")
    page.keyboard.press("Enter")
    expect(page.get_by_text("sắp tới")).to_be_visible()
    act = desk.open_act("Khóa tài khoản")
    act.get_by_label("Lý do").fill("nghỉ việc, số 001099012345")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lý do không được chứa số định danh cá nhân.")).to_be_visible()
    act = desk.open_act("Khóa tài khoản")
    act.get_by_label("Lý do").fill("nghỉ việc")
    page.keyboard.press("Enter")
    expect(page.locator(".standing .verdict")).to_have_text("đã khóa")
    keep_screen(page, "quan-tri-mot-nguoi", whole=True)
    no_axe_violations(page)
    other.goto("/")
    expect(other).to_have_url(re.compile("/login$"))
    context.close()
    assert password not in desk.page.content()


def test_a_system_is_registered_limited_and_revoked_and_the_journal_tells_it(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.page
    log_in(page, "quantri")
    page.goto("/admin/roles")
    keep_screen(page, "quan-tri-vai-tro", whole=True)
    no_axe_violations(page)
    page.goto("/admin/clients/new")
    page.get_by_label("Tên hệ thống").fill("Một cửa tỉnh Lam Vân")
    page.get_by_label("Mã đơn vị").fill("000.00.00.H99")
    page.get_by_label("Căn cứ").fill("CV 88/STTTT")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hãy chọn ít nhất một quyền.")).to_be_visible()
    no_axe_violations(page)
    page.get_by_label("Nộp bản quét kết quả").check()
    page.get_by_label("Xem kết quả đã công bố").check()
    page.get_by_label("Yêu cầu mỗi ngày").fill("20000")
    page.get_by_role("button", name="Đăng ký").click()
    secret = page.locator("#once").inner_text()
    keep_screen(page, "quan-tri-khoa-bi-mat")
    page.get_by_role("link", name="Tôi đã trao, đóng trang này").click()
    act = desk.open_act("Thu hồi")
    act.get_by_label("Lý do").fill("đổi nhà cung cấp")
    page.keyboard.press("Enter")
    expect(page.locator(".standing .verdict")).to_have_text("đã thu hồi")
    keep_screen(page, "quan-tri-mot-he-thong", whole=True)
    no_axe_violations(page)
    page.goto("/admin/clients?q=một cửa")
    expect(page.get_by_role("cell", name="đã thu hồi")).to_be_visible()
    no_axe_violations(page)
    page.goto("/admin/changes")
    expect(page.get_by_role("cell", name="Thu hồi", exact=True)).to_be_visible()
    assert secret not in page.content()
    keep_screen(page, "quan-tri-nhat-ky")
    no_axe_violations(page)
    undo = page.locator("tr", has_text="đổi nhà cung cấp").locator("form").get_attribute("action")
    visitor = desk.town.visitor("quantri")
    assert visitor.post(f"{undo}", data={"reason": "nhầm", "back": "//evil"}).headers["location"] == "/admin/changes"
    again = visitor.post(f"{undo}", data={"reason": "nhầm"})
    assert (again.status_code, "Thay đổi này đã được hoàn tác." in again.text) == (409, True)


def test_an_administrator_acts_within_their_units_and_nobody_else_at_all(desk: Desk) -> None:
    town, commune = desk.town, desk.commune
    outside = town.units["xa khác"].id
    with town.parts.storage.database.read() as connection:
        stranger = people.find_by_username(connection, "nguoila")[0].id
        clerk = people.find_by_username(connection, "vanthu")[0].id
    assert commune.get("/admin/people").status_code == 200
    for address in (f"/admin/units/{outside}", f"/admin/people/{stranger}", "/admin/clients/khong-co"):
        assert commune.get(address).status_code == 404
    why = {"reason": "thử"}
    assert commune.post(f"/admin/people/{stranger}/lock", data=why).status_code == 404
    moved = {"office": "clerk", "unit": XA_KHAC, "since": "01/01/2022", **why}
    answer = commune.post(f"/admin/people/{clerk}/role", data=moved)
    assert (answer.status_code, "Không có đơn vị mã này trong phạm vi của bạn." in answer.text) == (422, True)
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert commune.post(f"/admin/people/{clerk}/lock", data=why, headers=crossing).status_code == 403
    for username in ("canbo", "lanhdao"):
        visitor = town.visitor(username)
        assert visitor.get("/admin/changes").status_code == 403
        assert visitor.post(f"/admin/people/{clerk}/lock", data=why).status_code == 403


PROCEDURES = "mã,tên,mã kết quả\n1.001193,Đăng ký khai sinh,KQ.G15.000031\n{},Đăng ký khai tử,\n"


def test_a_target_is_set_changed_and_put_back(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.page
    log_in(page, "quantri")
    page.goto("/admin/targets")
    expect(page.get_by_text("đã thấy trong văn bản").first).to_be_visible()
    act = desk.open_act("Giao chỉ tiêu")
    act.get_by_label("Mã đơn vị").fill(XA)
    act.get_by_label("Phần trăm").fill("120")
    act.get_by_label("Căn cứ (số, ngày văn bản)").fill("KH 15/KH-UBND ngày 10/01/2021")
    act.get_by_label("Lý do").fill("Giao chỉ tiêu năm")
    page.keyboard.press("Enter")
    act = desk.open_act("Giao chỉ tiêu")
    expect(act.get_by_text("Phải là số từ 0 đến 100.")).to_be_visible()
    act.get_by_label("Phần trăm").fill("40")
    page.keyboard.press("Enter")
    act = desk.open_act("Sửa chỉ tiêu")
    act.get_by_label("Phần trăm").fill("45")
    act.get_by_label("Lý do").fill("Theo KH 16/KH-UBND")
    page.keyboard.press("Enter")
    expect(page.locator(".facts").get_by_text("45 %")).to_be_visible()
    no_axe_violations(page)
    _undo_newest(page)
    expect(page.locator(".facts").get_by_text("40 %")).to_be_visible()
    mine = page.url
    page.goto("/admin/targets")
    keep_screen(page, "quan-tri-chi-tieu", whole=True)
    no_axe_violations(page)
    other = desk.town.visitor("canbo")
    assert (other.get("/admin/targets").status_code, desk.commune.get(mine).status_code) == (403, 200)


def test_a_catalogue_is_tried_taken_in_retired_and_taken_back(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = desk.page
    log_in(page, "quantri")
    page.goto("/admin/catalogues/imports")
    for code in ("1.6", "1.000656"):
        table = {"name": "thu-tuc.csv", "mimeType": "text/csv", "buffer": PROCEDURES.format(code).encode()}
        page.get_by_label("Tệp", exact=True).set_input_files(table)  # type: ignore[arg-type]  # a payload
        page.get_by_label("Có hiệu lực từ ngày").fill("01/01/2021")
        page.get_by_label("Căn cứ công bố").fill("QĐ 1")
        no_axe_violations(page)
        page.get_by_role("button", name="Chạy thử").click()
        if code == "1.6":
            expect(page.get_by_text("mã thủ tục thiếu số 0 ở cuối")).to_be_visible()
            keep_screen(page, "quan-tri-chay-thu-bang")
            no_axe_violations(page)
            page.get_by_role("link", name="Chọn tệp khác").click()
    page.get_by_label("Căn cứ").fill("QĐ 1/QĐ-BTP")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bảng đã nhập: thu-tuc.csv")).to_be_visible()
    no_axe_violations(page)
    done = page.url
    page.goto("/admin/catalogues?q=khai")
    keep_screen(page, "quan-tri-danh-muc")
    no_axe_violations(page)
    page.get_by_role("link", name="Đăng ký khai tử").click()
    act = desk.open_act("Thôi áp dụng từ một ngày")
    act.get_by_label("Ngày cuối cùng áp dụng").fill("01/01/2020")
    act.get_by_label("Lý do").fill("QĐ 2/QĐ-BTP bãi bỏ")
    page.keyboard.press("Enter")
    act = desk.open_act("Thôi áp dụng từ một ngày")
    expect(act.get_by_text("Ngày thôi áp dụng phải nằm trong")).to_be_visible()
    act.get_by_label("Ngày cuối cùng áp dụng").fill("30/06/2021")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="30/06/2021", exact=True)).to_be_visible()
    no_axe_violations(page)
    _undo_newest(page)
    page.goto(done)
    _undo_newest(page)
    expect(page.locator(".standing").get_by_text("đã hoàn tác")).to_be_visible()
    page.goto("/admin/catalogues?what=units&gone=1")
    expect(page.get_by_role("link", name="Ủy ban nhân dân xã Suối Ngàn")).to_be_visible()
    assert desk.commune.get("/admin/catalogues/imports").status_code == 403
    assert desk.commune.get("/admin/catalogues").status_code == 200


def test_keys_are_seen_as_the_signing_server_told_of_them_and_one_is_barred(
    desk: Desk, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page, now = desk.page, desk.town.clock()
    with desk.town.parts.storage.database.write() as connection:
        for n, unit in enumerate((desk.town.units["xa"], desk.town.units["xa khác"])):
            certificate = Certificate(
                unit.name, "Cơ quan chứng thực số chuyên dùng Chính phủ", f"5a{n}", f"{n}" * 64,
                now - timedelta(days=900), now + timedelta(days=20 + 400 * n), development=False,
            )  # fmt: skip
            told = Told(unit.id, Where.KEYRING, Adapter.PKCS11, certificate)
            signing_keys.tell(connection, told, now)
    log_in(page, "quantri")
    page.goto("/admin/keys")
    expect(page.get_by_text("sắp hết hạn", exact=True)).to_be_visible()
    keep_screen(page, "quan-tri-khoa-ky", whole=True)
    no_axe_violations(page)
    page.get_by_role("link", name="Con dấu của cơ quan").first.click()
    act = desk.open_act("Ngừng dùng chứng thư")
    act.get_by_label("Lý do").fill("Mất thiết bị")
    page.keyboard.press("Enter")
    expect(page.locator(".standing").get_by_text("đã ngừng dùng")).to_be_visible()
    no_axe_violations(page)
    _undo_newest(page)
    expect(page.locator(".standing").get_by_text("đã ngừng dùng")).to_have_count(0)
    assert desk.commune.get(f"/admin/keys/keyring:{desk.town.units['xa khác'].id}").status_code == 404
