"""Which rows are facts: written once, never changed, and covered by the head of their day.

A row that grows by steps holds several facts, one for each step: a line of the register as it was given, and that it
was made void. What is left out stands in ``docs/operate.md`` with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.merkle import canonical
from digitize.targets import VIETNAM_TIME
from storage.tables import (
    authorities,
    books,
    cancellations,
    captures,
    certifications,
    confirmed_data,
    copies,
    copy_captures,
    copy_revisions,
    dossier_events,
    dossiers,
    merkle_heads,
    payments,
    refusals,
    register_entries,
    register_years,
    reuse_acceptances,
    reuse_events,
    reuse_requests,
    revisions,
    seal_orders,
)

HISTORY = "history"
"""The kind of leaf that is the last entry of a subject up to the day; its hash covers every entry before."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of fact: some columns of a table, which do not change once its moment has been written."""

    kind: str
    """Of the leaf."""
    told: str
    """Its Vietnamese name."""
    columns: tuple[sa.Column[Any], ...]
    """What is committed to, beside the key."""
    moment: sa.Column[Any]
    """When it happened; null: not yet."""
    purged_with: sa.Column[Any] | None = None
    """Names the document whose purge takes the row away; None: nothing ever does."""

    @property
    def table(self) -> sa.Table:
        """Where the row stands."""
        return self.moment.table

    @property
    def name(self) -> sa.ColumnElement[str]:
        """The row's key as one text."""
        parts = [sa.cast(column, sa.String) for column in self.table.primary_key.columns]
        joined: sa.ColumnElement[str] = parts[0]
        for part in parts[1:]:
            joined = joined + ":" + part
        return joined

    def closed(self, day: date) -> sa.ColumnElement[bool]:
        """It happened on the day or before."""
        if isinstance(self.moment.type, sa.Date):
            return self.moment <= day
        return self.moment < end_of(day)

    def values(self, row: sa.RowMapping) -> dict[str, Any]:
        """Return what is committed to, as plain values."""
        named = (*self.table.primary_key.columns, *self.columns)
        return {"table": str(self.table.name), **{str(column.name): _plain(row[column.name]) for column in named}}

    def encoded(self, row: sa.RowMapping) -> bytes:
        """Return what is committed to, as bytes: the one encoding of a row."""
        return canonical(self.values(row))


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM_TIME)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _all_but(moment: sa.Column[Any], *left_out: str) -> tuple[sa.Column[Any], ...]:
    return tuple(column for column in moment.table.c if not column.primary_key and column.name not in left_out)


def _some(table: sa.Table, *names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(table.c[name] for name in names)


_VOIDING = ("void_reason", "voided_at", "voided_by")
_BOOK_CLOSING = ("closed_on", "closed_by", "total")
_ENDING = ("ended_early_at", "ended_by", "end_reason")
_VISIT = (
    "unit_id", "act", "procedure_code", "certifier", "opened_by", "received_at", "opened_at", "requester_name",
    "requester_id_number", "requester_address", "requester_email", "requester_phone",
)  # fmt: skip
_ASKED = ("caller_id", "unit_id", "purpose", "legal_basis", "dossier_code", "owner_hash", "asked_at")
_ORIGINAL = (
    "certification_id", "ordinal", "unit_id", "title", "kind", "number", "issuer", "issued_on", "pages", "quantity",
    "foreign_paper", "foreign_kind", "legalised", "fee_vnd", "verification_code", "opened_at",
)  # fmt: skip

FACTS: tuple[Fact, ...] = (
    Fact("register_entry", "dòng sổ chứng thực", _all_but(register_entries.c.given_at, *_VOIDING),
         register_entries.c.given_at),
    Fact("register_void", "việc bỏ số trong sổ chứng thực", _some(register_entries, *_VOIDING),
         register_entries.c.voided_at),
    Fact("register_year", "việc khóa sổ năm", _all_but(register_years.c.closed_on), register_years.c.closed_on),
    Fact("book", "quyển sổ", _all_but(books.c.opened_on, *_BOOK_CLOSING), books.c.opened_on),
    Fact("book_closed", "việc khóa quyển sổ", _some(books, *_BOOK_CLOSING), books.c.closed_on),
    Fact("cancellation", "việc hủy bỏ bản sao", _all_but(cancellations.c.cancelled_at), cancellations.c.cancelled_at),
    Fact("refusal", "việc từ chối chứng thực", _all_but(refusals.c.refused_at, "letter_key"), refusals.c.refused_at),
    Fact("authority", "thẩm quyền chứng thực", _all_but(authorities.c.entered_at, *_ENDING), authorities.c.entered_at),
    Fact("authority_ended", "việc chấm dứt thẩm quyền", _some(authorities, *_ENDING), authorities.c.ended_early_at),
    Fact("certification", "phiên chứng thực", _some(certifications, *_VISIT), certifications.c.opened_at),
    Fact("copy", "bản sao điện tử", _some(copies, *_ORIGINAL), copies.c.opened_at),
    Fact("copy_capture", "lần chụp bản chính", _all_but(copy_captures.c.received_at, "archive_key"),
         copy_captures.c.received_at),
    Fact("copy_revision", "bản ký của bản sao", _all_but(copy_revisions.c.signed_at), copy_revisions.c.signed_at),
    Fact("payment", "khoản thu phí", _all_but(payments.c.received_at), payments.c.received_at),
    Fact("dossier", "hồ sơ", _some(dossiers, "code", "unit_id", "created_by", "created_at"), dossiers.c.created_at),
    Fact("dossier_event", "sự kiện của hồ sơ", _all_but(dossier_events.c.at), dossier_events.c.at),
    Fact("capture", "bản quét", _all_but(captures.c.received_at, "reading_key", "archive_key"),
         captures.c.received_at, captures.c.document_id),
    Fact("revision", "bản ký", _all_but(revisions.c.signed_at), revisions.c.signed_at, revisions.c.document_id),
    Fact("confirmed_data", "dữ liệu đã xác nhận", _all_but(confirmed_data.c.confirmed_at),
         confirmed_data.c.confirmed_at, confirmed_data.c.document_id),
    Fact("seal_order", "lệnh đóng dấu", _all_but(seal_orders.c.ordered_at), seal_orders.c.ordered_at),
    Fact("reuse_request", "yêu cầu tra cứu để tái sử dụng", _some(reuse_requests, *_ASKED), reuse_requests.c.asked_at),
    Fact("reuse_event", "diễn biến của yêu cầu tra cứu", _all_but(reuse_events.c.at), reuse_events.c.at),
    Fact("reuse_acceptance", "việc dùng kết quả thay giấy tờ", _all_but(reuse_acceptances.c.accepted_at),
         reuse_acceptances.c.accepted_at),
    Fact("head_timestamp", "dấu thời gian của đầu cây", _some(merkle_heads, "token", "timestamped_at"),
         merkle_heads.c.timestamped_at),
)  # fmt: skip
"""Every kind of fact; the history is covered by the hashes of its entries."""

BY_KIND: Mapping[str, Fact] = {fact.kind: fact for fact in FACTS}
