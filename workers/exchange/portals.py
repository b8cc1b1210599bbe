"""The two dialects: the national portal with its session, and the platforms of provinces (LGSP) with a bearer token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from digitize.errors import Misconfigured, NotTaken
from digitize.exchange.answers import Answer, Outcome, read_answer
from digitize.exchange.rules import Kind, Service
from digitize.exchange.wire import HoSo, TienDo, encode
from storage.exchange.connectors import Connector
from storage.settings import Settings
from storage.webhooks.address import Guard
from workers.exchange.calling import TOTAL_S, ask

_JSON = {"content-type": "application/json; charset=utf-8"}


class Portal:
    """Speaks to one portal; opens a session when one is asked for, and a new one when the portal has ended it."""

    def __init__(
        self,
        connector: Connector,
        secret: str | None,
        http: httpx.AsyncClient,
        guard: Guard,
        sessions: dict[str, str],
        total_s: float = TOTAL_S,
    ) -> None:
        """Stand ready.

        Args:
            connector: where and as whom.
            secret: its password; None: it needs none.
            http: of this portal alone.
            guard: says where requests may go.
            sessions: by connector; kept between two lanes.
            total_s: seconds of patience for one request.
        """
        self._connector = connector
        self._options = connector.options
        self._url = connector.url.rstrip("/")
        self._secret = secret
        self._http = http
        self._guard = guard
        self._sessions = sessions
        self._total_s = total_s

    async def send(self, service: Service, data: Sequence[HoSo | TienDo], *, updating: bool) -> Answer:
        """Send records once, in a new session if the portal has ended the old one; raises nothing."""
        try:
            answer = await self._sent(service, data, updating)
            if answer.outcome is Outcome.SESSION_ENDED and self._sessions.pop(self._connector.id, None) is not None:
                answer = await self._sent(service, data, updating)
        except NotTaken as fault:
            return Answer(Outcome.OUTAGE, None, fault.detail)
        if answer.outcome is Outcome.SESSION_ENDED:
            self._sessions.pop(self._connector.id, None)
            return Answer(Outcome.OUTAGE, answer.code, f"cổng không nhận phiên làm việc: {answer.said}")
        return answer

    async def _sent(self, service: Service, data: Sequence[HoSo | TienDo], updating: bool) -> Answer:
        session = await self._session()
        told = "True" if updating else "False"
        if self._connector.kind is Kind.LGSP:
            query = {"MaDinhDanhDV": self._options.madonvi} | (
                {"isUpdating": told} if service is Service.DOSSIER else {}
            )
            headers = {"authorization": f"Bearer {session}"} if session else {}
            return await self._post(f"/SynsTTHCC/{service.value}?{urlencode(query)}", encode(data), headers)
        body: dict[str, Any] = {"session": session} if session else {}
        body |= {"madonvi": self._options.madonvi, "service": service.value}
        if service is Service.DOSSIER:
            body["isUpdating"] = told
        headers = {"dstcode": self._options.dstcode} if self._options.dstcode else {}
        return await self._post(self._options.sync_path, encode(body | {"data": data}), headers)

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        told = await ask(self._http, self._guard, self._url + path, body, {**_JSON, **headers}, self._total_s)
        return read_answer(*told)

    async def _session(self) -> str | None:
        """Return the session or token, opened now if there is none; None: this portal asks for none."""
        if not self._options.username:
            return None
        if self._connector.id not in self._sessions:
            lgsp = self._connector.kind is Kind.LGSP
            self._sessions[self._connector.id] = await (self._token() if lgsp else self._login())
        return self._sessions[self._connector.id]

    async def _login(self) -> str:
        body = {"username": self._options.username, "password": self._secret or ""}
        headers = _JSON | ({"dstcode": self._options.dstcode} if self._options.dstcode else {})
        url = self._url + self._options.login_path
        return _word(await ask(self._http, self._guard, url, encode(body), headers, self._total_s), "session")

    async def _token(self) -> str:
        body = {
            "grant_type": "client_credentials", "client_id": self._options.username,
            "client_secret": self._secret or "",
        }  # fmt: skip
        headers = {"content-type": "application/x-www-form-urlencoded"}
        url = self._options.token_url or ""
        answer = await ask(self._http, self._guard, url, urlencode(body).encode(), headers, self._total_s)
        return _word(answer, "access_token")


def read_secret(settings: Settings, connector: Connector) -> str | None:
    """Return the password of a connector; None: it needs none.

    Raises:
        Misconfigured: its file is missing or cannot be read.
    """
    if not connector.options.username:
        return None
    name = connector.options.secret_file or connector.id
    try:
        return (settings.connector_folder / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"không đọc được tệp bí mật “{name}” của kết nối (SOHOA_CONNECTORS)") from error


def _word(answer: tuple[int, bytes], name: str) -> str:
    """Take a session or token out of an answer; whatever else it says may be a secret and is not repeated."""
    status, body = answer
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    word = told.get(name) if isinstance(told, dict) else None
    if not 200 <= status < 300 or not isinstance(word, str) or not word:
        raise NotTaken(f"không đăng nhập được vào cổng (HTTP {status})")
    return word
