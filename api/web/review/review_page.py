"""The review desk: the paper large, the doubted fields beside it, the batch at hand; one document after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import reviewing
from api.auth import Caller, Right
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE, DocumentPath
from api.web.review.agent_policy import signing_page
from api.web.review.batch import Batch, Neighbours, neighbours
from api.web.review.document_view import DocumentView, gather
from api.web.review.fields import AskedField, asked_fields
from api.web.visiting import Visitor
from api.words import kind_names
from digitize.lifecycle import State
from storage import registry, shown
from storage.reviewing import drafts, holding
from storage.reviewing.drafts import Draft
from storage.reviewing.holding import Holding

router = APIRouter()


def _batch(
    state: Annotated[str, Query(max_length=40)] = "",
    dossier: Annotated[str, Query(max_length=64, pattern=PRINTABLE)] = "",
    cursor: Annotated[str, Query(max_length=300)] = "",
) -> Batch:
    return Batch(State(state) if state in set(State) else None, dossier.strip(), cursor)


BatchOf = Annotated[Batch, Depends(_batch)]
"""The batch that an address names."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What the desk shows of a document."""

    view: DocumentView
    fields: tuple[AskedField, ...]
    around: Neighbours
    held: dict[str, Holding]
    """Who else has which documents of the batch open."""
    checked: frozenset[str]
    """Documents of the batch that this person has checked and that wait for the signature."""
    draft: Draft | None
    """What this person typed before and did not finish."""

    @property
    def asked(self) -> int:
        """Fields that a person must look at."""
        return sum(1 for each in self.fields if each.asked)


@router.get("/review")
def open_desk(request: Request, caller: Visitor, parts: PartsOf, batch: BatchOf) -> Response:
    """Lead to the first document that waits and that nobody else has open."""
    reviewing.need_clerk(caller)
    with parts.storage.database.read() as connection:
        found = batch.documents(connection, caller)
        held = holding.held(connection, [each.id for each in found], parts.now())
        done = {draft.document for draft in drafts.checked_by(connection, caller.actor.id)}
    for document in found:
        other = document.id in held and held[document.id].person != caller.actor.id
        if not other and document.id not in done:
            return RedirectResponse(batch.address(document.id), 303)
    return signing_page(request, "review/nothing_to_review.html", caller=caller, batch=batch, checked=len(done))


@router.get("/review/{document_id}")
def show_desk(document_id: DocumentPath, request: Request, caller: Visitor, parts: PartsOf, batch: BatchOf) -> Response:
    """Show a document to be checked; one that is not to be checked has its plain page."""
    caller.need(Right.READ_RESULTS)
    reviewing.need_clerk(caller)
    with parts.storage.database.read() as connection:
        state = registry.find(connection, document_id, caller.scope).state
    if state not in reviewing.TO_REVIEW:
        return RedirectResponse(f"/documents/{document_id}", 303)
    view = gather_review(parts, caller, document_id, batch)
    return signing_page(
        request, "review/review.html", caller=caller, review=view, view=view.view, document=view.view.document,
        batch=batch, kinds=kind_names(), warning_s=int(holding.WARNING.total_seconds()),
    )  # fmt: skip


def gather_review(parts: Parts, caller: Caller, document_id: str, batch: Batch) -> ReviewView:
    """Gather what the desk shows.

    Raises:
        NotFound: the document is not in the caller's units.
    """
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        draft = drafts.draft_of(connection, document, caller.actor.id)
        versions = shown.data_versions(connection, document_id)
        around = neighbours(connection, caller, batch, document)
        held = _held_by_others(connection, caller, around, parts)
        checked = {each.document for each in drafts.checked_by(connection, caller.actor.id)}
    view = gather(parts, caller, document_id, draft.fields if draft else None)
    read = view.reading.fields if view.reading else {}
    return ReviewView(
        view=view,
        fields=asked_fields(view.fields, read, view.pages, versions),
        around=around,
        held=held,
        checked=frozenset(checked),
        draft=draft,
    )


def _held_by_others(connection: sa.Connection, caller: Caller, around: Neighbours, parts: Parts) -> dict[str, Holding]:
    held = holding.held(connection, [each.id for each in around.documents], parts.now())
    return {document: each for document, each in held.items() if each.person != caller.actor.id}
