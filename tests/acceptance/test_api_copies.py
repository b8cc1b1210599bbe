"""Certified copies at the door: lists of any length, acts in law that ask for a password, systems and their visits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from digitize.attest.lifecycle import SignedFileDiscarded
from digitize.lifecycle import Actor, Office
from storage import certifications
from storage.tables import refusals, sessions
from tests.door.bureau import CERTIFIER, DIPLOMA, OFFICE, REQUESTER, desk_ids, must
from tests.door.town import Town, picture
from workers.cli.program import run

ALTERED = {"ground": "altered", "reason": "Ngày cấp bị tẩy xóa."}


@contextmanager
def counted(town: Town) -> Iterator[list[str]]:
    """Collect the statements that the database is given."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    engine = town.parts.storage.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield told
    sa.event.remove(engine, "before_cursor_execute", note)


def statements(town: Town, path: str) -> int:
    with counted(town) as told:
        assert town.visitor(CERTIFIER).get(path).status_code == 200
    return len(told)


def test_a_longer_list_takes_no_more_queries(town: Town) -> None:
    lists = ("/api/v1/copies", "/api/v1/certifications", "/api/v1/books", "/certifications", "/certifications?tab=all")
    ids = desk_ids(town)
    short = {path: statements(town, path) for path in lists}
    chairman = town.visitor(CERTIFIER)
    for _ in range(3):
        must(chairman.post("/api/v1/certifications", json={"requester": REQUESTER, "originals": [DIPLOMA]}))
    must(chairman.post(f"/api/v1/copies/{ids['copy_id']}/refusal", json=ALTERED, headers={"If-Match": "*"}))
    must(chairman.post(f"/api/v1/books/{ids['book_id']}/closure"))
    must(chairman.post("/api/v1/books", json={}))
    assert {path: statements(town, path) for path in lists} == short
    first = must(chairman.get("/api/v1/books?limit=1"))
    second = must(chairman.get(f"/api/v1/books?limit=1&cursor={first['next']}"))
    assert [each["volume"] for page in (first, second) for each in page["books"]] == [2, 1]
    assert must(chairman.get(f"/api/v1/books?limit=1&cursor={second['next']}")) == {"books": [], "next": None}
    assert chairman.get("/api/v1/books?cursor=W10").status_code == 422
    shown = must(chairman.get("/api/v1/copies"))["copies"]
    assert sorted(each["refusal"]["ground"] for each in shown if each["refusal"]) == ["altered"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/copies/{copy_id}/refusal", ALTERED),
        ("/api/v1/copies/{copy_id}/void", {"reason": "Người yêu cầu đổi ý."}),
        ("/api/v1/books/{book_id}/closure", None),
    ],
)
def test_an_act_in_law_asks_for_the_password_again(town: Town, path: str, body: object) -> None:
    ids = desk_ids(town)
    town.clock.advance(timedelta(minutes=11))
    answer = town.visitor(CERTIFIER).post(path.format_map(ids), json=body, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "proof_required")
    with town.parts.storage.database.write() as connection:
        connection.execute(sessions.update().values(proved_at=town.clock()))
    answer = town.visitor(CERTIFIER).post(path.format_map(ids), json=body, headers={"If-Match": "*"})
    assert answer.json().get("code") != "proof_required"


