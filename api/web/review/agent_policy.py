"""The pages whose scripts may speak with the signing agent at the person's own machine; no other page may."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.security_headers import PAGE_POLICY
from api.web.rendering import page
from storage.settings import Settings

_OWN = "connect-src 'self'"


def agent_address(settings: Settings) -> str:
    """Return where the agent listens: a literal address, which no name server can lead elsewhere."""
    return f"http://127.0.0.1:{settings.agent_port}"


def signing_page(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:  # noqa: ANN401  # whatever the template shows
    """Render a page that signs: it knows where the agent listens, and its policy lets it connect there."""
    agent = agent_address(request.app.state.parts.settings)
    answer = page(request, template, status, agent_address=agent, **values)
    answer.headers["Content-Security-Policy"] = PAGE_POLICY.replace(_OWN, f"{_OWN} {agent}")
    return answer
