"""Reports and apologies, by the API and by the command line."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from digitize.errors import InvalidInput
from storage import dossiers
from storage.dossiers import NewDossier, NewResult
from storage.registry import EVERYTHING
from tests.door.town import Town
from workers.cli.reporting import report

LETTER = {
    "reason": "Chờ ý kiến cơ quan chuyên môn", "signer": "Vàng A Sùng", "title": "Chủ tịch", "sent_on": "2021-11-20",
}  # fmt: skip
CODE = "000.11.31.H99-211101-0001"


def late_dossier(town: Town) -> None:
    """Enter a dossier that ended two days after its day."""
    due = town.clock() - timedelta(days=5)
    with town.parts.storage.database.write() as connection:
        dossiers.create(
            connection,
            NewDossier(
                code=CODE, unit_id=town.units["xa"].id, procedure_code="1.001193", procedure_name="Đăng ký khai sinh",
                holder_name="Lò Văn Mẫu", due_at=due, status=9, finished_at=due + timedelta(days=2),
                resolved_on=due.date(), results=(NewResult("Giấy khai sinh", due.date()),),
            ),
            created_by="một cửa", scope=EVERYTHING, now=town.clock(),
        )  # fmt: skip


def test_a_late_dossier_is_listed_masked_and_its_apology_is_kept(town: Town) -> None:
    late_dossier(town)
    clerk = town.visitor("canbo")
    [listed] = clerk.get("/api/v1/late-dossiers").json()["dossiers"]
    assert (listed["code"], listed["days_late"], listed["holder"]) == (CODE, 2, "L. V. M.")
    assert listed["apologised_on"] is None
    letter = clerk.post(f"/api/v1/dossiers/{CODE}/apology-letter", json=LETTER)
    assert letter.headers["content-type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF-")
    for _ in range(2):
        told = clerk.post(f"/api/v1/dossiers/{CODE}/apologies", json={**LETTER, "sent_how": "post"})
        assert told.status_code == 201, told.text
    assert town.parts.storage.objects.get(told.json()["letter_sha256"]) == letter.content
    [listed] = clerk.get("/api/v1/late-dossiers").json()["dossiers"]
    assert listed["apologised_on"] == "2021-11-20"
    assert town.visitor("nguoila").get("/api/v1/late-dossiers").json()["dossiers"] == []
    assert clerk.get("/api/v1/late-dossiers", params={"cursor": "abc"}).status_code == 422


def test_a_clerk_writes_the_letter_from_the_list_of_who_was_late(town: Town) -> None:
    late_dossier(town)
    clerk, page = town.visitor("canbo"), "/board/late/letter"
    assert f"{page}?code={CODE}" in clerk.get("/board/late?which=ended").text
    assert page not in town.visitor("lanhdao").get("/board/late?which=ended").text
    assert "Đăng ký khai sinh" in clerk.get(page, params={"code": CODE}).text
    form = LETTER | {"code": CODE, "sent_on": "20/11/2021", "sent_how": "post", "ended": "yes"}
    assert clerk.post(page, data=form | {"do": "preview"}).content.startswith(b"%PDF-")
    ahead = clerk.post(page, data=form | {"do": "record", "sent_on": "31/12/2021"})
    assert ahead.status_code == 422
    assert "ngày gửi thư không được ở tương lai" in ahead.text
    assert "Vàng A Sùng" in ahead.text
    assert "gửi 20/11/2021" not in clerk.get("/board/late?which=ended").text
    assert clerk.post(page, data=form | {"do": "record"}).headers["location"] == "/board/late?which=ended"
    assert "gửi 20/11/2021" in clerk.get("/board/late?which=ended").text
    assert town.visitor("nguoila").post(page, data=form | {"do": "record"}).status_code == 404
    assert town.visitor("lanhdao").post(page, data=form | {"do": "record"}).status_code == 403


def test_a_report_comes_in_every_form_and_only_of_ones_own_units(town: Town) -> None:
    late_dossier(town)
    leader = town.visitor("lanhdao")
    told = leader.get("/api/v1/reports", params={"year": 2021, "quarter": 4}).json()
    assert (told["period"], told["late"]) == ("2021Q4", {"dossiers": 1, "apologised": 0})
    book = leader.get("/api/v1/reports", params={"year": 2021, "form": "xlsx"})
    assert 'filename="bao-cao-2021-' in book.headers["content-disposition"]
    assert "Theo đơn vị" in openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    assert leader.get("/api/v1/reports", params={"year": 2021, "form": "pdf"}).content.startswith(b"%PDF-")
    stranger = town.visitor("nguoila").get("/api/v1/reports", params={"unit": "000.11.31.H99"})
    assert stranger.status_code == 404


def test_the_command_writes_a_file_once(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late_dossier(town)
    monkeypatch.setenv("SOHOA_DATABASE_URL", town.parts.settings.database)
    out = tmp_path / "q4.json"
    asked = ["--quarter", "2021Q4", "--unit", "000.11.31.H99", "-o", str(out)]
    done = CliRunner().invoke(report, asked, standalone_mode=False)
    assert "quý IV năm 2021" in done.output
    assert json.loads(out.read_text())["unit"] == "000.11.31.H99"
    again = CliRunner().invoke(report, asked, standalone_mode=False)
    assert isinstance(again.exception, InvalidInput)
    assert "đã có" in str(again.exception)
    unread = CliRunner().invoke(report, ["--quarter", "3/2021", "--unit", "x", "-o", str(out)], standalone_mode=False)
    assert "viết như 2021Q3" in str(unread.exception)
