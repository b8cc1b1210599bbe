"""The desk at which paper comes in: the dossier first, then its scans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.auth import Caller, Right
from api.dossier_view import dossier_body
from api.errors import problem_of
from api.parts import Parts, PartsOf
from api.schemas import PRINTABLE, DocumentPath, DossierBody
from api.web.intake.words import SCRIPT_WORDS
from api.web.language import told
from api.web.rendering import page
from api.web.visiting import Visitor
from digitize.errors import NotFound
from digitize.lifecycle import PagesArranged
from digitize.scanning import Part, Verdict
from storage import dossiers, registry, scanning, shown, watched_folders
from storage.registry import Document
from storage.scanning import PaperAdvice

router = APIRouter()

LATELY = 12
"""Dossiers that are offered before one was named."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A dossier on the desk."""

    dossier: DossierBody
    papers: tuple[PaperAdvice, ...]
    """Its components, and then its results."""
    documents: dict[int, list[Document]]
    """By ordinal of the result."""
    chosen: int | None
    """Ordinal of the result that is to be scanned next; None: each has its scan, or must not have one."""


@router.get("/intake")
def show_desk(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    dossier: Annotated[str, Query(max_length=200, pattern=PRINTABLE)] = "",
) -> Response:
    """Ask for a dossier; show what it needs, what is there, and what must not be scanned."""
    caller.need(Right.WRITE_RESULTS)
    code = dossier.strip()
    opened, problem, status = None, None, 200
    if code:
        try:
            opened = _open(parts, caller, code)
        except NotFound as error:
            problem = problem_of(error)
            status = problem.status
    with parts.storage.database.read() as connection:
        lately = () if opened else shown.dossier_codes(connection, caller.scope, LATELY)
        folders = watched_folders.watched(connection, caller.scope, parts.now())
    return page(
        request, "intake/desk.html", status, caller=caller, opened=opened, problem=problem, code=code, lately=lately,
        folders=folders, limit=parts.settings.upload_max_bytes, must_not=Verdict.MUST_NOT, result=Part.RESULT,
        words=_words(),
    )  # fmt: skip


@router.get("/documents/{document_id}/pages")
def show_pages(document_id: DocumentPath, request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Let the pages of a document be arranged before it is signed."""
    caller.need(Right.WRITE_RESULTS)
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        beside = [
            each
            for each in registry.listing(connection, caller.scope, dossier_code=document.dossier_code, limit=50)
            if each.id != document_id and each.state in PagesArranged.sources and each.reading_key is not None
        ]
    return page(
        request, "intake/pages.html", caller=caller, document=document, beside=beside, words=_words(),
        can_arrange=document.state in PagesArranged.sources,
    )  # fmt: skip


def _open(parts: Parts, caller: Caller, code: str) -> Opened:
    now = parts.now()
    with parts.storage.database.write() as connection:  # the first look for an owner makes the key of the hashes
        found = dossiers.find_by_code(connection, code, caller.scope)
        papers = tuple(scanning.advise_dossier(connection, code, caller.scope, now))
        listed = registry.listing(connection, caller.scope, dossier_code=code, limit=200)
    documents: dict[int, list[Document]] = {}
    for document in listed:
        documents.setdefault(document.ordinal, []).append(document)
    free = (
        paper.ordinal
        for paper in papers
        if paper.part is Part.RESULT and not paper.there and paper.advice.verdict is not Verdict.MUST_NOT
    )
    return Opened(dossier_body(found, now), papers, documents, next(free, None))


def _words() -> dict[str, str]:
    """Return the sentences of the scripts in the language spoken."""
    return {name: told(text) for name, text in SCRIPT_WORDS.items()}
