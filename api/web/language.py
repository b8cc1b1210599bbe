"""The languages of the pages: Vietnamese is what the templates are written in, other languages are catalogues.

The catalogues are gettext's own files, one for each desk so that each is kept beside what it translates; they are read
when the program starts, without a compile step.
"""

from __future__ import annotations

import gettext as stdlib_gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from api.errors import Problem

VIETNAMESE = "vi"

LANGUAGES: Mapping[str, str] = {VIETNAMESE: "Tiếng Việt", "en": "English"}
"""By language tag (BCP 47); each named in itself."""

CATALOGUES = Path(__file__).parent / "locale"

_spoken: ContextVar[str] = ContextVar("spoken", default=VIETNAMESE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let every text in this block be told in a language; an unknown one is Vietnamese."""
    before = _spoken.set(language if language in LANGUAGES else VIETNAMESE)
    try:
        yield
    finally:
        _spoken.reset(before)


def told(text: str) -> str:
    """Return a text in the language spoken; Vietnamese when the catalogue has none."""
    return translations(_spoken.get()).gettext(text) if text else text


def told_count(one: str, many: str, count: int) -> str:
    """Return the form of a text that fits a count."""
    return translations(_spoken.get()).ngettext(one, many, count)


def marked(text: str) -> Markup:
    """Tell a text in the language spoken; one that has no translation is marked as Vietnamese (WCAG 2.1, 3.1.2)."""
    translated = told(text)
    if translated == text and _spoken.get() != VIETNAMESE:
        return Markup('<span lang="vi">{}</span>').format(text)
    return escape(translated)


def told_problem(problem: Problem | str) -> Markup:
    """Tell what went wrong: its sentence, the particulars of the case, and what to do; a text is told as it is."""
    if isinstance(problem, str):
        return marked(problem)
    if _spoken.get() == VIETNAMESE:
        return escape(problem.detail)
    particulars = marked(problem.particulars.rstrip(".")) + "." if problem.particulars else ""
    return Markup(" ").join(each for each in (marked(problem.title), particulars, marked(problem.advice)) if each)


class Told(Mapping[str, str]):
    """A table of words whose values are told in the language spoken when they are looked up."""

    def __init__(self, words: Mapping[Any, str]) -> None:
        """Wrap a table of Vietnamese words; its keys are text or enumerations of text."""
        self._words = words

    def __getitem__(self, key: str) -> str:
        """Return a word in the language spoken."""
        return told(self._words[key])

    def __iter__(self) -> Iterator[str]:
        """Give the keys in the table's order."""
        return iter(self._words)

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._words)


def catalogue(language: str) -> Catalog:
    """Return all texts of a language, joined from its files."""
    joined = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    joined[message.id] = message
    return joined


@cache
def translations(language: str) -> stdlib_gettext.NullTranslations:
    """Return what looks texts up; for Vietnamese, what returns them as they are."""
    if language == VIETNAMESE:
        return stdlib_gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)
