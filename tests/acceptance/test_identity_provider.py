"""People come in through a real OpenID provider: code, PKCE, state, nonce; linked, never self-made."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.oidc import Provider
from digitize.errors import NotIdentified
from storage import oidc_logins
from storage.oidc_logins import Login
from storage.tables import sessions
from tests.door.plugin import Settled
from tests.door.town import PASSWORD as OUR_PASSWORD
from tests.door.town import Clock, Town, open_town
from tests.identity import provider_site as site
from tests.servers.process import Child, answers, free_port

HOME = "https://testserver"


@dataclass(frozen=True, slots=True)
class Reached:
    """A provider, and a town that trusts it."""

    town: Town
    issuer: str

    def begin(self, browser: TestClient, address: str = "/login/oidc") -> str:
        """Return where the browser is sent."""
        answer = browser.get(address)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def log_in_there(self, address: str) -> str:
        """Let the person log in at the provider; return where it sends them back to, without the host."""
        with requests.Session() as person:
            page = person.get(address)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            after = parse_qs(urlsplit(page.url).query)["next"][0]
            form = {"username": site.USERNAME, "password": site.PASSWORD, "next": after}
            if token:
                form["csrfmiddlewaretoken"] = token[1]
            answer = person.post(page.url, data=form, allow_redirects=False)
            while not answer.headers["location"].startswith(HOME):
                answer = person.get(f"{self.issuer[:-2]}{answer.headers['location']}", allow_redirects=False)
        return answer.headers["location"].removeprefix(HOME)

    def link(self, username: str = "canbo", subject: str | None = "1") -> None:
        with self.town.parts.storage.database.write() as connection:
            oidc_logins.link(connection, username, subject)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("provider"), free_port()
    command = [sys.executable, Path(site.__file__), folder, str(port), f"{HOME}/login/oidc/callback"]
    child = Child(command, folder / "log")
    child.wait_until(lambda: answers(port))
    yield f"http://127.0.0.1:{port}/o"
    child.kill()


@pytest.fixture
def reached(settled: Settled, tmp_path: Path, issuer: str) -> Iterator[Reached]:
    town = open_town(
        shutil.copytree(settled.folder, tmp_path / "data"), settled.tokens, Clock(datetime.now(UTC)),
        oidc_issuer=issuer, oidc_client_id=site.CLIENT_ID, oidc_client_secret=site.CLIENT_SECRET, public_url=HOME,
        password_login=False,
    )  # fmt: skip
    yield Reached(town, issuer)
    town.parts.storage.close()


def test_a_linked_person_comes_in_and_works_and_a_login_is_used_once(reached: Reached) -> None:
    reached.link()
    browser = reached.town.visitor()
    address = reached.begin(browser)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["code_challenge_method"], asked["scope"]) == (["S256"], ["openid"])
    assert asked.keys() >= {"state", "nonce", "code_challenge", "max_age"}
    back = reached.log_in_there(address)
    answer = browser.get(back)
    assert (answer.status_code, "Đã đăng nhập" in answer.text) == (200, True)
    cookie = answer.headers["set-cookie"]
    assert "SameSite=strict" in cookie
    assert browser.get("/api/v1/me").json()["name"] == "Trần Thị Số"
    again = browser.get(back)
    assert (again.status_code, "hết hạn" in again.text) == (401, True)


def test_who_is_not_linked_stays_outside_and_no_account_is_made(reached: Reached) -> None:
    browser = reached.town.visitor()
    answer = browser.get(reached.log_in_there(reached.begin(browser)))
    assert (answer.status_code, "chưa được liên kết" in answer.text) == (401, True)
    assert browser.get("/api/v1/me").status_code == 401


def test_another_browser_another_state_or_a_refusal_gets_nowhere(reached: Reached) -> None:
    reached.link()
    browser, other = reached.town.visitor(), reached.town.visitor()
    back = reached.log_in_there(reached.begin(browser))
    assert other.get(back).status_code == 401
    assert browser.get(back).status_code == 401  # used up by the attempt
    state = parse_qs(urlsplit(reached.begin(browser)).query)["state"][0]
    assert browser.get(f"/login/oidc/callback?state={state}&error=access_denied").status_code == 401
    state = parse_qs(urlsplit(reached.begin(browser)).query)["state"][0]
    assert browser.get(f"/login/oidc/callback?state={state}&code=made-up").status_code == 401
    state = parse_qs(urlsplit(reached.begin(browser)).query)["state"][0]
    wrong = browser.get(f"/login/oidc/callback?state={state}&code=x&iss=https://evil.example")
    assert (wrong.status_code, "nhà cung cấp định danh khác" in wrong.text) == (401, True)


def test_a_token_for_another_nonce_and_a_code_for_another_verifier_are_refused(reached: Reached) -> None:
    provider: Provider = reached.town.app.state.provider
    login, now = Login("state", "browser", "nonce", "v" * 64), reached.town.clock()

    def code() -> str:
        back = reached.log_in_there(provider.address(login, again=False))
        return parse_qs(urlsplit(back).query)["code"][0]

    with pytest.raises(NotIdentified, match="không hợp lệ"):
        provider.identify(code(), "another", login.verifier, None, now)
    with pytest.raises(NotIdentified, match="không chấp nhận"):
        provider.identify(code(), login.nonce, "w" * 64, None, now)
    with pytest.raises(NotIdentified, match="không hợp lệ"):
        provider.identify(code(), login.nonce, login.verifier, None, now + timedelta(days=30))
    assert provider.identify(code(), login.nonce, login.verifier, None, now).subject == "1"


def test_signing_asks_the_provider_again_when_the_proof_is_old(reached: Reached) -> None:
    reached.link()
    browser = reached.town.visitor()
    browser.get(reached.log_in_there(reached.begin(browser)))
    old = reached.town.clock() - timedelta(hours=2)
    with reached.town.parts.storage.database.write() as connection:
        connection.execute(sessions.update().values(proved_at=old))
    address = reached.begin(browser, "/login/oidc?again=1")
    assert {"prompt": ["login"], "max_age": ["0"]}.items() <= parse_qs(urlsplit(address).query).items()
    reached.town.clock.advance(timedelta(seconds=2))
    assert browser.get(reached.log_in_there(address)).status_code == 200
    with reached.town.parts.storage.database.read() as connection:
        proved = connection.execute(sa.select(sa.func.max(sessions.c.proved_at))).scalar_one()
    assert proved > old


def test_passwords_can_be_turned_off_and_the_button_is_shown(reached: Reached) -> None:
    visitor = reached.town.visitor()
    page = visitor.get("/login").text
    assert 'href="/login/oidc"' in page
    assert 'type="password"' not in page
    answer = visitor.post("/api/v1/session", json={"username": "canbo", "password": OUR_PASSWORD})
    assert (answer.status_code, "đã tắt" in answer.json()["detail"]) == (403, True)


def test_without_a_provider_there_is_no_such_door(town: Town) -> None:
    assert town.visitor().get("/login/oidc").status_code == 404
    assert "/login/oidc" not in town.visitor().get("/login").text
