"""Whether a file may stand for the paper original: only what the certifier captured within the visit.

NĐ 45/2020/NĐ-CP Art 3(9) names the paper original as the basis, Art 10(3) has the certifier capture it. Neither an
electronic file nor an earlier scan is a paper original.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from digitize.errors import AlreadyDigitised, AlreadyElectronic, CapturedByAnother, OutsideTheVisit
from digitize.model import Nature

CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the desk's clock may run behind ours."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that is offered as the capture of an original."""

    by: str
    """Id of the person who hands it in; a system's client has another id."""
    at_desk: bool
    """It came from a capturing device through the certifier's own session, not by upload."""
    captured_at: datetime
    """When the device says it was made; with offset."""
    received_at: datetime
    """By our own clock; with offset."""
    nature: Nature
    """As reading found it."""
    same_as: str | None = None
    """Id of a document or copy that holds the very same bytes already; None: none does."""
    of_result: str | None = None
    """Id of the digitised result that the requester refers to; None: none."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What of a visit matters to a capture."""

    certifier: str
    """Id of the person who opened the visit and will sign."""
    opened_at: datetime
    """With offset."""
    closed_at: datetime | None = None
    """None while it is open."""


def may_be_original(offered: Offered, visit: Visit) -> None:
    """Refuse a file that cannot be the capture of the paper original in this visit.

    Raises:
        CapturedByAnother: the certifier did not make it at the desk.
        OutsideTheVisit: it is older than the visit, or the visit is over.
        AlreadyDigitised: the same bytes or the same result are known.
        AlreadyElectronic: it is a born-digital or signed file, not a picture of paper.
    """
    if not offered.at_desk or offered.by != visit.certifier:
        raise CapturedByAnother
    too_old = offered.captured_at < visit.opened_at - CLOCKS_DIFFER or offered.received_at < visit.opened_at
    if too_old:
        raise OutsideTheVisit("bản chụp có trước khi mở phiên chứng thực")
    if visit.closed_at is not None and offered.received_at >= visit.closed_at:
        raise OutsideTheVisit("phiên chứng thực đã kết thúc")
    if offered.captured_at > offered.received_at + CLOCKS_DIFFER:
        raise OutsideTheVisit("thời điểm chụp muộn hơn thời điểm nhận", remedy="Hãy chỉnh lại đồng hồ của máy chụp.")
    if offered.same_as is not None or offered.of_result is not None:
        raise AlreadyDigitised
    if offered.nature is not Nature.SCAN:
        raise AlreadyElectronic
