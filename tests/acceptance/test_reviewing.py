"""The review desk at the door: leases and drafts of people, orders for many captures, who may do what."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage import outbox
from storage.reviewing.holding import TERM
from storage.tables import review_drafts
from tests.door.plugin import on_both_engines
from tests.door.town import Town, confirmed_data


def arrived(town: Town, code: str = "H99-1") -> str:
    town.dossier(code)
    document = town.upload(town.visitor("canbo"), code)
    town.read(document)
    return document


def typed(number: int, *, checked: bool = False) -> dict[str, object]:
    return {"number": number, "checked": checked, **confirmed_data()}


@on_both_engines
def test_a_held_document_is_told_and_taken_over_and_an_old_number_saves_nothing(town: Town) -> None:
    document = arrived(town)
    canbo = town.visitor("canbo")
    lease, draft = (f"/api/v1/documents/{document}/{name}" for name in ("review-lease", "draft"))
    held = canbo.put(lease, json={}).json()
    assert (held["mine"], held["number"], held["seconds_left"]) == (True, 1, 600)
    assert canbo.put(draft, json=typed(1)).status_code == 200
    assert canbo.put(draft, json=typed(2)).json()["code"] == "not_held"
    town.clock.advance(TERM + timedelta(seconds=1))
    assert canbo.put(lease, json={}).json()["number"] == 1
    assert canbo.delete(lease).status_code == 204


@on_both_engines
def test_what_was_checked_is_signed_in_one_order_and_confirmed_after_the_signature(town: Town) -> None:
    done, left = arrived(town, "H99-1"), arrived(town, "H99-2")
    canbo = town.visitor("canbo")
    for document in (done, left):
        canbo.put(f"/api/v1/documents/{document}/review-lease", json={})
        canbo.put(f"/api/v1/documents/{document}/draft", json=typed(1, checked=document == done))
    check = f"/api/v1/documents/{done}/draft/check"
    assert canbo.delete(check).status_code == 204
    assert canbo.post("/api/v1/capture-orders", json={"documents": [done]}).json()["accepted"] == [], "taken back"
    canbo.put(f"/api/v1/documents/{done}/draft", json=typed(1, checked=True))
    ordered = canbo.post("/api/v1/capture-orders", json={"documents": [done, left]}).json()
    assert ordered["accepted"] == [done]
    assert [each["document"] for each in ordered["refused"]] == [left]
    assert canbo.post("/api/v1/drafts/confirmation").json() == {"confirmed": [], "refused": [], "waiting": 1}
    town.sign_capture(done)
    assert canbo.post("/api/v1/drafts/confirmation").json()["confirmed"] == [done]
    assert canbo.get(f"/api/v1/documents/{done}").json()["state"] == "confirmed"
    assert canbo.delete(check).json()["code"] == "forbidden", "confirmed data are given back by others"
    with town.parts.storage.database.read() as connection:
        rows = connection.execute(sa.select(review_drafts.c.document_id)).scalars().all()
    assert rows == [left], "what was confirmed is no draft any more"


def test_a_decision_that_is_taken_back_confirms_nothing_after_the_signature(town: Town) -> None:
    document = arrived(town)
    canbo = town.visitor("canbo")
    canbo.put(f"/api/v1/documents/{document}/review-lease", json={})
    canbo.put(f"/api/v1/documents/{document}/draft", json=typed(1, checked=True))
    canbo.post("/api/v1/capture-orders", json={"documents": [document]})
    assert canbo.delete(f"/api/v1/documents/{document}/draft/check").status_code == 204
    town.sign_capture(document)
    assert canbo.post("/api/v1/drafts/confirmation").json()["confirmed"] == []
    assert canbo.get(f"/api/v1/documents/{document}").json()["state"] == "capture_signed"


def test_what_proves_a_person_is_told_and_a_passkey_of_nobody_proves_nothing(town: Town) -> None:
    canbo = town.visitor("canbo")
    assert canbo.post("/api/v1/session/proof-question").json() == {"code": False, "passkey": None}
    for nonsense in ("{}", "không phải JSON"):
        assert canbo.post("/api/v1/session/passkey-proof", json={"credential": nonsense}).status_code == 401
    assert town.visitor().post("/api/v1/session/proof-question").status_code == 401


def test_words_of_tables_are_english_on_english_pages(town: Town) -> None:
    document = arrived(town)
    canbo = town.visitor("canbo")
    canbo.cookies.set("sohoa-language", "en")
    told = canbo.get(f"/documents/{document}").text + canbo.get(f"/documents/{document}/job").text
    assert all(word in told for word in ("Scan received", "Original scan", "capture to be checked"))
    assert not any(word in told for word in ("Đã nhận bản quét", "Bản quét gốc", "Đọc bản quét", "Chờ:"))


@on_both_engines
def test_a_purge_takes_drafts_away(town: Town) -> None:
    document = arrived(town)
    canbo = town.visitor("canbo")
    canbo.put(f"/api/v1/documents/{document}/review-lease", json={})
    canbo.put(f"/api/v1/documents/{document}/draft", json=typed(1))
    ground = {"legal_ground": "Luật Lưu trữ", "decision_number": "9/QĐ"}
    town.step(town.visitor("lanhdao"), document, "purge-proposal", ground)
    town.step(town.visitor("lanhdao2"), document, "purge")
    with town.parts.storage.database.read() as connection:
        assert connection.execute(sa.select(review_drafts.c.fields)).all() == []


def test_another_unit_finds_nothing_and_other_offices_may_not(town: Town) -> None:
    document = arrived(town)
    paths = (f"/review/{document}", f"/documents/{document}/job")
    stranger, officer = town.visitor("nguoila"), town.visitor("vanthu")
    assert [stranger.get(path).status_code for path in paths] == [404, 404]
    assert stranger.put(f"/api/v1/documents/{document}/review-lease", json={}).status_code == 404
    assert stranger.delete(f"/api/v1/documents/{document}/draft/check").status_code == 404
    assert officer.delete(f"/api/v1/documents/{document}/draft/check").status_code == 403
    assert officer.get(paths[0]).status_code == 403
    assert officer.put(f"/api/v1/documents/{document}/review-lease", json={}).status_code == 403
    assert officer.post("/api/v1/capture-orders", json={"documents": [document]}).status_code == 403
    assert town.visitor("quantri").get("/sign").status_code == 403
    assert town.visitor().get("/review", follow_redirects=False).headers["location"] == "/login"


def test_only_pages_that_sign_may_speak_with_the_agent(town: Town) -> None:
    document = arrived(town)
    canbo = town.visitor("canbo")
    for path, allowed in ((f"/review/{document}", True), ("/sign", True), ("/", False), ("/find", False)):
        policy = canbo.get(path).headers["content-security-policy"]
        assert ("http://127.0.0.1:14790" in policy) is allowed, path


@on_both_engines
def test_what_a_person_prefers_is_told_to_the_queue_first(town: Town) -> None:
    first, second = (town.upload(town.visitor("canbo"), code) for code in _dossiers(town))
    town.clock.advance(timedelta(minutes=1))
    answer = town.visitor("canbo").post(f"/documents/{second}/job/priority")
    assert answer.status_code == 303
    with town.parts.storage.database.read() as connection:
        hints = outbox.due(connection, town.clock())
    assert [(hint.subject, hint.urgent) for hint in hints] == [(second, True), (first, False)]
    assert town.visitor("nguoila").post(f"/documents/{second}/job/retry").status_code == 404


def _dossiers(town: Town) -> tuple[str, str]:
    town.dossier("H99-1")
    town.dossier("H99-2")
    return "H99-1", "H99-2"


def test_no_list_asks_more_because_it_is_longer(town: Town) -> None:
    """The work list and the review desk take as many statements for one document as for five."""
    engine = town.parts.storage.database.engine
    counted = []
    for number in range(1, 6):
        document = arrived(town, f"H99-{number}")
        town.visitor("canbo").put(f"/api/v1/documents/{document}/review-lease", json={})
        town.visitor("canbo").put(f"/api/v1/documents/{document}/draft", json=typed(1, checked=True))
        statements: list[str] = []

        def count(*told: object, into: list[str] = statements) -> None:
            into.append(str(told[2]))

        sa.event.listen(engine, "before_cursor_execute", count)
        for path in ("/?density=pictures", f"/review/{document}", "/sign"):
            assert town.visitor("canbo").get(path).status_code == 200
        town.visitor("canbo").post("/api/v1/drafts/confirmation")
        sa.event.remove(engine, "before_cursor_execute", count)
        counted.append(len(statements))
    assert counted[0] == counted[-1]
