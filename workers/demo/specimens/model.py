"""What a specimen is: the bytes of a scan, and the truth about the paper that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Media = Literal["image/jpeg", "image/png", "image/tiff", "application/pdf"]
"""Media types that a scanner delivers."""


@dataclass(frozen=True, slots=True)
class TruthBox:
    """Where a value stands on its upright page."""

    page: int
    """1-based."""
    left: int
    """Pixels of the page as delivered, origin top-left, after undoing a turn by 90°."""
    top: int
    """Pixels."""
    right: int
    """Pixels, exclusive."""
    bottom: int
    """Pixels, exclusive."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a careful person would read on the paper."""

    kind_code: str
    """Code of the kind, such as ``giay_khai_sinh``."""
    kind_name: str
    """As a person reads it: "Giấy khai sinh"."""
    fields: Mapping[str, str]
    """By the names of the reading: number (without blanks), issued_date (ISO 8601), place, organ_name,
    parent_organ_name, subject, signer_name, signer_title, holder_name, holder_id, holder_birth_date (ISO 8601)."""
    pen: frozenset[str]
    """Names of the fields of which at least a part is written by pen."""
    uncertain: frozenset[str]
    """Names of the fields that a scorer should weigh lightly: the paper has two equal candidates."""
    boxes: Mapping[str, TruthBox]
    """By field name; only fields that stand in one place."""
    pages: tuple[tuple[str, ...], ...]
    """Per page the printed and written lines; cells of a table row are joined by a tab. Seals, signatures and incoming
    stamps are left out."""
    secrecy: str | None
    """The stamped degree of secrecy, such as "MẬT"."""
    conditions: str
    """What the scan went through, in words."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A rendered scan with its truth."""

    name: str
    """File name with suffix; holds no personal data."""
    kind_code: str
    """Equal to the truth's."""
    unit_code: str
    """Code of the demo unit that issued the paper."""
    media_type: Media
    data: bytes
    """The file as a scanner would have written it."""
    truth: Truth
