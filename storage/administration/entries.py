"""Entries of the catalogues that administrators retire or restore one by one, and how that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import Forbidden, Impossible, InvalidInput, NotFound
from digitize.procedures import Procedure, ResultType, one_after_the_other
from storage import changes, procedures
from storage.administration.imports import CATALOGUES, KINDS, What, everybodys_unit
from storage.changes import Change, Deed, Reversal, Reversals, State, Subject

_WHATS = {KINDS[what]: what for what in CATALOGUES}


def versions(
    connection: sa.Connection, what: What, code: str, *, to_change: bool = False
) -> Sequence[Procedure | ResultType]:
    """Return what a code stood, stands and will stand for, the oldest first.

    Raises:
        NotFound: the catalogue has no such code.
    """
    found: Sequence[Procedure | ResultType] = procedures.versions(
        connection, CATALOGUES[what], code, to_change=to_change
    )
    if not found:
        raise NotFound("mục này trong danh mục")
    return found


def retire(connection: sa.Connection, what: What, code: str, since: date, until: date, deed: Deed) -> None:
    """Let an entry hold until a day and no longer.

    Args:
        connection: a writing transaction.
        what: which catalogue.
        code: of the entry.
        since: its first day.
        until: its last day from now on.
        deed: who, when, why.

    Raises:
        NotFound: there is no such entry.
        InvalidInput: the day lies before its first one, or not before its end.
    """
    entry = _entry(versions(connection, what, code, to_change=True), since)
    if until < since or (entry.until is not None and until >= entry.until):
        raise InvalidInput("ngày thôi áp dụng phải nằm trong thời gian hiệu lực của mục này")
    _write(connection, what, entry, until, "retired", deed)


def restore(connection: sa.Connection, what: What, code: str, since: date, deed: Deed) -> None:
    """Let an entry hold again until the next one of its code begins, or without a known end.

    Args:
        connection: a writing transaction.
        what: which catalogue.
        code: of the entry.
        since: its first day.
        deed: who, when, why.

    Raises:
        NotFound: there is no such entry.
        Forbidden: it holds already, or the next one follows at once.
    """
    known = versions(connection, what, code, to_change=True)
    entry = _entry(known, since)
    following = next((later for later in known if later.since > since), None)
    until = None if following is None else following.since - timedelta(days=1)
    if entry.until == until:
        raise Forbidden("mục này đang có hiệu lực, hoặc đã có mục mới nối tiếp", remedy="")
    _write(connection, what, entry, until, "restored", deed)


def _write(
    connection: sa.Connection, what: What, entry: Procedure | ResultType, until: date | None, name: str, deed: Deed
) -> None:
    top = everybodys_unit(connection)
    if top is None:
        raise Impossible("a catalogue is kept where there is no unit")
    after = replace(entry, until=until)
    CATALOGUES[what].write(connection, [after])
    subject = Subject(KINDS[what], f"{entry.code}@{entry.since}", f"{entry.code} {entry.name}", top)
    changes.record(connection, subject, name, _state(entry), _state(after), deed)


def _entry(known: Sequence[Procedure | ResultType], since: date) -> Procedure | ResultType:
    found = next((entry for entry in known if entry.since == since), None)
    if found is None:
        raise NotFound("mục này trong danh mục")
    return found


def _state(entry: Procedure | ResultType) -> State:
    return {"until": None if entry.until is None else entry.until.isoformat()}


def _named(subject_id: str) -> tuple[str, date]:
    code, _, since = subject_id.rpartition("@")
    return code, date.fromisoformat(since)


def _reversal(what: What) -> Reversal:
    def present(connection: sa.Connection, subject_id: str) -> State | None:
        code, since = _named(subject_id)
        try:
            return _state(_entry(versions(connection, what, code), since))
        except NotFound:
            return None

    def put_back(connection: sa.Connection, change: Change, deed: Deed) -> None:
        code, since = _named(change.subject.id)
        known = versions(connection, what, code, to_change=True)
        entry = _entry(known, since)
        told: Any = (change.before or {}).get("until")
        wanted = replace(entry, until=None if told is None else date.fromisoformat(told))
        others = [each for each in known if each.since != since]
        fitting = next(each for each in one_after_the_other([*others, wanted]) if each.since == since)
        _write(connection, what, entry, fitting.until, "put_back", deed)

    return Reversal(present, put_back)


REVERSALS: Reversals = {
    (kind, name): _reversal(what) for kind, what in _WHATS.items() for name in ("retired", "restored", "put_back")
}
