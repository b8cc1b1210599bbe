"""Who looked at an owner's results, when and why: for the owner, who proves who they are by a paper that they hold."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest import facts
from digitize.errors import WrongFact, WrongOwner
from digitize.reuse import RequestState, ReuseEvent, owner_number
from storage import shown, throttle
from storage.reuse.asking import Asker, CallerKind
from storage.reuse.owners import OWNED, named, owner_hash
from storage.reuse.recording import write
from storage.tables import (
    confirmed_data,
    documents,
    dossiers,
    results,
    reuse_acceptances,
    reuse_answers,
    reuse_requests,
    units,
)

MOST = 200
"""Requests of one list, the latest."""

ON_BEHALF = "Xem lịch sử tra cứu thay chủ giấy tờ"
"""Purpose of a list that staff read."""

_RESULT_CODE = re.compile(r"(?P<dossier>.{1,64})-KQ\((?P<ordinal>\d{1,3})\)")


@dataclass(frozen=True, slots=True)
class Seen:
    """A result that somebody was shown, or asked for."""

    title: str
    access: str
    """Of :class:`digitize.reuse.Access`."""
    shown: str
    """``data``, ``file`` or nothing."""
    fetched_at: datetime | None
    accepted_at: datetime | None
    """When it replaced a paper."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A request, as the owner may see it."""

    at: datetime
    caller: str
    """Name of a person or system; a person's is masked before it is shown."""
    is_person: bool
    unit_name: str
    purpose: str
    legal_basis: str
    dossier_code: str
    results: tuple[Seen, ...]


def of_owner(connection: sa.Connection, number: str, result_code: str, fact: str, now: datetime) -> Sequence[Lookup]:
    """Return who looked at an owner's results, for who knows the number, a result and what stands on its paper.

    Args:
        connection: a writing transaction: wrong answers are counted and close the list for a while.
        number: of the owner.
        result_code: ``<dossier code>-KQ(n)`` of a result of theirs.
        fact: number of the paper, or its day of issue where it bears none.
        now: when.

    Raises:
        InvalidInput: the number is none.
        WrongOwner: the three do not belong together, or too many did not before; committed all the same.
    """
    plain = owner_number(number)
    hashed = owner_hash(connection, plain, now)
    right = _proved(connection, plain, hashed, result_code, fact)
    try:
        throttle.answered(connection, f"owner/{hashed}", now, right=right)
    except WrongFact as error:
        raise WrongOwner from error
    return _lookups(connection, plain, hashed)


def on_behalf(connection: sa.Connection, number: str, legal_basis: str, asker: Asker, now: datetime
              ) -> Sequence[Lookup]:  # fmt: skip
    """Return the same for staff who saw the owner's paper of identity; that they looked stands in the list as well.

    Raises:
        InvalidInput: the number is none.
    """
    plain = owner_number(number)
    hashed = owner_hash(connection, plain, now)
    request = uuid.uuid4().hex
    unit = sa.select(units.c.id).where(units.c.path == asker.scope.path).scalar_subquery()
    connection.execute(
        reuse_requests.insert().values(
            id=request, caller_id=asker.id, caller_kind=asker.kind.value, unit_id=unit, purpose=ON_BEHALF,
            legal_basis=legal_basis, dossier_code="", owner_hash=hashed, asked_at=now,
            state=RequestState.ANSWERED.value, last_event=1,
        )
    )  # fmt: skip
    write(connection, request, 1, ReuseEvent.LISTED, asker.id, now, {})
    return _lookups(connection, plain, hashed)


def _proved(connection: sa.Connection, number: str, hashed: str, result_code: str, fact: str) -> bool:
    code = _RESULT_CODE.fullmatch(result_code.strip())
    if code is None:
        return False
    rows = connection.execute(
        sa.select(results.c.issued_on, confirmed_data.c.fields)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(documents, documents.c.result_id == results.c.id)
        .join(confirmed_data, sa.and_(confirmed_data.c.document_id == documents.c.id,
                                      confirmed_data.c.version == documents.c.metadata_version))
        .where(dossiers.c.code == code["dossier"], results.c.ordinal == int(code["ordinal"]),
               results.c.id.in_(OWNED))
        .limit(10),
        named(number, hashed),
    ).all()  # fmt: skip
    return any(facts.told_of_result(fact, row.fields.get("number", ""), row.issued_on) for row in rows)


def _lookups(connection: sa.Connection, number: str, hashed: str) -> Sequence[Lookup]:
    about = sa.select(reuse_answers.c.request_id).where(reuse_answers.c.result_id.in_(OWNED))
    rows = connection.execute(
        sa.select(reuse_requests, units.c.name.label("unit_name"))
        .join(units, units.c.id == reuse_requests.c.unit_id)
        .where(sa.or_(reuse_requests.c.owner_hash == hashed, reuse_requests.c.id.in_(about)))
        .order_by(reuse_requests.c.asked_at.desc(), reuse_requests.c.id)
        .limit(MOST),
        named(number, hashed),
    ).all()
    names = shown.names(connection, (row.caller_id for row in rows))
    seen = _seen(connection, [row.id for row in rows], number, hashed)
    return [
        Lookup(
            row.asked_at, names.get(row.caller_id, ""), row.caller_kind == CallerKind.PERSON.value, row.unit_name,
            row.purpose, row.legal_basis, row.dossier_code, tuple(seen[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def _seen(connection: sa.Connection, requests: Sequence[str], number: str, hashed: str) -> Mapping[str, Sequence[Seen]]:
    """Return the answers to some requests that are about results of the owner."""
    accepted = (
        sa.select(sa.func.min(reuse_acceptances.c.accepted_at))
        .where(
            reuse_acceptances.c.request_id == reuse_answers.c.request_id,
            reuse_acceptances.c.result_id == reuse_answers.c.result_id,
        )
        .correlate(reuse_answers)
        .scalar_subquery()
    )
    found: defaultdict[str, list[Seen]] = defaultdict(list)
    rows: Sequence[sa.Row[Any]] = connection.execute(
        sa.select(reuse_answers, results.c.title, accepted.label("accepted_at"))
        .join(results, results.c.id == reuse_answers.c.result_id)
        .where(reuse_answers.c.request_id.in_(requests), reuse_answers.c.result_id.in_(OWNED))
        .order_by(reuse_answers.c.request_id, results.c.issued_on.desc(), results.c.id),
        named(number, hashed),
    ).all()
    for row in rows:
        found[row.request_id].append(Seen(row.title, row.access, row.shown, row.fetched_at, row.accepted_at))
    return found
