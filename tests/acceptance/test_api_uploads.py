"""Scans that come in by the API: one document for the same bytes, and a clear word for what cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.door.plugin import Settled
from tests.door.town import Town, open_town, picture


@pytest.fixture
def registered(town: Town) -> Town:
    town.dossier("000.11.31.H99-210312-0001", results=2)
    town.dossier("H99/2021-5")
    return town


CODE = "000.11.31.H99-210312-0001"


def test_a_scan_is_received_with_the_address_of_its_document(registered: Town) -> None:
    clerk = registered.visitor("canbo")
    answer = clerk.post(f"/api/v1/dossiers/{CODE}/results", files={"file": ("x.exe", picture("a"))})
    assert answer.status_code == 202
    found = clerk.get(answer.headers["location"])
    assert found.json() | {"summary": {}} == answer.json() | {"summary": {}}
    assert found.json()["state"] == "received"
    assert found.headers["etag"] == answer.headers["etag"] == '"0"'


def test_a_dossier_code_with_a_slash_has_an_address(registered: Town) -> None:
    clerk = registered.visitor("canbo")
    assert clerk.get("/api/v1/dossiers/H99/2021-5").json()["code"] == "H99/2021-5"
    assert registered.upload(clerk, "H99/2021-5")


def test_the_same_bytes_for_the_same_dossier_are_one_document(registered: Town) -> None:
    clerk = registered.visitor("canbo")
    first, second = (registered.upload(clerk, CODE, picture("a")) for _ in range(2))
    assert first == second
    assert clerk.get("/api/v1/documents").json()["counts"] == {"received": 1}


def test_other_bytes_go_to_the_next_result(registered: Town) -> None:
    clerk = registered.visitor("canbo")
    documents = [registered.upload(clerk, CODE, picture(mark)) for mark in "ab"]
    ordinals = [clerk.get(f"/api/v1/documents/{document}").json()["ordinal"] for document in documents]
    assert ordinals == [1, 2]


def test_the_same_key_acts_once_and_another_request_with_it_is_refused(registered: Town) -> None:
    clerk = registered.visitor("canbo")

    def send(mark: str) -> tuple[int, str]:
        answer = clerk.post(
            f"/api/v1/dossiers/{CODE}/results",
            files={"file": ("x", picture(mark))},
            headers={"Idempotency-Key": "k-1"},
        )
        return answer.status_code, answer.json().get("code", answer.headers.get("location"))

    assert send("a") == send("a")
    assert send("b") == (409, "conflict")


def test_a_dossier_is_created_once_and_masked(town: Town) -> None:
    system = town.system()
    sent = {
        "code": "H99-7", "unit": "000.11.31.H99", "procedure_code": "1.001", "procedure_name": "Thủ tục",
        "holder_name": "Lò Văn Mẫu", "holder_id": "001099012345",
        "results": [{"title": "Giấy phép", "issued_on": "2021-02-01"}],
    }  # fmt: skip
    first = system.post("/api/v1/dossiers", json=sent)
    assert first.status_code == 201
    assert (first.json()["holder_name"], first.json()["holder_id"]) == ("L. V. M.", "•••345")
    assert system.post("/api/v1/dossiers", json=sent).json() == first.json()
    assert system.get(first.headers["location"]).json() == first.json()
    other = town.system().post("/api/v1/dossiers", json=sent | {"procedure_name": "Khác"})
    assert other.status_code == 409, "another system may not change what this one told"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"<html>not a scan</html>", 415, "unknown_type"),
        (b"MZ" + bytes(2000), 415, "unknown_type"),
    ],
)
def test_what_is_no_scan_is_refused_before_anything_is_kept(
    registered: Town, content: bytes, status: int, code: str
) -> None:
    answer = registered.visitor("canbo").post(
        f"/api/v1/dossiers/{CODE}/results", files={"file": ("kết quả.pdf", content)}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(registered.parts.storage.objects.stored()) == []


@pytest.fixture
def narrow(settled: Settled, town: Town) -> Iterator[Town]:
    opened = open_town(town.parts.settings.data, settled.tokens, upload_max_bytes=20_000)
    yield opened
    opened.parts.storage.close()


def test_a_file_above_the_limit_is_refused_and_not_kept(narrow: Town) -> None:
    narrow.dossier("H99-1")
    for size in (20_001, 200_000):
        answer = narrow.visitor("canbo").post(
            "/api/v1/dossiers/H99-1/results", files={"file": ("x.jpg", b"\xff\xd8\xff" + bytes(size - 3))}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert list(narrow.parts.storage.objects.stored()) == []


def test_a_body_that_outgrows_its_limit_while_it_streams_is_cut_off(town: Town) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"username": "'
        for _ in range(40):
            yield b"x" * 65_536

    answer = town.visitor().post("/api/v1/session", content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_another_unit_does_not_learn_that_a_dossier_exists(registered: Town) -> None:
    stranger = registered.visitor("nguoila")
    refused = [
        stranger.get(f"/api/v1/dossiers/{CODE}"),
        stranger.get("/api/v1/dossiers/KHONG-CO"),
        stranger.post(f"/api/v1/dossiers/{CODE}/results", files={"file": ("x", picture("a"))}),
    ]
    assert list(registered.parts.storage.objects.stored()) == []
    assert {(answer.status_code, answer.json()["detail"]) for answer in refused} == {(404, refused[0].json()["detail"])}


def test_a_named_result_must_exist(registered: Town) -> None:
    clerk = registered.visitor("canbo")
    answer = clerk.post(f"/api/v1/dossiers/{CODE}/results", files={"file": ("x", picture("a"))}, data={"ordinal": "9"})
    assert answer.status_code == 404


def test_without_a_session_nothing_is_taken(registered: Town) -> None:
    answer = registered.visitor().post(f"/api/v1/dossiers/{CODE}/results", files={"file": ("x", picture("a"))})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_identified")
