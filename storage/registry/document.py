"""A document as it stands, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from digitize.lifecycle import Record, State


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of a document: from the draft first, from the confirmed data later."""

    kind_code: str = ""
    kind_confidence: float = 0.0
    """0.0 to 1.0; 1.0 once a person confirmed."""
    number: str = ""
    issued_date: str = ""
    """ISO 8601."""
    holder_name: str = ""
    subject: str = ""
    pages: int = 0
    doubtful: tuple[str, ...] = ()
    """Names of the fields that a person must look at."""
    findings: tuple[str, ...] = ()
    """Codes of the quality findings."""
    problem: str = ""
    """Why it was refused, quarantined or could not be signed: a Vietnamese sentence."""
    read_seconds: float = 0.0
    """Wall-clock seconds that reading took."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The units that an actor may see: a subtree."""

    path: str
    """Prefix of ``units.path``, ``/`` for all."""


EVERYTHING = Scope("/")


@dataclass(frozen=True, slots=True)
class Making:
    """How far the signature that was ordered has come."""

    token_certificates: tuple[str, ...] = ()
    """DER in base64, the signer's own first; empty: the key is held by the sealing worker."""
    prepared_key: str | None = None
    """What the token has to sign."""
    prepared_until: datetime | None = None
    """When the token's term ends."""
    answer_key: str | None = None
    """What the token gave."""
    untimed_key: str | None = None
    """The signature on the file that waits for its timestamp."""
    untimed_data_key: str | None = None
    """The signature over the data that waits for its timestamp."""
    place_bytes: int | None = None
    """To keep free for the signature, after the first place was too small."""

    @property
    def waits_for_token(self) -> bool:
        """A token has to sign, and has not answered."""
        return bool(self.token_certificates) and self.answer_key is None


NOTHING_MADE: Mapping[str, None] = dict.fromkeys(field.name for field in fields(Making))
"""The columns of :class:`Making` when no signature is being made."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it stands."""

    record: Record
    result_id: str
    ordinal: int
    """n of ``<dossier code>-KQ(n)``."""
    dossier_id: str
    dossier_code: str
    unit_id: str
    unit_path: str
    received_at: datetime
    changed_at: datetime
    scan_key: str
    """Object of the scan in force; empty after a purge."""
    reading_key: str | None
    archive_key: str | None
    capture_key: str | None
    """Revision 1, signed by the clerk."""
    sealed_key: str | None
    """Revision 2, sealed by the agency."""
    metadata_key: str | None
    metadata_signature_key: str | None
    digitization_code: str | None
    result_code: str | None
    doc_code: str | None
    signer: str | None
    """Whose key the standing order names: a person for the capture, a unit for the seal."""
    seal_order_id: str | None
    making: Making
    sealed_at: datetime | None
    published_at: datetime | None
    summary: Summary

    @property
    def id(self) -> str:
        """Opaque id."""
        return self.record.document

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.record.state
