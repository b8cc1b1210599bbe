"""Pages made from templates; every value is escaped."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from api import words
from api.errors import Problem
from digitize.lifecycle import STATE_NAMES
from digitize.targets import VIETNAM_TIME

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(value: datetime) -> str:
    return value.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y %H:%M")


def _instant(value: str) -> str:
    """Show an ISO moment to the second; what is none stays as it is."""
    try:
        return datetime.fromisoformat(value).astimezone(VIETNAM_TIME).strftime("%d/%m/%Y %H:%M:%S")
    except ValueError:
        return value


def _day(value: str | date) -> str:
    """Show an ISO day as it is written in Vietnam; what is no whole day stays as it is."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return day.strftime("%d/%m/%Y")


def _percent(value: float) -> str:
    return f"{round(value * 100)} %"


_TEMPLATES.filters |= {"moment": _moment, "instant": _instant, "day": _day, "percent": _percent}
_TEMPLATES.globals |= {
    "state_names": STATE_NAMES,
    "office_names": words.OFFICE_NAMES,
    "waiting_names": words.WAITING_NAMES,
    "verdict_names": words.VERDICT_NAMES,
    "role_names": words.ROLE_NAMES,
    "integrity_names": words.INTEGRITY_NAMES,
    "trust_names": words.TRUST_NAMES,
    "changes_names": words.CHANGES_NAMES,
    "time_source_names": words.TIME_SOURCE_NAMES,
    "level_names": words.LEVEL_NAMES,
    "standing_names": words.STANDING_NAMES,
}


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:  # noqa: ANN401  # whatever the template shows
    """Render a page.

    Args:
        request: whose answer it is.
        template: name of the template's file.
        status: HTTP status.
        values: what the template shows; ``caller`` is who is logged in.
    """
    values.setdefault("caller", None)
    settings = request.app.state.parts.settings
    told = {
        "demonstration": settings.demonstration,
        "path": request.url.path,
        "oidc_name": settings.oidc_name if settings.oidc_issuer else "",
        "passwords": settings.password_login,
    }
    text = _TEMPLATES.get_template(template).render(values | told)
    return HTMLResponse(text, status)


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Tell a person what went wrong and what to do."""
    answer = page(request, "problem.html", problem.status, problem=problem)
    answer.headers.update({name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"})
    return answer
