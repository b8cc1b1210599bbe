"""What every page of this desk shows alike: the clock over the desk and the words of the act."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api import words
from api.auth import Caller
from api.parts import Parts
from api.web.certify.reception import reception_clock, spoken, weekday
from api.web.language import Told
from api.web.review.agent_policy import signing_page
from digitize.attest.clock import state_calendar
from digitize.attest.lifecycle import COPY_STATE_NAMES
from digitize.attest.register import dong

_NAMES = {
    "copy_state_names": Told({state.value: name for state, name in COPY_STATE_NAMES.items()}),
    "copy_waiting_names": Told(words.COPY_WAITING_NAMES),
    "delivery_state_names": Told(words.DELIVERY_STATE_NAMES),
    "channel_names": Told(words.CHANNEL_NAMES),
}


def certify_page(
    request: Request, parts: Parts, caller: Caller, template: str, status: int = 200, /, **values: Any  # noqa: ANN401  # whatever the template shows
) -> HTMLResponse:  # fmt: skip
    """Render a page of this desk; its scripts may speak with the signing agent at the person's machine."""
    told = {"caller": caller, "weekday": weekday, "spoken": spoken, "dong": dong, "money": money} | _NAMES | values
    clock = reception_clock(parts.now(), state_calendar())
    return signing_page(request, f"certify/{template}", status, clock=clock, **told)


def money(amount_vnd: int) -> str:
    """Write an amount with its unit: ``6.000 đ``."""
    return f"{dong(amount_vnd)} đ"
