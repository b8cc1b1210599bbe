"""Writing a change down: only plain values, no secret, no whole personal number."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import msgspec
import sqlalchemy as sa

from digitize.errors import Impossible, InvalidInput
from storage.changes.change import Change, Deed, State, Subject
from storage.tables import changes

REASON_MAX = 500
"""Characters."""

_PERSONAL_NUMBER = re.compile(r"(?<!\w)(?:\d{9}|\d{12})(?!\w)")
"""Old and present numbers of identity papers (Luật Căn cước 26/2023/QH15, Điều 12: 12 digits)."""

_NEVER_KEPT = frozenset({"password", "password_hash", "secret", "secret_hash", "token", "pin", "private_key"})


def record(
    connection: sa.Connection, subject: Subject, name: str, before: State | None, after: State | None, deed: Deed
) -> Change:
    """Write a change down, in the transaction that makes it and after the subject's own row was written.

    Args:
        connection: a writing transaction.
        subject: what was changed.
        name: what was done.
        before: the fields that changed, as they were.
        after: as they are.
        deed: who, when, why.

    Raises:
        InvalidInput: the reason is too long or names a personal number.
        Impossible: a secret is about to be written down.
    """
    reason = checked_reason(deed.reason)
    mine = changes.c.kind == subject.kind.value, changes.c.subject_id == subject.id
    last = connection.execute(sa.select(sa.func.max(changes.c.sequence)).where(*mine)).scalar_one()
    kept = replace(subject, label=_masked(subject.label)[:400])
    change = Change(
        uuid.uuid4().hex, kept, (last or 0) + 1, name, plain(before), plain(after), replace(deed, reason=reason)
    )
    connection.execute(
        changes.insert().values(
            id=change.id, at=deed.at, actor=deed.actor, kind=kept.kind.value, subject_id=kept.id,
            sequence=change.sequence, label=kept.label, unit_id=kept.unit_id, name=name, before=change.before,
            after=change.after, reason=reason, undoes=deed.undoes,
        )
    )  # fmt: skip
    return change


def checked_reason(reason: str) -> str:
    """Return a reason as it may be kept.

    Raises:
        InvalidInput: it is too long, or names a personal number.
    """
    told = reason.strip()
    if len(told) > REASON_MAX:
        raise InvalidInput(f"lý do dài quá {REASON_MAX} ký tự")
    if _PERSONAL_NUMBER.search(told):
        raise InvalidInput("lý do không được chứa số định danh cá nhân")
    return told


def plain(state: State | None) -> State | None:
    """Return a state as JSON has it: days as text, tuples as lists, personal numbers masked.

    Raises:
        Impossible: it holds a secret.
    """
    if state is None:
        return None
    if _NEVER_KEPT & state.keys():
        raise Impossible("a secret was about to enter the journal of changes")
    return {name: _plain_value(value) for name, value in msgspec.to_builtins(state).items()}


def differing(before: State, after: State) -> tuple[State, State]:
    """Return only the fields in which two states differ."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _plain_value(value: object) -> object:
    match value:
        case str():
            return _masked(value)
        case dict():
            return {name: _plain_value(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain_value(each) for each in value]
    return value


def _masked(text: str) -> str:
    return _PERSONAL_NUMBER.sub(lambda found: f"•••{found[0][-3:]}", text)
