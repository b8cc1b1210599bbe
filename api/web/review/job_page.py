"""The work on a document: its stages, why it waits, what was tried; and a person's hand in it, one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller, Right
from api.errors import MissingScope
from api.parts import PartsOf
from api.schemas import DocumentPath
from api.view import document_body, history_body
from api.web.rendering import page
from api.web.review.document_view import steps_at
from api.web.visiting import SentForm, Visitor
from api.words import STAGES
from digitize.errors import InvalidInput, NotFound, SohoaError
from digitize.lifecycle import Office
from storage import progress, registry, shown
from storage.registry import Document
from storage.sealing import RefusedDocument

router = APIRouter()

MOST = 200
"""Documents of one press."""

_HANDS = frozenset({Office.CLERK, Office.OFFICER, Office.SUPERVISOR})
_Act = Callable[[sa.Connection, Document, Caller, datetime], None]

_ACTS: Mapping[str, _Act] = {
    "retry": lambda connection, document, _, now: progress.retry(connection, document.id, now),
    "priority": lambda connection, document, caller, now: progress.prefer(
        connection, document.id, caller.actor.id, now
    ),
}
"""What a person may do with the work on a document, by the name in the address."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a document's road."""

    name: str
    at: datetime | None
    """When it was reached last; None: not yet."""
    now: bool
    """The document stands here."""


@router.get("/documents/{document_id}/job")
def show_job(document_id: DocumentPath, request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show the work on a document."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        work = progress.progress(connection, document_id, parts.now())
        body = document_body(connection, document, masked=True)
        history = history_body(connection, document_id)
        takes = steps_at(connection, caller, document)
    reached = {event.event: event.at for event in history.events}
    return page(
        request, "review/job.html", caller=caller, document=body, work=work, stages=_stages(document, reached),
        acts=caller.actor.office in _HANDS, most=progress.MOST_AHEAD,
        steps=takes, now=parts.now(),
    )  # fmt: skip


@router.post("/documents/{document_id}/job/{act}")
def act_on_job(document_id: DocumentPath, act: str, caller: Visitor, parts: PartsOf) -> Response:
    """Try again now, or before the others."""
    with parts.storage.database.write() as connection:
        _act(connection, caller, document_id, act, parts.now())
    return RedirectResponse(f"/documents/{document_id}/job", 303)


@router.post("/jobs/{act}")
def act_on_jobs(act: str, request: Request, sent: SentForm, caller: Visitor, parts: PartsOf) -> Response:
    """Do the same with each of the chosen documents, and tell what became of each."""
    documents = tuple(dict.fromkeys(sent.all("documents")))[:MOST]
    if not documents:
        raise InvalidInput("chưa chọn văn bản nào", remedy="Hãy đánh dấu ít nhất một văn bản trong danh sách.")
    accepted: list[str] = []
    refused: list[RefusedDocument] = []
    with parts.storage.database.write() as connection:
        for document in documents:
            try:
                with connection.begin_nested():
                    _act(connection, caller, document, act, parts.now())
                accepted.append(document)
            except SohoaError as error:
                refused.append(RefusedDocument(document, error.code(), error.message))
        titles = shown.titles(connection, documents, caller.scope)
    return page(
        request, "review/jobs_done.html", caller=caller, act=act, accepted=accepted, refused=refused, titles=titles
    )


def _act(connection: sa.Connection, caller: Caller, document_id: str, act: str, now: datetime) -> None:
    if act not in _ACTS:
        raise NotFound("việc này")
    if caller.actor.office not in _HANDS:
        raise MissingScope
    _ACTS[act](connection, registry.find(connection, document_id, caller.scope), caller, now)


def _stages(document: Document, reached: Mapping[str, datetime]) -> Sequence[Stage]:
    stages = []
    for name, events, states in STAGES:
        moments = [reached[event] for event in events if event in reached]
        stages.append(Stage(name, max(moments) if moments else None, document.state in states))
    return stages
