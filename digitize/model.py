"""The values that flow between the stages of the route.

One frame of reference serves every value: pixels of the **faithful page**, origin top-left. The faithful page is the
scan's own image, turned upright in steps of 90° and changed in no other way; what a person sees in a viewer is the
faithful page. Deskewed or cleaned copies exist for recognition only, and whatever is found on them is mapped back.

Values are frozen, hold no open resource and survive a round trip through JSON (:func:`to_json`, :func:`from_json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from digitize.errors import Impossible
from digitize.page_plan import PlannedPage

V = TypeVar("V")


def to_json(value: object) -> bytes:
    """Encode a value of this module; the same value always gives the same bytes."""
    return msgspec.json.encode(value, order="deterministic")


def from_json(encoded: bytes, kind: type[V]) -> V:
    """Decode what :func:`to_json` wrote.

    Raises:
        msgspec.ValidationError: the bytes do not describe a value of that kind.
    """
    return msgspec.json.decode(encoded, type=kind)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a faithful page: pixels, origin top-left, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        """Refuse a rectangle without area.

        Raises:
            Impossible: the rectangle has no area or begins off the page.
        """
        if not (0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise Impossible(f"box {self} has no area or lies off the page")

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class MediaType(StrEnum):
    """What the bytes of a scan are, decided by content and never by name."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"


class Nature(StrEnum):
    """What kind of electronic thing was handed in."""

    SCAN = "scan"
    """A picture of a paper: takes the whole route."""
    BORN_DIGITAL = "born_digital"
    """A PDF whose pages are drawn, not photographed: kept byte for byte, never counted as digitised."""
    SIGNED = "signed"
    """A PDF that carries signatures already: kept byte for byte, never counted as digitised."""


class Secrecy(StrEnum):
    """Degrees of secrecy (Luật Bảo vệ bí mật nhà nước 2018, Art 8) as they are stamped on paper."""

    MAT = "MẬT"
    TOI_MAT = "TỐI MẬT"
    TUYET_MAT = "TUYỆT MẬT"


class Severity(StrEnum):
    """How much a finding matters to the person at the scanner."""

    NOTE = "note"
    """Worth knowing; nothing to do."""
    WARNING = "warning"
    """Look at the page before signing."""
    RESCAN = "rescan"
    """The page should be scanned again while the paper is still there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on the quality of a scan."""

    code: str
    """Stable name, such as ``low_resolution``; listed in ``digitize/catalogue/findings.toml``."""
    severity: Severity
    page: int | None
    """1-based; None when the remark is about the whole file."""
    message: str
    """One Vietnamese sentence that says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was recognised."""

    text: str
    """NFC, no blanks, never empty."""
    box: Box
    confidence: float
    """0.0 (a guess) to 1.0 (certain), as the engine says."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: words from left to right."""

    words: tuple[Word, ...]
    """Never empty."""
    box: Box

    @property
    def text(self) -> str:
        """The words with single blanks between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """0.0 to 1.0: the mean over the words, weighted by their length."""
        weight = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / weight


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, top to bottom; the two columns of an official header are two blocks."""

    lines: tuple[Line, ...]
    """Never empty."""
    box: Box

    @property
    def text(self) -> str:
        """The lines, one a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """A faithful page and what was read on it."""

    number: int
    """1-based."""
    width: int
    """Pixels of the faithful page (after the turn by :attr:`rotation`)."""
    height: int
    """Pixels of the faithful page."""
    dpi: int
    """Dots per inch of the scan, as stated by the file or inferred from the paper size; at least 1."""
    rotation: int
    """Clockwise degrees by which the scan's own image is turned to stand upright: 0, 90, 180 or 270."""
    skew: float
    """Degrees by which the lines of text run downhill (clockwise) on the faithful page; 0.0 when level."""
    blocks: tuple[Block, ...]
    """In reading order; empty for a blank page."""

    @property
    def text(self) -> str:
        """The blocks in reading order, a blank line between them."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for block in self.blocks for line in block.lines for word in line.words)


UNKNOWN_KIND = "khong_ro"
"""The honest answer when no kind is likely enough."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What paper this is."""

    code: str
    """Vietnamese name without marks, joined by ``_``; :data:`UNKNOWN_KIND` when unsure."""
    name: str
    """As a person reads it: "Công văn"."""
    confidence: float
    """0.0 to 1.0; for :data:`UNKNOWN_KIND` the confidence that the best candidate had."""
    reasons: tuple[str, ...] = ()
    """What spoke for it, strongest first, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value read from the paper: a machine's draft, until a person confirms it."""

    value: str
    """Dates are ISO 8601; everything else as printed, NFC, blanks folded."""
    confidence: float
    """0.0 to 1.0."""
    page: int
    """1-based."""
    box: Box | None
    """Where it stands; None when it was inferred from several places."""
    doubtful: bool
    """A person must look at it before it may be confirmed."""
    alternatives: tuple[str, ...] = ()
    """Other readings, likeliest first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the machine made of a scan: the draft, kept outside the record."""

    nature: Nature
    media_type: MediaType
    source_sha256: str
    """Lower-case hex, of the received bytes."""
    pages: tuple[Page, ...]
    """Never empty."""
    kind: Kind
    fields: Mapping[str, Field]
    """By name: number, issued_date, place, organ_name, parent_organ_name, subject, signer_name, signer_title,
    holder_name, holder_id, holder_birth_date; only those that were found."""
    findings: tuple[Finding, ...]
    secrecy: Secrecy | None
    """A secrecy mark stands on the paper: the document must stop in quarantine."""
    engine: str
    """Recogniser, version and model, such as ``tesserocr 5.5.4 vie``."""

    @property
    def text(self) -> str:
        """The text of all pages, a form feed between them."""
        return "\f".join(page.text for page in self.pages)


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of a faithful page, for a person to look at."""

    page: int
    """1-based."""
    jpeg: bytes
    scale: float
    """Preview pixels per pixel of the faithful page."""


@dataclass(frozen=True, slots=True)
class Digitized:
    """What the read stage hands over beside the archive file: the reading and the previews."""

    reading: Reading
    previews: tuple[Preview, ...]
    """One a page, in order; empty when a secrecy mark was found."""
    origins: tuple[PlannedPage, ...] = ()
    """Where each page comes from, when the capture is arranged from several scans."""


class Role(StrEnum):
    """Who signs, and therefore where the signature stands."""

    CLERK = "clerk"
    """The person who scanned: top-left (TT 01/2023/TT-VPCP Art 8)."""
    CERTIFIER = "certifier"
    """Who certifies a copy: beside the attestation (NĐ 45/2020/NĐ-CP Art 10(3))."""
    AGENCY = "agency"
    """The office: top-right of page 1 (NĐ 30/2020/NĐ-CP Art 25, Annex I); of a certified copy beside the certifier."""


SIGNATURE_FIELDS: Mapping[Role, str] = {
    Role.CLERK: "ClerkSignature",
    Role.CERTIFIER: "CertifierSignature",
    Role.AGENCY: "AgencySignature",
}
"""The form fields that wait, empty, for the first signature: an archive file has the clerk's and the agency's, a copy
with its attestation the certifier's and the agency's."""


class Verdict(StrEnum):
    """The answer of a verification (ETSI EN 319 102-1)."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"


