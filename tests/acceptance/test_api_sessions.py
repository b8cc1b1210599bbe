"""People and systems at the door: who comes in, until when, and what is asked again before signing."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from digitize.lifecycle import Office
from storage import people
from tests.door.town import ATTESTED, PASSWORD, Town


def test_a_session_lives_in_a_cookie_that_no_script_and_no_other_site_can_use(town: Town) -> None:
    answer = town.visitor().post("/api/v1/session", json={"username": "canbo", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 200
    assert answer.json()["person"]["name"] == "Trần Thị Số"
    assert cookie.startswith("__Host-sohoa=")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


def test_an_ended_session_is_no_session(town: Town) -> None:
    clerk = town.visitor("canbo")
    assert clerk.get("/api/v1/me").json()["office"] == "clerk"
    assert clerk.delete("/api/v1/session").status_code == 204
    clerk.cookies.set("__Host-sohoa", town.tokens["canbo"])
    assert clerk.get("/api/v1/me").json()["code"] == "not_identified"


def test_a_session_ends_by_itself(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.clock.advance(timedelta(hours=town.parts.settings.session_hours, seconds=1))
    assert clerk.get("/api/v1/me").status_code == 401


def test_five_wrong_passwords_close_the_account_for_the_right_one_too(town: Town) -> None:
    visitor = town.visitor()
    wrong = [visitor.post("/api/v1/session", json={"username": "vanthu", "password": f"sai {n}"}) for n in range(5)]
    right = visitor.post("/api/v1/session", json={"username": "vanthu", "password": PASSWORD})
    assert [answer.status_code for answer in [*wrong, right]] == [401] * 6
    town.clock.advance(timedelta(minutes=16))
    assert visitor.post("/api/v1/session", json={"username": "vanthu", "password": PASSWORD}).status_code == 200


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(town: Town) -> None:
    visitor = town.visitor()
    answers = [
        visitor.post("/api/v1/session", json={"username": name, "password": "không đúng"}).json()
        for name in ("canbo", "không có ai")
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_browser_acting_for_another_site_is_refused(town: Town, headers: dict[str, str]) -> None:
    answer = town.visitor("canbo").post("/logout", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "cross_site"


def test_signing_asks_for_the_password_again_after_some_minutes(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    town.clock.advance(timedelta(minutes=town.parts.settings.reauth_minutes, seconds=1))
    path, headers = f"/api/v1/documents/{document}/capture-signature", {"If-Match": '"1"'}
    refused = clerk.post(path, json=ATTESTED, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert clerk.post("/api/v1/session/proof", json={"password": "không đúng"}).status_code == 401
    assert clerk.post("/api/v1/session/proof", json={"password": PASSWORD}).status_code == 200
    assert clerk.post(path, json=ATTESTED, headers=headers).status_code == 202


def test_a_deactivated_person_is_out_at_once(town: Town) -> None:
    clerk = town.visitor("canbo")
    person = clerk.get("/api/v1/me").json()["id"]
    with town.parts.storage.database.write() as connection:
        people.deactivate(connection, person)
    assert clerk.get("/api/v1/me").status_code == 401


def test_a_system_gets_a_token_for_no_more_than_its_scopes(town: Town) -> None:
    system = town.system("results:read")
    assert system.get("/api/v1/documents").status_code == 200
    assert system.get("/api/v1/targets").json()["code"] == "missing_scope"
    assert system.get("/api/v1/me").json()["office"] == Office.SYSTEM.value


def test_a_system_takes_no_step_of_a_document(town: Town) -> None:
    town.dossier("H99-1")
    system = town.system()
    document = town.upload(system, "H99-1")
    answer = system.post(f"/api/v1/documents/{document}/withdrawal", json={"reason": "x"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


def test_a_token_is_given_for_the_right_secret_only(town: Town) -> None:
    answer = town.visitor().post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=("không có", "khóa nào")
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not_identified")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "a" * 5000])
def test_a_credential_that_no_registry_could_hold_is_refused(town: Town, name: str) -> None:
    word = base64.b64encode(f"{name}:x".encode(errors="surrogatepass")).decode()
    form = {"grant_type": "client_credentials"}
    basic = town.visitor().post("/oauth/token", data=form, headers={"Authorization": f"Basic {word}"})
    assert basic.status_code == 401
    sent = form | {"client_id": name.encode(errors="replace").decode(), "client_secret": "x"}
    assert town.visitor().post("/oauth/token", data=sent).status_code in {401, 422}


def test_the_administrator_sees_no_document(town: Town) -> None:
    administrator = town.visitor("quantri")
    town.dossier("H99-1")
    assert administrator.get("/api/v1/documents").status_code == 403
    assert administrator.get("/api/v1/dossiers/H99-1").status_code == 403
    assert administrator.get("/api/v1/targets").status_code == 200
    assert administrator.get("/").status_code == 200
