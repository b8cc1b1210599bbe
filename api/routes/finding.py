"""Finding results by name, number or word, for the staff of their units; and the queries that a person keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter

from api import search_cursors
from api.answers import READING, WRITING
from api.auth import PersonOnly, ResultReader, Right
from api.finding import facet_bodies, found_bodies
from api.parts import Parts, PartsOf
from api.schemas_search import Asked, Asking, QueryBody, QueryPath, QuerySent, SearchBody
from digitize.errors import InvalidInput
from digitize.reuse import owner_number
from digitize.search import Query, parse
from storage.reuse.owners import owner_hash
from storage.search import saved
from storage.search.finding import Filters, find
from storage.search.reach import reach_of
from storage.search.rounds import owned_by
from storage.search.saved import SavedQuery
from storage.search.showing import shown, unit_names

router = APIRouter(prefix="/api/v1", tags=["Tìm kiếm"])


@router.post("/results/find", responses=READING)
def find_results(sent: Asking, caller: ResultReader, parts: PartsOf) -> SearchBody:
    """Tìm kết quả trong phạm vi: có dấu trước, không dấu mở rộng, gõ nhầm một chữ vẫn ra; số ký hiệu nguyên vẹn."""
    query = parse(sent.q)
    after = None if sent.cursor is None else search_cursors.from_word(sent.cursor)
    of_person = _owned(parts, query)
    with parts.storage.database.read() as connection:
        reach = reach_of(connection, caller.scope.path, code=sent.unit, name=sent.unit_name)
        page = find(connection, query, reach, _filters(sent, query), owned=of_person, after=after, limit=sent.limit)
        results = shown(connection, page.hits)
        names = unit_names(connection, page.facets["unit"])
    return SearchBody(
        results=found_bodies(parts, caller, query, results),
        next=None if page.after is None else search_cursors.to_word(page.after),
        facets=facet_bodies(page, names) if after is None else {},
        bounded=page.bounded,
    )


@router.get("/saved-queries", responses=READING)
def list_saved_queries(caller: PersonOnly, parts: PartsOf) -> list[QueryBody]:
    """Các câu tìm mà chính bạn đã lưu."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.read() as connection:
        return [_query_body(each) for each in saved.listing(connection, caller.actor.id)]


@router.post("/saved-queries", status_code=201, responses=WRITING)
def save_query(sent: QuerySent, caller: PersonOnly, parts: PartsOf) -> QueryBody:
    """Lưu một câu tìm dưới một tên; chỉ bạn thấy."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.write() as connection:
        return _query_body(saved.save(connection, caller.actor.id, sent.name, _kept(sent.query), parts.now()))


@router.put("/saved-queries/{query_id}", responses=WRITING)
def change_saved_query(query_id: QueryPath, sent: QuerySent, caller: PersonOnly, parts: PartsOf) -> QueryBody:
    """Sửa tên hoặc nội dung một câu tìm đã lưu."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.write() as connection:
        return _query_body(saved.change(connection, caller.actor.id, query_id, sent.name, _kept(sent.query)))


@router.delete("/saved-queries/{query_id}", status_code=204, responses=WRITING)
def remove_saved_query(query_id: QueryPath, caller: PersonOnly, parts: PartsOf) -> None:
    """Xóa một câu tìm đã lưu."""
    caller.need(Right.READ_RESULTS)
    with parts.storage.database.write() as connection:
        saved.remove(connection, caller.actor.id, query_id)


def _owned(parts: Parts, query: Query) -> sa.Select[tuple[str]] | None:
    """Return the results of a typed person; the first hash of a registry makes its key, so it takes a transaction."""
    if query.person_number is None:
        return None
    number = owner_number(query.person_number)
    with parts.storage.database.write() as connection:
        return owned_by(number, owner_hash(connection, number, parts.now()))


def _filters(sent: Asked, query: Query) -> Filters:
    """Return what must hold besides the words: what was chosen, and what the line itself says of kind and day."""
    kinds = frozenset(sent.kind)
    if query.kind_codes:
        kinds = (kinds & frozenset(query.kind_codes)) or kinds or frozenset(query.kind_codes)
    chosen = Filters(
        kind_codes=kinds, states=frozenset(str(state) for state in sent.state), channels=frozenset(sent.channel),
        first_day=sent.first_day, last_day=sent.last_day,
    )  # fmt: skip
    if _reversed(sent.first_day, sent.last_day):
        raise InvalidInput("ngày đầu sau ngày cuối")
    return chosen if query.day is None else replace(chosen, first_day=query.day, last_day=query.day)


def _reversed(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first > last


def _kept(query: Asked) -> dict[str, object]:
    return query.model_dump(mode="json", exclude_defaults=True)


def _query_body(query: SavedQuery) -> QueryBody:
    return QueryBody(id=query.id, name=query.name, query=Asked(**query.query), created_at=query.created_at)
