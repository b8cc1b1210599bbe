"""What every answer carries so that a browser keeps to our rules: the one place where they are written.

Pages run our own scripts and sheets and nothing else: no inline script, no inline style, no other host (CSP level 3).
What programs fetch is never a page, so nothing in it may load or run anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from starlette.datastructures import MutableHeaders

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For pages and what belongs to them."""

PROGRAM_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what programs fetch, and for files of citizens: whatever it holds, a browser runs none of it."""

PROGRAM_PATHS = ("/api/", "/.well-known/", "/oauth/", "/health/", "/metrics", "/openapi.json")
"""Where programs ask; everywhere else a person does."""

STATIC_PATHS = "/static/"
VENDORED_PATHS = "/static/vendor/"
"""Files whose names hold their versions: they never change."""

_ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), "
        "publickey-credentials-create=(self)"
    ),
}
_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
"""RFC 6797; only where the cookies say that people come over TLS."""


def add(headers: MutableHeaders, path: str, *, secure: bool) -> None:
    """Add the headers to an answer; what the route has said itself stays.

    Args:
        headers: of the answer.
        path: that was asked for.
        secure: people come over TLS.
    """
    said = {name for name, _ in headers.raw}
    ours = _written(path.startswith(PROGRAM_PATHS), _kept(path), secure)
    headers.raw.extend(each for each in ours if each[0] not in said)


@cache
def _written(for_programs: bool, kept: str, secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers as they go over the line; they are the same for every answer of a kind."""
    told = {"Content-Security-Policy": PROGRAM_POLICY if for_programs else PAGE_POLICY, **_ALWAYS}
    if secure:
        told |= dict([_TRANSPORT])
    told["Cache-Control"] = kept
    return tuple((name.lower().encode("ascii"), value.encode("latin-1")) for name, value in told.items())


def _kept(path: str) -> str:
    if path.startswith(VENDORED_PATHS):
        return "public, max-age=31536000, immutable"
    return "no-cache" if path.startswith(STATIC_PATHS) else "no-store"
