"""Who looks at the pages, and what their forms say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from api.auth import Caller, caller_of
from api.errors import MissingScope
from api.parts import PartsOf
from digitize.errors import InvalidInput

_PAIRS_AT_MOST = 1000
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def _visitor(request: Request, parts: PartsOf) -> Caller:
    caller = caller_of(request, parts)
    if caller.session is None:
        raise MissingScope("trang này dành cho người dùng")
    return caller


Visitor = Annotated[Caller, Depends(_visitor)]
"""The person who looks; nobody logged in is led to the login page."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says; control characters are refused, since the registry keeps no NUL."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """Return a value; empty when the form does not have it."""
        return next((value for key, value in self.pairs if key == name), "")

    def has(self, name: str) -> bool:
        """Tell whether the form has a field of that name, empty or not."""
        return any(key == name for key, _ in self.pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a name."""
        return tuple(value for key, value in self.pairs if key == name)

    def fields(self) -> Mapping[str, str]:
        """Return the values of the document's fields, empty ones left out and days as ISO 8601."""
        return {
            key.removeprefix("field."): iso_day(value.strip())
            for key, value in self.pairs
            if key.startswith("field.") and value.strip()
        }

    def version(self) -> int:
        """Return the version that the person saw.

        Raises:
            InvalidInput: the form does not say.
        """
        word = self.get("version")
        if not (word.isascii() and word.isdigit() and len(word) < 10):
            raise InvalidInput("biểu mẫu thiếu phiên bản của văn bản", remedy="Hãy tải lại trang rồi làm lại.")
        return int(word)

    def without_proof(self) -> Iterator[tuple[str, str]]:
        """Give what is sent again together with the proof."""
        return ((key, value) for key, value in self.pairs if key not in {"password", "code", "credential"})


def iso_day(value: str) -> str:
    """Turn a day written in the Vietnamese way into ISO 8601; leave everything else as it is."""
    found = _DAY.fullmatch(value)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else value


def ordinal_of(word: str) -> int | None:
    """Return n of KQ(n) as a form says it; None when it is left empty.

    Raises:
        InvalidInput: it is no number of a result.
    """
    told = word.strip()
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and len(told) <= 3 and int(told) > 0):
        raise InvalidInput("thứ tự kết quả phải là số từ 1 đến 999")
    return int(told)


async def _sent(request: Request) -> Sent:
    async with request.form(max_files=0, max_fields=_PAIRS_AT_MOST) as form:
        pairs = tuple((key, value) for key, value in form.multi_items() if not isinstance(value, UploadFile))
    for _, value in pairs:
        if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in value):
            raise InvalidInput("có ký tự điều khiển trong biểu mẫu")
    return Sent(pairs)


SentForm = Annotated[Sent, Depends(_sent)]
"""The form of a request."""
