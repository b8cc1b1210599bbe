"""A dossier and its results: as the one-stop system enters them, and as they stand in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as the one-stop system enters it."""

    title: str
    issued_on: date
    kind_code: str | None = None
    valid_until: date | None = None
    """Last day in force; None: for good."""
    cancelled_on: date | None = None
    """First day no longer usable."""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """A dossier as the one-stop system enters it."""

    code: str
    unit_id: str
    """The unit in whose competence the results lie."""
    procedure_code: str
    procedure_name: str
    holder_name: str | None = None
    holder_id: str | None = None
    received_on: date | None = None
    resolved_on: date | None = None
    results: tuple[NewResult, ...] = ()
    """In their order: KQ(1), KQ(2) …"""


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
    """Entered by an upload and not by the one-stop system: its day is a guess until the data are confirmed."""
    documents: tuple[str, ...]
    """Ids of the documents for it, oldest first."""


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
