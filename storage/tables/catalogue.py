"""The national catalogue of procedures (CSDLQG về TTHC) and the types of paper that they end with, with their validity.

A row holds from ``valid_from`` to ``valid_to``; what changes is a new row, so that a dossier of last year finds the
name of last year.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import table

procedures = table(
    "procedures",
    sa.Column("code", sa.String(40), primary_key=True),  # 1.001193
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date),  # last day; null: no known end
    sa.Column("name", sa.String(500), nullable=False),
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
    sa.Column("kind_code", sa.String(80)),  # digitize/catalogue/kinds.toml
    sa.Column("source", sa.String(500), nullable=False),
)

procedure_results = table(
    "procedure_results",
    sa.Column("procedure_code", sa.String(40), primary_key=True),
    sa.Column("result_type_code", sa.String(40), primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True),  # of the procedure's row
)
