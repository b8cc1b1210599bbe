"""What a person chose for their own screen: the language and light or dark, kept in cookies that hold nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from api.web.language import LANGUAGES, VIETNAMESE
from storage.settings import Settings

THEMES = ("auto", "light", "dark")
"""``auto`` follows the machine."""

LANGUAGE_COOKIE = "sohoa-language"
THEME_COOKIE = "sohoa-theme"
_KEPT_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants their pages."""

    language: str
    """One of :data:`~api.web.language.LANGUAGES`."""
    theme: str
    """One of :data:`THEMES`."""


def of(request: Request) -> Preferences:
    """Return what the browser remembers; what it does not is Vietnamese and ``auto``."""
    language = request.cookies.get(LANGUAGE_COOKIE, "")
    theme = request.cookies.get(THEME_COOKIE, "")
    return Preferences(
        language if language in LANGUAGES else VIETNAMESE,
        theme if theme in THEMES else THEMES[0],
    )


def keep(answer: Response, settings: Settings, *, language: str = "", theme: str = "") -> None:
    """Let the browser remember a choice; what is no choice is left as it was."""
    for name, value, known in ((LANGUAGE_COOKIE, language, LANGUAGES), (THEME_COOKIE, theme, THEMES)):
        if value in known:
            answer.set_cookie(
                name, value, max_age=_KEPT_SECONDS, secure=settings.secure_cookies, httponly=True, samesite="lax"
            )


def here(request: Request) -> str:
    """Return the address to come back to after a choice; a page that was answered to a form leads home."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_own_address(address: str) -> bool:
    """Tell whether an address is a path of this very site, so that no one is led elsewhere."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
