"""The boards of leaders and operators in a real Chromium: from a number down to its dossiers, and is all well."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from api.degraded import PARTS, Watch
from digitize import span, targets
from digitize.model import SignatureHealth
from digitize.targets import Level
from storage import operations, outbox, signature_health, signs, sizes, trends, units
from storage import targets as counting
from storage.breakdown import Whole, by_clerk, by_procedure, things
from storage.operations import Kind
from storage.outbox import Lane
from storage.registry import EVERYTHING
from storage.tables import documents
from tests.browser.plugin import DESK, KeepScreen, LogIn, NoViolations, serve
from tests.door.plugin import Settled
from tests.door.town import NOON, Town, open_town
from tests.registry.grown import grow
from tests.servers.redis import RedisServer

XA = "000.11.31.H99"
COMMUNES = ("Ăng Tô", "Ẳng Cang", "Búng Lao", "Đồi Thông", "Ẳng Nưa", "Mường Lạn", "Nặm Lịch", "Xuân Lao")


@dataclass(slots=True)
class Office:
    """A province after a year's work, before a browser."""

    town: Town
    page: Page
    redis: RedisServer


@pytest.fixture(scope="module")
def office(settled: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    folder = shutil.copytree(settled.folder, tmp_path_factory.mktemp("boards") / "data")
    server = RedisServer(Path(tempfile.mkdtemp(prefix="sohoa-")))  # a socket's path must be short
    server.start()
    town = open_town(folder, settled.tokens, secure_cookies=False, redis_url=server.url)
    _a_years_work(town)
    town.app.state.watch = Watch(town.parts)
    for part in PARTS:
        signs.leave(town.parts.storage.queue.connection, part, "may-chu-1", NOON)
    with serve(town.app) as address:
        context = browser.new_context(locale="vi-VN", base_url=address, viewport=DESK)
        context.set_default_timeout(15_000)
        yield Office(town, context.new_page(), server)
        context.close()
    server.kill()
    shutil.rmtree(server.folder)


def _a_years_work(town: Town) -> None:
    with town.parts.storage.database.write() as connection:
        for n, name in enumerate(COMMUNES, start=20):
            units.add_unit(
                connection, code=f"000.{n}.31.H99", name=f"Ủy ban nhân dân xã {name}", level=Level.XA,
                parent_id=town.units["huyen"].id, valid_from=date(2010, 1, 1),
            )  # fmt: skip
        every = [unit.id for unit in units.subtree(connection, EVERYTHING)]
        shares = {unit: 0.08 + 0.04 * (n % 9) for n, unit in enumerate(every)}
        grow(connection, every, 900, date(2021, 11, 22), shares)
        _kept_up(connection)


def _kept_up(connection: sa.Connection) -> None:
    found = connection.execute(sa.select(documents.c.id, documents.c.state)).all()
    for row in [row for row in found if row.state == "to_check"][:6]:
        outbox.add(connection, row.id, Lane.READ, 3, NOON)
    for n, row in enumerate([row for row in found if row.state == "published"][:40]):
        health = SignatureHealth(
            "B-LT", datetime(2022, 3, 1, tzinfo=UTC) + timedelta(days=12 * n), "chứng thư hết hạn", 0
        )
        signature_health.note(connection, row.id, f"{n:064x}", 180_000, health, NOON)
    at = NOON - timedelta(hours=6)
    checks = [{"name": "database", "verdict": "ok", "sentence": "SQLite trả lời.", "remedy": ""}]
    operations.note(connection, Kind.DOCTOR, at, well=True, sentence="16 mục: 16 tốt.", details={"checks": checks})
    told = "Bản “20211122T020000Z”: 62 bảng, 431 tệp."
    operations.note(connection, Kind.BACKUP, at, well=True, sentence=told, details={})
    counted = sizes.count(connection)
    operations.note(connection, Kind.SIZES, at, well=True, sentence=f"{counted['documents']} văn bản.", details=counted)


def test_a_leader_goes_from_the_target_down_to_the_dossiers_by_keyboard(
    office: Office, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page = office.page
    log_in(page, "quantri")
    page.goto("/board?level=xa")
    expect(page.get_by_role("img", name="Tỷ lệ tồn của từng cấp")).to_be_visible()
    expect(page.get_by_role("img", name="Tỷ lệ tồn theo tháng")).to_be_visible()
    keep_screen(page, "board")
    keep_screen(page, "board-whole", whole=True)
    no_axe_violations(page)
    page.get_by_role("link", name="Ủy ban nhân dân xã Suối Ngàn").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ủy ban nhân dân xã Suối Ngàn")
    keep_screen(page, "board-unit", whole=True)
    no_axe_violations(page)
    page.get_by_role("link", name="Đăng ký khai sinh").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chưa ai ký bản chụp")).to_be_visible()
    page.get_by_role("link", name="Xem từng hồ sơ").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("chưa quét").first).to_be_visible()
    no_axe_violations(page)
    assert "Lò Văn" not in page.content()
    page.goto("/board/plan")
    keep_screen(page, "board-plan")
    no_axe_violations(page)
    page.goto("/board")
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000


def test_an_operator_sees_each_part_what_waits_and_what_still_works(
    office: Office, log_in: LogIn, no_axe_violations: NoViolations, keep_screen: KeepScreen
) -> None:
    page, town = office.page, office.town
    log_in(page, "quantri")
    page.goto("/operations")
    expect(page.get_by_text("Mọi phần đang chạy")).to_be_visible()
    expect(page.get_by_text("chưa có").first).to_be_visible()  # no drill yet
    assert page.locator("#support").input_value().startswith("sohoa ")
    keep_screen(page, "operations", whole=True)
    no_axe_violations(page)
    page.goto("/operations/history?since=01/09/2021&until=22/11/2021")
    expect(page.get_by_role("cell", name="Công bố", exact=True).first).to_be_visible()
    keep_screen(page, "history")
    no_axe_violations(page)

    with town.parts.storage.database.write() as connection:
        outbox.rest(connection, Lane.TIMESTAMP, town.clock() + timedelta(minutes=3))
    town.clock.advance(timedelta(minutes=2))
    page.goto("/board")
    page.goto("/operations")
    expect(page.get_by_text("Các tiến trình xử lý không chạy").first).to_be_visible()
    page.goto("/board")
    expect(page.get_by_text("Máy chủ dấu thời gian không trả lời").first).to_be_visible()
    expect(page.get_by_text("Mọi bước khác vẫn làm được").first).to_be_visible()
    keep_screen(page, "degraded")


def test_the_parts_of_a_number_add_up_to_the_number(office: Office) -> None:
    page = office.town.visitor("quantri")
    with office.town.parts.storage.database.read() as connection:
        unit = units.find_by_code(connection, XA)
        whole = span.span(NOON, 2021)
        own = next(each for each in counting.progress(connection, 2021, unit.scope, NOON) if each.unit_id == unit.id)
        months = trends.months(connection, unit.scope, 2021, NOON)
        assert months[-1].together({unit.id})[0] == own.stock
        for measure, rate in ((targets.STOCK, own.stock), (targets.FLOW, own.flow)):
            asked = Whole(measure, frozenset({unit.id}), whole)
            parts = by_procedure(connection, asked)
            assert sum((part.rate for part in parts), targets.Rate(0, 0)) == rate
            clerks = [by_clerk(connection, asked, part.code) for part in parts]
            assert sum((one.rate for some in clerks for one in some), targets.Rate(0, 0)) == rate
            assert len(things(connection, asked, done=True, limit=1000)) == rate.numerator
    assert page.get("/board/unit?unit=khong-co").status_code == 404
