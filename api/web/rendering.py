"""Pages made from templates; every value is escaped."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api import admin_words, change_words, words
from api.errors import Problem
from api.web import preferences
from api.web.language import LANGUAGES, Told, marked, speaking, told, told_count, told_problem
from api.web.navigation import entries_for
from digitize import scanning
from digitize.lifecycle import STATE_NAMES
from digitize.targets import LEVEL_NAMES, VIETNAM_TIME
from digitize.territory import BRANCH_NAMES
from storage.second_factor import KIND_NAMES

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_TEMPLATES.policies["ext.i18n.trimmed"] = True
_TEMPLATES.install_gettext_callables(told, told_count, newstyle=True)  # type: ignore[attr-defined]  # of the extension


def moment(value: datetime) -> str:
    """Show a moment to the minute, in Vietnam's time."""
    return value.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y %H:%M")


def instant(value: str) -> str:
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


def _kind(name: str) -> str:
    """Show a kind of paper by the name that stands on it, in every language; that it is unknown is told."""
    return told(name) if name == words.NO_KIND else name


def _percent(value: float) -> str:
    return f"{round(value * 100)} %"


def _json_block(text: str) -> Markup:
    """Put JSON text into a ``<script type="application/json">``: nothing in it can end the element."""
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704  # escaped


_TEMPLATES.filters |= {
    "moment": moment, "instant": instant, "day": _day, "percent": _percent, "kind": _kind, "json_block": _json_block,
    "told": marked, "problem": told_problem,
}  # fmt: skip
_TEMPLATES.globals |= {
    "state_names": Told(STATE_NAMES),
    "office_names": Told(words.OFFICE_NAMES),
    "waiting_names": Told(words.WAITING_NAMES),
    "advice_names": Told(scanning.VERDICT_NAMES),
    "fact_names": Told(scanning.FACT_NAMES),
    "verdict_names": Told(words.VERDICT_NAMES),
    "role_names": Told(words.ROLE_NAMES),
    "integrity_names": Told(words.INTEGRITY_NAMES),
    "trust_names": Told(words.TRUST_NAMES),
    "changes_names": Told(words.CHANGES_NAMES),
    "time_source_names": Told(words.TIME_SOURCE_NAMES),
    "level_names": Told(words.LEVEL_NAMES),
    "factor_names": Told(KIND_NAMES),
    "standing_names": Told(words.STANDING_NAMES),
    "event_names": Told(words.EVENT_NAMES),
    "field_labels": Told(words.FIELD_LABELS),
    "file_names": Told(words.FILE_NAMES),
    "lane_names": Told(words.LANE_NAMES),
    "outcome_names": Told(words.OUTCOME_NAMES),
    "unit_level_names": Told(LEVEL_NAMES),
    "branch_names": Told(BRANCH_NAMES),
    "account_names": Told(words.ACCOUNT_NAMES),
    "right_names": Told(words.RIGHT_NAMES),
    "measure_names": Told(admin_words.MEASURE_NAMES),
    "adapter_names": Told(admin_words.ADAPTER_NAMES),
    "key_standings": Told(admin_words.KEY_STANDINGS),
    "table_names": Told(admin_words.TABLE_NAMES),
    "change_kinds": Told(change_words.KIND_NAMES),
    "change_names": Told(change_words.CHANGE_NAMES),
    "change_fields": Told(change_words.FIELD_NAMES),
    "change_values": Told(
        {(field, value): name for field, names in change_words.VALUE_NAMES.items() for value, name in names.items()}
    ),
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
    chosen = preferences.of(request)
    shell = {
        "demonstration": settings.demonstration,
        "path": request.url.path,
        "here": preferences.here(request),
        "oidc_name": settings.oidc_name if settings.oidc_issuer else "",
        "passwords": settings.password_login,
        "language": chosen.language,
        "languages": LANGUAGES,
        "theme": chosen.theme,
        "entries": entries_for(values["caller"]),
        "degraded": () if values["caller"] is None else request.app.state.watch(),
    }
    with speaking(chosen.language):
        text = _TEMPLATES.get_template(template).render(values | shell)
    return HTMLResponse(text, status)


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Tell a person what went wrong and what to do."""
    answer = page(request, "problem.html", problem.status, problem=problem)
    answer.headers.update({name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"})
    return answer
