"""From a number down to its dossiers, what to scan, and what an authority asks for beside."""

from __future__ import annotations

import json

import pytest

from tests.door.town import Town
from workers.cli.program import run

XA = "000.11.31.H99"


@pytest.fixture
def four(town: Town) -> Town:
    """A commune with four dossiers of 2021, one of them digitised."""
    for n in range(4):
        town.dossier(f"H99-{n}")
    town.to(town.upload(town.visitor("canbo"), "H99-0"), "published")
    return town


def test_a_number_leads_to_its_dossiers_page_by_page_and_to_nobodys_name(four: Town) -> None:
    leader = four.visitor("lanhdao")
    asked = {"measure": "stock", "unit": XA, "side": "missing", "limit": "2"}
    first = leader.get("/api/v1/targets/explanation", params=asked).json()
    second = leader.get("/api/v1/targets/explanation", params=asked | {"cursor": first["cursor"]}).json()
    shown = [thing["code"] for page in (first, second) for thing in page["things"]]
    assert sorted(shown) == [f"H99-{n}-KQ(1)" for n in (1, 2, 3)]
    assert "Lò Văn Mẫu" not in json.dumps([first, second], ensure_ascii=False)
    page = leader.get("/targets/things", params={"unit": XA, "side": "numerator"}).text
    assert "H99-0-KQ(1)" in page
    assert "H99-1-KQ(1)" not in page


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/targets/explanation?measure=9.9", "không có chỉ số 9.9"),
        ("/targets/explanation?measure=stock&cursor=WzFd", "con trỏ trang không đúng"),
        ("/targets/explanation?measure=stock&cursor=WyJ4IiwieSIsInoiXQ", "con trỏ trang không đúng"),
        ("/indicators?quarter=1&month=2", "quý hoặc tháng"),
        ("/indicators?year=2020", "năm phải từ 2021"),
        ("/scanning-plan?cursor=WyIiLCJ1IiwieCIsInkiLCJ6Il0", "con trỏ trang không đúng"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(four: Town, path: str, told: str) -> None:
    answer = four.visitor("lanhdao").get(f"/api/v1{path}&unit={XA}")
    assert (answer.status_code, told in answer.json()["detail"]) == (422, True), answer.text


def test_the_plan_counts_what_is_missing_and_lists_what_waits(four: Town) -> None:
    leader = four.visitor("lanhdao")
    found = leader.get("/api/v1/scanning-plan", params={"unit": XA}).json()
    assert (found["unit"], found["missing"]) == (XA, 0)
    assert sorted(paper["code"] for paper in found["papers"]) == [f"H99-{n}-KQ(1)" for n in (1, 2, 3)]


def test_a_leader_sets_a_local_target_and_a_clerk_does_not(four: Town) -> None:
    sent = {"unit": XA, "year": 2021, "percent": 60, "source": "Kế hoạch 12/KH-UBND"}
    assert four.visitor("canbo").post("/api/v1/local-targets", json=sent).status_code == 403
    leader = four.visitor("lanhdao")
    leader.headers["Origin"] = "https://testserver"
    entered = leader.post("/api/v1/local-targets", json=sent)
    assert entered.status_code == 201, entered.text
    board = leader.get("/api/v1/targets", params={"unit": XA}).json()
    assert board[0]["local"] == [{"measure": "stock", "percent": 60, "source": "Kế hoạch 12/KH-UBND", "reached": False}]
    assert "địa phương giao: 60 %, chưa đạt" in leader.get("/targets").text
    ended = leader.post(f"/api/v1/local-targets/{entered.json()['id']}/end", json={"until": "2021-11-01"})
    assert ended.json()["until"] == "2021-11-01"
    assert leader.get("/api/v1/targets", params={"unit": XA}).json()[0]["local"] == []
    assert [each["id"] for each in leader.get("/api/v1/local-targets").json()] == [entered.json()["id"]]


def test_a_forecast_without_enough_weeks_says_so(four: Town) -> None:
    trend = four.visitor("lanhdao").get("/api/v1/targets/trend", params={"unit": XA}).json()
    assert (trend["forecast"], trend["forecast_text"]) == (None, "không đủ số liệu")
    assert trend["months"][-1]["now"]["text"] == "25,0 %"
    assert len(trend["months"]) == 11


def test_the_commands_tell_the_same_numbers(
    four: Town, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOHOA_DATABASE_URL", str(four.parts.storage.database.engine.url))
    assert run(["recount", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["holds"] is True
    assert run(["indicators", "--year", "2021", "--json"]) == 0
    told = {each["code"]: each for each in json.loads(capfd.readouterr().out)["indicators"]}
    assert told["on_time"]["percent"] is None
    assert run(["snapshot", "--month", "2021-10", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["taken"] == ["2021-10"]
    assert run(["snapshot", "--month", "2021-10"]) == 0
    assert run(["snapshot", "--month", "10/2021"]) == 2
