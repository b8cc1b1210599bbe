"""The heads, their leaves, and the rows that the leaves cover."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from digitize import merkle
from digitize.lifecycle import State
from digitize.merkle import Leaf
from storage.audit.finding import Finding
from storage.heads import BY_KIND, FACTS, HISTORY, Fact, KeptHead, heads, leaves_of
from storage.tables import documents, events, merkle_heads, merkle_leaves


@dataclass(frozen=True, slots=True)
class TokenJudgement:
    """What is to be said of the timestamp of a head."""

    fault: str
    """A Vietnamese clause; empty when the token proves its time."""
    stamped_at: datetime | None
    """As the token says; None when it is none."""


JudgeToken = Callable[[bytes, str], TokenJudgement]
"""Judges a token (DER) over a digest (SHA-256 in hex)."""


def examine_heads(connection: sa.Connection, judge: JudgeToken) -> Iterator[Finding]:
    """Name every head that does not hold, and every leaf by which it does not."""
    previous, number, day = merkle.FIRST, 0, ""
    for kept in heads(connection):
        head, row = kept.head, str(kept.head.number)
        number += 1
        if head.number != number:
            yield Finding(merkle_heads.name, str(number), "đầu cây đã bị xóa")
            number = head.number
        if head.previous != previous:
            yield Finding(merkle_heads.name, row, "không nối tiếp đầu cây trước")
        if head.hash != kept.kept_hash:
            yield Finding(merkle_heads.name, row, "nội dung không khớp mã băm")
        if head.day < day:
            yield Finding(merkle_heads.name, row, f"ngày {head.day} trước ngày của đầu cây trước")
        previous, day = kept.kept_hash, head.day
        yield from _examine_leaves(connection, kept)
        yield from _examine_token(connection, kept, judge)
    beyond = sa.select(merkle_leaves.c.head_number).where(
        ~sa.exists().where(merkle_heads.c.number == merkle_leaves.c.head_number)
    )
    for missing in connection.execute(beyond.distinct()).scalars():
        yield Finding(merkle_heads.name, str(missing), "đầu cây đã bị xóa, lá của nó vẫn còn")


def compare(connection: sa.Connection, known: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Hold the heads against a list that somebody kept outside: what was once published must stand."""
    kept = {each.head.number: each.kept_hash for each in heads(connection)}
    for each in known:
        number = each.get("number")
        if number not in kept:
            yield Finding(merkle_heads.name, str(number), "đầu cây đã công bố nay không còn")
        elif kept[number] != each.get("hash"):
            yield Finding(merkle_heads.name, str(number), "khác với đầu cây đã công bố")


def examine_facts(connection: sa.Connection) -> Iterator[Finding]:
    """Name every row that is not what a leaf covers, and every leaf whose row is gone."""
    purged = set(connection.execute(sa.select(documents.c.id).where(documents.c.state == State.PURGED.value)).scalars())
    for fact in FACTS:
        for row in connection.execution_options(yield_per=1000).execute(_covered(fact)).mappings():
            if not _opens(fact, row):
                yield Finding(fact.table.name, row["leaf_name"], f"{fact.told} đã bị sửa sau khi vào đầu cây")
        yield from _gone(connection, fact, purged)
    for kind in connection.execute(sa.select(merkle_leaves.c.kind).distinct()).scalars():
        if kind not in BY_KIND and kind != HISTORY:
            yield Finding(merkle_leaves.name, kind, "loại lá không tồn tại trong quy tắc")


def examine_history(connection: sa.Connection) -> Iterator[Finding]:
    """Name every entry of the history that is not the one that a leaf covers."""
    leaves = sa.select(merkle_leaves.c.name, merkle_leaves.c.digest).where(merkle_leaves.c.kind == HISTORY)
    for batch in connection.execute(leaves).partitions(400):
        wanted = {_entry_named(row.name): row.digest for row in batch}
        rows = connection.execute(
            sa.select(events.c.subject_id, events.c.sequence, events.c.hash).where(
                sa.tuple_(events.c.subject_id, events.c.sequence).in_(list(wanted))
            )
        )
        found = {(row.subject_id, row.sequence): row.hash for row in rows}
        for (subject, sequence), digest in wanted.items():
            if (subject, sequence) not in found:
                yield Finding(events.name, subject, f"sự kiện {sequence} đã vào đầu cây nay không còn")
            elif found[subject, sequence] != digest:
                yield Finding(events.name, subject, f"sự kiện {sequence} đã bị sửa sau khi vào đầu cây")


