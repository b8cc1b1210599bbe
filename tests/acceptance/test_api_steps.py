"""The steps of a document by the API: the straight road, every way off it, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.door.town import ATTESTED, Town, confirmed_data, picture

ROAD = ("to_check", "capture_ordered", "capture_signed", "confirmed", "seal_ordered", "sealed", "published")


def send(
    client: TestClient, document: str, step: str, body: Mapping[str, object] | None = None, *, match: str | None = None
) -> Response:
    """Send a step with the version that the document has now, or with another."""
    seen = client.get(f"/api/v1/documents/{document}").headers["etag"] if match is None else match
    answer: Response = client.post(f"/api/v1/documents/{document}/{step}", json=body, headers={"If-Match": seen})
    return answer


def document_in(town: Town, state: str, code: str = "H99-1") -> str:
    """Return a document of a new dossier that stands in that state."""
    town.dossier(code)
    document = town.upload(town.visitor("canbo"), code)
    if state != "received":
        town.to(document, state)
    return document


@pytest.mark.parametrize("state", ROAD)
def test_every_state_of_the_straight_road_is_reached(town: Town, state: str) -> None:
    document = document_in(town, state)
    assert town.visitor("canbo").get(f"/api/v1/documents/{document}").json()["state"] == state


def test_a_published_result_has_codes_signatures_and_a_whole_chain(town: Town) -> None:
    document = document_in(town, "published")
    supervisor = town.visitor("lanhdao")
    body = supervisor.get(f"/api/v1/documents/{document}").json()
    assert body["codes"]["result_code"] == "H99-1-KQ(1)"
    assert [signature["role"] for signature in body["signatures"]] == ["clerk", "agency"]
    history = supervisor.get(f"/api/v1/documents/{document}/history").json()
    names = [event["event"] for event in history["events"]]
    assert history["broken"] == []
    assert names == [
        "Received", "ReadDone", "CaptureOrdered", "CaptureKeyUsed", "CaptureSigned", "Confirmed", "Coded",
        "SealOrdered", "SealKeyUsed", "Sealed", "Published",
    ]  # fmt: skip
    assert "Lò Văn Mẫu" not in str(history)


def test_a_step_needs_the_version_that_the_person_saw(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "to_check")
    missing = clerk.post(f"/api/v1/documents/{document}/capture-signature", json=ATTESTED)
    assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")
    for old in ('"0"', '"999"', '"abc"', 'W/"1"'):
        outdated = send(clerk, document, "capture-signature", ATTESTED, match=old)
        assert (outdated.status_code, outdated.json()["code"]) == (412, "version_mismatch")
    assert send(clerk, document, "capture-signature", ATTESTED).status_code == 202


def test_the_capture_is_signed_only_when_all_three_were_attested(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "to_check")
    assert send(clerk, document, "capture-signature", ATTESTED | {"legible": False}).status_code == 422


def test_data_are_confirmed_only_after_the_capture_was_signed(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "to_check")
    refused = send(clerk, document, "confirmation", confirmed_data())
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert "chờ kiểm tra bản chụp" in refused.json()["detail"]


def test_wrong_data_are_named_and_never_repeated(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "capture_signed")
    sent = {"kind": "quyet_dinh", "fields": {"number": "15/QĐ-UBND", "issued_date": "12.03.2021", "holder_id": "12345"}}
    refused = send(clerk, document, "confirmation", sent)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert "issued_date" in refused.json()["detail"]
    assert "12345" not in refused.text


def test_the_same_step_with_the_same_key_is_taken_once(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "to_check")
    path, headers = (
        f"/api/v1/documents/{document}/withdrawal",
        {"If-Match": '"1"', "Idempotency-Key": "rút-1".encode().hex()},
    )
    first, second = (clerk.post(path, json={"reason": "nộp nhầm"}, headers=headers) for _ in range(2))
    assert first.json()["state"] == "withdrawn"
    assert (second.status_code, second.json()) == (first.status_code, first.json())


@pytest.mark.parametrize(
    ("who", "step", "body"),
    [
        ("vanthu", "capture-signature", ATTESTED),
        ("lanhdao", "confirmation", {"kind": "quyet_dinh", "fields": {}}),
        ("canbo", "return", {"reason": "x"}),
        ("canbo", "revocation", {"reason": "x", "decision_number": "1", "effective_at": "2021-01-01T00:00:00Z"}),
        ("canbo", "quarantine-release", {"reason": "x"}),
    ],
)
def test_an_office_takes_only_its_own_steps(town: Town, who: str, step: str, body: dict[str, object]) -> None:
    refused = send(town.visitor(who), document_in(town, "to_check"), step, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_only_the_sealing_officer_orders_the_seal_and_each_document_gets_its_answer(town: Town) -> None:
    ready, early = document_in(town, "confirmed"), document_in(town, "to_check", "H99-2")
    body = {"documents": [ready, early, "khongco"]}
    assert town.visitor("canbo").post("/api/v1/seal-orders", json=body).status_code == 403
    answer = town.visitor("vanthu").post("/api/v1/seal-orders", json=body)
    assert answer.status_code == 202
    assert answer.json()["accepted"] == [ready]
    assert {each["document"]: each["code"] for each in answer.json()["refused"]} == {
        early: "forbidden",
        "khongco": "not_found",
    }


def test_what_the_officer_returns_can_be_confirmed_again(town: Town) -> None:
    document = document_in(town, "confirmed")
    assert send(town.visitor("vanthu"), document, "return", {"reason": "sai số"}).json()["state"] == "returned"
    assert send(town.visitor("canbo"), document, "confirmation", confirmed_data()).json()["state"] == "confirmed"


def test_a_rescan_is_a_new_capture_and_is_read_again(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "capture_signed")
    answer = clerk.post(
        f"/api/v1/documents/{document}/rescan", files={"file": ("x", picture("rõ hơn"))}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["signatures"]) == ("received", [])


def test_a_document_moves_to_the_right_dossier_of_the_unit(town: Town) -> None:
    clerk, document = town.visitor("canbo"), document_in(town, "to_check")
    town.dossier("H99-đúng".replace("đúng", "2"))
    town.dossier("H99-3", unit="xa khác")
    assert send(clerk, document, "move", {"dossier": "H99-3", "reason": "nhầm"}).status_code == 404
    assert send(clerk, document, "move", {"dossier": "H99-2", "reason": "nhầm"}).json()["dossier"] == "H99-2"


def test_quarantine_hides_everything_until_a_supervisor_lifts_it(town: Town) -> None:
    town.dossier("H99-1")
    document = town.upload(town.visitor("canbo"), "H99-1")
    town.quarantine(document)
    for who in ("canbo", "lanhdao"):
        client = town.visitor(who)
        hidden = [
            client.get(f"/api/v1/documents/{document}/{part}") for part in ("reading", "previews/1", "files/scan")
        ]
        assert [answer.status_code for answer in hidden] == [409] * 3
    lifted = send(town.visitor("lanhdao"), document, "quarantine-release", {"reason": "chữ trong câu"})
    assert lifted.json()["state"] == "received"


def test_a_sealed_result_is_corrected_by_a_new_version_only(town: Town) -> None:
    document, clerk = document_in(town, "published"), town.visitor("canbo")
    sealed = clerk.get(f"/api/v1/documents/{document}/files/sealed").content
    data = confirmed_data()
    assert isinstance(data["fields"], dict)
    data["fields"]["signer_name"] = "Mai Thị Thử Hai"
    assert send(clerk, document, "correction", data | {"reason": "sai tên"}).status_code == 200
    assert clerk.get(f"/api/v1/documents/{document}/files/sealed").content == sealed
    assert "Thử Hai" in clerk.get(f"/api/v1/documents/{document}/files/metadata").text


def test_a_cancelled_result_is_revoked_and_stays(town: Town) -> None:
    document, supervisor = document_in(town, "published"), town.visitor("lanhdao")
    body = {"reason": "cấp sai", "decision_number": "20/QĐ-UBND", "effective_at": "2021-11-20T00:00:00+07:00"}
    assert send(supervisor, document, "revocation", body).json()["state"] == "revoked"
    assert supervisor.get(f"/api/v1/documents/{document}/files/sealed").status_code == 200


def test_a_wrong_file_is_superseded_by_a_sealed_one(town: Town) -> None:
    wrong, elsewhere = document_in(town, "published"), document_in(town, "sealed", "H99-2")
    right = town.upload(town.visitor("canbo"), "H99-1", picture("đúng tệp"), ordinal=1)
    supervisor = town.visitor("lanhdao")
    for successor, words in ((elsewhere, "cùng một kết quả"), (right, "phải được đóng dấu trước")):
        refused = send(supervisor, wrong, "supersession", {"successor": successor, "reason": "nhầm tệp"})
        assert (refused.status_code, words in refused.json()["detail"]) == (422, True)
    town.to(right, "sealed")
    answer = send(supervisor, wrong, "supersession", {"successor": right, "reason": "nhầm tệp"})
    assert answer.json()["state"] == "superseded"


def test_a_purge_takes_two_persons_and_leaves_a_tombstone(town: Town) -> None:
    document, first, second = document_in(town, "to_check"), town.visitor("lanhdao"), town.visitor("lanhdao2")
    assert send(first, document, "purge").status_code == 403
    proposal = {"legal_ground": "Luật Lưu trữ", "decision_number": "3/QĐ"}
    assert send(first, document, "purge-proposal", proposal).status_code == 200
    assert send(first, document, "purge").status_code == 403
    assert send(second, document, "purge").json()["state"] == "purged"
    assert second.get(f"/api/v1/documents/{document}/reading").status_code == 409
    history = second.get(f"/api/v1/documents/{document}/history").json()
    assert (history["events"][-1]["event"], history["broken"]) == ("Purged", [])


def test_another_unit_cannot_take_a_step(town: Town) -> None:
    document = document_in(town, "to_check")
    answer = send(town.visitor("nguoila"), document, "withdrawal", {"reason": "x"}, match="*")
    assert answer.status_code == 404
