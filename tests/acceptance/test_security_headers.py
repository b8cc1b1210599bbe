"""Every kind of answer carries what keeps a browser to our rules."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.routing import APIRoute

from api.security_headers import PAGE_POLICY, PROGRAM_PATHS, PROGRAM_POLICY
from tests.door.town import Town, open_town

WEB = Path(__file__).resolve().parents[2] / "api" / "web"


KINDS = (
    ("/login", None, 200),
    ("/", None, 303),
    ("/", "canbo", 200),
    ("/khong-co", None, 404),
    ("/kiem-tra", None, 200),
    ("/k/XXXX", None, 422),
    ("/static/css/base.css", None, 200),
    ("/static/vendor/htmx-4.0.1.min.js", None, 200),
    ("/api/v1/me", None, 401),
    ("/api/v1/me", "canbo", 200),
    ("/api/v1/khong-co", None, 404),
    ("/openapi.json", None, 200),
    ("/health/live", None, 204),
)
"""Path, who asks, status: one of each kind of answer."""


def test_each_kind_of_answer_is_bound(town: Town) -> None:
    for path, who, status in KINDS:
        answer = town.visitor(who).get(path)
        assert answer.status_code == status, path
        expected = PROGRAM_POLICY if path.startswith(PROGRAM_PATHS) else PAGE_POLICY
        told = answer.headers
        assert told["content-security-policy"] == expected, path
        assert told["x-content-type-options"] == "nosniff"
        assert told["x-frame-options"] == "DENY"
        assert told["referrer-policy"] == "no-referrer"
        assert told["cross-origin-opener-policy"] == "same-origin"
        assert told["permissions-policy"].startswith("camera=(self), microphone=()")
        assert told["strict-transport-security"] == "max-age=31536000"
        assert told["x-request-id"]
        assert (told["cache-control"] == "no-store") == ("/static/" not in path), path
        assert ("immutable" in told["cache-control"]) == ("/vendor/" in path), path


def test_every_route_of_the_application_is_bound(town: Town) -> None:
    """Whatever a route answers to a stranger who knows nothing, the headers are there."""
    visitor = town.visitor()
    for route in town.app.routes:
        if isinstance(route, APIRoute):
            path = re.sub(r"\{[^}]+\}", "x", route.path)
            answer = visitor.request(min(route.methods), path)
            assert "'none'" in answer.headers["content-security-policy"], path
            assert answer.status_code < 500, path


def test_without_tls_nobody_is_held_to_it(town: Town) -> None:
    opened = open_town(town.parts.settings.data, town.tokens, town.clock, secure_cookies=False)
    answer = opened.visitor().get("/login")
    opened.parts.storage.close()
    assert "strict-transport-security" not in answer.headers


def test_no_page_holds_what_the_policy_forbids() -> None:
    inline = re.compile(
        r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|javascript:"""
        r"""|<script(?![^>]*\bsrc=)(?![^>]*type="application/json")"""
    )
    found = [
        f"{path.relative_to(WEB)}: {match[0]}"
        for path in sorted((WEB / "templates").rglob("*.html"))
        for match in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_script_of_ours_makes_code_of_text() -> None:
    makes = re.compile(
        r"\beval\(|new Function|\.innerHTML\s*=|insertAdjacentHTML|document\.write|setAttribute\(.style."
    )
    found = [
        f"{path.relative_to(WEB)}: {match[0]}"
        for path in sorted((WEB / "static" / "js").rglob("*.js"))
        for match in makes.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
