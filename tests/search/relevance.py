"""Graded judgements: how good an order is, ours beside that of a plain search for the typed letters."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from digitize.vietnamese import unmarked
from storage import search
from storage.tables import documents, dossiers, results, subjects
from tests.registry.province import ISSUED
from tests.search.desk import SearchDesk, reading_of

_FILE = Path(__file__).with_name("relevance.toml")
AT = 10
"""How many of the first results are judged."""

Search = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """How good the first ten results were, over all queries."""

    ndcg: float
    """0 to 1: the sum of (2^grade - 1) / log2(rank + 1), against the best order there is; the mean."""
    recall: float
    """0 to 1: which share of what answers was among them; the mean."""
    first: float
    """0 to 1: how often the first one had the highest grade."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the collection."""

    called: str
    holder: str
    number: str
    kind: str
    text: str


def collection() -> tuple[Sequence[Paper], Sequence[tuple[str, Mapping[str, int]]]]:
    """Return the papers and the judged queries."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [Paper(*row) for row in told["papers"]], [(typed, grades) for typed, grades in told["queries"]]


def fill(desk: SearchDesk) -> None:
    """Enter the papers as rows: how they come about is not asked here."""
    province, papers = desk.province, collection()[0]
    unit, now = province.commune.id, province.now
    desk.ids = {paper.called: paper.called for paper in papers}
    with province.database.write() as connection:
        for table, rows in (
            (dossiers, [
                {"id": f"o{paper.called}", "code": f"H99-{paper.called}", "unit_id": unit, "procedure_code": "1",
                 "procedure_name": "Thủ tục", "holder_name": paper.holder, "created_by": "test", "created_at": now}
                for paper in papers
            ]),
            (results, [
                {"id": paper.called, "dossier_id": f"o{paper.called}", "ordinal": 1, "unit_id": unit,
                 "title": "Kết quả", "issued_on": ISSUED,
                 "kind_code": paper.kind, "number": paper.number}
                for paper in papers
            ]),
            (subjects, [{"id": f"d{paper.called}", "kind": "document", "version": 0} for paper in papers]),
            (documents, [
                {"id": f"d{paper.called}", "result_id": paper.called, "unit_id": unit, "state": "published",
                 "waiting_for": "nobody", "capture": 1, "hands": [], "four_eyes": False, "received_at": now,
                 "changed_at": now, "summary": {}}
                for paper in papers
            ]),
        ):  # fmt: skip
            connection.execute(table.insert(), rows)
        search.index_many(connection, desk.ids.values())
        for paper in papers:
            search.index_text(connection, f"d{paper.called}", reading_of(paper.text))


def judged(search: Search) -> Judged:
    """Put every query to a search."""
    queries = collection()[1]
    ndcg = recall = first = 0.0
    for typed, grades in queries:
        found = list(search(typed))[:AT]
        best = sorted(grades.values(), reverse=True)
        ndcg += _gain([grades.get(each, 0) for each in found]) / _gain(best[:AT])
        recall += len(set(found) & grades.keys()) / len(grades)
        first += bool(found) and grades.get(found[0], 0) == best[0]
    count = len(queries)
    return Judged(ndcg / count, recall / count, first / count)


def as_typed(typed: str) -> Sequence[str]:
    """Search as ``ILIKE '%typed%'`` does over name, number and text."""
    return _holding(typed.casefold(), lambda text: text.casefold())


def unaccented(typed: str) -> Sequence[str]:
    """Search as ``unaccent(…) ILIKE unaccent('%typed%')`` does."""
    return _holding(unmarked(typed).casefold(), lambda text: unmarked(text).casefold())


def _holding(typed: str, folded: Callable[[str], str]) -> Sequence[str]:
    return [
        paper.called
        for paper in collection()[0]
        if any(typed in folded(text) for text in (paper.holder, paper.number, paper.text))
    ]


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
