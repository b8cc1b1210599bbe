"""Help for citizens: one page that reads on a phone and prints on a sheet of A4."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.parts import PartsOf
from api.web.rendering import page

router = APIRouter()


@router.get("/tro-giup")
def show_help(request: Request, parts: PartsOf) -> Response:
    """Tell how a paper is checked, and what each answer means."""
    return page(request, "public/help.html", address=parts.settings.pages)
