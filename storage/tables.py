"""The tables of the registry: facts about results, documents, people and work; the database is the truth.

Rules that hold for all of them:

* A moment is UTC (:class:`Moment`); a day is a date without a zone, as printed on paper.
* Ids are opaque text. Personal numbers stand only in ``dossiers``, ``confirmed_data``, ``event_private`` and
  ``documents.digitization_code``; a purge empties the last three.
* ``documents`` holds the present state; ``events`` holds how it came about, and no row of it is ever changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from digitize.errors import Impossible


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database, microseconds."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC; SQLite keeps no zone, so it gets none.

        Raises:
            Impossible: the value has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise Impossible("a moment without a zone reached the registry")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy calls it so
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = sa.String(64)
_KEY = sa.String(64)
"""SHA-256 in lower-case hex: the key of an object."""


def _table(name: str, *parts: Any) -> sa.Table:  # noqa: ANN401  # columns, constraints and indexes have no common type
    return sa.Table(name, metadata, *parts)


def _document(*, primary: bool = False) -> sa.Column[str]:
    return sa.Column("document_id", _ID, sa.ForeignKey("documents.id"), primary_key=primary, nullable=False)


units = _table(
    "units",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("level", sa.String(10), nullable=False),  # tinh, huyen, xa
    sa.Column("parent_id", _ID, sa.ForeignKey("units.id")),
    sa.Column(
        "path", sa.String(600), nullable=False, unique=True
    ),  # "/province/district/commune/": a subtree is a prefix
    sa.Column("four_eyes", sa.Boolean, nullable=False, default=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
)

people = _table(
    "people",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("username", sa.String(100), nullable=False, unique=True),
    sa.Column("full_name", sa.String(200), nullable=False),
    sa.Column("office", sa.String(20), nullable=False),  # digitize.lifecycle.Office
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("password_hash", sa.String(300), nullable=False),
    sa.Column("failed_logins", sa.Integer, nullable=False, default=0),
    sa.Column("locked_until", Moment),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
)

sessions = _table(
    "sessions",
    sa.Column("token_hash", _KEY, primary_key=True),
    sa.Column("person_id", _ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("proved_at", Moment, nullable=False),  # when the password was last given
)

clients = _table(
    "clients",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("secret_hash", sa.String(300), nullable=False),
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
)

tokens = _table(
    "tokens",
    sa.Column("token_hash", _KEY, primary_key=True),
    sa.Column("client_id", _ID, sa.ForeignKey("clients.id"), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

dossiers = _table(
    "dossiers",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("procedure_code", sa.String(40), nullable=False),
    sa.Column("procedure_name", sa.String(500), nullable=False),
    sa.Column("holder_name", sa.String(300)),
    sa.Column("holder_id", sa.String(40)),
    sa.Column("received_on", sa.Date),
    sa.Column("resolved_on", sa.Date),
    sa.Column("created_by", _ID, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_dossiers_unit_id_resolved_on", "unit_id", "resolved_on"),
)

results = _table(
    "results",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("dossier_id", _ID, sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),  # n of <dossier code>-KQ(n), from 1
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("title", sa.String(2000), nullable=False),
    sa.Column("kind_code", sa.String(80)),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),  # last day in force; none: for good
    sa.Column("cancelled_on", sa.Date),  # first day no longer usable
    sa.Column("from_upload", sa.Boolean, nullable=False, default=False),  # its day is a guess until data are confirmed
    sa.UniqueConstraint("dossier_id", "ordinal"),
    sa.Index("ix_results_unit_id_issued_on", "unit_id", "issued_on"),
)

documents = _table(
    "documents",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("result_id", _ID, sa.ForeignKey("results.id"), nullable=False),
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("waiting_for", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("capture", sa.Integer, nullable=False),
    sa.Column("hands", sa.JSON, nullable=False),
    sa.Column("four_eyes", sa.Boolean, nullable=False),
    sa.Column("cleared", sa.Boolean, nullable=False, default=False),
    sa.Column("metadata_version", sa.Integer, nullable=False, default=0),
    sa.Column("purge_proposed_by", _ID),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("reading_key", _KEY),
    sa.Column("archive_key", _KEY),
    sa.Column("capture_key", _KEY),  # revision 1
    sa.Column("sealed_key", _KEY),  # revision 2
    sa.Column("metadata_key", _KEY),
    sa.Column("metadata_signature_key", _KEY),
    sa.Column("digitization_code", sa.String(200)),
    sa.Column("result_code", sa.String(80)),
    sa.Column("doc_code", sa.String(30), unique=True),
    sa.Column("summary", sa.JSON, nullable=False),  # storage.registry.Summary: what lists show
    sa.Column("signer", _ID),  # whose key the standing order names
    sa.Column("seal_order_id", _ID, sa.ForeignKey("seal_orders.id")),
    sa.Column("sealed_at", Moment),
    sa.Column("published_at", Moment),
    sa.Column("ended_at", Moment),  # revoked or superseded: from then on not counted
    sa.Column("successor_id", _ID, sa.ForeignKey("documents.id")),
    sa.Column("lease_number", sa.Integer, nullable=False, default=0),  # of the last attempt; only rises
    sa.Column("lease_holder", sa.String(120)),
    sa.Column("lease_expires_at", Moment),
    sa.Index("ix_documents_result_id_published_at_ended_at", "result_id", "published_at", "ended_at"),
    sa.Index("ix_documents_received_at_id", "received_at", "id"),
    sa.Index("ix_documents_unit_id_state_received_at", "unit_id", "state", "received_at", "id"),
    sa.Index("ix_documents_waiting_for_changed_at", "waiting_for", "changed_at"),
)

captures = _table(
    "captures",
    _document(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("scan_key", _KEY, nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("received_from", _ID, nullable=False),
    sa.Column("reading_key", _KEY),
    sa.Column("archive_key", _KEY),
)

previews = _table(
    "previews",
    _document(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("page", sa.Integer, primary_key=True),
    sa.Column("key", _KEY, nullable=False),
    sa.Column("scale", sa.Float, nullable=False),
)

revisions = _table(
    "revisions",
    _document(primary=True),
    sa.Column("capture", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # 1 clerk, 2 agency
    sa.Column("key", _KEY, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("signer", sa.String(300), nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("verdict", sa.String(20), nullable=False),
)

confirmed_data = _table(
    "confirmed_data",
    _document(primary=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("key", _KEY, nullable=False),
    sa.Column("kind_code", sa.String(80), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("confirmed_by", _ID, nullable=False),
    sa.Column("confirmed_at", Moment, nullable=False),
    sa.Column("reason", sa.String(1000)),
)

attempts = _table(
    "attempts",
    _document(primary=True),
    sa.Column("number", sa.Integer, primary_key=True),  # the lease number
    sa.Column("lane", sa.String(20), nullable=False),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.String(20)),  # done, failed, lost; none while it runs
    sa.Column("code", sa.String(60)),
    sa.Column("message", sa.String(1000)),
    sa.Column("signing_key", sa.String(120)),  # id of the key about to be used, written before it is used
    sa.Column("signed_object", _KEY),  # the file it made, written before the commit that releases it
    sa.Column("discarded", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_attempts_outcome", "outcome"),
)

events = _table(
    "events",
    _document(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),  # from 1 for each document
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", _ID, nullable=False),
    sa.Column("office", sa.String(20), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("previous", _KEY, nullable=False),
    sa.Column("hash", _KEY, nullable=False),
    sa.Index("ix_events_at", "at"),
)

event_private = _table(
    "event_private",
    _document(primary=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("salt", _KEY, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)

outbox = _table(
    "outbox",
    _document(primary=True),
    sa.Column("lane", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Index("ix_outbox_due_at", "due_at"),
)

seal_orders = _table(
    "seal_orders",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("unit_id", _ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("ordered_by", _ID, nullable=False),
    sa.Column("ordered_at", Moment, nullable=False),
    sa.Column("document_ids", sa.JSON, nullable=False),
)

announcements = _table(
    "announcements",
    sa.Column("id", _ID, primary_key=True),
    _document(),
    sa.Column("topic", sa.String(60), nullable=False),  # result.published, result.revoked, ...
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("delivered_at", Moment),
    sa.Index("ix_announcements_delivered_at", "delivered_at"),
)

removals = _table(
    "removals",
    sa.Column("key", _KEY, primary_key=True),  # object of a purged document
    sa.Column("decided_at", Moment, nullable=False),
)

series = _table(
    "series",
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

idempotency = _table(
    "idempotency",
    sa.Column("key_hash", _KEY, primary_key=True),  # of actor, method, path and the caller's key
    sa.Column("request_hash", _KEY, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