def test_a_refusal_waits_for_no_typesetter_and_a_copy_that_changed_meanwhile_is_not_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import copies
    from api.papers import refusal_letter

    copy = desk_ids(town)["copy_id"]

    def slowly(*given: Any) -> bytes:  # noqa: ANN401  # whatever the typesetter is given
        found = SignedFileDiscarded(actor=Actor("máy", Office.WORKER), object_key="0" * 64, attempt=1)
        with town.parts.storage.database.write() as connection:
            certifications.record(connection, copy, found, town.clock())
        return refusal_letter(*given)

    monkeypatch.setattr(copies, "refusal_letter", slowly)
    refuse = f"/api/v1/copies/{copy}/refusal"
    answer = town.visitor(CERTIFIER).post(refuse, json=ALTERED, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch")
    with town.parts.storage.database.read() as connection:
        assert connection.execute(sa.select(refusals)).all() == []
    monkeypatch.undo()
    key = {"If-Match": "*", "Idempotency-Key": "mot-lan"}
    first, again = (town.visitor(CERTIFIER).post(refuse, json=ALTERED, headers=key) for _ in range(2))
    assert must(first) == must(again)
    assert town.visitor(CERTIFIER).get(f"/api/v1/copies/{copy}/files/letter").content.startswith(b"%PDF")


def test_a_system_gives_up_the_visits_that_it_opened_and_no_others(town: Town) -> None:
    must(town.visitor("quantri").post("/api/v1/authorities", json=OFFICE | {"unit": town.units["xa"].code}))
    order = {
        "requester": REQUESTER, "originals": [DIPLOMA, DIPLOMA], "unit": town.units["xa"].code, "certifier": CERTIFIER,
    }  # fmt: skip
    portal, other = town.system("copies:issue", "copies:read"), town.system("copies:issue", "copies:read")
    visit = must(portal.post("/api/v1/certifications", json=order))
    base, reason = f"/api/v1/certifications/{visit['id']}", {"reason": "Người yêu cầu rút."}
    one = f"/api/v1/copies/{visit['copies'][0]['id']}/abandonment"
    for stranger, path in ((other, f"{base}/abandonment"), (other, one), (town.system("copies:read"), one)):
        answer = stranger.post(path, json=reason, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert must(portal.post(one, json=reason, headers={"If-Match": "*"}))["state"] == "abandoned"
    ended = must(portal.post(f"{base}/abandonment", json=reason))
    assert {copy["state"] for copy in ended["copies"]} == {"abandoned"}
    assert ended["closed_at"] is not None


def test_a_step_under_the_address_of_another_visit_is_not_found(town: Town) -> None:
    copy = desk_ids(town)["copy_id"]
    chairman = town.visitor(CERTIFIER)
    other = must(chairman.post("/api/v1/certifications", json={"requester": REQUESTER, "originals": [DIPLOMA]}))["id"]
    form = {"version": "1", "reason": "Người yêu cầu về.", "ground": "altered", "paper": "yes"}
    for step in ("capture", "attestation", "refusal", "abandonment", "void", "seal", "cancellation", "links"):
        files = {"file": ("chụp.jpg", picture(copy))} if step == "capture" else None
        answer = chairman.post(f"/certifications/{other}/copies/{copy}/{step}", data=form, files=files)
        assert answer.status_code == 404, (step, answer.text)
    assert must(chairman.get(f"/api/v1/copies/{copy}"))["state"] == "opened"
    assert town.visitor("nguoila").get(f"/certifications/{other}").status_code == 404


def test_one_proof_counts_documents_and_copies(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = desk_ids(town)["copy_id"]
    shown = must(town.visitor(CERTIFIER).get("/api/v1/reconciliation"))
    assert (shown["received"], shown["copies"]["opened"], shown["copies"]["finished"]) == (0, 1, {})
    assert [(each["copy"], each["waiting_for"]) for each in shown["copies"]["waiting"]] == [(copy, "certifier")]
    monkeypatch.setenv("SOHOA_DATA", str(town.parts.settings.data))
    capsys.readouterr()
    assert run(["reconcile", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], told["copies"]["opened"], told["copies"]["waiting"][0]["copy"]) == (True, 1, copy)
    with town.parts.storage.database.write() as connection:
        connection.execute(sa.text("DELETE FROM event_private"))
        connection.execute(sa.text("DELETE FROM events"))
    assert "đã mở 0 bản sao" in must(town.visitor(CERTIFIER).get("/api/v1/reconciliation"))["faults"][0]
    assert run(["reconcile"]) == 1
    assert "Bản sao chứng thực: đã mở 0" in capsys.readouterr().out