def _examine_leaves(connection: sa.Connection, kept: KeptHead) -> Iterator[Finding]:
    number, rows = kept.head.number, leaves_of(connection, kept.head.number)
    ordered = ("", "")
    for position, row in enumerate(rows):
        if row.position != position:
            yield Finding(merkle_leaves.name, f"{number}:{position}", "lá đã bị xóa hoặc đổi chỗ")
            break
        if (row.kind, row.name) <= ordered:
            yield Finding(merkle_leaves.name, f"{number}:{position}", f"lá {row.kind} {row.name} không đúng thứ tự")
        ordered = (row.kind, row.name)
    if len(rows) != kept.head.leaves:
        yield Finding(merkle_leaves.name, str(number), f"có {len(rows)} lá, đầu cây ghi {kept.head.leaves}")
    reached = merkle.root([Leaf(row.kind, row.name, row.digest).hash for row in rows]).hex()
    if reached != kept.head.root:
        yield Finding(merkle_leaves.name, str(number), "lá không còn dẫn đến gốc của đầu cây")


def _examine_token(connection: sa.Connection, kept: KeptHead, judge: JudgeToken) -> Iterator[Finding]:
    row = str(kept.head.number)
    if kept.token is None:
        if kept.timestamped_at is not None:
            yield Finding(merkle_heads.name, row, "dấu thời gian đã bị xóa")
        return
    text = connection.execute(
        sa.select(merkle_heads.c.token).where(merkle_heads.c.number == kept.head.number)
    ).scalar_one()
    judged = judge(kept.token, kept.head.hash)
    if judged.fault or base64.b64encode(kept.token).decode() != text:
        yield Finding(merkle_heads.name, row, judged.fault or "dấu thời gian đã bị sửa")
    elif judged.stamped_at != (kept.timestamped_at and kept.timestamped_at.astimezone(UTC)):
        yield Finding(merkle_heads.name, row, "giờ ghi khác với giờ trong dấu thời gian")


def _opens(fact: Fact, row: sa.RowMapping) -> bool:
    if row["salt"] is None:
        return False
    try:
        return bool(merkle.commitment(row["salt"], fact.encoded(row)) == row["digest"])
    except ValueError:  # a changed salt may be no hex any more
        return False


def _gone(connection: sa.Connection, fact: Fact, purged: set[str]) -> Iterator[Finding]:
    for name in connection.execute(_without_row(fact)).scalars():
        if fact.purged_with is None or name.split(":")[0] not in purged:
            yield Finding(fact.table.name, name, f"{fact.told} đã vào đầu cây nay không còn")


@cache
def _covered(fact: Fact) -> sa.Select[Any]:
    """Select the rows of a kind with the leaves that cover them; put together once, an audit asks it of every kind."""
    leaf = sa.and_(merkle_leaves.c.kind == fact.kind, merkle_leaves.c.name == fact.name)
    wanted = (fact.table, fact.name.label("leaf_name"), merkle_leaves.c.salt, merkle_leaves.c.digest)
    return sa.select(*wanted).join(merkle_leaves, leaf)


@cache
def _without_row(fact: Fact) -> sa.Select[tuple[str]]:
    """Select the names of leaves of a kind whose row is gone."""
    stands = sa.exists().where(fact.name == merkle_leaves.c.name)
    return sa.select(merkle_leaves.c.name).where(merkle_leaves.c.kind == fact.kind, ~stands)


def _entry_named(name: str) -> tuple[str, int]:
    subject, _, sequence = name.rpartition(":")
    return subject, int(sequence) if sequence.isdecimal() else 0
