"""What was found as callers see it: masked where their office does not need names, with what agrees set off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from api.auth import Caller
from api.masking import masked_name
from api.parts import Parts
from api.schemas_search import STATES_BESIDE, FacetBody, FoundBody, Highlight
from api.words import kind_name
from digitize.errors import WorldAtFault
from digitize.lifecycle import STATE_NAMES, Office, State
from digitize.model import Reading, from_json
from digitize.search import Query, Word, agreement, marked
from storage.search.finding import Found
from storage.search.rounds import Why
from storage.search.showing import ShownResult

SEE_NAMES = frozenset({Office.CLERK, Office.SUPERVISOR})
"""Who resolves dossiers or answers for them; everybody else gets initials."""
MOST_SNIPPETS = 10
"""Results of a page whose text is opened to show the words in it."""

_BEFORE, _BEHIND = 60, 120
"""Characters of a snippet around the first word that agrees."""
_WORD = re.compile(r"[^\W_]+")


def found_bodies(parts: Parts, caller: Caller, query: Query, results: Sequence[ShownResult]) -> list[FoundBody]:
    """Describe a page of results."""
    sees_names = caller.actor.office in SEE_NAMES
    opened = 0
    bodies = []
    for result in results:
        text = None
        if sees_names and result.reading_key is not None and opened < MOST_SNIPPETS:
            text, opened = _text(parts, result.reading_key), opened + 1
        bodies.append(_body(query, result, text, sees_names=sees_names))
    return bodies


def facet_bodies(found: Found, unit_names: dict[str, tuple[str, str]]) -> dict[str, list[FacetBody]]:
    """Describe the counts, the most frequent value first.

    Args:
        found: a first page.
        unit_names: code and name of each unit by its id.
    """
    named: dict[str, Callable[[str], str]] = {"kind": kind_name, "state": state_name, "year": str}
    told = {
        name: [FacetBody(value=value, name=named[name](value), count=count) for value, count in counter.most_common()]
        for name, counter in found.facets.items()
        if name in named
    }
    units = [(*unit_names[unit_id], count) for unit_id, count in found.facets["unit"].most_common()]
    return told | {"unit": [FacetBody(value=code, name=name, count=count) for code, name, count in units]}


def state_name(state: str) -> str:
    """Name a state of a document, or that there is none."""
    return STATES_BESIDE.get(state) or STATE_NAMES[State(state)]


def _body(query: Query, result: ShownResult, text: str | None, *, sees_names: bool) -> FoundBody:
    holder, applicant = result.holder_name, result.applicant_name
    return FoundBody(
        result=result.hit.result_id, code=result.code, dossier=result.dossier_code, document=result.document,
        title=result.title, kind_code=result.kind_code, kind_name=kind_name(result.kind_code), state=result.state,
        state_name=state_name(result.state), number=result.number, issued_on=result.issued_on,
        valid_until=result.valid_until, cancelled_on=result.cancelled_on, unit=result.unit_code,
        unit_name=result.unit_name, holder_name=holder if sees_names else masked_name(holder),
        applicant_name=applicant if sees_names else masked_name(applicant), why=result.hit.why,
        highlights=_highlights(query, result, text, sees_names=sees_names),
    )  # fmt: skip


def _highlights(query: Query, result: ShownResult, text: str | None, *, sees_names: bool) -> list[Highlight]:
    found: list[Highlight] = []
    if sees_names:
        names = (("holder_name", result.holder_name), ("applicant_name", result.applicant_name))
        found += [
            Highlight(field=field, text=name, spans=spans)  # type: ignore[arg-type]  # one of the names above
            for field, name in names
            if (spans := _spans(query.words, name)) and result.hit.why is not Why.TEXT
        ]
    if result.hit.why in {Why.NUMBER, Why.NUMBER_AND_NAME, Why.SERIAL}:
        found.append(Highlight(field="number", text=result.number, spans=[(0, len(result.number))]))
    if text is not None:
        snippet = _snippet(query.words, text)
        found.append(Highlight(field="text", text=snippet, spans=_spans(query.words, snippet)))
    return found


def _spans(asked: Iterable[Word], text: str) -> list[tuple[int, int]]:
    words = tuple(asked)
    return [
        (place.start(), place.end())
        for place in _WORD.finditer(text)
        if any(agreement(word, marked(place[0])) for word in words)
    ]


def _snippet(asked: Sequence[Word], text: str) -> str:
    """Cut the stretch out in which most of the words stand close together."""
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    spans = _spans(asked, flat)
    if not spans:
        return flat[:_BEHIND]
    best = max(spans, key=lambda span: sum(span[0] <= other[0] < span[0] + _BEHIND for other in spans))
    begin = flat.rfind(" ", 0, max(0, best[0] - _BEFORE)) + 1
    end = flat.find(" ", best[0] + _BEHIND)
    return ("… " if begin else "") + flat[begin : end if end > 0 else len(flat)] + (" …" if end > 0 else "")


def _text(parts: Parts, key: str) -> str | None:
    try:
        return from_json(parts.storage.objects.get(key), Reading).text
    except WorldAtFault:
        # What was found is shown all the same; only the stretch of text is missing.
        return None
