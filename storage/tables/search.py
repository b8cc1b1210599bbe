"""What is searched: one row for each name that a result is known by, and the words of its scan; made from the facts.

All of it can be made again (``sohoa search rebuild``). No personal number stands here: owners are found by
:mod:`storage.reuse.owners`. The columns that hold keys are compared by bytes (``COLLATE "C"``), so that whatever begins
with a word is one range of an index.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import ID, Moment, document, table


def _key(longest: int) -> sa.String:
    return sa.String(longest).with_variant(sa.String(longest, collation="C"), "postgresql")


result_search = table(
    "result_search",
    sa.Column("result_id", ID, sa.ForeignKey("results.id"), primary_key=True),
    sa.Column("whose", sa.String(10), primary_key=True),  # paper: of the result; dossier: its applicant is another
    sa.Column("unit_id", ID, nullable=False),
    sa.Column("dossier_id", ID, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("kind_code", sa.String(80), nullable=False),  # empty: not known
    sa.Column("state", sa.String(20), nullable=False),  # of the document that stands for it; none: not scanned
    sa.Column("channel", sa.Integer),  # of the dossier
    sa.Column("name_marked", _key(300), nullable=False),  # digitize.search.forms; empty: no name
    sa.Column("name_key", _key(300), nullable=False),  # the same without marks
    sa.Column("name_tail", _key(300), nullable=False),  # its words from the last to the first
    sa.Column("number_marked", _key(200), nullable=False),  # empty: no number, and in rows of applicants
    sa.Column("number_key", _key(200), nullable=False),
    sa.Index("ix_result_search_issued_on", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_unit_id", "unit_id", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_dossier_id", "dossier_id"),
    sa.Index("ix_result_search_name_marked", "name_marked", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_name_key", "name_key", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_unit_id_name_key", "unit_id", "name_key", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_name_tail", "name_tail", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_unit_id_name_tail", "unit_id", "name_tail", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_number_key", "number_key", "issued_on", "result_id", "whose"),
    sa.Index("ix_result_search_unit_id_number_key", "unit_id", "number_key", "issued_on", "result_id", "whose"),
)

search_words = table(
    "search_words",
    sa.Column("word", _key(80), primary_key=True),  # two syllables that stand side by side, or a number, without marks
    sa.Column("unit_id", ID, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),  # on which the document was received
    document(primary=True),
    sa.Column("marked", sa.String(80), nullable=False),  # as it stands in the scan
    sa.Index("ix_search_words_document_id", "document_id"),
)

search_spellings = table(
    "search_spellings",
    sa.Column("cut", _key(60), primary_key=True),  # the word itself, or the word without one of its letters
    sa.Column("word", _key(60), primary_key=True),  # occurs in a name, without marks
)

search_rebuilds = table(
    "search_rebuilds",
    sa.Column("part", sa.String(10), primary_key=True),  # results, words
    sa.Column("after", ID, nullable=False),  # the last one that is done
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),  # none: it was cut off, or goes on
)

saved_queries = table(
    "saved_queries",
    sa.Column("id", ID, primary_key=True),
    sa.Column("owner_id", ID, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("query", sa.JSON, nullable=False),  # api.schemas_search.Asked
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("owner_id", "name"),
)
