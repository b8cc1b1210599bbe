"""Turns of phrase that several forms share: dates in figures and words, numbers, days of 2021."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
MONTHS = (
    "Giêng",
    "hai",
    "ba",
    "tư",
    "năm",
    "sáu",
    "bảy",
    "tám",
    "chín",
    "mười",
    "mười một",
    "mười hai",
)


def two_digits(value: int) -> str:
    """Say a number under 100."""
    tens, units = divmod(value, 10)
    if tens == 0:
        return DIGITS[units]
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if units == 0:
        return head
    if units == 1:
        return f"{head} {'một' if tens == 1 else 'mốt'}"
    if units == 5:
        return f"{head} lăm"
    return f"{head} {DIGITS[units]}"


def year_words(year: int) -> str:
    """Say a year."""
    thousands, rest = divmod(year, 1000)
    hundreds, low = divmod(rest, 100)
    said = f"{DIGITS[thousands]} nghìn {DIGITS[hundreds]} trăm"
    if low == 0:
        return said
    return f"{said} {'linh ' if low < 10 else ''}{two_digits(low)}"


def in_words(day: date) -> str:
    """Say a date, as the forms of civil status want it under the figures."""
    first = "mùng " if day.day <= 10 else ""
    return f"Ngày {first}{two_digits(day.day)}, tháng {MONTHS[day.month - 1]}, năm {year_words(day.year)}"


def figures(day: date) -> str:
    """Write a date with slashes."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def long_form(day: date) -> str:
    """Write a date with its words."""
    return f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"


def working_day(rng: Random, since: date = date(2021, 1, 22)) -> date:
    """Draw a working day of 2021 between a day and the middle of December."""
    day = since + timedelta(days=rng.randrange((date(2021, 12, 15) - since).days))
    return day - timedelta(days=max(0, day.weekday() - 4))


def serial(rng: Random, limit: int) -> str:
    """Draw the number of a paper; a number under 10 has a leading zero (NĐ 30/2020 Annex I)."""
    return f"{rng.randrange(1, limit):02d}"


def money(amount: int) -> str:
    """Write an amount in đồng with dots."""
    return f"{amount:,}".replace(",", ".")
