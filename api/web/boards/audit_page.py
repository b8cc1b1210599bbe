"""The history searched by person, document, kind and day; masked, a page at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import list_cursors
from api.auth import Caller
from api.errors import MissingScope
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.schemas_counting import CursorQuery
from api.web.rendering import page
from api.web.visiting import Visitor
from api.words import EVENT_NAMES
from digitize.errors import InvalidInput, NotFound
from digitize.lifecycle import Office
from digitize.tally import day_of
from digitize.targets import VIETNAM_TIME
from storage import people, shown
from storage.audit import searching
from storage.audit.searching import Place, Wanted

router = APIRouter()

PAGE_LENGTH = 50
LONGEST = timedelta(days=92)
"""So many days at once: the history is long."""

WordQuery = Annotated[str, Query(max_length=100, pattern=PRINTABLE)]
DayWord = Annotated[str, Query(max_length=10, pattern=r"^[0-9/-]*$")]


@router.get("/operations/history")
def search_history(
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    who: WordQuery = "",
    what: WordQuery = "",
    document: WordQuery = "",
    since: DayWord = "",
    until: DayWord = "",
    cursor: CursorQuery = None,
) -> Response:
    """Show what happened within the caller's units."""
    if caller.actor.office not in {Office.SUPERVISOR, Office.ADMINISTRATOR}:
        raise MissingScope
    today = day_of(parts.now())
    last = _day(until) or today
    first = _day(since) or last - timedelta(days=6)
    message, found, names = "", None, {}
    after = None if cursor is None else _place(cursor)
    with parts.storage.database.read() as connection:
        try:
            _need_days(since, until)
            wanted = _wanted(connection, caller, who.strip(), what, document.strip(), first, last)
        except (InvalidInput, NotFound) as error:
            message = error.message
        else:
            found = searching.search(connection, wanted, caller.scope, after=after, limit=PAGE_LENGTH)
            names = dict(shown.names(connection, (each.actor for each in found.events)))
    following = None if found is None or found.following is None else _word(found.following)
    return page(
        request, "boards/history.html", caller=caller, who=who, what=what, document=document, since=first, until=last,
        found=found, names=names, event_names=EVENT_NAMES, following=following, at_start=cursor is None,
        message=message,
    )  # fmt: skip


def _wanted(
    connection: sa.Connection, caller: Caller, who: str, what: str, document: str, first: date, last: date
) -> Wanted:
    """Say what is looked for.

    Raises:
        InvalidInput: too many days, or the last one before the first.
        NotFound: nobody of that name within the scope.
    """
    if last < first or last - first > LONGEST:
        raise InvalidInput(f"khoảng ngày phải từ 1 đến {LONGEST.days} ngày, ngày đầu không sau ngày cuối")
    actor = people.find_by_username(connection, who, caller.scope)[0].id if who else None
    is_id = len(document) == 32 and all(letter in "0123456789abcdef" for letter in document)
    return Wanted(
        datetime.combine(first, time(), VIETNAM_TIME).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time(), VIETNAM_TIME).astimezone(UTC),
        actor,
        what if what in EVENT_NAMES else None,
        document if is_id else None,
        document if document and not is_id else None,
    )


def _need_days(*words: str) -> None:
    """Refuse what is no day.

    Raises:
        InvalidInput: one of them is none; an empty word is none that was meant.
    """
    if any(word and _day(word) is None for word in words):
        raise InvalidInput("ngày phải có dạng ngày/tháng/năm, chẳng hạn 22/11/2026")


def _day(word: str) -> date | None:
    """Read a day as it is written in Vietnam, or as browsers send it; None when it is none."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(word, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _word(place: Place) -> str:
    return list_cursors.to_word(place.at.isoformat(), place.subject, str(place.sequence))


def _place(cursor: str) -> Place:
    at, subject, sequence = list_cursors.from_word(cursor, 3)
    try:
        return Place(datetime.fromisoformat(at).astimezone(UTC), subject, int(sequence))
    except (ValueError, OverflowError) as error:
        raise list_cursors.not_ours() from error
