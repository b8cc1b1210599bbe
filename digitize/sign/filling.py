"""Empty fields of a form that were filled in after a signature.

A signature that does not certify says nothing about what may follow (ISO 32000-2 §12.8.2.1), and a field that was
signed empty was signed to be filled in: that is told, not held against it. A value that was signed may not change, and
what fills a field may not lie over what was signed (cf. Mainka et al., "Shadow Attacks", NDSS 2021).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from digitize.sign.entries import entry, listed

WRITING = frozenset(
    [
        "q",
        "Q",
        "cm",
        "w",
        "BT",
        "ET",
        "Tf",
        "Td",
        "TD",
        "Tm",
        "T*",
        "Tj",
        "TJ",
        "'",
        '"',
        "Tc",
        "Tw",
        "Tz",
        "TL",
        "Tr",
        "Ts",
        "g",
        "G",
        "rg",
        "RG",
        "k",
        "K",
        "re",
        "W",
        "W*",
        "n",
        "BMC",
        "BDC",
        "EMC",
        "MP",
        "DP",
    ]
)
"""Operators that write text within bounds; every other one may lay a colour or a picture over the page."""
SAYING = frozenset({"Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"})
"""Operators of which one is needed to tell a reader anything."""

DEEPEST_FIELD = 16
"""A tree of fields deeper than this is a trap."""

_NO_VALUE = ("", b"", "/Off")


@dataclass(frozen=True, slots=True)
class Filling:
    """What became of the fields that a later revision touched."""

    fields: tuple[str, ...] = ()
    """Their full names."""
    rewritten: bool = False
    """One of them was not empty when it was signed, or holds no value now."""
    may_hide: bool = False
    """One of them is drawn in a way that may cover what lies below it."""
    hides_anew: bool = False
    """One of those was signed without a ground or a frame."""
    largest: float = 0.0
    """Area of the largest, in the page's square units."""


@dataclass(frozen=True, slots=True)
class _Field:
    own: generic.DictionaryObject
    value: object
    """Its own, or the one of the field above it (ISO 32000-2 §12.7.4.1)."""

    @property
    def empty(self) -> bool:
        value = self.value
        return value is None or isinstance(value, generic.NullObject) or value in _NO_VALUE or value == []

    @property
    def says_something(self) -> bool:
        """Whether its look shows a reader anything but a frame or a ground."""
        state = entry(self.own, "/AS") or "/Off"
        looks = [each for name, each in _looks(self.own) if name in ("", state)]
        return any(not isinstance(each, generic.StreamObject) or bool(_operators(each) & SAYING) for each in looks)


def filled_after(reader: PdfFileReader, signed_revision: int, touched: Iterable[str]) -> Filling:
    """Compare touched fields with what was signed.

    Args:
        reader: of the file.
        signed_revision: the one that the signature covers.
        touched: full names of the fields.
    """
    names = tuple(sorted(touched))
    if not names:
        return Filling()
    before = _fields(reader.get_historical_resolver(signed_revision))
    after = _fields(reader.get_historical_resolver(reader.xrefs.total_revisions - 1))
    if not set(names) <= before.keys() & after.keys():
        return Filling(names, rewritten=True)
    hiding = [name for name in names if _may_hide(before[name].own, after[name].own, reader, signed_revision)]
    return Filling(
        names,
        any(not before[name].empty or before[name].says_something or after[name].empty for name in names),
        bool(hiding),
        any(not _has_ground(before[name].own) for name in hiding),
        max(area_of(after[name].own, "/Rect") for name in names),
    )


def area_of(holder: generic.DictionaryObject, key: str) -> float:
    """Return the area of a rectangle in square units; 0 when there is none."""
    rectangle = entry(holder, key)
    if rectangle is None:
        return 0.0
    left, bottom, right, top = (float(value) for value in rectangle)
    return abs(right - left) * abs(top - bottom)


def _fields(resolver: HistoricalResolver) -> Mapping[str, _Field]:
    form = entry(resolver.root, "/AcroForm")
    return dict(_below(form, "/Fields", "", None)) if isinstance(form, generic.DictionaryObject) else {}


def _below(
    holder: generic.DictionaryObject, key: str, prefix: str, value: object, depth: int = DEEPEST_FIELD
) -> Iterator[tuple[str, _Field]]:
    for place in listed(holder, key) if depth else ():
        own = place.get_object()
        if isinstance(own, generic.DictionaryObject) and "/T" in own:
            name = prefix + str(own["/T"])
            field = _Field(own, entry(own, "/V") if "/V" in own else value)
            yield name, field
            yield from _below(own, "/Kids", name + ".", field.value, depth - 1)


def _looks(field: generic.DictionaryObject) -> Iterator[tuple[str, object]]:
    """Yield the drawings of a field, each with the state that it belongs to; "" where it has only one."""
    kinds = entry(field, "/AP")
    for kind in kinds if isinstance(kinds, generic.DictionaryObject) else ():
        look = entry(kinds, kind)
        if isinstance(look, generic.DictionaryObject) and not isinstance(look, generic.StreamObject):
            yield from ((str(state), entry(look, state)) for state in look)
        else:
            yield "", look


def _may_hide(
    before: generic.DictionaryObject, after: generic.DictionaryObject, reader: PdfFileReader, signed_revision: int
) -> bool:
    """Look at what is drawn otherwise than it was signed; a field in several places is not looked into."""
    signed = {each.container_ref for _, each in _looks(before) if isinstance(each, generic.StreamObject)}
    drawn = [
        look
        for _, look in _looks(after)
        if not isinstance(look, generic.StreamObject)
        or not isinstance(look.container_ref, generic.Reference)
        or look.container_ref not in signed
        or reader.xrefs.get_last_change(look.container_ref) > signed_revision
    ]
    return "/Kids" in after or any(
        not isinstance(each, generic.StreamObject) or not _only_writes(each) for each in drawn
    )


def _has_ground(field: generic.DictionaryObject) -> bool:
    settings = entry(field, "/MK")
    return isinstance(settings, generic.DictionaryObject) and bool({"/BG", "/BC"} & settings.keys())


def _only_writes(look: generic.StreamObject) -> bool:
    resources = entry(look, "/Resources")
    fonts = entry(resources, "/Font") if isinstance(resources, generic.DictionaryObject) else None
    kinds = [entry(fonts, name) for name in fonts] if isinstance(fonts, generic.DictionaryObject) else []
    if any(not isinstance(each, generic.DictionaryObject) or entry(each, "/Subtype") == "/Type3" for each in kinds):
        return False
    return _operators(look) <= WRITING


def _operators(look: generic.StreamObject) -> frozenset[str]:
    with pikepdf.new() as room:
        return frozenset(str(each.operator) for each in pikepdf.parse_content_stream(pikepdf.Stream(room, look.data)))
