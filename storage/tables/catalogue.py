"""The national catalogue of procedures (CSDLQG về TTHC) and the types of paper that they end with, with their validity.

A row holds from ``valid_from`` to ``valid_to``; what changes is a new row, so that a dossier of last year finds the
name of last year.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, KEY, Moment, table

procedures = table(
    "procedures",
    sa.Column("code", sa.String(40), primary_key=True),  # 1.001193
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date),  # last day; null: no known end
    sa.Column("name", sa.String(500), nullable=False),
    sa.Column("folded", sa.Text, nullable=False),  # the name as it is searched: storage.procedures.folded
    sa.Column("level", sa.String(10)),  # tinh, huyen, xa; null: not known
    sa.Column("field_code", sa.String(40)),
    sa.Column("field_name", sa.String(300)),
    sa.Column("needs_paper_result", sa.Boolean),  # null: not known, as in the next two
    sa.Column("needs_fee", sa.Boolean),
    sa.Column("population_linked", sa.Boolean),
    sa.Column("source", sa.String(500), nullable=False),
)

result_types = table(
    "result_types",
    sa.Column("code", sa.String(40), primary_key=True),  # KQ.G15.000031
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date),
    sa.Column("name", sa.String(500), nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("kind_code", sa.String(80)),  # digitize/catalogue/kinds.toml
    sa.Column("source", sa.String(500), nullable=False),
)

procedure_results = table(
    "procedure_results",
    sa.Column("procedure_code", sa.String(40), primary_key=True),
    sa.Column("result_type_code", sa.String(40), primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True),  # of the procedure's row
)

catalogue_imports = table(
    "catalogue_imports",
    sa.Column("id", ID, primary_key=True),
    sa.Column("what", sa.String(20), nullable=False),  # storage.administration.catalogues.What
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", ID, nullable=False),  # id of a person; storage.changes.COMMAND_LINE: nobody logged in
    sa.Column("file_name", sa.String(200), nullable=False),  # as the sender called it; empty: not told
    sa.Column("sha256", KEY),  # of the file; null: not known
    sa.Column("entered", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("same", sa.Integer, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_catalogue_imports_at", "at", "id"),
)

catalogue_import_rows = table(
    "catalogue_import_rows",
    sa.Column("import_id", ID, sa.ForeignKey("catalogue_imports.id"), primary_key=True),
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("before", sa.JSON(none_as_null=True)),  # the entry as it was; null: there was none
    sa.Column("after", sa.JSON(none_as_null=True), nullable=False),
)
