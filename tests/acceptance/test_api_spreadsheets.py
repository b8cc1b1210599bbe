"""An XLSX by the API: stored, opened by a worker's sandbox, and then taken like a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from storage.spreadsheets import MOST_WAITING
from tests.door.plugin import Settled
from tests.door.town import Town, open_town
from tests.samples.workbooks import with_part, xlsx
from workers.compose import open_post
from workers.tables import open_spreadsheet

CODE = "000.11.31.H99-210312-0001"
DOSSIERS = xlsx(
    ["Số HS", "Mã TTHC", "Tên thủ tục", "Ngày tiếp nhận", "Tên kết quả", "Ngày cấp"],
    [CODE, "1.001776", "Trợ cấp hàng tháng", "01/03/2021", "Quyết định", "12/03/2021"],
    [f"{CODE}2", "1.001776", "Trợ cấp hàng tháng", "31/02/2021"],
)
UNITS = xlsx(
    ["mã", "tên", "cấp", "mã cấp trên", "từ ngày"],
    ["H99.7", "UBND xã Bến Đá", "xã", "000.00.00.H99", "2020-01-01"],
    ["H99.8", "UBND xã Bến Gỗ", "thôn", "000.00.00.H99", "2020-01-01"],
)


@pytest.fixture
def impatient(settled: Settled, town: Town) -> Iterator[Town]:
    """A town in which nobody waits at the door."""
    opened = open_town(town.parts.settings.data, settled.tokens, town.clock, verify_wait_s=0)
    yield opened
    opened.parts.storage.close()


def send(client: TestClient, path: str, content: bytes | None = None, **form: str) -> Response:
    """Send a file under a name that says nothing, or the id of one."""
    file = None if content is None else {"file": ("bang.csv", content)}
    return client.post(f"/api/v1/{path}", files=file, data=form)


def open_it(town: Town, answer: Response) -> str:
    """Let a worker open what waits; return its id."""
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "3"), answer.text
    table: str = answer.json()["table"]
    post = replace(open_post(town.parts.settings), clock=town.clock)
    open_spreadsheet(post, table)
    post.storage.close()
    return table


def test_a_workbook_of_dossiers_is_sent_once_looked_at_tried_and_entered(impatient: Town) -> None:
    system = impatient.system()
    table = open_it(impatient, send(system, "dossier-uploads/columns", DOSSIERS))
    assert system.get(f"/api/v1/tables/{table}").json() == {"table": table}
    shown = send(system, "dossier-uploads/columns", table=table).json()
    assert [one["field"] for one in shown["columns"]][:2] == ["code", "procedure_code"]
    how = {"table": table, "unit": impatient.units["xa"].code, "columns": '{"code": "Số HS"}'}
    tried = send(system, "dossier-uploads", **how).json()
    assert (tried["dry_run"], tried["outcomes"]["created"], tried["bad_rows"]) == (True, 1, 1)
    assert tried["faults"] == [
        {"row": 3, "column": "Ngày tiếp nhận", "value": "31/02/2021", "reason": "không có ngày này trên lịch"}
    ]
    assert system.get(f"/api/v1/dossiers/{CODE}").status_code == 404
    for outcome in ("created", "same"):
        assert send(system, "dossier-uploads", **how, dry_run="false").json()["outcomes"][outcome] == 1
    stranger = impatient.visitor("nguoila")
    assert stranger.get(f"/api/v1/tables/{table}").status_code == 404
    assert send(stranger, "dossier-uploads", **how).status_code == 404


def test_a_workbook_of_units_names_its_bad_rows_and_writes_nothing_with_one(impatient: Town) -> None:
    admin = impatient.visitor("quantri")
    table = open_it(impatient, send(admin, "units/import", UNITS))
    told = send(admin, "units/import", table=table).json()
    assert (told["entered"], told["faults"]) == (1, [{"row": 3, "sentence": "cấp phải là tỉnh, huyện hoặc xã"}])
    assert "H99.7" not in {unit["code"] for unit in admin.get("/api/v1/units").json()}
    named = send(admin, "catalogue/result-types", table=table, since="2021-01-01", source="QĐ").json()["faults"]
    assert [fault["row"] for fault in named] == [2, 3]


def test_a_table_of_units_is_entered_by_the_top_administrator(impatient: Town) -> None:
    table = "mã đơn vị,tên đơn vị,cấp,mã cấp trên,từ ngày\nH99.7,UBND xã Bến Đá,xã,000.00.00.H99,2020-01-01\n".encode()
    admin = impatient.visitor("quantri")
    assert send(impatient.visitor("canbo"), "units/import", table).status_code == 403
    for dry_run in ("true", "false"):
        assert send(admin, "units/import", table, dry_run=dry_run).json()["entered"] == 1
    assert "H99.7" in {unit["code"] for unit in admin.get("/api/v1/units").json()}


def test_a_workbook_that_cannot_be_opened_is_told_in_a_sentence(impatient: Town) -> None:
    admin = impatient.visitor("quantri")

    def told(answer: Response) -> tuple[int, str]:
        body: dict[str, Any] = answer.json()
        return answer.status_code, body["detail"].split(": ", 1)[-1]

    locked = send(admin, "catalogue/procedures", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert told(locked) == (
        415,
        "đây là bảng tính có mật khẩu, hoặc tệp .xls kiểu cũ. Hãy bỏ mật khẩu rồi lưu lại dạng .xlsx hoặc CSV UTF-8.",
    )
    table = open_it(impatient, send(admin, "catalogue/procedures", with_part("xl/vbaProject.bin")))
    for again in (send(admin, "catalogue/procedures", table=table), admin.get(f"/api/v1/tables/{table}")):
        assert told(again) == (415, "bảng tính có macro. Hãy lưu lại dạng .xlsx không macro, hoặc CSV UTF-8.")
    assert send(admin, "catalogue/procedures").status_code == 422


def test_who_has_too_many_workbooks_waiting_is_told_to_wait(impatient: Town) -> None:
    admin = impatient.visitor("quantri")
    answers = [send(admin, "units/import", xlsx(["mã"])) for _ in range(MOST_WAITING + 1)]
    assert [answer.status_code for answer in answers] == [202] * MOST_WAITING + [429]
