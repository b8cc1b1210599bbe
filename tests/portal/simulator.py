"""A portal as the public implementations know it: a real HTTP server with a memory of its own.

It takes dossiers, components, results and progress as the national portal and the LGSP do, refuses what they refuse
("đã tồn tại", unknown dossiers, missing fields, bad dates, ended sessions), and fails as they fail: HTML error pages,
500s, slowness, connections that break before or after the work is done, batches of which a part is taken.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs

import uvicorn

from tests.servers.process import free_port

PASSWORD = "mat-khau-cong"
REQUIRED = ("MaTTHC", "TenTTHC", "MaLinhVuc", "LoaiDoiTuong", "NgayTiepNhan", "TrangThaiHoSo", "DonViXuLy")
_DATE = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")

Fault = str
"""``html``, ``500``, ``reset`` (nothing was done), ``lost`` (done, but the answer breaks), ``slow``, ``session``."""


@dataclass(slots=True)
class Portal:
    """What the portal knows, and how it behaves."""

    port: int
    dossiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    progress: dict[str, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    """By dossier; the same step told again is the same step."""
    arrivals: dict[str, list[str]] = field(default_factory=dict)
    """Statuses of progress in the order in which they were first told."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    """What happens to the next requests, one after the other; None: nothing."""
    always: Fault | None = None
    refuses: Callable[[dict[str, Any]], str | None] = lambda _record: None
    """What it dislikes about a record, in its own words."""
    slow_s: float = 2.0
    session: str = "phien-0"
    logins: int = 0
    on_request: Callable[[dict[str, Any]], None] = lambda _request: None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def statuses(self) -> dict[str, str]:
        """The status of each dossier, as the portal has it."""
        return {code: dossier["TrangThaiHoSo"] for code, dossier in self.dossiers.items()}

    def results(self) -> dict[str, tuple[str, str]]:
        """Type and link of each result, as the portal has it."""
        return {
            each["GiayToId"]: (each["MaGiayToKetQua"], each["DuongDanTepTinKetQua"])
            for dossier in self.dossiers.values()
            for each in dossier.get("DanhSachGiayToKetQua", ())
        }

    def end_sessions(self) -> None:
        self.session = f"phien-{next(self._numbers)}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  # ASGI
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        await self._answer(scope["path"], parse_qs(scope["query_string"].decode()), headers, body, send)

    async def _answer(
        self,
        path: str,
        query: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
        send: Any,  # noqa: ANN401
    ) -> None:
        fault = self.faults.pop(0) if self.faults else self.always
        if fault == "reset":
            raise ConnectionResetError
        if fault in {"500", "html"}:
            status = 500 if fault == "500" else 200
            await _say(send, status, b"<html><title>B\xe1\xba\xa3o tr\xc3\xac</title><body>...</body></html>")
            return
        if fault == "session":
            self.end_sessions()
        told = self._handled(path, query, headers, body)
        if fault == "slow":
            await asyncio.sleep(self.slow_s)
        if fault == "lost":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b'{"error', "more_body": False})
            return
        await _say(send, told.pop("_status", 200), json.dumps(told, ensure_ascii=False).encode())

    def _handled(self, path: str, query: dict[str, list[str]], headers: dict[str, str], body: bytes) -> dict[str, Any]:
        if path == "/token":
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return self._opened(given["client_secret"], "access_token")
        if path == "/mapi/login":
            return self._opened(json.loads(body)["password"], "session")
        if path.startswith("/SynsTTHCC/"):
            if headers.get("authorization") != f"Bearer {self.session}":
                return {"_status": 401, "message": "token"}
            request = {
                "service": path.rsplit("/", 1)[1], "madonvi": query["MaDinhDanhDV"][0],
                "isUpdating": query.get("isUpdating", ["False"])[0], "data": json.loads(body),
            }  # fmt: skip
        else:
            request = json.loads(body)
            if request.get("session") != self.session:
                return {"error_code": "-1", "message": "Phiên làm việc đã hết hạn"}
        self.requests.append(request)
        self.on_request(request)
        if request["service"] == "DongBoHoSoMC":
            return self._sync(request)
        return self._progress(request)

    def _opened(self, password: str, name: str) -> dict[str, Any]:
        self.logins += 1
        if password != PASSWORD:
            return {"_status": 401, "error_code": "-1", "message": "sai mật khẩu"}
        return {"error_code": "0", name: self.session}

    def _sync(self, request: dict[str, Any]) -> dict[str, Any]:
        for record in request["data"]:
            fault = self._fault_of(record)
            if fault:
                return {"error_code": "2", "message": fault}
            known = record["MaHoSo"] in self.dossiers
            if known and request["isUpdating"] == "False":
                return {"error_code": "-3", "message": f"Hồ sơ {record['MaHoSo']} đã tồn tại"}
            if not known and request["isUpdating"] == "True":
                return {"error_code": "4", "message": f"Hồ sơ {record['MaHoSo']} không tồn tại"}
            self.dossiers[record["MaHoSo"]] = record
        return {"error_code": "0", "message": "Thành công"}

    def _fault_of(self, record: dict[str, Any]) -> str | None:
        missing = [name for name in REQUIRED if not record.get(name)]
        if missing:
            return f"Thiếu {', '.join(missing)}"
        if record["TrangThaiHoSo"] not in {str(number) for number in range(1, 11)}:
            return "TrangThaiHoSo sai"
        dates = [value for name, value in record.items() if name.startswith("Ngay")]
        if not all(_DATE.fullmatch(value) for value in dates):
            return "Ngày sai định dạng"
        return self.refuses(record)

    def _progress(self, request: dict[str, Any]) -> dict[str, Any]:
        if len(request["data"]) > 10:
            return {"error_code": "5", "message": "Quá 10 bản ghi"}
        bad = []
        for record in request["data"]:
            code = record["MaHoSo"]
            if code not in self.dossiers:
                bad.append(f"Hồ sơ {code} không tồn tại")
            elif self.refuses(record):
                bad.append(f"{self.refuses(record)}")
            else:
                key = (record["ThoiDiemXuLy"], record["TrangThai"])
                if key not in self.progress.setdefault(code, {}):
                    self.arrivals.setdefault(code, []).append(record["TrangThai"])
                self.progress[code][key] = record
        if bad:
            return {"error_code": "2", "message": "; ".join(bad)}
        return {"error_code": "0", "result": "Cập nhật thành công"}


async def _say(send: Any, status: int, body: bytes) -> None:  # noqa: ANN401  # ASGI
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def standing() -> Iterator[Portal]:
    """Run a portal until the block ends."""
    portal = Portal(free_port())
    config = uvicorn.Config(
        portal, host="127.0.0.1", port=portal.port, log_level="critical", lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield portal
    finally:
        server.should_exit = True
        thread.join(10)
