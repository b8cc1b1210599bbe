"""The catalogue of the reading stage: kinds of paper, findings, thresholds, names.

Every entry is data with a source; a loader refuses an entry without one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from digitize.errors import Impossible


@dataclass(frozen=True, slots=True)
class KindEntry:
    """A kind of paper and what it is known by."""

    code: str
    """Vietnamese name without marks, joined by ``_``."""
    name: str
    """As a person reads it."""
    family: str
    """``normative``, ``administrative``, ``civil_status`` or ``certificate``: how its fields lie."""
    titles: tuple[str, ...]
    """Title lines, in capitals; the longest that matches decides. Empty for a letter without a title."""
    symbols: tuple[str, ...]
    """Abbreviations of the kind in the notation of the number ("QĐ" in "15/QĐ-BNV")."""
    anchors: tuple[str, ...]
    """Phrases of the body that speak for the kind."""
    source: str
    """Regulation or form, article and validity."""


@dataclass(frozen=True, slots=True)
class AnchorEntry:
    """Printed words after which a field's value stands."""

    field: str
    """Name of the field."""
    phrases: tuple[str, ...]
    """Likeliest first."""
    source: str
    """Regulation or form."""


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A remark that may be made on a scan."""

    code: str
    """Stable name."""
    severity: str
    """A value of :class:`digitize.model.Severity`."""
    message: str
    """Vietnamese, with ``{names}`` for measured values."""
    source: str
    """Why it matters."""


@cache
def kinds() -> tuple[KindEntry, ...]:
    """Give all kinds of paper, in the order of the catalogue."""
    return tuple(
        KindEntry(
            code=entry["code"],
            name=entry["name"],
            family=entry["family"],
            titles=tuple(entry.get("titles", ())),
            symbols=tuple(entry.get("symbols", ())),
            anchors=tuple(entry.get("anchors", ())),
            source=entry["source"],
        )
        for entry in entries("kinds.toml", "kinds")
    )


@cache
def anchors() -> Mapping[str, AnchorEntry]:
    """Give the anchors of every field that is found by printed words, by field."""
    return {
        entry["field"]: AnchorEntry(entry["field"], tuple(entry["phrases"]), entry["source"])
        for entry in entries("anchors.toml", "anchors")
    }


@cache
def findings() -> Mapping[str, FindingEntry]:
    """Give the remarks on quality, by code."""
    return {
        entry["code"]: FindingEntry(entry["code"], entry["severity"], entry["message"], entry["source"])
        for entry in entries("findings.toml", "findings")
    }


@cache
def threshold(name: str) -> float:
    """Give a limit by its name.

    Raises:
        Impossible: there is no such limit.
    """
    for entry in entries("thresholds.toml", "thresholds"):
        if entry["name"] == name:
            return float(entry["value"])
    raise Impossible(f"no threshold {name}")


@cache
def words(name: str) -> frozenset[str]:
    """Give a list of words by its name, such as ``family_names``."""
    return frozenset(words_in_order(name))


@cache
def words_in_order(name: str) -> tuple[str, ...]:
    """Give a list of words as the catalogue orders it.

    Raises:
        Impossible: there is no such list.
    """
    for file in ("words.toml", "phrases.toml"):
        for entry in entries(file, "lists"):
            if entry["name"] == name:
                return tuple(entry["words"])
    raise Impossible(f"no list {name}")


@cache
def entries(file: str, table: str) -> tuple[Mapping[str, Any], ...]:
    """Load a table of the catalogue.

    Raises:
        Impossible: an entry has no source.
    """
    text = resources.files("digitize.catalogue").joinpath(file).read_text(encoding="utf-8")
    loaded: list[Mapping[str, Any]] = tomllib.loads(text)[table]
    for entry in loaded:
        if not str(entry.get("source", "")).strip():
            raise Impossible(f"{file}: an entry of {table} has no source: {entry}")
    return tuple(loaded)
