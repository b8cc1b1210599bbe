"""The outermost layer of every request: limits, cross-site check, bugs, headers, the access log and the counters.

Pure ASGI, because bodies must be counted while they stream. The log names the route's template, never the path, and no
header, query or body: nothing personal can reach it.
"""

from __future__ import annotations

import time
import traceback
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import security_headers
from api.answers import answer_with, problem_response
from api.auth import RENEWED, carried_cookie
from api.csrf import is_cross_site
from api.errors import CrossSite, Problem, problem_of, unexpected
from digitize.errors import TooLarge

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.metrics import Meters

SMALL_BODY_BYTES = 1024 * 1024
"""The most that a caller without credentials may send, and that anything but an upload may be."""

BATCH_BYTES = 64 * 1024 * 1024
"""The most that a batch of dossiers may be."""

BATCHES = frozenset({"/api/v1/dossiers/batch", "/api/v1/one-stop/dossiers", "/api/v1/one-stop/progress"})
"""Where batches are taken from callers with credentials."""

FORM_BYTES = 64 * 1024
"""What the parts around a file may add to an upload."""

PIECES, PIECE = "/api/v1/uploads", "application/offset+octet-stream"
"""Where pieces of uploads are taken from callers with credentials, and under which media type (tus 1.0)."""

ANYBODYS_UPLOADS = frozenset({"/api/v1/verify", "/kiem-tra"})
"""Where files are taken without credentials, up to a limit of their own."""

_PLACES = 12
"""Lines of a bug's way that the log names, the last ones."""

_log = structlog.get_logger("api.access")


class Access:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, upload_max_bytes: int, verify_max_bytes: int, meters: Meters, secure: bool
    ) -> None:
        """Wrap the application; ``secure`` tells that people come over TLS."""
        self.app = app
        self.upload_max_bytes = upload_max_bytes
        self.verify_max_bytes = verify_max_bytes
        self.meters = meters
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        watch = _Watch(scope, send, secure=self.secure)
        limit = self._limit(scope)
        refusal = _refusal(scope, limit)
        try:
            if refusal is not None:
                await problem_response(refusal)(scope, receive, watch.send)
            else:
                await self.app(scope, _counted(receive, limit), watch.send)
        except Exception as error:  # noqa: BLE001  # the last one who can answer
            _log.error("bug", kind=type(error).__name__, place=_place(error), request=watch.request_id)
            if not watch.status:
                await answer_with(Request(scope), unexpected())(scope, receive, watch.send)
        finally:
            watch.tell(self.meters)

    def _limit(self, scope: Scope) -> int:
        headers = Headers(scope=scope)
        known = "authorization" in headers or "cookie" in headers
        if known and scope["path"].startswith(PIECES) and headers.get("content-type") == PIECE:
            return self.upload_max_bytes
        multipart = headers.get("content-type", "").startswith("multipart/form-data")
        if multipart and scope["path"] in ANYBODYS_UPLOADS:
            return self.verify_max_bytes + FORM_BYTES
        if known and scope["path"] in BATCHES:
            return BATCH_BYTES
        return self.upload_max_bytes + FORM_BYTES if known and multipart else SMALL_BODY_BYTES


def _refusal(scope: Scope, limit: int) -> Problem | None:
    headers = Headers(scope=scope)
    if is_cross_site(scope["method"], headers):
        return problem_of(CrossSite())
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        return problem_of(TooLarge())
    return None


def _counted(receive: Receive, limit: int) -> Receive:
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            # FastAPI lets an HTTPException through its body parsers and nothing else.
            raise HTTPException(413)
        return message

    return counted


def _place(error: BaseException) -> str:
    """Name the lines that an error passed; its text is left out, for it may quote a person's data."""
    passed = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in passed[-_PLACES:])


class _Watch:
    """What is worth knowing of one request, in terms that hold nothing personal."""

    def __init__(self, scope: Scope, send: Send, *, secure: bool) -> None:
        self.scope = scope
        self._send = send
        self._secure = secure
        self.status = 0
        self.request_id = uuid.uuid4().hex
        self.started = time.perf_counter()
        scope.setdefault("state", {})["request_id"] = self.request_id

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            security_headers.add(headers, self.scope["path"], secure=self._secure)
            cookie = self._cookie()
            if cookie is not None:
                headers.append("Set-Cookie", cookie)
            headers["X-Request-Id"] = self.request_id
            headers.update(self.scope["state"].get("limits", {}))
        await self._send(message)

    def _cookie(self) -> str | None:
        if RENEWED not in self.scope["state"]:  # most requests: nothing is put together for them
            return None
        return carried_cookie(Request(self.scope), self.scope["app"].state.parts.settings)

    def tell(self, meters: Meters) -> None:
        seconds = time.perf_counter() - self.started
        method, template = self.scope["method"], self._template()
        status = self.status or 500
        meters.request(method, template, status, seconds)
        told: dict[str, Any] = {"actor": self.scope["state"].get("actor")} if "actor" in self.scope["state"] else {}
        _log.info(
            "request", method=method, route=template, status=status, ms=round(seconds * 1000, 1),
            request=self.request_id, **told,
        )  # fmt: skip

    def _template(self) -> str:
        route = self.scope.get("route")
        return str(getattr(route, "path", "unknown"))
