"""What a requester brings to the desk: one visit, several originals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digitize.errors import Forbidden, InvalidInput

_E_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
MOST_COPIES = 200
"""Of one original in one visit: a typing error, not a request, lies above it."""
MOST_PAGES = 2_000
"""Of one original, likewise."""


class Act(StrEnum):
    """The two acts of NĐ 45/2020/NĐ-CP Art 3 that end in an electronic copy; they are never mixed."""

    CERTIFY_COPY = "certify_copy"
    """Chứng thực bản sao điện tử từ bản chính (Art 3(9), procedure 2.000815)."""
    EXTRACT_FROM_REGISTER = "extract_from_register"
    """Cấp bản sao điện tử từ sổ gốc (Art 3(8), procedure 2.000908): an act of the office that keeps the register."""


OFFERED = frozenset({Act.CERTIFY_COPY})
"""What this service does; the other act has its name here so that nobody mistakes one for the other."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks for the copies."""

    full_name: str
    id_number: str = ""
    """Of the identity paper shown, 9 or 12 digits or a passport's number; empty when none was asked for."""
    address: str = ""
    email: str = ""
    """Where the copies go; empty: by a download link handed over at the desk."""
    phone: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not stand in the register.

        Raises:
            InvalidInput: the name is missing, or the address for e-mail is none.
        """
        if not self.full_name.strip():
            raise InvalidInput("thiếu họ tên người yêu cầu chứng thực")
        if self.email and _E_MAIL.fullmatch(self.email) is None:
            raise InvalidInput("địa chỉ thư điện tử không đúng dạng ten@mien")


@dataclass(frozen=True, slots=True)
class Original:
    """One paper original (bản chính): it becomes one copy with one number."""

    title: str
    """Tên của bản chính, as the register's column takes it."""
    pages: int
    """Pages that carry information, counted on the original (TT 01/2020/TT-BTP Art 10; the fee counts them)."""
    quantity: int = 1
    """Copies asked for; they share one number (NĐ 23/2015/NĐ-CP Art 20)."""
    issuer: str = ""
    """Who issued the original; empty when the paper does not say."""
    foreign: bool = False
    """Issued, confirmed or notarised by a foreign body."""
    foreign_kind: str = ""
    """Code of ``[[exempt_foreign]]`` in ``certification.toml`` for a paper that needs no legalisation."""
    legalised: bool = False
    """Consular legalisation stands on the foreign paper."""
    kind: str = ""
    """Code of the kind of paper, as the catalogue of kinds has it; empty when it has none."""
    number: str = ""
    """Số, ký hiệu of the original; empty when it bears none."""
    issued_on: date | None = None
    """Day in Vietnam on which the original was issued; None when the paper does not say."""

    def __post_init__(self) -> None:
        """Refuse counts that cannot be.

        Raises:
            InvalidInput: the title is missing, or a count lies outside 1 to its bound.
        """
        if not self.title.strip():
            raise InvalidInput("thiếu tên bản chính")
        if not 1 <= self.pages <= MOST_PAGES:
            raise InvalidInput(f"số trang của bản chính phải từ 1 đến {MOST_PAGES}")
        if not 1 <= self.quantity <= MOST_COPIES:
            raise InvalidInput(f"số bản sao phải từ 1 đến {MOST_COPIES}")


@dataclass(frozen=True, slots=True)
class CertificationOrder:
    """One visit (phiên chứng thực): one requester at one unit with their originals."""

    unit: str
    """Opaque id of the unit."""
    requester: Requester
    originals: tuple[Original, ...]
    """In the order in which they will be numbered; never empty."""
    received_at: datetime
    """With its offset; the clock of Art 7 runs from here."""
    act: Act = Act.CERTIFY_COPY

    def __post_init__(self) -> None:
        """Refuse a visit that cannot be.

        Raises:
            InvalidInput: there is no original, or the time has no offset.
            Forbidden: the act is not one that this service offers.
        """
        if self.act not in OFFERED:
            raise Forbidden(
                "cấp bản sao từ sổ gốc là thủ tục khác (2.000908), do cơ quan quản lý sổ gốc thực hiện "
                "theo Điều 3 khoản 8 Nghị định 45/2020/NĐ-CP"
            )
        if not self.originals:
            raise InvalidInput("phiên chứng thực phải có ít nhất một bản chính")
        if self.received_at.utcoffset() is None:
            raise InvalidInput("thời điểm tiếp nhận thiếu múi giờ")
