"""What the page of a document shows, gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from api.auth import Caller
from api.files import FileName, is_closed, key_of_file
from api.parts import Parts
from api.schemas_documents import DocumentBody, HistoryBody
from api.view import document_body, history_body
from api.words import DATE_FIELDS, FIELD_LABELS, FILE_NAMES
from digitize.lifecycle import (
    Approved,
    CaptureOrdered,
    Confirmed,
    DataSealOrdered,
    Event,
    MetadataCorrected,
    Moved,
    Purged,
    PurgeProposed,
    QuarantineLifted,
    Rescanned,
    Returned,
    Revoked,
    SealOrdered,
    Superseded,
    Waiting,
    Withdrawn,
)
from digitize.metadata import required_fields
from digitize.model import Box, Field, Finding, Page, Reading, from_json
from digitize.targets import VIETNAM_TIME
from storage import registry, shown, token_signing, units
from storage.registry import Document
from storage.reuse import finding
from storage.sealing import data_unsealed
from storage.shown import ConfirmedData

STEPS: Mapping[str, type[Event]] = {
    "capture-signature": CaptureOrdered,
    "confirmation": Confirmed,
    "approval": Approved,
    "seal": SealOrdered,
    "return": Returned,
    "withdrawal": Withdrawn,
    "rescan": Rescanned,
    "move": Moved,
    "correction": MetadataCorrected,
    "supersession": Superseded,
    "revocation": Revoked,
    "quarantine-release": QuarantineLifted,
    "purge-proposal": PurgeProposed,
    "purge": Purged,
}
"""The steps of the page by the name in their address."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the form."""

    name: str
    label: str
    value: str
    is_date: bool
    required: bool
    """The kind cannot be confirmed without it."""
    draft: Field | None
    """What the machine read; None when it found nothing, or a person has confirmed since."""

    @property
    def doubtful(self) -> bool:
        """A person must look at it."""
        return self.draft is not None and self.draft.doubtful

    @property
    def shown_first(self) -> bool:
        """It has a value, or somebody must give it one."""
        return bool(self.value) or self.required or self.doubtful


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a field stands on a page."""

    field: str
    label: str
    box: Box
    doubtful: bool


@dataclass(frozen=True, slots=True)
class PageView:
    """A page beside the form."""

    number: int
    page: Page
    key: str
    """Of the preview: part of the address, so that a rescan shows a new picture."""
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything that the page of a document shows."""

    document: DocumentBody
    reading: Reading | None
    """What the machine read; None: nothing yet, or it is closed."""
    kind_code: str
    kind_reasons: tuple[str, ...]
    fields: tuple[FieldView, ...]
    pages: tuple[PageView, ...]
    findings: tuple[Finding, ...]
    issuer: str
    """Which unit the agency on the paper was on the paper's date, and who answers today; empty: no name or no date."""
    files: tuple[tuple[str, str], ...]
    """(address, name)."""
    history: HistoryBody
    steps: frozenset[str]
    """Names of the steps that this person may take now."""
    working: bool
    """A worker has it: the page asks again by itself."""
    confirmed: ConfirmedData | None
    token_until: datetime | None
    """Until when a token at somebody's machine may sign; None: no token is waited for."""


def gather(parts: Parts, caller: Caller, document_id: str, typed: Mapping[str, str] | None = None) -> DocumentView:
    """Gather what is shown of a document.

    Args:
        parts: the service.
        caller: who looks.
        document_id: the document.
        typed: what the person has already typed, by field; it is shown instead of the draft.

    Raises:
        NotFound: it is not in the caller's units.
    """
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        body = document_body(connection, document, masked=False)
        previews = {preview.page: preview.key for preview in shown.page_previews(connection, document)}
        confirmed = shown.latest_data(connection, document_id)
        token = token_signing.asked_of_document(connection, document)
        steps = steps_at(connection, caller, document)
        history = history_body(connection, document_id)
    reading = _reading(parts, document)
    drafts = reading.fields if reading else {}
    kind_code = confirmed.kind_code if confirmed else body.kind.code
    return DocumentView(
        document=body,
        reading=reading,
        kind_code=kind_code,
        kind_reasons=reading.kind.reasons if reading else (),
        fields=_fields(kind_code, drafts, confirmed, typed),
        pages=_pages(reading, previews, drafts if confirmed is None else {}),
        findings=reading.findings if reading else (),
        issuer=_issuer(parts, caller, _values(drafts, confirmed)),
        files=_files(document),
        history=history,
        steps=steps,
        working=body.waiting_for is Waiting.WORKER,
        confirmed=confirmed,
        token_until=token.prepared_until if token.role else None,
    )


