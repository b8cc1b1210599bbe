"""Anybody may ask about a file: what the door lets in, how often, and how it completes what the worker says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from digitize.model import (
    Changes,
    Integrity,
    Role,
    SignatureReport,
    TimeSource,
    Trust,
    Verdict,
    VerificationReport,
)
from storage import verifying
from storage.tables import documents, events, revisions, subjects
from tests.door.plugin import Settled
from tests.door.town import Town, open_town

PDF = b"%PDF-1.7 sealed"
UNIT = "Ủy ban nhân dân xã Suối Ngàn"


@pytest.fixture
def open_door(settled: Settled, town: Town) -> Iterator[Town]:
    """A town in which nobody waits and few questions are allowed."""
    settings: dict[str, Any] = {
        "verify_wait_s": 0, "verify_per_address": 3, "verify_per_client": 4, "verify_max_bytes": 20_000,
    }  # fmt: skip
    opened = open_town(town.parts.settings.data, settled.tokens, town.clock, **settings)
    yield opened
    opened.parts.storage.close()


def report(verdict: Verdict = Verdict.VALID) -> VerificationReport:
    good = verdict is Verdict.VALID
    one = SignatureReport(
        "AgencySignature", UNIT, Role.AGENCY, "2021-11-22T12:00:00+07:00",
        Integrity.INTACT if good else Integrity.MODIFIED,
        Trust.TRUSTED, "B-LT", Changes.NONE, covers_file=True, algorithm="rsassa_pss sha256",
        reasons=() if good else ("Nội dung đã bị thay đổi sau khi ký.",), verdict=verdict,
        time_source=TimeSource.TIMESTAMP, time_authority="TSA thử nghiệm",
    )  # fmt: skip
    sentence = (
        f"Chữ ký hợp lệ, nội dung toàn vẹn: {UNIT} ký lúc 2021-11-22T12:00:00+07:00."
        if good
        else "Chữ ký không hợp lệ."
    )
    return VerificationReport(verdict, sentence, (one,))


def send(client: TestClient, content: bytes = PDF) -> Any:  # noqa: ANN401  # starlette's test client exports no type
    return client.post("/api/v1/verify", files={"file": ("tệp.pdf", content)})


def judge(town: Town, content: bytes = PDF, verdict: Verdict = Verdict.VALID) -> str:
    """Send a file and let a worker answer; return the address of the answer."""
    answer = send(town.visitor(), content)
    assert answer.status_code == 202, answer.text
    address = str(answer.headers["location"])
    with town.parts.storage.database.write() as connection:
        verifying.finish(connection, address.rsplit("/", 1)[1], report(verdict))
    return address


def publish(town: Town, content: bytes, **values: Any) -> str:  # noqa: ANN401  # columns of many types
    """Enter a published document whose sealed file is this content."""
    town.dossier("H99-1")
    document = town.upload(town.visitor("canbo"), "H99-1")
    key = hashlib.sha256(content).hexdigest()
    told = {"state": "published", "published_at": town.clock(), "sealed_key": key} | values
    with town.parts.storage.database.write() as connection:
        connection.execute(documents.update().where(documents.c.id == document).values(**told))
    return document


def test_who_must_wait_is_told_where_to_look(open_door: Town) -> None:
    answer = send(open_door.visitor())
    assert answer.status_code == 202
    assert answer.headers["retry-after"] == "3"
    again = open_door.visitor().get(answer.headers["location"])
    assert (again.status_code, again.json()) == (202, answer.json())


def test_an_unknown_or_forgotten_verification_is_not_found(open_door: Town) -> None:
    address = judge(open_door)
    assert open_door.visitor().get(address).status_code == 200
    open_door.clock.advance(timedelta(hours=25))
    for where in (address, "/api/v1/verifications/khong-co"):
        answer = open_door.visitor().get(where)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("content", "status", "code", "words"),
    [
        (b"", 422, "empty_file", "chọn lại tệp"),
        (b"<!DOCTYPE html><html>404</html>", 415, "not_pdf", "không phải PDF. Chỉ tệp PDF"),
        (b"\xff\xd8\xff" + bytes(100), 415, "not_pdf", "không phải PDF. Chỉ tệp PDF"),
        (b"%PDF-1.7" + bytes(20_000), 413, "too_large", "quá lớn"),
        (b"%PDF-1.7" + bytes(200_000), 413, "too_large", "quá lớn"),
    ],
    ids=["empty", "html named pdf", "jpeg", "a little too large", "too large"],
)
def test_what_cannot_be_verified_is_refused_and_not_kept(
    open_door: Town, content: bytes, status: int, code: str, words: str
) -> None:
    answer = send(open_door.visitor(), content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert words in answer.json()["detail"]
    shown = open_door.visitor().post("/kiem-tra", files={"file": ("x.pdf", content)})
    assert shown.status_code == status
    assert list(open_door.parts.storage.objects.stored()) == []


def test_a_form_without_a_file_is_told_so(open_door: Town) -> None:
    stranger = open_door.visitor()
    for answer in (stranger.post("/api/v1/verify", data={"file": "x"}), stranger.post("/api/v1/verify", json={})):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_who_asks_too_often_is_told_when_to_come_back(open_door: Town) -> None:
    stranger, clerk, system = open_door.visitor(), open_door.visitor("canbo"), open_door.system()
    assert [send(stranger).status_code for _ in range(4)] == [202, 202, 202, 429]
    refused = send(stranger)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_often"
    assert 0 < int(refused.headers["retry-after"]) <= 600
    assert stranger.post("/kiem-tra", files={"file": ("x.pdf", PDF)}).status_code == 429
    assert send(clerk).status_code == 202
    assert [send(system).status_code for _ in range(5)] == [202, 202, 202, 202, 429]
    open_door.clock.advance(timedelta(minutes=10))
    assert send(stranger).status_code == 202


def test_a_session_that_ended_is_a_stranger_and_a_bad_token_is_refused(open_door: Town) -> None:
    late = open_door.visitor("canbo")
    open_door.clock.advance(timedelta(days=2))
    assert send(late).status_code == 202
    late.headers["Authorization"] = "Bearer x"
    assert send(late).status_code == 401


def test_when_too_many_files_wait_nobody_is_let_in(open_door: Town) -> None:
    narrow = open_town(open_door.parts.settings.data, open_door.tokens, verify_wait_s=0, verify_waiting=1)
    assert send(narrow.visitor()).status_code == 202
    answer = send(narrow.visitor())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    narrow.parts.storage.close()


def test_a_file_of_ours_is_called_so_and_whether_it_stands_is_told_at_once(open_door: Town) -> None:
    document = publish(open_door, PDF)
    address = judge(open_door)
    told = open_door.visitor().get(address).json()
    assert told["sentence"].endswith(f"; tệp là bản đã công bố của {UNIT}; còn hiệu lực.")
    assert (told["verdict"], told["known"]["standing"]) == ("valid", "in_force")
    with open_door.parts.storage.database.write() as connection:
        connection.execute(
            documents.update().where(documents.c.id == document).values(state="revoked", ended_at=open_door.clock())
        )
        connection.execute(
            events.insert().values(
                subject_id=document, sequence=99, at=open_door.clock(), actor="x", office="supervisor", name="Revoked",
                payload={"decision_number": "7/QĐ-UBND"}, previous="0" * 64, hash="1" * 64,
            )
        )  # fmt: skip
    told = open_door.visitor().get(address).json()
    assert told["sentence"].endswith("đã bị hủy bỏ theo quyết định số 7/QĐ-UBND từ ngày 22/11/2021.")
    shown = open_door.visitor().get(address.replace("/api/v1/verifications", "/kiem-tra")).text
    assert "không còn hiệu lực" in shown
    assert "told ended" in shown
    assert "told good" not in shown


def test_a_superseded_file_and_one_from_before_a_renewal_are_known_too(open_door: Town) -> None:
    document = publish(open_door, b"%PDF-1.7 renewed", state="superseded", ended_at=open_door.clock())
    with open_door.parts.storage.database.write() as connection:
        connection.execute(
            revisions.insert().values(
                document_id=document, capture=1, number=2, key=hashlib.sha256(PDF).hexdigest(), role="agency",
                signer=UNIT, signed_at=open_door.clock(), level="B-LT", verdict="valid",
            )
        )  # fmt: skip
    for content in (PDF, b"%PDF-1.7 renewed"):
        assert "đã được thay thế" in open_door.visitor().get(judge(open_door, content)).json()["sentence"]


@pytest.mark.parametrize("values", [{"published_at": None}, {"state": "purged"}, {"sealed_key": "0" * 64}])
def test_what_was_not_released_is_not_known(open_door: Town, values: dict[str, object]) -> None:
    publish(open_door, PDF, **values)
    assert open_door.visitor().get(judge(open_door)).json()["known"] is None


@pytest.mark.parametrize(
    ("verdict", "tone", "words"),
    [
        (Verdict.VALID, "good", "Hợp lệ"),
        (Verdict.INVALID, "bad", "Không hợp lệ"),
        (Verdict.INDETERMINATE, "unclear", "Chưa kết luận được"),
        (Verdict.UNSIGNED, "none", "Không có chữ ký số"),
    ],
)
def test_the_page_says_it_in_colour_and_in_words(open_door: Town, verdict: Verdict, tone: str, words: str) -> None:
    address = judge(open_door, verdict=verdict).replace("/api/v1/verifications", "/kiem-tra")
    shown = open_door.visitor().get(address)
    assert shown.status_code == 200
    assert f"told {tone}" in shown.text
    assert f"<h1>{words}</h1>" in shown.text
    assert '<details class="card">' in shown.text
    assert '<details class="card" open>' in open_door.visitor().get(f"{address}?details=true").text


def test_the_page_of_a_file_that_waits_asks_again_by_itself(open_door: Town) -> None:
    sent = open_door.visitor().post("/kiem-tra", files={"file": ("x.pdf", PDF)})
    assert sent.status_code == 303
    shown = open_door.visitor().get(sent.headers["location"])
    assert shown.status_code == 202
    assert '<meta http-equiv="refresh" content="3">' in shown.text


def test_no_subject_is_made_of_a_strangers_file(open_door: Town) -> None:
    judge(open_door)
    with open_door.parts.storage.database.read() as connection:
        assert connection.execute(subjects.select()).all() == []
