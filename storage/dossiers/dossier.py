"""A dossier and its results as they stand in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from digitize.dossiers.told import NewComponent, NewDossier, NewResult

__all__ = ["Component", "Dossier", "NewComponent", "NewDossier", "NewResult", "Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """A result in the register."""

    id: str
    """Opaque."""
    ordinal: int
    """n of ``<dossier code>-KQ(n)``."""
    code: str
    """``<dossier code>-KQ(n)`` (NĐ 45/2020 Art 14)."""
    title: str
    kind_code: str | None
    issued_on: date
    valid_until: date | None
    cancelled_on: date | None
    from_upload: bool
    """Its day is a guess until the data are confirmed: entered by an upload, or by a source that told no day."""
    documents: tuple[str, ...]
    """Ids of the documents for it, oldest first."""
    result_type_code: str | None = None
    number: str | None = None
    secret: bool = False
    from_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """A paper that was handed in with a dossier."""

    id: str
    """Opaque."""
    ordinal: int
    """From 1 for each dossier."""
    code: str | None
    name: str
    copy_kind: int | None
    file_key: str | None
    """Object of the scan or of the received file."""
    scanned_at: datetime | None
    """None: no scan was recorded, whatever the source claims."""
    reused_result_id: str | None
    from_personal_store: bool | None
    removed_at: datetime | None
    """The source took it back."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier in the register."""

    id: str
    """Opaque."""
    code: str
    unit_id: str
    unit_code: str
    procedure_code: str
    procedure_name: str
    holder_name: str | None
    holder_id: str | None
    received_on: date | None
    resolved_on: date | None
    created_at: datetime
    results: tuple[Result, ...]
    """By ordinal."""
    field_code: str | None = None
    holder_type: int | None = None
    channel: int | None = None
    due_at: datetime | None = None
    status: int | None = None
    """None: not known."""
    status_at: datetime | None = None
    finished_at: datetime | None = None
    """When it reached 9, else its first other end."""
    returned_at: datetime | None = None
    handler_name: str | None = None
    fee_vnd: int | None = None
    paid_how: int | None = None
    source: str = ""
    version: int = 0
    """Raised by one with every change of a fact."""
    components: tuple[Component, ...] = ()
    """By ordinal."""
