"""The batch that a person works through: the list they came from, as its address says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa

from api import cursors
from api.auth import Caller
from api.reviewing import TO_REVIEW
from digitize.lifecycle import State
from storage import registry
from storage.registry import Document

LENGTH = 40
"""Documents that the side list shows."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Which documents are worked through."""

    state: State | None = None
    """None: every state in which a clerk looks at documents."""
    dossier: str = ""
    """Only of this dossier; empty: of all."""
    cursor: str = ""
    """Where the page of the work list began; empty: at its head."""

    @property
    def query(self) -> str:
        """The batch as the query of an address."""
        told = {"state": self.state.value if self.state else "", "dossier": self.dossier, "cursor": self.cursor}
        return urlencode({name: value for name, value in told.items() if value})

    def address(self, document_id: str) -> str:
        """Return where a document of the batch is checked."""
        return f"/review/{document_id}" + (f"?{self.query}" if self.query else "")

    def documents(self, connection: sa.Connection, caller: Caller) -> list[Document]:
        """Return the documents that wait, newest first."""
        states = [self.state] if self.state in TO_REVIEW else sorted(TO_REVIEW)
        return list(
            registry.listing(
                connection, caller.scope, states=states, dossier_code=self.dossier or None,
                after=cursors.from_word(self.cursor) if self.cursor else None, limit=LENGTH,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The batch around a document."""

    documents: tuple[Document, ...]
    """With the document itself, wherever it stands by now."""
    before: str
    """Id of the one before; empty: it is the first."""
    behind: str
    """Id of the one behind; empty: it is the last."""


def neighbours(connection: sa.Connection, caller: Caller, batch: Batch, document: Document) -> Neighbours:
    """Return the batch around a document; one that has left it stands where it stood."""
    found = batch.documents(connection, caller)
    ids = [each.id for each in found]
    if document.id not in ids:
        place = (document.received_at, document.id)
        index = next((at for at, each in enumerate(found) if (each.received_at, each.id) < place), len(found))
        found.insert(index, document)
        ids.insert(index, document.id)
    at = ids.index(document.id)
    return Neighbours(tuple(found), ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")
