"""A reuse through the door: asked with a purpose, data first, then the file; accepted, and seen by the owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.ranges import part_of
from storage.announcements import REUSED
from storage.tables import announcements
from tests.door.town import Town, picture

OWNER = "001099012345"
SEARCH = {
    "owner": OWNER, "purpose": "Hưởng trợ cấp tại nơi ở mới", "legal_basis": "NĐ 20/2021/NĐ-CP Điều 8",
    "dossier_code": "H99.12-210401-0001",
}  # fmt: skip


@pytest.fixture
def asking(town: Town) -> TestClient:
    """A system of another commune, and a published result of the first."""
    town.dossier("H99-1")
    town.to(town.upload(town.visitor("canbo"), "H99-1"), "published")
    return town.system("reuse:read", unit="xa khác")


def search(client: TestClient, **changes: object) -> dict[str, Any]:
    answer = client.post("/api/v1/results/search", json=SEARCH | changes)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_result_is_reused_from_the_question_to_the_acceptance_and_its_owner_sees_it(
    town: Town, asking: TestClient
) -> None:
    asked = search(asking)
    (found,) = asked["results"]
    assert (asked["state"], found["access"], found["validity"]["holds"]) == ("answered", "granted", True)
    assert found["data"].items() >= {"CodeNumber": "15", "CodeNotation": "QĐ-UBND", "TypeName": "Quyết định"}.items()
    assert found["assurance"]["signatures_hold"]
    assert found["holder_name"] == "L. V. M."
    assert OWNER not in str(asked)

    path = f"/api/v1/results/{found['result']}"
    one = asking.get(path, params={"request": asked["request"]})
    assert one.json() == found
    assert asking.get(path, params={"request": asked["request"]}, headers={"If-None-Match": one.headers["etag"]}
                      ).status_code == 304  # fmt: skip
    assert asking.get(path).status_code == 403
    assert town.visitor("canbo").get(path).json()["data"] == found["data"]

    link = asking.post(f"{path}/link", json={"request": asked["request"]})
    assert link.status_code == 201, link.text
    assert OWNER not in link.json()["url"]
    address = link.json()["url"].removeprefix(town.parts.settings.pages)
    nobody = town.visitor()
    whole = nobody.get(address)
    assert whole.content.startswith(b"%PDF-1.7 revision 2")
    part = nobody.get(address, headers={"Range": "bytes=5-8", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[5:9])
    assert part.headers["content-range"] == f"bytes 5-8/{len(whole.content)}"
    assert nobody.get(address, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    beyond = nobody.get(address, headers={"Range": "bytes=9999999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")

    paper = {"result": found["result"], "component": "GKS", "dossier_code": SEARCH["dossier_code"]}
    accepted = asking.post(f"/api/v1/reuse/{asked['request']}/accept", json=paper)
    assert accepted.status_code == 200, accepted.text
    assert asking.post(f"/api/v1/reuse/{asked['request']}/accept", json=paper).json() == accepted.json()
    with town.parts.storage.database.read() as connection:
        topics = connection.execute(announcements.select()).mappings().all()
    assert [row["topic"] for row in topics].count(REUSED) == 1

    proof = {"owner": OWNER, "result_code": found["code"], "fact": "15/qđ-ubnd"}
    listed = town.visitor().post("/api/v1/reuse/accesses", json=proof).json()["accesses"]
    assert [(each["caller"], each["purpose"], each["legal_basis"]) for each in listed] == [
        ("Một cửa", SEARCH["purpose"], SEARCH["legal_basis"])
    ]
    assert (listed[0]["results"][0]["shown"], bool(listed[0]["results"][0]["accepted_at"])) == ("file", True)
    wrong = town.visitor().post("/api/v1/reuse/accesses", json=proof | {"fact": "16"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_owner")

    town.clock.advance(timedelta(minutes=11))
    assert nobody.get(address).status_code == 404


def test_nobody_asks_without_purpose_basis_and_dossier_and_nobody_lists(town: Town, asking: TestClient) -> None:
    for missing in ("owner", "purpose", "legal_basis", "dossier_code"):
        sent = {name: value for name, value in SEARCH.items() if name != missing}
        assert asking.post("/api/v1/results/search", json=sent).status_code == 422
    for number in ("001099", "001099012346", "%"):
        answer = asking.post("/api/v1/results/search", json=SEARCH | {"owner": number})
        assert answer.status_code == 422 or answer.json()["results"] == []
    reading = town.system("results:read")
    assert reading.post("/api/v1/results/search", json=SEARCH).status_code == 403
    stranger = town.system("reuse:read", unit="xa khác")
    assert stranger.get(f"/api/v1/reuse/{search(asking)['request']}").status_code == 404


def test_a_restricted_result_shows_nothing_until_an_officer_of_its_unit_has_said_why(town: Town) -> None:
    town.dossier("H99-2")
    document = town.upload(town.visitor("canbo"), "H99-2", picture("2"))
    town.to(document, "capture_signed")
    clerk, officer = town.visitor("canbo"), town.visitor("vanthu")
    fields = {"issued_date": "2021-03-12", "organ_name": "Sở Tư pháp", "number": "7", "holder_name": "Lò Văn Mẫu",
              "holder_id": OWNER}  # fmt: skip
    town.step(clerk, document, "confirmation", {"kind": "phieu_ly_lich_tu_phap", "fields": fields})
    officer.post("/api/v1/seal-orders", json={"documents": [document]})
    town.seal(document)
    town.publish(document)
    asking = town.system("reuse:read", unit="xa khác")
    asked = search(asking)
    (found,) = asked["results"]
    assert (asked["state"], found["access"]) == ("pending", "pending")
    assert (found["data"], found["title"], found["code"], found["holder_name"]) == (None,) * 4
    assert found["validity"]["holding"] == "in_force"
    (waiting,) = officer.get("/api/v1/reuse/pending").json()["waiting"]
    assert (waiting["request"], waiting["purpose"]) == (asked["request"], SEARCH["purpose"])
    decision = {"result": found["result"], "grant": True, "reason": "đúng mục đích"}
    path = f"/api/v1/reuse/{asked['request']}"
    assert clerk.post(f"{path}/decisions", json=decision).status_code == 403
    assert asking.post(f"{path}/decisions", json=decision).status_code == 403
    assert officer.post(f"{path}/decisions", json=decision).json()["access"] == "granted"
    assert asking.get(path).json()["results"][0]["data"]["TypeName"] == "Phiếu lý lịch tư pháp"


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        (None, None), ("bytes=0-0", (0, 0)), ("bytes=90-", (90, 99)), ("bytes=-10", (90, 99)), ("bytes=-500", (0, 99)),
        ("bytes=5-2", None), ("bytes=0-1,3-4", None), ("lines=1-2", None), ("bytes=100-", (100, 99)),
    ],
)  # fmt: skip
def test_a_range_is_one_part_or_the_whole(wanted: str | None, part: tuple[int, int] | None) -> None:
    assert part_of(wanted, 100) == part
