"""Units through time, the catalogue and the decision table, by the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient

from digitize.targets import Level
from storage import dossiers, units
from storage.dossiers import NewComponent, NewDossier, NewResult
from storage.dossiers.events import DossierEvent, history
from storage.registry import EVERYTHING
from tests.door.town import Town, picture

PROCEDURES = "mã thủ tục,tên thủ tục,cấp,mã kết quả,từ ngày,nguồn\n1.001193,{},xã,KQ.G15.000031,{},QĐ 1\n"
BIRTH = NewResult("Giấy khai sinh", date(2021, 3, 12), kind_code="giay_khai_sinh")


def reform(town: Town) -> None:
    """Merge the commune into a new one of the province from the day after the town's clock."""
    today, tomorrow = date(2021, 11, 22), date(2021, 11, 23)
    with town.parts.storage.database.write() as connection:
        heir = units.add_unit(
            connection, code="H99.50", name="UBND phường Mây Mới", level=Level.XA, parent_id=town.units["tinh"].id,
            valid_from=tomorrow,
        )  # fmt: skip
        units.abolish(connection, town.units["xa"].id, tomorrow, [heir.id], source="NQ 1", today=today)


def enter(town: Town, code: str, *components: NewComponent, result: NewResult = BIRTH, channel: int | None = 1) -> None:
    new = NewDossier(
        code=code, unit_id=town.units["xa"].id, procedure_code="1.001193", procedure_name="Khai sinh",
        holder_name="Lò Văn Mẫu", holder_id="001099012345", channel=channel, received_on=date(2021, 3, 1),
        resolved_on=date(2021, 3, 12), components=components, results=(result,),
    )  # fmt: skip
    with town.parts.storage.database.write() as connection:
        dossiers.create(connection, new, created_by="một cửa", scope=EVERYTHING, now=town.clock())


