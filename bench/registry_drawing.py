"""A registry drawn by rules: what is drawn comes in by COPY, the tables are filled from it in SQL."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

import psycopg
import sqlalchemy as sa
from psycopg import sql

from digitize.search import tail, unmarked, words
from digitize.tally import FOR_GOOD, OPENING
from digitize.targets import Level
from storage import units
from storage.database import Database
from storage.reuse.owners import owner_hash
from storage.tables import metadata
from workers.demo.units import data

COMMUNES, DEPARTMENTS = 300, 15
SINCE = date(2020, 1, 1)
FILLING = 2
"""Tables that are filled at once."""
FILLED = (
    "dossiers", "results", "subjects", "documents", "captures", "result_search", "search_words", "search_spellings",
    "tallies", "tally_days",
)  # fmt: skip
_NAMES = data("names.toml")
EVERYBODYS = (("nguyen", "tran", "le", "do"), ("van", "thi", "duc"), ("hung", "anh", "lan", "nam", "dung"))
"""Parts of names that are borne by many, as somebody types them."""
_SHARES = (38, 12, 10, 7, 5, 5, 4, 4, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1)
"""Percent of people with each surname of the list, roughly as they are borne."""
_KINDS = ("giay_khai_sinh", "quyet_dinh", "giay_phep_xay_dung", "giay_chung_nhan_ket_hon")
_NOTATIONS = tuple((told, unmarked(told)) for told in ("QĐ-UBND", "GP-UBND", "GCN-UBND", "TB-UBND"))
_BLOCK = 20_000
_FALSE = "false"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A registry that was drawn."""

    url: str
    size: int
    """Results; each has a dossier of its own."""
    communes: tuple[str, ...]
    """Their paths."""

    @staticmethod
    def person_number(number: int) -> str:
        """Return the number of the person who owns a result; three results are one person's."""
        return f"{1_000_000_000 + number // 3:012d}"

    @staticmethod
    def dossier_code(number: int) -> str:
        """Return the code of a dossier."""
        return f"H99.{number % 315:03d}-210101-{number:07d}"


def draw(database: Database, url: str, size: int, today: date) -> Drawn:
    """Fill an empty, migrated registry."""
    with database.write() as connection:
        top = units.add_unit(connection, code="H99", name="Tỉnh", level=Level.TINH, parent_id=None, valid_from=SINCE)
        below = [
            units.add_unit(
                connection, code=f"H99.{number}", name=f"Đơn vị {number}", parent_id=top.id, valid_from=SINCE,
                level=Level.XA if number < COMMUNES else Level.TINH,
            )
            for number in range(COMMUNES + DEPARTMENTS)
        ]  # fmt: skip
        owner_hash(connection, Drawn.person_number(0), datetime(today.year, 1, 1, tzinfo=UTC))  # makes the key
    with _connected(url) as plain:
        _keep_no_log(plain)
        indexes = _taken_away(plain)
        _copy(plain, size, [unit.id for unit in below], today)
        jobs = _jobs(indexes)
        with ThreadPoolExecutor(FILLING) as hands:
            for done in [hands.submit(_do, url, job) for job in jobs]:
                done.result()
        plain.execute("DROP TABLE drawn")
        plain.execute("ANALYZE units")
    return Drawn(url, size, tuple(unit.path for unit in below[:COMMUNES]))


def _connected(url: str) -> psycopg.Connection[tuple[str, ...]]:
    """Connect in order to fill: the drawn rows agree with each other, and to check each again would be most of it."""
    plain = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    plain.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET jit = off")
    # As many hands as cores are at work already.
    plain.execute(
        "SET max_parallel_maintenance_workers = 0; SET maintenance_work_mem = '768MB'; SET work_mem = '768MB'"
    )
    return plain


def _keep_no_log(plain: psycopg.Connection[tuple[str, ...]]) -> None:
    """Let no table be logged: what can be drawn again is worth no log, which would be as large as the registry."""
    for table in reversed(metadata.sorted_tables):  # one that is logged may not point to one that is not
        plain.execute(sql.SQL("ALTER TABLE {} SET UNLOGGED").format(sql.Identifier(table.name)))