class Integrity(StrEnum):
    """Whether the signed bytes are those that were signed."""

    INTACT = "intact"
    MODIFIED = "modified"
    """The bytes do not match the digest that was signed."""
    BROKEN = "broken"
    """The signature itself does not hold, or cannot be parsed."""


class Trust(StrEnum):
    """Whether the signer's certificate leads to a root that we were told to trust."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


class Changes(StrEnum):
    """What later revisions did to the file after a signature."""

    NONE = "none"
    PERMITTED = "permitted"
    SUSPICIOUS = "suspicious"


class TimeSource(StrEnum):
    """How we know when a signature was made."""

    TIMESTAMP = "timestamp"
    """A timestamp that we trust covers it."""
    CLAIMED = "claimed"
    """The signer's word."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """The graded judgement on one signature."""

    field: str
    """Name of the form field."""
    signer: str
    """Common name of the signer's certificate; empty when it cannot be read."""
    role: Role | None
    """By the field's name; None for a foreign signature."""
    signed_at: str | None
    """ISO 8601 with offset: from the timestamp where there is one, else as the signer claims."""
    integrity: Integrity
    trust: Trust
    level: str
    """``B-B``, ``B-T``, ``B-LT``, ``B-LTA``, ``PKCS#7``, ``RFC 3161`` (a document timestamp) or ``unknown``."""
    changes_after: Changes
    covers_file: bool
    """The signature covers its whole revision, from the first byte on, but for its own value."""
    algorithm: str
    """Such as ``rsassa_pkcs1v15 sha256``."""
    reasons: tuple[str, ...]
    """Vietnamese sentences: why it is not (or only just) good."""
    verdict: Verdict
    time_source: TimeSource = TimeSource.NONE
    time_authority: str = ""
    """Common name of the timestamp authority that proves the time; empty without one."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The judgement on a file: the worst of its signatures."""

    verdict: Verdict
    sentence: str
    """One Vietnamese sentence for anybody."""
    signatures: tuple[SignatureReport, ...] = field(default=())
    """In the order in which they were made; document timestamps included."""


@dataclass(frozen=True, slots=True)
class SignatureHealth:
    """Until when the proof in a file holds by itself."""

    level: str
    """As the file is built: ``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``; what a verification grants may be less."""
    weakens_at: datetime
    """The first moment at which something expires or fades."""
    why: str
    """Vietnamese: what it is."""
    archive_timestamps: int
    """Document timestamps in the file."""

    def due(self, now: datetime, within: timedelta) -> bool:
        """Tell whether a renewal is due: the proof fades within a span from now."""
        return self.weakens_at <= now + within
