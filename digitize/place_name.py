"""Địa danh: the name of the place that stands before the date of an official paper."""

from __future__ import annotations

_PREFIX = "Ủy ban nhân dân "
_LEVELS = ("xã ", "phường ", "thị trấn ", "đặc khu ", "huyện ", "quận ", "thị xã ", "thành phố ", "tỉnh ")


def place_of(agency: str) -> str:
    """Return the name of the place at which an agency sits (NĐ 30/2020/NĐ-CP, Annex I: địa danh)."""
    place = agency[len(_PREFIX) :] if agency.casefold().startswith(_PREFIX.casefold()) else agency
    for level in _LEVELS:
        if place.casefold().startswith(level):
            return place[len(level) :]
    return place
