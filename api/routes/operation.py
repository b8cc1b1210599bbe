"""For those who keep the service running: is it alive, is it ready, its counters."""

from __future__ import annotations

from collections.abc import Callable

import redis
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.answers import documented
from api.errors import PROBLEM_JSON, Problem
from api.metrics import Meters
from api.parts import Parts, PartsOf
from api.schemas import ReadyBody
from digitize.errors import QueueUnavailable, SohoaError
from storage.objects import key_of

router = APIRouter(tags=["Vận hành"])

ANSWER_WITHIN_S = 2.0
"""How long Redis may take to answer when asked whether it lives, seconds."""

_OK = "ok"


@router.get("/health/live", status_code=204)
def live() -> None:
    """Tiến trình còn chạy."""


@router.get("/health/ready", responses=documented(503), response_model=ReadyBody)
def ready(parts: PartsOf) -> Response:
    """Các phần có trả lời không; chỉ cơ sở dữ liệu và kho tệp là bắt buộc để phục vụ.

    Redis chỉ mang tín hiệu: khi nó dừng, hệ thống vẫn nhận và việc được làm sau.
    """
    found = {
        "database": _try(lambda: _ask_database(parts)),
        "objects": _try(lambda: parts.storage.objects.exists(key_of(b""))),
        "redis": _try(lambda: _ask_redis(parts)),
    }
    if found["database"] == found["objects"] == _OK:
        return JSONResponse(found)
    named = ", ".join(f"{part}: {answer}" for part, answer in found.items() if answer != _OK)
    problem = Problem(503, "not_ready", "Hệ thống chưa sẵn sàng.", f"Hệ thống chưa sẵn sàng: {named}")
    return JSONResponse(problem.body() | found, 503, {"Retry-After": "5"}, media_type=PROBLEM_JSON)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Số đo theo định dạng Prometheus."}},
)
def metrics(request: Request, parts: PartsOf) -> Response:
    """Số đo cho Prometheus."""
    meters: Meters = request.app.state.meters
    return Response(meters.text(parts.settings.metrics), media_type="text/plain; version=0.0.4")


def _try(ask: Callable[[], object]) -> str:
    try:
        ask()
    except SohoaError as error:
        return error.message
    return _OK


def _ask_database(parts: Parts) -> None:
    with parts.storage.database.read() as connection:
        connection.execute(sa.text("SELECT 1"))


def _ask_redis(parts: Parts) -> None:
    asked = redis.Redis.from_url(
        parts.settings.redis, socket_timeout=ANSWER_WITHIN_S, socket_connect_timeout=ANSWER_WITHIN_S
    )
    try:
        asked.ping()
    except redis.RedisError as error:
        raise QueueUnavailable(type(error).__name__) from error
    finally:
        asked.close()
