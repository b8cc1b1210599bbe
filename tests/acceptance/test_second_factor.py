"""Second factors at the door: half sessions, codes, recovery codes, new tokens, and the administrator's reset."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from starlette.testclient import TestClient

from storage.second_factor import one_time_codes
from tests.door.plugin import on_both_engines
from tests.door.town import ATTESTED, PASSWORD, Town, open_town

COOKIE = "__Host-sohoa"


def enrol(town: Town, username: str) -> tuple[pyotp.TOTP, list[str]]:
    """Let a person enrol an app by page; return what makes its codes, and the recovery codes."""
    client = town.visitor(username)
    shown = client.post("/security/app").text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown)
    factor = re.search(r'name="factor" value="(\w+)"', shown)
    assert secret is not None
    assert factor is not None
    app = pyotp.TOTP(secret[1])
    wrong = client.post("/security/app/code", data={"factor": factor[1], "code": "000000"})
    assert wrong.status_code == 422
    told = client.post("/security/app/code", data={"factor": factor[1], "code": app.at(town.clock())})
    assert told.status_code == 200, told.text
    return app, re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", told.text)


def held(client: TestClient) -> str | None:
    """Return the token that the server gave the browser last."""
    return client.cookies.get(COOKIE, domain="testserver.local")


def half_way(town: Town, username: str) -> TestClient:
    """Return a browser in which name and password were given."""
    client = town.visitor()
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.headers["location"] == "/login/factor"
    return client


def test_the_password_alone_lets_nobody_in_who_has_a_second_factor(town: Town) -> None:
    app, codes = enrol(town, "canbo")
    assert len(codes) == 10
    town.clock.advance(timedelta(minutes=1))
    client = half_way(town, "canbo")
    half = held(client)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/").headers["location"] == "/login"
    assert client.get("/login/factor").status_code == 200
    assert client.post("/login/factor", data={"code": "123456"}).status_code == 401
    assert client.post("/login/factor", data={"code": app.at(town.clock())}).headers["location"] == "/"
    assert client.get("/api/v1/me").status_code == 200
    assert half is not None
    assert held(client) != half
    stranger = town.visitor()
    stranger.cookies.set(COOKIE, half)
    assert stranger.get("/api/v1/me").status_code == 401


@on_both_engines
def test_a_code_is_taken_once_and_a_recovery_code_too(town: Town) -> None:
    app, codes = enrol(town, "canbo")
    same = app.at(town.clock())
    assert half_way(town, "canbo").post("/login/factor", data={"code": same}).status_code == 401
    assert half_way(town, "canbo").post("/login/factor", data={"code": codes[0].lower()}).status_code == 303
    assert half_way(town, "canbo").post("/login/factor", data={"code": codes[0]}).status_code == 401


def test_who_knows_the_password_gets_no_more_guesses_at_the_code(town: Town) -> None:
    app, _ = enrol(town, "canbo")
    town.clock.advance(timedelta(minutes=1))
    for _ in range(5):
        assert half_way(town, "canbo").post("/login/factor", data={"code": "000000"}).status_code == 401
    closed = town.visitor().post("/login", data={"username": "canbo", "password": PASSWORD})
    assert closed.status_code == 401
    assert "tạm nghỉ 15 phút" in closed.text
    town.clock.advance(timedelta(minutes=16))
    opened = half_way(town, "canbo").post("/login/factor", data={"code": app.at(town.clock())})
    assert opened.status_code == 303


def test_by_the_api_the_code_comes_with_the_password(town: Town) -> None:
    app, _ = enrol(town, "canbo")
    town.clock.advance(timedelta(minutes=1))
    client = town.visitor()
    sent = {"username": "canbo", "password": PASSWORD}
    refused = client.post("/api/v1/session", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "factor_required")
    assert client.post("/api/v1/session", json=sent | {"code": app.at(town.clock())}).status_code == 200
    town.clock.advance(timedelta(minutes=11))
    assert client.post("/api/v1/session/proof", json={"password": PASSWORD}).json()["code"] == "factor_required"
    proof = {"password": PASSWORD, "code": app.at(town.clock())}
    assert client.post("/api/v1/session/proof", json=proof).status_code == 200


@on_both_engines
def test_a_session_gets_another_token_at_login_and_when_its_rights_rise(town: Town) -> None:
    client = town.visitor("canbo")
    planted = town.tokens["canbo"]
    client.post("/login", data={"username": "canbo", "password": PASSWORD})
    entered = held(client)
    assert entered != planted
    client.post("/api/v1/session/proof", json={"password": PASSWORD})
    assert held(client) not in {planted, entered}
    assert entered is not None
    stranger = town.visitor()
    stranger.cookies.set(COOKIE, planted)
    assert stranger.get("/api/v1/me").status_code == 401
    stranger.cookies.set(COOKIE, entered)
    assert stranger.get("/api/v1/me").status_code == 200
    town.clock.advance(timedelta(seconds=31))
    assert stranger.get("/api/v1/me").status_code == 401


def test_the_token_before_a_proof_may_not_sign_with_it(town: Town) -> None:
    client, old = town.visitor("canbo"), town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(client, "H99-1")
    town.read(document)
    town.clock.advance(timedelta(minutes=11))
    client.post("/api/v1/session/proof", json={"password": PASSWORD})
    path = f"/api/v1/documents/{document}/capture-signature"
    refused = old.post(path, json=ATTESTED, headers={"If-Match": '"1"'})
    assert refused.json()["code"] == "proof_required"


def test_where_it_is_required_nobody_signs_without_a_second_factor(town: Town) -> None:
    strict = open_town(town.parts.settings.data, town.tokens, town.clock, second_factor="required")
    client = strict.visitor("canbo")
    strict.dossier("H99-1")
    document = strict.upload(client, "H99-1")
    strict.read(document)
    path, headers = f"/api/v1/documents/{document}/capture-signature", {"If-Match": '"1"'}
    refused = client.post(path, json=ATTESTED, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "factor_missing")
    assert "phải có lớp xác thực thứ hai" in client.get("/security").text
    shown = client.post("/security/app").text
    factor, secret = re.search(r'value="(\w+)"', shown), re.search(r"<code>([A-Z2-7]{32})</code>", shown)
    assert factor is not None
    assert secret is not None
    client.post("/security/app/code", data={"factor": factor[1], "code": pyotp.TOTP(secret[1]).at(strict.clock())})
    assert client.post(path, json=ATTESTED, headers=headers).status_code == 202
    strict.parts.storage.close()


@on_both_engines
def test_an_administrator_opens_the_way_for_who_lost_the_factor(town: Town) -> None:
    enrol(town, "canbo")
    clerk, stranger = town.visitor("canbo"), town.visitor("nguoila")
    assert stranger.delete("/api/v1/people/canbo/second-factor").json()["code"] == "missing_scope"
    assert town.visitor("quantri").delete("/api/v1/people/khong-co/second-factor").status_code == 404
    assert town.visitor("quantri").delete("/api/v1/people/canbo/second-factor").status_code == 204
    assert clerk.get("/api/v1/me").status_code == 401
    entered = town.visitor().post("/login", data={"username": "canbo", "password": PASSWORD})
    assert entered.headers["location"] == "/"


def test_factors_and_codes_are_taken_away_and_renewed_by_their_own_person(town: Town) -> None:
    _, codes = enrol(town, "canbo")
    client = town.visitor()
    client.post("/login", data={"username": "canbo", "password": PASSWORD})
    client.post("/login/factor", data={"code": codes[1]})
    page = client.get("/security").text
    assert "Còn 9 mã chưa dùng" in page
    fresh = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", client.post("/security/codes").text)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    factor = re.search(r'name="factor" value="(\w+)"', page)
    assert factor is not None
    assert town.visitor("vanthu").post("/security/removal", data={"factor": factor[1]}).status_code == 404
    town.clock.advance(timedelta(minutes=11))
    asked = client.post("/security/removal", data={"factor": factor[1]})
    assert asked.status_code == 403
    assert 'name="code"' in asked.text
    proof = {"password": PASSWORD, "code": fresh[0]}
    assert client.post("/security/removal", data={"factor": factor[1]} | proof).headers["location"] == "/security"
    assert "Chưa có." in client.get("/security").text


@pytest.mark.parametrize("shift", [-60, 60])
def test_a_code_of_another_minute_is_refused(town: Town, shift: int) -> None:
    app, _ = enrol(town, "canbo")
    town.clock.advance(timedelta(minutes=5))
    wrong = app.at(town.clock() + timedelta(seconds=shift))
    assert half_way(town, "canbo").post("/login/factor", data={"code": wrong}).status_code == 401


def test_the_registry_keeps_no_secret_of_an_app(town: Town) -> None:
    app, codes = enrol(town, "canbo")
    raw = b"".join(path.read_bytes() for path in town.parts.settings.data.glob("registry.sqlite*"))
    assert app.secret.encode() not in raw
    assert codes[0].replace("-", "").encode() not in raw
    assert parse_qs(urlsplit(app.provisioning_uri(name="x", issuer_name=one_time_codes.ISSUER)).query)["issuer"] == [
        "So hoa TTHC"
    ]
