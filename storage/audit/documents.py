"""What the history of a document says its rows hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from digitize.lifecycle import EVENTS, WAITING_FOR, Record, State, apply
from digitize.model import Verdict
from storage.audit.finding import Expected, OneOf
from storage.audit.replaying import GONE, Told, replay, values_of
from storage.history import Entry
from storage.tables import captures, confirmed_data, documents, renewals, revisions

_MAKING = ("prepared_key", "answer_key", "untimed_key", "untimed_data_key")
"""Halves of a signature: present while it is made, empty afterwards."""

_EMPTIED: Mapping[str, tuple[str, ...]] = {
    "Rescanned": (
        "reading_key", "archive_key", "capture_key", "metadata_key", "digitization_code", "result_code",
    ),
    "PagesArranged": (
        "reading_key", "archive_key", "capture_key", "metadata_key", "digitization_code", "result_code",
    ),
    "Moved": ("digitization_code", "result_code"),
    "MetadataCorrected": ("metadata_signature_key",),
    "Purged": (
        "reading_key", "archive_key", "capture_key", "sealed_key", "metadata_key", "metadata_signature_key",
        "digitization_code",
    ),
}  # fmt: skip
"""Columns that an event empties."""

_NAMED: Mapping[str, Mapping[str, str]] = {
    "Received": {"result": "result_id", "four_eyes": "four_eyes"},
    "ReadDone": {"reading_key": "reading_key", "archive_key": "archive_key"},
    "FoundElectronic": {"reading_key": "reading_key"},
    "CaptureSigned": {"revision_key": "capture_key"},
    "Confirmed": {"metadata_key": "metadata_key"},
    "MetadataCorrected": {"metadata_key": "metadata_key"},
    "Coded": {"result_code": "result_code", "doc_code": "doc_code", "digitization_code": "digitization_code"},
    "SealOrdered": {"order": "seal_order_id"},
    "DataSealOrdered": {"order": "seal_order_id"},
    "Sealed": {"revision_key": "sealed_key", "metadata_signature_key": "metadata_signature_key"},
    "DataSealed": {"metadata_signature_key": "metadata_signature_key"},
    "Renewed": {"revision_key": "sealed_key"},
    "Moved": {"to_result": "result_id"},
    "Superseded": {"successor": "successor_id"},
}
"""Event → its value → the column that holds it."""


def expected(
    document: str, chain: Sequence[Entry], private: Mapping[tuple[int, str], str], unit_id: str
) -> tuple[Expected, ...]:
    """Return the rows that the history says there are.

    Args:
        document: its id.
        chain: its history, oldest first.
        private: its personal values by (sequence, name).
        unit_id: of the result that the document is for.

    Raises:
        NotReplayed: the rules do not allow what the history says.
    """
    rows = _Rows(document, chain[0])
    record = Record(document, State.RECEIVED, version=0, capture=1, four_eyes=bool(chain[0].payload.get("four_eyes")))
    rows.take(Told(chain[0], values_of(chain[0], private), record, record))
    for told in replay(record, chain[1:], private, EVENTS, apply):
        rows.take(told)
        record = told.after
    rows.finish(record, chain[-1], unit_id)
    return rows.own, rows.captures, rows.revisions, rows.data, rows.renewals


class _Rows:
    """The rows as they grow from entry to entry."""

    def __init__(self, document: str, received: Entry) -> None:
        self.own = Expected(documents, ("id",))
        self.captures = Expected(captures, ("number",))
        self.revisions = Expected(revisions, ("capture", "number"))
        self.data = Expected(confirmed_data, ("version",))
        self.renewals = Expected(renewals, ("key",))
        self._id = document
        empty = dict.fromkeys(("digitization_code", "result_code", "doc_code", "published_at", "sealed_at", "ended_at"))
        keys = dict.fromkeys((*_EMPTIED["Purged"], "successor_id", "seal_order_id"))
        self._columns: dict[str, Any] = {**empty, **keys, "received_at": received.at}
        self._making: dict[str, Any] = dict.fromkeys((*_MAKING, "signer"))

    def take(self, told: Told[Record]) -> None:
        """Add what an entry says."""
        name, values = told.entry.name, told.values
        self._columns |= dict.fromkeys(_EMPTIED.get(name, ()))
        self._columns |= {column: values.get(value) for value, column in _NAMED.get(name, {}).items()}
        self._making |= {column: values[column] for column in _MAKING if column in values}
        self._making["signer"] = (
            values.get("signer" if name == "CaptureOrdered" else "office_key") or self._making["signer"]
        )
        self._date(told)
        self._capture(told)
        self._release(told)
        if name in {"Confirmed", "MetadataCorrected"}:
            self.data.put(
                told.after.metadata_version, key=values["metadata_key"], confirmed_by=told.entry.actor.id,
                confirmed_at=told.entry.at, reason=values.get("reason"),
            )  # fmt: skip
        if name == "Purged":
            for rows in (self.captures, self.revisions, self.data):
                rows.rows.clear()

    def _date(self, told: Told[Record]) -> None:
        match told.entry.name:
            case "Sealed":
                self._columns["sealed_at"] = datetime.fromisoformat(told.values["signed_at"])
            case "Published":
                self._columns["published_at"] = told.entry.at
            case "Superseded":
                self._columns["ended_at"] = told.entry.at
            case "Revoked":
                self._columns["ended_at"] = datetime.fromisoformat(told.values["effective_at"])

    def _capture(self, told: Told[Record]) -> None:
        number, entry, values = told.after.capture, told.entry, told.values
        if entry.name in {"Received", "Rescanned", "PagesArranged"}:
            size = {"size_bytes": values["bytes"]} if "bytes" in values else {}
            self.captures.put(
                number, scan_key=values["scan_key"], received_at=entry.at, received_from=entry.actor.id,
                reading_key=None, archive_key=None, **size,
            )  # fmt: skip
        elif entry.name in {"ReadDone", "FoundElectronic"}:
            self.captures.put(number, reading_key=values["reading_key"], archive_key=values.get("archive_key"))

    def _release(self, told: Told[Record]) -> None:
        if told.entry.name == "Renewed":
            self.renewals.put(told.values["revision_key"], level=told.values["level"], renewed_at=told.entry.at)
        released = {"CaptureSigned": (1, "clerk"), "Sealed": (2, "agency")}.get(told.entry.name)
        if released is not None:
            number, role = released
            values = told.values
            self.revisions.put(
                told.after.capture, number, key=values["revision_key"], role=role, signer=values["signer"],
                signed_at=datetime.fromisoformat(values["signed_at"]), level=values["level"],
                verdict=Verdict.VALID.value,
            )  # fmt: skip

    def finish(self, record: Record, last: Entry, unit_id: str) -> None:
        """Say what the document itself holds at the end."""
        making = {name: OneOf((None, value)) for name, value in self._making.items()}
        self.own.put(
            self._id, **self._columns, **making, unit_id=unit_id, state=record.state.value,
            waiting_for=WAITING_FOR[record.state].value, capture=record.capture, hands=sorted(record.hands),
            cleared=record.cleared, metadata_version=record.metadata_version,
            purge_proposed_by=record.purge_proposed_by, changed_at=last.at,
        )  # fmt: skip
        if record.state is State.PURGED:  # the values went, what they were is not known any more
            for name in [name for name, value in self.own.rows[self._id,].items() if value == GONE]:
                del self.own.rows[self._id,][name]
