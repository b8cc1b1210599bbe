"""The application: the one place where the door is put together."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from api import logs
from api.access import Access
from api.allowances import Allowances
from api.answers import add_handlers
from api.degraded import Watch
from api.holders import Holders
from api.metrics import Meters
from api.oidc import Provider
from api.openapi import describe
from api.parts import Parts
from api.routes import (
    authorities,
    books,
    catalogue,
    certifications,
    copies,
    copy_steps,
    counting,
    cv7197,
    documents,
    dossier_batches,
    dossier_changes,
    dossier_uploads,
    dossiers,
    endings,
    exchange,
    finding,
    finished_uploads,
    heads,
    indicators,
    looking_up,
    operation,
    orders,
    pages,
    planning,
    proving,
    reports,
    results,
    reuse,
    reviewing,
    scanning,
    session,
    steps,
    tables,
    tokens,
    units,
    uploads,
    verifying,
    webhooks,
)
from api.web import admin, boards, certify, entry, intake, public, review
from storage.connect import open_storage
from storage.settings import load_settings

STATIC = Path(__file__).parent / "web" / "static"

# A route is looked for from the first on; systems ask for results the most.
_ROUTERS = (
    results, reuse, session, dossier_batches, dossier_changes, dossier_uploads, dossiers, cv7197, documents, steps,
    endings, orders, tokens, counting, indicators, planning, verifying, heads, webhooks, looking_up, certifications,
    copies, copy_steps, books, authorities, operation, units, catalogue, scanning, exchange, finding, reports,
    tables, uploads, finished_uploads, pages, reviewing, proving,
)  # fmt: skip
_DESKS = (entry, intake, review, certify, boards, admin, public)
"""Each desk's pages; a new desk is one more package of ``api.web`` with ``ROUTERS``."""


def create() -> FastAPI:
    """Return the application with the settings of the environment: uvicorn's factory.

    Raises:
        Misconfigured: a setting is unknown, missing or cannot be used.
    """
    settings = load_settings()
    logs.configure(settings.log_level)
    app = assemble(Parts(settings, open_storage(settings)))
    # Some hundred thousand objects that live as long as the process: no collection need walk through them again.
    gc.collect()
    gc.freeze()
    return app


def assemble(parts: Parts) -> FastAPI:
    """Return the application over the given parts; nothing is contacted yet."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        parts.storage.close()

    app = FastAPI(
        title="sohoa",
        version="0.1.0",
        description="Số hóa kết quả giải quyết thủ tục hành chính.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation,
        routes=list(_routes()),
    )
    app.state.parts = parts
    app.state.meters = Meters(parts.storage.database)
    app.state.watch = Watch(parts)
    app.state.allowances = Allowances(parts.storage.database)
    app.state.holders = Holders(parts.storage.database)
    app.state.provider = Provider(parts.settings) if parts.settings.oidc_issuer else None
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_handlers(app)
    app.add_middleware(
        Access,
        upload_max_bytes=parts.settings.upload_max_bytes,
        verify_max_bytes=parts.settings.verify_max_bytes,
        meters=app.state.meters,
        secure=parts.settings.secure_cookies,
    )
    describe(app)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return every route, the same objects for each application of a process.

    At the first request FastAPI reads the signature of each route, which takes half a second of a core; no route
    depends on the parts, so a second application need not do it again.
    """
    together = APIRouter(generate_unique_id_function=_operation)
    for module in _ROUTERS:
        together.include_router(module.router)
    for desk in _DESKS:
        for shown in desk.ROUTERS:
            together.include_router(shown, include_in_schema=False)
    return tuple(together.routes)


def _operation(route: APIRoute) -> str:
    return route.name
