"""When something around the door fails: nobody is told that a thing was done which was not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from tests.door.plugin import Settled
from tests.door.town import PASSWORD, Town, open_town, picture


@contextmanager
def failing_commits(town: Town) -> Iterator[None]:
    """Let the database lose every commit, as when its connection breaks at that moment."""

    def broken(_connection: sa.Connection) -> None:
        raise OperationalError("COMMIT", None, ConnectionError("server closed the connection"))

    engine = town.parts.storage.database.engine
    sa.event.listen(engine, "commit", broken)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", broken)


def test_a_commit_that_fails_is_never_answered_with_success(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    send = {"files": {"file": ("x", picture("a"))}}
    with failing_commits(town):
        lost = clerk.post("/api/v1/dossiers/H99-1/results", **send)
    assert (lost.status_code, lost.json()["code"]) == (503, "registry_unavailable")
    assert lost.headers["retry-after"] == "10"
    assert clerk.get("/api/v1/documents").json()["counts"] == {}
    assert clerk.post("/api/v1/dossiers/H99-1/results", **send).status_code == 202


def test_a_step_whose_commit_fails_was_not_taken(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    with failing_commits(town):
        lost = clerk.post(
            f"/api/v1/documents/{document}/withdrawal", json={"reason": "nhầm"}, headers={"If-Match": '"1"'}
        )
        page = clerk.post(f"/documents/{document}/withdrawal", data={"reason": "nhầm", "version": "1"})
    assert (lost.status_code, page.status_code) == (503, 503)
    assert clerk.get(f"/api/v1/documents/{document}").json()["state"] == "to_check"


def test_a_store_that_does_not_answer_is_said_so_and_nothing_is_entered(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    folder = town.parts.settings.object_folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a disk that is not there")
    answer = clerk.post("/api/v1/dossiers/H99-1/results", files={"file": ("x", picture("a"))})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert clerk.get("/api/v1/documents").json()["counts"] == {}


def test_readiness_names_each_part_and_does_not_need_the_queue(town: Town) -> None:
    visitor = town.visitor()
    ready = visitor.get("/health/ready")
    assert (ready.status_code, ready.json()["database"], ready.json()["objects"]) == (200, "ok", "ok")
    assert "Hàng đợi" in ready.json()["redis"]
    assert visitor.get("/health/live").status_code == 204


def test_readiness_fails_without_the_database(settled: Settled, tmp_path: Path) -> None:
    town = open_town(shutil.copytree(settled.folder, tmp_path / "data"), settled.tokens)
    town.parts.storage.close()
    shutil.rmtree(tmp_path / "data")
    answer = town.visitor().get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "Cơ sở dữ liệu" in answer.json()["database"]


def test_no_address_query_or_body_reaches_the_log(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    clerk.get("/api/v1/dossiers/001099012345")
    clerk.get("/api/v1/documents", params={"dossier": "001099012345"})
    clerk.post("/api/v1/session", json={"username": "canbo", "password": PASSWORD})
    written = "".join(capsys.readouterr())
    assert "/api/v1/dossiers/{code:path}" in written
    assert "001099012345" not in written
    assert PASSWORD not in written
    assert "canbo" not in written


def test_counters_name_routes_and_nothing_personal(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("001099012345")
    town.upload(clerk, "001099012345")
    told = clerk.get("/metrics").text
    assert (
        'sohoa_http_requests_total{method="POST",route="/api/v1/dossiers/{code:path}/results",status="202"} 1.0' in told
    )
    assert 'sohoa_documents{state="received"} 1.0' in told
    assert "001099012345" not in told


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/khong-co", 404, "not_found"),
        ("PATCH", "/api/v1/me", 405, "method_not_allowed"),
        ("GET", "/api/v1/documents?limit=0", 422, "invalid_input"),
        ("GET", "/api/v1/documents/%00", 422, "invalid_input"),
        ("GET", "/api/v1/dossiers/a%00b", 422, "invalid_input"),
    ],
)
def test_the_frameworks_own_refusals_are_problems_too(
    town: Town, method: str, path: str, status: int, code: str
) -> None:
    answer = town.visitor("canbo").request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", json.dumps({"username": "\ud800", "password": "x"}).encode()])
def test_a_body_that_does_not_parse_is_a_problem(town: Town, body: bytes) -> None:
    answer = town.visitor().post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"malformed_request", "invalid_input"}


def test_a_bug_leaves_the_house_as_a_problem_without_its_inside(town: Town) -> None:

    def stumble() -> None:
        raise ValueError("Lò Văn Mẫu, 001099012345")

    town.app.add_api_route("/api/v1/stumble", stumble)
    client = TestClient(town.app, base_url="https://testserver", raise_server_exceptions=False)
    with structlog.testing.capture_logs() as written:
        answer = client.get("/api/v1/stumble")
    assert [line["event"] for line in written] == ["bug", "request"]
    assert written[0]["kind"] == "ValueError"
    assert "stumble (test_api_failures.py:" in written[0]["place"]
    assert "Lò Văn Mẫu" not in str(written)
    assert "exc_info" not in written[0]
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "Lò Văn Mẫu" not in answer.text
    assert answer.headers["x-request-id"]