def _reading(parts: Parts, document: Document) -> Reading | None:
    if document.reading_key is None or is_closed(document):
        return None
    return from_json(parts.storage.objects.get(document.reading_key), Reading)


def _fields(
    kind_code: str, drafts: Mapping[str, Field], confirmed: ConfirmedData | None, typed: Mapping[str, str] | None
) -> tuple[FieldView, ...]:
    def value(name: str) -> str:
        if typed is not None:
            return typed.get(name, "")
        if confirmed is not None:
            return confirmed.fields.get(name, "")
        return drafts[name].value if name in drafts else ""

    needed = required_fields(kind_code)
    return tuple(
        FieldView(
            name,
            label,
            value(name),
            is_date=name in DATE_FIELDS,
            required=name in needed,
            draft=drafts.get(name) if confirmed is None else None,
        )
        for name, label in FIELD_LABELS.items()
    )


def _values(drafts: Mapping[str, Field], confirmed: ConfirmedData | None) -> Mapping[str, str]:
    return confirmed.fields if confirmed else {name: draft.value for name, draft in drafts.items()}


def _issuer(parts: Parts, caller: Caller, values: Mapping[str, str]) -> str:
    try:
        printed_on = date.fromisoformat(values.get("issued_date", ""))
    except ValueError:
        return ""
    name, above = values.get("organ_name", ""), values.get("parent_organ_name", "")
    if not name:
        return ""
    today = parts.now().astimezone(VIETNAM_TIME).date()
    province = finding.province_of(caller.scope)
    with parts.storage.database.read() as connection:
        found = units.resolve(connection, name, printed_on, today, above=above, scope=province)
        if found.unit is None:
            return found.reason
        told = f"{found.unit.name} ({found.unit.code})"
        if found.answering in {None, found.unit.unit_id}:
            return f"{told}. {found.reason}"
        heir = units.find_unit(connection, found.answering or "")
    return f"{told}. Đơn vị đã thôi; hôm nay {heir.name} ({heir.code}) trả lời thay."


def _pages(reading: Reading | None, previews: Mapping[int, str], drafts: Mapping[str, Field]) -> tuple[PageView, ...]:
    pages: Sequence[Page] = reading.pages if reading else ()
    return tuple(
        PageView(page.number, page, previews[page.number], _marks(page.number, drafts))
        for page in pages
        if page.number in previews
    )


def _marks(number: int, drafts: Mapping[str, Field]) -> tuple[Mark, ...]:
    return tuple(
        Mark(name, FIELD_LABELS.get(name, name), draft.box, draft.doubtful)
        for name, draft in drafts.items()
        if draft.page == number and draft.box is not None
    )


def _files(document: Document) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"/api/v1/documents/{document.id}/files/{name.value}", name.value)
        for name in map(FileName, FILE_NAMES)
        if key_of_file(document, name) is not None
    )


def steps_at(connection: sa.Connection, caller: Caller, document: Document) -> frozenset[str]:
    """Return the names of the steps that a person may take now, their own order to a token taken back among them."""
    ordered_by = token_signing.asked_of_document(connection, document).ordered_by
    return possible_steps(caller, document) | ({"token-withdrawal"} if ordered_by == caller.actor.id else set())


def possible_steps(caller: Caller, document: Document) -> frozenset[str]:
    """Return the names of the steps that a person may take with a document now."""
    possible = {
        name
        for name, event in STEPS.items()
        if caller.actor.office in event.offices and document.state in event.sources
    }
    if caller.actor.office in DataSealOrdered.offices and data_unsealed(document):
        possible.add("data-seal")
    if caller.actor.id in document.record.hands:
        possible.discard("approval")
    if document.record.purge_proposed_by in {None, caller.actor.id}:
        possible.discard("purge")
    if document.record.purge_proposed_by is not None:
        possible.discard("purge-proposal")
    return frozenset(possible)
