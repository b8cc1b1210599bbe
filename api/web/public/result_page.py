"""The public page of a result: where the national portal's link leads. Nothing on it is about a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.looking_up import admit
from api.parts import PartsOf
from api.web.public.verify_page import Seal
from api.web.rendering import page
from storage.published import STANDING_NAMES, Standing, public_result

router = APIRouter()

_TONES = {Standing.IN_FORCE: "good", Standing.EXPIRED: "ended", Standing.ENDED: "bad"}


@router.get("/ket-qua/{result_id}")
def show_result(
    result_id: Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z]+$")], request: Request, parts: PartsOf
) -> Response:
    """Show whether a published result stands, to anybody; asked too often, nobody is answered."""
    admit(request, parts)
    with parts.storage.database.read() as connection:
        found = public_result(connection, result_id, parts.now())
    seal = Seal(_TONES[found.standing], STANDING_NAMES[found.standing])
    return page(request, "public/result_status.html", result=found, seal=seal)
