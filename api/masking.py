"""Personal data as lists and logs may show them."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """Keep the initials: "Nguyễn Văn An" becomes "N. V. A."."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def masked_number(number: str) -> str:
    """Keep the last three digits of a personal number: "001123456789" becomes "•••789"."""
    return f"•••{number[-3:]}" if len(number) > 3 else "•••"
