"""What a portal's answer means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from digitize.exchange.rules import words

SAID_CHARACTERS = 500
"""Of an answer, in the log."""

_KEPT_CHARACTERS = 4000
"""Until it is masked: a name that the cut goes through would not be known."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LONG_NUMBER = re.compile(r"\d{9,}")
_BLANK = re.compile(r"\s+")


class Outcome(StrEnum):
    """What came of one request."""

    TAKEN = "taken"
    EXISTS = "exists"
    """The portal has the dossier already: it must be sent as an update."""
    UNKNOWN = "unknown"
    """The portal does not have the dossier: it must be sent as new."""
    SESSION_ENDED = "session_ended"
    REFUSED = "refused"
    """The portal is well and does not want this."""
    OUTAGE = "outage"
    """The portal, or the way to it, is not well: no fault of the message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    outcome: Outcome
    code: str | None = None
    """``error_code``, or the HTTP status; None: there was no answer."""
    said: str = ""
    """In the portal's words, cut; may quote what it was sent until :func:`masked` went over it."""


def read_answer(status: int, body: bytes) -> Answer:
    """Tell what an HTTP answer means."""
    if status in {401, 403}:
        return Answer(Outcome.SESSION_ENDED, str(status), _words(body))
    if status == 429 or status >= 500:
        return Answer(Outcome.OUTAGE, str(status), _words(body))
    if not 200 <= status < 300:
        return Answer(Outcome.REFUSED, str(status), _words(body))
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Answer(Outcome.OUTAGE, str(status), f"không phải JSON: {_words(body)}")
    if not isinstance(told, dict) or "error_code" not in told:
        return Answer(Outcome.OUTAGE, str(status), f"không có error_code: {_words(body)}")
    code = str(told["error_code"]).strip()
    said = told.get("message", told.get("result", ""))
    return _judged(code, _short(said if isinstance(said, str) else msgspec.json.encode(said).decode()))


def _judged(code: str, said: str) -> Answer:
    """Known words count before the code: portals say "đã tồn tại" under the codes 0, 3 and -3."""
    known = words()
    for outcome, marks in ((Outcome.EXISTS, known.exists), (Outcome.UNKNOWN, known.unknown)):
        if any(mark in said.casefold() for mark in marks):
            return Answer(outcome, code, said)
    if code in known.taken:
        return Answer(Outcome.TAKEN, code, said)
    if any(mark in said.casefold() for mark in known.session_ended):
        return Answer(Outcome.SESSION_ENDED, code, said)
    return Answer(Outcome.REFUSED, code, said)


def masked(said: str, personal: Iterable[str | None]) -> str:
    """Take out of a portal's words what it quotes of a person, and every number as long as a person's."""
    for value in personal:
        if value and len(value) > 1:
            said = re.sub(re.escape(value), "***", said, flags=re.IGNORECASE)
    return _LONG_NUMBER.sub("***", said)[:SAID_CHARACTERS]


def _words(body: bytes) -> str:
    """Return what a page that is no JSON says: its title, else its beginning without tags."""
    text = body[:65536].decode("utf-8", "replace")
    title = _TITLE.search(text)
    return _short(title.group(1) if title else re.sub(r"<[^>]*>", " ", text))


def _short(text: str) -> str:
    return _BLANK.sub(" ", text.replace("\0", " ")).strip()[:_KEPT_CHARACTERS]
