"""Vietnamese is what the pages are written in; every text of theirs has an English one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api import errors
from api.web import rendering
from api.web.intake.words import SCRIPT_WORDS
from api.web.language import CATALOGUES, Told, catalogue, speaking, told
from api.web.navigation import ENTRIES
from api.web.public import copy_page, verify_page
from digitize.errors import SohoaError
from digitize.sign import wording
from storage.published import STANDING_NAMES

WEB = CATALOGUES.parent
HOLDS = re.compile(r"%\((\w+)\)[sd]|</?(\w+)")
"""What a text must keep when it is translated: its placeholders and its tags."""


def msgids() -> Iterator[str]:
    """Give every text that is looked up: in templates, in calls of ``told``, in the tables of words."""
    method = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    options = {"templates/**.html": {"trimmed": "true", "encoding": "utf-8", "silent": "false"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "told": None, "told_count": (1, 2)}
    for _, _, message, _, _ in extract_from_dir(WEB, method, options, keywords=keywords):
        yield message if isinstance(message, str) else message[0]
    for table in rendering._TEMPLATES.globals.values():
        if isinstance(table, Told):
            yield from table._words.values()
    for entry in ENTRIES:
        yield entry.name
    yield from SCRIPT_WORDS.values()
    yield from errors_and_verdicts()
    for seal in (verify_page._ENDED, *verify_page._SEALS.values(), *copy_page._SEALS.values()):
        yield seal.words
    yield from STANDING_NAMES.values()


def errors_and_verdicts() -> Iterator[str]:
    """Give what errors and judgements on signatures say wherever no particulars are filled in."""
    kinds: list[type[SohoaError]] = [SohoaError]
    for kind in kinds:
        yield from (kind.sentence, kind.remedy)
        kinds += [each for each in kind.__subclasses__() if each.__module__.startswith(("api", "digitize", "storage"))]
    for _, title, remedy in errors._FRAMEWORK.values():
        yield from (title, remedy)
    yield from errors._FAULTS.values()
    yield from wording._PROBLEMS.values()
    yield from (each for name, each in vars(wording).items() if name.isupper() and str(each).endswith("."))


def english() -> dict[str, list[str]]:
    """Return the English texts by msgid; several for a plural."""
    found: dict[str, list[str]] = {}
    for message in catalogue("en"):
        if message.id and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = [message.string] if isinstance(message.string, str) else list(message.string)
    return found


def test_every_text_has_an_english_one() -> None:
    known = english()
    missing = sorted({each for each in msgids() if re.search(r"\w", each) and not all(known.get(each, [""]))})
    assert missing == []


def test_a_translation_keeps_placeholders_and_tags() -> None:
    broken = [
        msgid
        for msgid, texts in english().items()
        for text in texts
        if sorted(set(HOLDS.findall(msgid))) != sorted(set(HOLDS.findall(text)))
    ]
    assert broken == []


def test_two_desks_translate_a_text_alike() -> None:
    seen: dict[object, object] = {}
    for path in sorted((CATALOGUES / "en").rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en", abort_invalid=True):
                if message.id:
                    assert seen.setdefault(message.id, message.string) == message.string, path.name


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_vietnamese_stands_in_a_template_outside_a_translated_text(path: Path) -> None:
    bare = []
    in_trans = False
    for line, kind, text in rendering._TEMPLATES.lex(path.read_text(encoding="utf-8")):
        if kind == "name" and text in {"trans", "endtrans"}:
            in_trans = text == "trans"
        marks = [
            letter for letter in unicodedata.normalize("NFD", text) if unicodedata.combining(letter) or letter in "đĐ"
        ]
        if kind == "data" and not in_trans and marks:
            bare.append(f"{line}: {text.strip()}")
    assert bare == []


def test_a_language_lasts_as_long_as_its_page() -> None:
    with speaking("en"):
        assert told("Đóng") == "Close"
    assert told("Đóng") == "Đóng"
    with speaking("klingon"):
        assert told("Đóng") == "Đóng"
