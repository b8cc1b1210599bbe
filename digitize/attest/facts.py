"""A fact that stands on the copy: the second thing asked for before more than its status is shown.

The short code travels as a picture and in addresses; who also knows what the paper says has the paper before them.
"""

from __future__ import annotations

import hmac
import re
from datetime import date, datetime

from digitize.attest.visit import Original
from digitize.targets import VIETNAM_TIME

_TYPED_DAY = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*")


def agrees(told: str, original: Original, signed_at: datetime | None) -> bool:
    """Tell whether what somebody typed is the fact that this copy asks for.

    That is the number of the original; where it bears none, its day of issue; where it names no day either, hour,
    minute and second of the certifier's signature as printed on the copy.

    Args:
        told: as typed; case, blanks and punctuation do not matter, a day may be written in either order.
        original: as the certifier described it.
        signed_at: when the certifier's key was used; None: it was not.
    """
    wanted = _wanted(original, signed_at)
    return bool(wanted) and hmac.compare_digest(_plain(told).encode(), wanted.encode())


def told_of_result(told: str, number: str, issued_on: date) -> bool:
    """Tell whether what somebody typed is the fact on a digitised result: its number, or its day where it has none."""
    wanted = _plain(number) or _plain(issued_on.isoformat())
    return hmac.compare_digest(_plain(told).encode(), wanted.encode())


def asked(original: Original) -> str:
    """Name the fact that is asked for, in Vietnamese."""
    if _plain(original.number):
        return "số, ký hiệu ghi trên bản chính"
    if original.issued_on is not None:
        return "ngày cấp ghi trên bản chính (ngày/tháng/năm)"
    return "giờ, phút, giây ký của người chứng thực ghi trên bản sao"


def _wanted(original: Original, signed_at: datetime | None) -> str:
    if _plain(original.number):
        return _plain(original.number)
    if original.issued_on is not None:
        return _plain(original.issued_on.isoformat())
    return "" if signed_at is None else f"{signed_at.astimezone(VIETNAM_TIME):%H%M%S}"


def _plain(text: str) -> str:
    day = _TYPED_DAY.fullmatch(text)
    if day is not None:
        number, month, year = (int(part) for part in day.groups())
        try:
            text = date(year, month, number).isoformat()
        except ValueError:
            return ""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
