"""The search rows of results that have just come in: nothing of them was scanned yet, so nothing is read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.dossiers.writing import NewRows, insert
from storage.search.indexing import rows_of_new
from storage.search.spellings import add_spellings
from storage.tables import result_search


@dataclass(frozen=True, slots=True)
class NewFact:
    """A new result as the search index looks at it."""

    id: str
    unit_id: str
    dossier_id: str
    issued_on: date
    kind_code: str | None
    number: str | None
    holder_name: str | None
    channel: int | None


def index_new(connection: sa.Connection, rows: NewRows) -> None:
    """Make the search rows of new results of new dossiers."""
    of = {row["id"]: row for row in rows.dossiers}
    found: list[dict[str, Any]] = []
    for result in rows.results:
        if not result["secret"]:
            dossier = of[result["dossier_id"]]
            found += rows_of_new(
                NewFact(
                    result["id"], result["unit_id"], result["dossier_id"], result["issued_on"], result["kind_code"],
                    result["number"], dossier["holder_name"], dossier["channel"],
                )
            )  # fmt: skip
    if found:
        insert(connection, result_search, found)
        add_spellings(connection, {word for row in found for word in row["name_key"].split()})
