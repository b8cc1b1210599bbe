"""What the register knows of a dossier at one moment, as far as a portal may be told; absent is absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Reuse(IntEnum):
    """``DuocTaiSuDung``: what the recorded events say."""

    NO = 0
    YES = 1
    RESULT_OF_ANOTHER = 2
    """A result of another dossier took its place."""


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """A paper that was handed in; its flags come from events alone."""

    name: str
    code: str | None
    """``MaThanhPhanHoSo``."""
    scanned: bool
    """There is an event ComponentScanned."""
    reuse: Reuse
    """By the event ComponentReused."""
    from_personal_store: bool
    """The event ComponentReused says that it came from the owner's store."""
    replaced_by: str | None = None
    """Code of the result that took its place, ``<dossier>-KQ(n)``."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """A published result in force."""

    id: str
    """Opaque."""
    code: str
    """``<dossier>-KQ(n)`` (NĐ 45/2020 Art 14)."""
    title: str
    type_code: str | None
    """``KQ.Gxx.xxxxxx``."""
    document: str
    """Id of the published document."""
    link: str
    """Address of ours that shows nothing personal."""


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """One status that the dossier took."""

    sequence: int
    """Of the dossier's event; from 1."""
    status: int
    """1 to 10."""
    at: datetime
    handler: str | None
    """Who handled it, where the source said so."""


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """A dossier as it stands."""

    code: str
    version: int
    """Of its facts."""
    procedure_code: str
    procedure_name: str
    field_code: str | None
    field_name: str | None
    channel: int | None
    """1 at the counter, 2 online, 3 by post."""
    holder_name: str | None
    holder_id: str | None
    holder_type: int | None
    """1 citizen, 2 business, 3 agency, 4 other organisation."""
    received_on: date | None
    due_at: datetime | None
    status: int | None
    """1 to 10; None: not known."""
    status_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    unit_name: str
    vneid_verified: bool | None
    population_linked: bool | None
    paid_how: int | None
    components: tuple[ComponentFacts, ...] = ()
    results: tuple[ResultFacts, ...] = ()
    statuses: tuple[StatusFacts, ...] = ()
    """In the order of their events."""
