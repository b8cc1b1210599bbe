"""Staff find the results of their units by name, number and word; names are for who needs them; queries are kept."""

from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient

from storage import search
from tests.door.town import Town
from tests.search.desk import reading_of

CODE = "000.00.12.H99-210312-0001"


@pytest.fixture
def filled(town: Town) -> Town:
    """A town with a published result, whose text is read, and one of another commune."""
    town.dossier(CODE)
    town.dossier("000.00.13.H99-210312-0002", unit="xa khác" if "xa khác" in town.units else "tinh")
    document = town.upload(town.visitor("canbo"), CODE)
    town.to(document, "published")
    with town.parts.storage.database.write() as connection:
        search.index_text(connection, document, reading_of("Điều 1. Trợ cấp hàng tháng cho ông Lò Văn Mẫu"))
    return town


def find(client: TestClient, typed: str, **more: object) -> dict[str, list[dict[str, object]]]:
    answer = client.post("/api/v1/results/find", json={"q": typed} | more)
    assert answer.status_code == 200, answer.text
    body: dict[str, list[dict[str, object]]] = answer.json()
    return body


def test_a_clerk_finds_a_result_by_name_number_person_dossier_and_text(filled: Town) -> None:
    clerk = filled.visitor("canbo")
    for typed in ("Lò Văn Mẫu", "lo van mau", "15/QĐ-UBND", "001099012345", CODE, "trợ cấp hàng tháng", "lo van muu"):
        body = find(clerk, typed)
        assert [each["dossier"] for each in body["results"]] == [CODE], typed
    [result] = find(clerk, "lò văn mẫu")["results"]
    assert result["holder_name"] == "Lò Văn Mẫu"
    assert result["state_name"] == "đã công bố"
    assert result["highlights"] == [{"field": "holder_name", "text": "Lò Văn Mẫu", "spans": [[0, 2], [3, 6], [7, 10]]}]
    facets = find(clerk, "lò văn mẫu")["facets"]
    assert facets["kind"] == [{"value": "quyet_dinh", "name": "Quyết định", "count": 1}]  # type: ignore[call-overload]


def test_who_need_not_know_gets_initials_and_no_text(filled: Town) -> None:
    [result] = find(filled.visitor("vanthu"), "lo van mau")["results"]
    assert result["holder_name"] == "L. V. M."
    assert result["highlights"] == []
    [by_text] = find(filled.visitor("vanthu"), "trợ cấp hàng tháng")["results"]
    assert by_text["highlights"] == []


def test_a_stranger_and_who_may_not_read_results_find_nothing(filled: Town) -> None:
    assert filled.visitor().post("/api/v1/results/find", json={"q": "an"}).status_code == 401
    assert filled.system("targets:read").post("/api/v1/results/find", json={"q": "an"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"q": "a " * 100}, 422), ({"q": "an", "cursor": "không phải"}, 422), ({"unit_name": "xã Không Có"}, 404),
        ({"first_day": "2021-02-01", "last_day": "2021-01-01"}, 422), ({"q": "an", "name": "x"}, 422),
        ({"q": "an", "cursor": "WzAsW1siZCIsIngiXV0sbnVsbF0"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_one_sentence(filled: Town, body: dict[str, object], status: int) -> None:
    answer = filled.visitor("canbo").post("/api/v1/results/find", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_was_typed_stands_in_no_log(
    filled: Town, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        find(filled.visitor("canbo"), "Lò Văn Mẫu 001099012345")
    told = caplog.text + "".join(capsys.readouterr())
    assert "Mẫu" not in told
    assert "001099012345" not in told


def test_a_person_keeps_queries_and_nobody_else_sees_them(filled: Town) -> None:
    clerk, officer = filled.visitor("canbo"), filled.visitor("vanthu")
    sent = {"name": "Quyết định năm nay", "query": {"q": "lò", "kind": ["quyet_dinh"]}}
    kept = clerk.post("/api/v1/saved-queries", json=sent)
    assert kept.status_code == 201, kept.text
    assert kept.json()["query"]["kind"] == ["quyet_dinh"]
    assert clerk.post("/api/v1/saved-queries", json=sent).status_code == 409
    address = f"/api/v1/saved-queries/{kept.json()['id']}"
    assert officer.get("/api/v1/saved-queries").json() == []
    assert officer.delete(address).status_code == 404
    assert officer.put(address, json=sent).status_code == 404
    assert clerk.put(address, json=sent | {"name": "Khác"}).json()["name"] == "Khác"
    assert [each["name"] for each in clerk.get("/api/v1/saved-queries").json()] == ["Khác"]
    assert clerk.delete(address).status_code == 204
    assert clerk.get("/api/v1/saved-queries").json() == []
