"""The register of certifications, and who may certify."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, table

authorities = table(
    "authorities",
    sa.Column("id", ID, primary_key=True),
    sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("acts", sa.JSON, nullable=False),
    sa.Column("basis", sa.String(20), nullable=False),  # digitize.attest.authority.Basis
    sa.Column("legal_basis", sa.String(300), nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("granted_by", ID, sa.ForeignKey("authorities.id")),  # none by office
    sa.Column("entered_by", ID, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("ended_early_at", Moment),
    sa.Column("ended_by", ID),
    sa.Column("end_reason", sa.String(1000)),
    sa.Index("ix_authorities_unit_id_person_id", "unit_id", "person_id"),
)

books = table(
    "books",
    sa.Column("id", ID, primary_key=True),
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),  # act and medium: storage.register.BookKind
    sa.Column("year", sa.Integer, nullable=False),  # in which it was opened
    sa.Column("volume", sa.Integer, nullable=False),  # from 1 within that year
    sa.Column("name", sa.String(60), nullable=False),  # as on the cover
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("opened_by", ID, nullable=False),
    sa.Column("closed_on", sa.Date),
    sa.Column("closed_by", ID),
    sa.Column("total", sa.Integer),  # entries, when it was closed
    sa.UniqueConstraint("unit_id", "kind", "year", "volume"),
    sa.Index(
        "uq_books_open",
        "unit_id",
        "kind",
        unique=True,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    ),
)

register_years = table(
    "register_years",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),  # serial given; whoever gives or closes locks this row
    sa.Column("closed_on", sa.Date),
    sa.Column("closed_by", ID),
    sa.Column("void", sa.Integer),
    sa.Column("copies", sa.Integer),
    sa.Column("fee_vnd", sa.BigInteger),
)

register_entries = table(
    "register_entries",
    sa.Column("unit_id", ID, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("serial", sa.Integer, sa.CheckConstraint("serial >= 1", name="serial_from_one"), primary_key=True),
    sa.Column("copy_id", ID, sa.ForeignKey("copies.id"), nullable=False, unique=True),
    sa.Column("book_id", ID, sa.ForeignKey("books.id"), nullable=False, index=True),
    sa.Column("printed_on", sa.Date, nullable=False),  # in the attestation
    sa.Column("given_at", Moment, nullable=False),
    sa.Column("requester", sa.String(200), nullable=False),
    sa.Column("title", sa.String(1000), nullable=False),
    sa.Column("certifier", sa.String(200), nullable=False),
    sa.Column("certifier_title", sa.String(200), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("fee_vnd", sa.Integer, nullable=False),
    sa.Column("void_reason", sa.String(1000)),
    sa.Column("voided_at", Moment),
    sa.Column("voided_by", ID),
    sa.Index("ix_register_entries_unit_id_kind_printed_on", "unit_id", "kind", "printed_on"),
)

qr_keys = table(
    "qr_keys",
    sa.Column("kid", sa.String(20), primary_key=True),
    sa.Column("jwk", sa.JSON, nullable=False),  # the public half (RFC 7517)
    sa.Column("first_used_at", Moment, nullable=False),
)

throttles = table(
    "throttles",
    sa.Column("name", sa.String(160), primary_key=True),  # what was asked, or who asked
    sa.Column("window_began", Moment, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),  # within the window, or wrong ones in a row
    sa.Column("closed_until", Moment),
    sa.Column("closings", sa.Integer, nullable=False, default=0),
    sa.Index("ix_throttles_window_began", "window_began"),
)
