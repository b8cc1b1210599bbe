"""Dossiers by the thousand, a line for each, and those that a one-stop system tells in the portal's own shape."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from api.answers import documented
from api.auth import Caller, DossierWriter
from api.dossier_view import answer_line
from api.parts import Parts, PartsOf
from digitize.dossiers import one_stop
from digitize.dossiers.deciding import Outcome, Telling
from digitize.dossiers.lines import read_line
from digitize.dossiers.told import NewDossier
from digitize.errors import InvalidInput, SohoaError, TooLarge, WorldAtFault
from digitize.targets import VIETNAM_TIME
from storage import dossiers
from storage.dossiers import Answer
from storage.dossiers.offices import units_by_name

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])

BATCH_LINES = 100_000
"""In one batch."""
LINE_BYTES = 1024 * 1024
"""Of one line."""
TOGETHER = 500
"""Lines in one transaction."""
_IN_MEMORY = 1024 * 1024

_NDJSON = "application/x-ndjson"
_LINES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {_NDJSON: {"schema": {"type": "string", "description": "Mỗi dòng như thân của POST /dossiers."}}},
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Mỗi dòng một trả lời, đúng thứ tự: line, code, outcome, error.",
        "content": {_NDJSON: {"schema": {"type": "string"}}},
    }
}


@router.post(
    "/dossiers/batch", response_class=StreamingResponse, openapi_extra=_LINES,
    responses=_ANSWERS | documented(400, 401, 403, 413, 422, 503),
)  # fmt: skip
async def enter_batch(request: Request, caller: DossierWriter, parts: PartsOf) -> Response:
    """Nhận nhiều hồ sơ, mỗi dòng một JSON; dòng hỏng không cản dòng khác, gửi lại cả lô thì không thêm gì.

    Cứ 500 dòng là một giao dịch; trả lời được giữ đến khi nhận hết lô, nên nơi gửi không cần vừa gửi vừa đọc.
    """
    answers = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
    try:
        batch = _Lines(caller, parts, answers)
        with suppress(_Full):
            async for lines in _portions(request):
                await run_in_threadpool(batch.take, lines)
        answers.seek(0)
    except BaseException:
        answers.close()
        raise
    return StreamingResponse(_sent(answers), media_type=_NDJSON)


class _Full(Exception):  # ends a batch; its last line has said why
    """No further line is taken."""


class _Lines:
    """Takes the lines of a batch in portions and writes an answer for each."""

    def __init__(self, caller: Caller, parts: Parts, answers: IO[bytes]) -> None:
        self._caller = caller
        self._parts = parts
        self._answers = answers
        self._taken = 0
        self._units: dict[str, str] | None = None

    def take(self, lines: Sequence[bytes | SohoaError]) -> None:
        """Enter some lines in one transaction; when that fails, say so and take no more.

        Raises:
            _Full: the batch ends here.
        """
        try:
            for answer in self._enter(lines):
                self._taken += 1
                self._say(answer_line(self._taken, answer))
        except WorldAtFault as fault:
            self._end(fault)
        if isinstance(lines[-1], TooLarge):
            raise _Full
        if self._taken >= BATCH_LINES:
            self._end(TooLarge(f"một lô có nhiều nhất {BATCH_LINES} dòng", remedy="Hãy chia thành nhiều lô."))

    def _enter(self, lines: Sequence[bytes | SohoaError]) -> Sequence[Answer]:
        read: list[NewDossier | SohoaError] = []
        now = self._parts.now()
        actor = self._caller.actor.id
        with self._parts.storage.database.write() as connection:
            units = units_by_name(connection, self._caller.scope)
            for line in lines:
                try:
                    read.append(line if isinstance(line, SohoaError) else read_line(line, units))
                except InvalidInput as fault:
                    read.append(fault)
            told = [one for one in read if isinstance(one, NewDossier)]
            entered = iter(dossiers.enter(connection, told, Telling(actor, now, actor, now), self._caller.scope))
        return [
            next(entered) if isinstance(one, NewDossier) else Answer("", Outcome.REFUSED, None, one) for one in read
        ]

    def _end(self, fault: SohoaError) -> None:
        self._taken += 1
        self._say(answer_line(self._taken, Answer("", Outcome.REFUSED, None, fault)))
        raise _Full

    def _say(self, line: dict[str, Any]) -> None:
        self._answers.write(msgspec.json.encode(line) + b"\n")


async def _portions(request: Request) -> AsyncIterator[Sequence[bytes | SohoaError]]:
    """Cut a body into portions of lines; empty lines are passed over."""
    portion: list[bytes | SohoaError] = []
    try:
        async for line in _lines(request):
            portion.append(line)
            if len(portion) == TOGETHER:
                yield portion
                portion = []
    except HTTPException:  # the door counts the bytes
        portion.append(TooLarge("lô quá lớn, các dòng sau đó không được nhận", remedy="Hãy chia thành nhiều lô."))
    if portion:
        yield portion


async def _lines(request: Request) -> AsyncIterator[bytes | SohoaError]:
    rest = b""
    async for chunk in request.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
        if len(rest) > LINE_BYTES:
            yield TooLarge(f"dòng dài quá {LINE_BYTES} byte, các dòng sau đó không được nhận", remedy="")
            return
    if rest.strip():
        yield rest


def _sent(answers: IO[bytes]) -> Iterator[bytes]:
    with answers:
        while piece := answers.read(64 * 1024):
            yield piece


_ENVELOPE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["data"],
                    "properties": {
                        "madonvi": {"type": "string"},
                        "service": {"type": "string"},
                        "isUpdating": {"type": "boolean"},
                        "data": {"type": "array", "items": {"type": "object"}, "maxItems": one_stop.MOST_DOSSIERS},
                    },
                }
            }
        },
    }
}


@router.post("/one-stop/dossiers", openapi_extra=_ENVELOPE, responses=documented(400, 401, 403, 413, 422, 503))
async def enter_one_stop(request: Request, caller: DossierWriter, parts: PartsOf) -> dict[str, Any]:
    """Nhận hồ sơ theo cấu trúc DongBoHoSoMC: data[{MaHoSo, MaTTHC, …, TaiLieuNop[], DanhSachGiayToKetQua[]}].

    Các cờ DuocSoHoa, DuocTaiSuDung… được giữ là lời khai của hệ thống nguồn, không tính là sự kiện số hóa.
    """
    body = await request.body()
    return await run_in_threadpool(_one_stop_dossiers, caller, parts, body, request.query_params)


@router.post("/one-stop/progress", openapi_extra=_ENVELOPE, responses=documented(400, 401, 403, 413, 422, 503))
async def enter_one_stop_progress(request: Request, caller: DossierWriter, parts: PartsOf) -> dict[str, Any]:
    """Nhận tiến độ theo cấu trúc CapNhatTienDoHoSoMC: data[{MaHoSo, TrangThai, ThoiDiemXuLy, NguoiXuLy}]."""
    body = await request.body()
    return await run_in_threadpool(_one_stop_progress, caller, parts, body)


def _one_stop_dossiers(caller: Caller, parts: Parts, body: bytes, query: Any) -> dict[str, Any]:  # noqa: ANN401
    envelope = one_stop.open_envelope(body)
    now = parts.now()
    settings = parts.settings
    with parts.storage.database.write() as connection:
        agreed = one_stop.Agreement(
            units_by_name(connection, caller.scope), envelope.madonvi or query.get("MaDinhDanhDV"),
            settings.paid_at, frozenset(settings.population_sources), now.astimezone(VIETNAM_TIME).date(),
        )  # fmt: skip
        read = [_read(raw, agreed) for raw in envelope.data]
        told = [one for one in read if isinstance(one, NewDossier)]
        telling = Telling(caller.actor.id, now, caller.actor.id, now)
        entered = iter(dossiers.enter(connection, told, telling, caller.scope))
        answers = [next(entered) if isinstance(one, NewDossier) else one for one in read]
    return _told_back(answers)


def _read(raw: msgspec.Raw, agreed: one_stop.Agreement) -> NewDossier | Answer:
    try:
        return one_stop.read_dossier(raw, agreed)
    except InvalidInput as fault:
        return Answer(one_stop.code_of(raw), Outcome.REFUSED, None, fault)


def _one_stop_progress(caller: Caller, parts: Parts, body: bytes) -> dict[str, Any]:
    envelope = one_stop.open_envelope(body)
    answers: list[Answer] = []
    for raw in envelope.data:
        code = one_stop.code_of(raw)
        try:
            code, status, moment, handler = one_stop.read_step(raw)
            with parts.storage.database.write() as connection:
                found = dossiers.find_by_code(connection, code, caller.scope)
                new = NewDossier(
                    code, found.unit_id, found.procedure_code, found.procedure_name, status=status,
                    status_at=moment, handler_name=handler,
                )  # fmt: skip
                telling = Telling(caller.actor.id, parts.now(), caller.actor.id, parts.now())
                answers += dossiers.enter(connection, [new], telling, caller.scope)
        except (InvalidInput, SohoaError) as fault:
            if fault.retryable:
                raise
            answers.append(Answer(code, Outcome.REFUSED, None, fault))
    return _told_back(answers)


def _told_back(answers: Sequence[Answer]) -> dict[str, Any]:
    refused = sum(answer.fault is not None for answer in answers)
    return {
        "error_code": "0" if not refused else "1",
        "message": "Thành công." if not refused else f"Không nhận {refused} trên {len(answers)} hồ sơ.",
        "result": [
            {
                "MaHoSo": answer.code,
                "error_code": one_stop.error_code(answer.fault),
                "outcome": answer.outcome.value,
                "message": "" if answer.fault is None else answer.fault.message,
            }
            for answer in answers
        ],
    }
