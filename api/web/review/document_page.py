"""The page of a document: picture beside form, what may be done, how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Caller, Right
from api.errors import Problem
from api.parts import Parts, PartsOf
from api.schemas import DocumentPath
from api.web.rendering import page
from api.web.review.document_view import gather
from api.web.visiting import Visitor
from api.words import kind_names

router = APIRouter()


@router.get("/documents/{document_id}")
def show_document(
    document_id: DocumentPath,
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    correct: Annotated[bool, Query(description="Show the form that corrects the data.")] = False,
) -> Response:
    """Show a document."""
    return document_answer(request, parts, caller, document_id, correcting=correct)


def document_answer(
    request: Request,
    parts: Parts,
    caller: Caller,
    document_id: str,
    *,
    message: Problem | None = None,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    correcting: bool = False,
) -> Response:
    """Render the page, with what went wrong and what the person typed when a step was refused."""
    caller.need(Right.READ_RESULTS)
    view = gather(parts, caller, document_id, typed)
    return page(
        request, "review/document.html", status, caller=caller, view=view, document=view.document, kinds=kind_names(),
        message=message, correcting=correcting or typed is not None,
    )  # fmt: skip
