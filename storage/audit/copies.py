"""What the history of a certified copy says its rows hold, its line of the register among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from digitize.attest.lifecycle import COPY_EVENTS, COPY_WAITING_FOR, CopyRecord, CopyState, apply
from storage.audit.finding import Expected, OneOf
from storage.audit.replaying import Told, replay, values_of
from storage.history import Entry
from storage.tables import cancellations, copies, copy_captures, copy_revisions, refusals, register_entries, renewals

_MAKING = ("prepared_key", "answer_key", "untimed_key")
"""Halves of a signature: present while it is made, empty afterwards."""

_NAMED: Mapping[str, Mapping[str, str]] = {
    "Archived": {"reading_key": "reading_key", "archive_key": "archive_key"},
    "AttestOrdered": {"authority": "authority_id"},
    "CertifierSigned": {"revision_key": "signed_key"},
    "SealOrdered": {"order": "seal_order_id"},
    "Sealed": {"revision_key": "sealed_key"},
    "Renewed": {"revision_key": "sealed_key"},
}
"""Event → its value → the column that holds it."""


def expected(
    copy: str, chain: Sequence[Entry], private: Mapping[tuple[int, str], str], unit_id: str
) -> tuple[Expected, ...]:
    """Return the rows that the history says there are.

    Args:
        copy: its id.
        chain: its history, oldest first.
        private: its personal values by (sequence, name).
        unit_id: of the visit that the copy belongs to.

    Raises:
        NotReplayed: the rules do not allow what the history says.
    """
    rows = _Rows(copy, unit_id, chain[0], values_of(chain[0], private))
    record = CopyRecord(copy, CopyState.OPENED, version=0)
    for told in replay(record, chain[1:], private, COPY_EVENTS, apply):
        rows.take(told)
        record = told.after
    rows.finish(record, chain[-1])
    return rows.own, rows.captures, rows.revisions, rows.entry, rows.refusal, rows.cancellation, rows.renewals


class _Rows:
    """The rows as they grow from entry to entry."""

    def __init__(self, copy: str, unit_id: str, opened: Entry, values: Mapping[str, Any]) -> None:
        self.own = Expected(copies, ("id",))
        self.captures = Expected(copy_captures, ("number",))
        self.revisions = Expected(copy_revisions, ("number",), complete=False)
        self.entry = Expected(register_entries, ("unit_id", "year", "serial"))
        self.refusal = Expected(refusals, ("copy_id",))
        self.cancellation = Expected(cancellations, ("copy_id",))
        self.renewals = Expected(renewals, ("key",))
        self._id, self._unit_id = copy, unit_id
        self._columns: dict[str, Any] = {
            "certification_id": values["certification"], "ordinal": values["ordinal"], "pages": values["pages"],
            "quantity": values["quantity"], "title": values["title"], "opened_at": opened.at, "unit_id": unit_id,
            **dict.fromkeys(("reading_key", "archive_key", "authority_id", "signed_key", "sealed_key")),
            **dict.fromkeys(("seal_order_id", "sealed_at", "issued_at", "ended_at", "successor_id")),
        }  # fmt: skip
        self._making: dict[str, Any] = dict.fromkeys((*_MAKING, "signer"))

    def take(self, told: Told[CopyRecord]) -> None:
        """Add what an entry says."""
        name, values = told.entry.name, told.values
        self._columns |= {column: values.get(value) for value, column in _NAMED.get(name, {}).items()}
        self._making |= {column: values[column] for column in _MAKING if column in values}
        if name in {"AttestOrdered", "SealOrdered"}:
            self._making["signer"] = values["signer" if name == "AttestOrdered" else "office_key"]
        if name == "Captured":
            self._columns |= dict.fromkeys(("reading_key", "archive_key"))
            self.captures.put(
                told.after.capture, scan_key=values["scan_key"], received_at=told.entry.at,
                captured_by=told.entry.actor.id, device=values["device"],
            )  # fmt: skip
        self._release(told)
        self._number(told)
        self._end(told)

    def _release(self, told: Told[CopyRecord]) -> None:
        number = {"CertifierSigned": 1, "Sealed": 2}.get(told.entry.name)
        if number is not None:
            values = told.values
            self.revisions.put(number, key=values["revision_key"], signer=values["signer"], level=values["level"])
        match told.entry.name:
            case "Sealed":
                self._columns["sealed_at"] = datetime.fromisoformat(told.values["signed_at"])
            case "Renewed":
                self.renewals.put(told.values["revision_key"], level=told.values["level"], renewed_at=told.entry.at)
            case "Delivered":
                self._columns["issued_at"] = told.entry.at

    def _number(self, told: Told[CopyRecord]) -> None:
        given = told.after.numbering
        if given is None:
            return
        key = (self._unit_id, given.year, given.serial)
        if told.entry.name == "Numbered":
            columns = {name: self._columns[name] for name in ("title", "quantity")}
            self.entry.put(
                *key, printed_on=date.fromisoformat(told.values["numbering"]["on"]), given_at=told.entry.at,
                void_reason=None, voided_at=None, voided_by=None, **columns,
            )  # fmt: skip
        elif told.entry.name == "Voided":
            reason = str(told.values["reason"])[:1000]
            self.entry.put(*key, void_reason=reason, voided_at=told.entry.at, voided_by=told.entry.actor.id)

    def _end(self, told: Told[CopyRecord]) -> None:
        entry, values = told.entry, told.values
        if entry.name == "Refused":
            self.refusal.put(
                self._id, ground=values["ground"], reason=values["reason"], refused_by=entry.actor.id,
                refused_at=entry.at,
            )  # fmt: skip
        if entry.name == "Cancelled":
            effective_at, successor = datetime.fromisoformat(values["effective_at"]), values["successor"] or None
            self._columns |= {"ended_at": effective_at, "successor_id": successor}
            self.cancellation.put(
                self._id, decision_number=values["decision_number"], reason=values["reason"],
                effective_at=effective_at, successor_id=successor, cancelled_by=entry.actor.id,
                cancelled_at=entry.at,
            )  # fmt: skip

    def finish(self, record: CopyRecord, last: Entry) -> None:
        """Say what the copy itself holds at the end."""
        making = {name: OneOf((None, value)) for name, value in self._making.items()}
        self.own.put(
            self._id, **self._columns, **making, state=record.state.value,
            waiting_for=COPY_WAITING_FOR[record.state].value, capture=record.capture, secrecy=record.secrecy,
            cleared=record.cleared, certifier=record.certifier, key_used_at=record.key_used_at,
            answered=record.answered, changed_at=last.at,
        )  # fmt: skip