def _jobs(indexes: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return what may be done side by side, the longest first: the tables one by one, each with its indexes."""
    fills = defaultdict[str, list[str]](list)
    for name, statement in _statements():
        fills[name].append(statement)
    jobs = [[*fills[name], *indexes.get(name, ()), f"VACUUM (ANALYZE, INDEX_CLEANUP OFF) {name}"] for name in FILLED]
    return sorted(jobs, key=len, reverse=True)


def _do(url: str, job: Sequence[str]) -> None:
    with _connected(url) as plain:
        for statement in job:
            plain.execute(statement)


def _taken_away(plain: psycopg.Connection[tuple[str, ...]]) -> Mapping[str, Sequence[str]]:
    """Drop the indexes that are no key's; return how they are made again, by table."""
    found = plain.execute(
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE 'ix%%'",
        (list(FILLED),),
    ).fetchall()
    again = defaultdict[str, list[str]](list)
    for table, name, definition in found:
        plain.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        again[table].append(definition)
    return again


def _copy(plain: psycopg.Connection[tuple[str, ...]], size: int, unit_ids: list[str], today: date) -> None:
    plain.execute(
        "CREATE UNLOGGED TABLE drawn (n int, unit_id text, issued_on date, published_on date, state text, kind text,"
        " name text, marked text, key text, tail text, number text, number_key text)"
    )
    with plain.cursor() as cursor, cursor.copy("COPY drawn FROM STDIN") as copy:
        for begin in range(0, size, _BLOCK):
            copy.write("".join(_lines(range(begin, min(size, begin + _BLOCK)), unit_ids, today)))


def _lines(numbers: range, unit_ids: list[str], today: date) -> Iterator[str]:
    """Draw some results, as COPY takes them."""
    dice = random.Random(numbers.start)
    days = (today - date(2015, 1, 1)).days
    first_published = date(2021, 1, 1)
    weights, told = _names()
    for number, name, drawn in zip(
        numbers, dice.choices(told, cum_weights=weights, k=len(numbers)), _dice(dice), strict=False
    ):
        issued = today - timedelta(days=int(days * drawn[0]))
        state = "published" if drawn[1] < 0.4 else ("to_check", "confirmed")[number & 1] if drawn[1] < 0.402 else "\\N"
        published = min(today, max(issued, first_published) + timedelta(days=int(60 * drawn[2])))
        day = published.isoformat() if state == "published" else "\\N"
        notation, bare = _NOTATIONS[int(4 * drawn[3])]
        serial = 1 + int(400 * drawn[4])
        kind = _KINDS[number % len(_KINDS)]
        yield (
            f"{number}\t{unit_ids[number % len(unit_ids)]}\t{issued}\t{day}\t{state}\t{kind}\t{name}"
            f"\t{serial}/{notation}\t{serial}/{bare}\n"
        )


def _dice(dice: random.Random) -> Iterator[tuple[float, float, float, float, float]]:
    while True:
        yield dice.random(), dice.random(), dice.random(), dice.random(), dice.random()


@cache
def _names() -> tuple[list[int], list[str]]:
    """Return how often names are borne, added up, and the names in their forms, as COPY takes them."""
    shares, told = [], []
    for sex in ("male", "female"):
        for surname, share in zip(_NAMES["surnames"], _SHARES, strict=False):
            for place, middle in enumerate(_NAMES[f"middle_{sex}"]):
                for given in _NAMES[f"given_{sex}"]:
                    name = f"{surname} {middle} {given}"
                    marked = " ".join(words(name))
                    key = unmarked(marked)
                    shares.append(share * (12 if place == 0 else 2))
                    told.append(f"{name}\t{marked}\t{key}\t{tail(key)}")
    return list(accumulate(shares)), told


def _statements() -> Iterator[tuple[str, str]]:
    """Give tables and how each is filled: in the order of its ids, as random ids would lie in the indexes."""
    result, document = "md5('r' || n)", "md5('d' || n)"
    yield _filled(
        "dossiers", id="md5('o' || n)", unit_id="unit_id", procedure_code="'1.001193'", procedure_name="'Thủ tục'",
        code="'H99.' || to_char(n % 315, 'FM000') || '-210101-' || to_char(n, 'FM0000000')", holder_name="name",
        holder_id="to_char(1000000000 + n / 3, 'FM000000000000')", received_on="issued_on - 5", resolved_on="issued_on",
        created_by="'bench'", created_at="issued_on::timestamptz", channel="1 + n % 3",
    )  # fmt: skip
    yield _filled(
        "results", id=result, dossier_id="md5('o' || n)", ordinal="1", unit_id="unit_id", title="'Kết quả'",
        kind_code="kind", issued_on="issued_on", number="number",
        wanted_until=f"CASE WHEN published_on IS NULL THEN date '{FOR_GOOD}' END",
    )  # fmt: skip
    has = "state IS NOT NULL"
    yield _filled("subjects", has, id=document, kind="'document'", version="9", lease_number="4")
    received = "published_on::timestamptz - interval '2 days'"
    yield _filled(
        "documents", has, id=document, result_id=result, unit_id="unit_id", state="state", capture="1",
        waiting_for="CASE state WHEN 'published' THEN 'nobody' ELSE 'clerk' END", hands="'[\"can-bo\"]'::json",
        received_at=f"coalesce({received}, timestamptz '2026-10-14') + (n % 36000) * interval '1 second'",
        changed_at=f"coalesce({received}, timestamptz '2026-10-14')", published_at="published_on::timestamptz",
        summary="json_build_object('kind_code', kind, 'number', number, 'holder_name', name)",
    )  # fmt: skip
    yield _filled(
        "captures", has, document_id=document, number="1", scan_key="md5('s' || n) || md5('t' || n)",
        size_bytes="300000", received_at=f"coalesce({received}, timestamptz '2026-10-14')", received_from="'bench'",
    )  # fmt: skip
    yield _filled(
        "result_search", result_id=result, whose="'paper'", unit_id="unit_id", dossier_id="md5('o' || n)",
        issued_on="issued_on", kind_code="kind", state="coalesce(state, 'none')", channel="1 + n % 3",
        name_marked="marked", name_key="key", name_tail="tail", number_marked="lower(number)", number_key="number_key",
    )  # fmt: skip
    pairs = "drawn, LATERAL (VALUES (split_part(key, ' ', 1) || ' ' || split_part(key, ' ', 2))) pair(word)"
    yield _filled(
        "search_words", "state = 'published'", pairs, word="word", unit_id="unit_id", day="published_on",
        document_id=document, marked="word",
    )  # fmt: skip
    spelled = "(SELECT DISTINCT unnest(string_to_array(key, ' ')) AS word FROM drawn) spelled"
    yield _filled("search_spellings", "true", spelled, cut="word", word="word")
    yield from _tallies()


def _tallies() -> Iterator[tuple[str, str]]:
    opened = f"greatest(issued_on, date '{OPENING}')"
    first = f"issued_on > date '{OPENING}'"
    for measure, cohort, day, condition in (
        ("stock", "''", opened, "true"),
        ("stock_done", "''", "greatest(published_on, issued_on)", "published_on IS NOT NULL"),
        ("flow", "to_char(issued_on, 'YYYY-MM')", "issued_on", first),
        ("flow_done", "to_char(issued_on, 'YYYY-MM')", "greatest(published_on, issued_on)",
         f"published_on IS NOT NULL AND {first}"),
    ):  # fmt: skip
        for table, column, value in (("tallies", "month", f"to_char({day}, 'YYYY-MM')"), ("tally_days", "day", day)):
            statement = (
                f"INSERT INTO {table} (unit_id, measure, cohort, {column}, n) SELECT unit_id, '{measure}', {cohort},"  # noqa: S608  # our own words
                f" {value}, count(*) FROM drawn WHERE {condition} GROUP BY 1, 3, 4"
            )
            yield table, statement


def _filled(name: str, condition: str = "true", source: str = "drawn", **values: str) -> tuple[str, str]:
    """Return a table and what fills it; columns that must have a value and were given none get an empty one."""
    given = {**values, **_empty(metadata.tables[name], values)}
    columns, told = ", ".join(given), ", ".join(given.values())
    return name, f"INSERT INTO {name} ({columns}) SELECT {told} FROM {source} WHERE {condition} ORDER BY 1"  # noqa: S608  # our own words


def _empty(table: sa.Table, given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for column in table.columns:
        if not column.nullable and column.name not in given:
            kept = column.type
            if isinstance(kept, sa.Boolean):
                found[column.name] = _FALSE
            elif isinstance(kept, sa.JSON):
                found[column.name] = "'[]'::json"
            else:
                found[column.name] = "0" if isinstance(kept, sa.Integer) else "''"
    return found
