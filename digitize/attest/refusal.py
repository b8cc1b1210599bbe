"""The six grounds on which a copy is not certified."""

from __future__ import annotations

from enum import StrEnum


class RefusalGround(StrEnum):
    """Papers that may not serve as the original of a certified copy (NĐ 23/2015/NĐ-CP Art 22, in its order)."""

    ALTERED = "altered"
    DAMAGED = "damaged"
    SECRECY = "secrecy"
    UNLAWFUL = "unlawful"
    NOT_LEGALISED = "not_legalised"
    SELF_MADE = "self_made"