def advice(client: TestClient, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # the body
    answer = client.post("/api/v1/scanning-advice", json=asked)
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()
    return told


def test_the_tree_is_shown_as_it_stands_and_as_of_a_day(town: Town) -> None:
    reform(town)
    admin = town.visitor("quantri")
    today, tomorrow = (
        {unit["code"]: unit for unit in admin.get("/api/v1/units", params={"on": day}).json()}
        for day in ("2021-11-22", "2021-11-23")
    )
    assert today.keys() - tomorrow.keys() == {"000.11.31.H99"}
    assert today["000.11.31.H99"]["heirs"] == ["H99.50"]
    assert (tomorrow["H99.50"]["parent"], tomorrow["H99.50"]["branch"]) == ("000.00.00.H99", "dia_phuong")
    assert len(admin.get("/api/v1/units").json()) == 5
    assert len(town.visitor("canbo").get("/api/v1/units").json()) == 1


def test_a_name_on_a_paper_is_resolved_within_the_callers_units(town: Town) -> None:
    reform(town)
    asked = {"name": "ỦY BAN NHÂN DÂN XÃ SUỐI NGÀN", "on": "2021-03-12", "above": "UBND HUYỆN MÂY TRẮNG"}
    found = town.visitor("quantri").get("/api/v1/units/resolve", params=asked).json()
    assert (found["unit"], found["answering"], found["score"]) == ("000.11.31.H99", "000.11.31.H99", 1.0)
    stranger = town.visitor("nguoila").get("/api/v1/units/resolve", params=asked).json()
    assert stranger["unit"] is None
    assert stranger["reason"].startswith("Không rõ")
    assert town.visitor().get("/api/v1/units/resolve", params=asked).status_code == 401
    assert town.visitor("canbo").get("/api/v1/units/resolve").status_code == 422


def test_the_page_of_a_document_says_which_unit_its_agency_was_and_who_answers_today(town: Town) -> None:
    town.dossier("H99-1")
    clerk = town.visitor("canbo")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    assert (
        "Ủy ban nhân dân xã Suối Ngàn (000.11.31.H99). Đơn vị còn hoạt động."
        in clerk.get(f"/documents/{document}").text
    )
    reform(town)
    with town.parts.storage.database.write() as connection:
        units.settle(connection, date(2021, 11, 23))
    town.clock.now += timedelta(days=1)
    town.renew_sessions()
    assert "hôm nay UBND phường Mây Mới (H99.50) trả lời thay" in clerk.get(f"/documents/{document}").text


def test_a_catalogue_is_taken_in_and_looked_up_as_of_a_day(town: Town) -> None:
    admin = town.visitor("quantri")

    def take_in(name: str, since: str, **form: str) -> dict[str, Any]:
        file = {"file": ("tthc.csv", PROCEDURES.format(name, since).encode())}
        told: dict[str, Any] = admin.post("/api/v1/catalogue/procedures", files=file, data=form).json()
        return told

    def listed(**asked: str) -> list[tuple[str, str | None]]:
        return [(one["name"], one["valid_to"]) for one in admin.get("/api/v1/procedures", params=asked).json()]

    assert take_in("Khai sinh", "2021-01-01", dry_run="true")["entered"] == 1
    assert listed() == []
    assert take_in("Khai sinh", "2021-01-01")["entered"] == 1
    newer = take_in("Đăng ký khai sinh", "2025-07-01")
    assert (newer["entered"], newer["changed"]) == (1, 1)
    again = take_in("Đăng ký khai sinh", "2025-07-01")
    assert (again["entered"], again["changed"], again["same"]) == (0, 0, 1)
    assert listed() == listed(named="khai sinh") == listed(named="1.001") == [("Khai sinh", "2025-06-30")]
    assert listed(on="2026-01-01") == [("Đăng ký khai sinh", None)]
    assert listed(named="kết hôn") == []
    faulty = take_in("", "2026-01-01")
    assert (faulty["entered"], [fault["row"] for fault in faulty["faults"]]) == (0, [2])


def test_only_the_top_administrator_changes_the_catalogue(town: Town) -> None:
    def send(username: str, data: bytes) -> int:
        file = {"file": ("loai.csv", data)}
        answer = town.visitor(username).post(
            "/api/v1/catalogue/result-types", files=file, data={"since": "2021-01-01", "source": "QĐ"}
        )
        return answer.status_code

    table = "mã kết quả,tên kết quả,loại giấy tờ\nKQ.G15.000031,Giấy khai sinh,giay_khai_sinh\n".encode()
    assert send("canbo", table) == 403
    assert send("quantri", "cột lạ\n1\n".encode()) == 422
    assert send("quantri", table) == 200
    (found,) = town.visitor("canbo").get("/api/v1/result-types").json()
    assert (found["code"], found["kind_code"], found["source"]) == ("KQ.G15.000031", "giay_khai_sinh", "QĐ")


def test_a_dossier_is_told_what_to_scan_what_not_and_why(town: Town) -> None:
    enter(
        town, "H99-ADV-1", NewComponent("Giấy chứng nhận kết hôn", copy_kind=0), NewComponent("Tờ khai", copy_kind=1),
    )  # fmt: skip
    clerk = town.visitor("canbo")
    told = {(one["part"], one["ordinal"]): one for one in advice(clerk, dossier="H99-ADV-1", on="2024-06-01")}
    assert [told["component", number]["verdict"] for number in (1, 2)] == ["must", "must_not"]
    assert told["result", 1]["verdict"] == "must"
    assert told["component", 2]["grounds"][0]["source"] == "Thông tư 01/2023/TT-VPCP, Điều 4"
    assert "có phải giấy tờ mật không" in told["component", 1]["asks"]
    missing = town.visitor("nguoila").post("/api/v1/scanning-advice", json={"dossier": "H99-ADV-1"})
    assert missing.status_code == 404


def test_a_component_that_was_digitised_in_another_dossier_is_offered_for_reuse(town: Town) -> None:
    enter(town, "H99-OLD-1", result=replace(BIRTH, result_type_code="KQ.G15.000031"))
    clerk = town.visitor("canbo")
    town.to(town.upload(clerk, "H99-OLD-1"), "published")
    enter(town, "H99-NEW-1", NewComponent("Giấy khai", "KQ.G15.000031", copy_kind=0), NewComponent("Giấy khai tử"))
    first, second, _ = advice(clerk, dossier="H99-NEW-1")
    assert (first["verdict"], len(first["reusable"])) == ("offer_reuse", 1)
    assert first["reusable"][0]["unit_name"] == "Ủy ban nhân dân xã Suối Ngàn"
    assert second["reusable"] == []


def test_a_described_paper_gets_the_verdict_of_the_day_that_is_asked_about(town: Town) -> None:
    clerk = town.visitor("canbo")
    paper = {"part": "component", "group": "interim", "sector_law": False}
    verdicts = [advice(clerk, paper=paper, on=day)[0]["verdict"] for day in ("2024-06-01", "2025-12-01")]
    assert verdicts == ["must", "must_not"]
    for wrong in ({}, {"paper": paper, "dossier": "H99-1"}, {"paper": {"part": "lạ"}}):
        assert clerk.post("/api/v1/scanning-advice", json=wrong).status_code == 422


def test_a_scan_that_must_not_be_made_is_refused_with_the_article_unless_a_reason_is_recorded(town: Town) -> None:
    enter(town, "H99-END-1", result=NewResult("Giấy phép", date(2021, 3, 1), valid_until=date(2021, 6, 1)))
    town.clock.now = town.clock.now.replace(year=2025, month=12)
    town.renew_sessions()
    clerk = town.visitor("canbo")

    def send(code: str, **form: str) -> Any:  # noqa: ANN401  # httpx's answer
        return clerk.post(f"/api/v1/dossiers/{code}/results", files={"file": ("x.jpg", picture("x"))}, data=form)

    refused = send("H99-END-1")
    assert (refused.status_code, refused.json()["code"]) == (403, "must_not_be_scanned")
    assert "7197" in refused.json()["detail"]
    assert send("H99-END-1", reason="Tòa án yêu cầu").status_code == 202
    assert send("H99-END-1").status_code == 202, "the same bytes again are the same document"
    with town.parts.storage.database.read() as connection:
        dossier = dossiers.find_by_code(connection, "H99-END-1", EVERYTHING).id
        told = [each for each in history(connection, dossier) if each.name is DossierEvent.SCAN_INSISTED]
    assert [each.details["reason"] for each in told] == ["Tòa án yêu cầu"]


def test_no_reason_lets_a_secret_paper_in(town: Town) -> None:
    enter(town, "H99-MAT-1", result=NewResult("Quyết định", date(2021, 3, 1), secret=True))
    answer = town.visitor("canbo").post(
        "/api/v1/dossiers/H99-MAT-1/results", files={"file": ("x.jpg", picture("x"))}, data={"reason": "cần gấp"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "must_not_be_scanned")
    assert "gửi kèm lý do" not in answer.json()["detail"]
