"""What a file says about itself, before and after a signature: its title and author, and how its form is drawn.

pyHanko lets both change, because programs touch them while they save; here only what they touch without meaning it may.
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from digitize.sign.entries import entry, listed

INFO_KEYS = ("/Title", "/Author", "/Subject", "/Keywords", "/CreationDate")
"""Entries of the information dictionary that tell about the document; the others tell about programs."""
XMP_NAMES = frozenset({"title", "creator", "description", "subject", "Keywords", "CreateDate"})
"""The same in XMP (ISO 16684-1)."""
FORM_KEYS = ("/DA", "/Q", "/NeedAppearances")
"""Entries of the form that decide how values are drawn."""


def description_changed(reader: PdfFileReader, signed_revision: int) -> bool:
    """Tell whether title, author and the like are no longer those that were signed."""
    before, after = _around(reader, signed_revision)
    old, new = _info(before), _info(after)
    if any(key in old and entry(old, key) != entry(new, key) for key in INFO_KEYS):
        return True
    if "/Metadata" not in before.root:
        return False
    reference = before.root.get_value_as_reference("/Metadata")
    moved = "/Metadata" not in after.root or after.root.get_value_as_reference("/Metadata") != reference
    rewritten = reader.xrefs.get_last_change(reference) > signed_revision
    return (moved or rewritten) and _xmp(before) != _xmp(after)


def form_settings_changed(reader: PdfFileReader, signed_revision: int) -> bool:
    """Tell whether the values in a form may look different now, without any value having changed."""
    before, after = _around(reader, signed_revision)
    old, new = entry(before.root, "/AcroForm"), entry(after.root, "/AcroForm")
    if old is None or new is None or not _has_values(old):
        return False
    if any(entry(new, key) != entry(old, key) and (key in old or key != "/DA") for key in FORM_KEYS):
        return True
    return _resources_changed(reader, old, new, signed_revision)


def _resources_changed(
    reader: PdfFileReader, old: generic.DictionaryObject, new: generic.DictionaryObject, signed_revision: int
) -> bool:
    """Tell whether a font that the form could use already is another one now; further ones may have come."""
    before, after = entry(old, "/DR"), entry(new, "/DR")
    if before is None:
        return False
    if after is None:
        return True
    for kind, resources in before.items():
        known, present = resources.get_object(), entry(after, kind)
        if not isinstance(known, generic.DictionaryObject):
            continue
        for name in known:
            if present is None or name not in present or present.raw_get(name) != known.raw_get(name):
                return True
            raw = known.raw_get(name)
            touched = isinstance(raw, generic.IndirectObject) and reader.xrefs.get_last_change(raw.reference)
            if touched and touched > signed_revision:
                return True
    return False


def _around(reader: PdfFileReader, signed_revision: int) -> tuple[HistoricalResolver, HistoricalResolver]:
    return (
        reader.get_historical_resolver(signed_revision),
        reader.get_historical_resolver(reader.xrefs.total_revisions - 1),
    )


def _info(resolver: HistoricalResolver) -> generic.DictionaryObject:
    try:
        raw = resolver.trailer_view.raw_get("/Info")
    except KeyError:
        return generic.DictionaryObject()
    info = resolver(raw.reference) if isinstance(raw, generic.IndirectObject) else raw
    return info if isinstance(info, generic.DictionaryObject) else generic.DictionaryObject()


def _xmp(resolver: HistoricalResolver) -> list[tuple[str, object]]:
    stream = entry(resolver.root, "/Metadata")
    if not isinstance(stream, generic.StreamObject):
        return []
    structures = parse_xmp(BytesIO(stream.data))
    return sorted(
        ((name.local_name, value) for each in structures for name, value in each if name.local_name in XMP_NAMES),
        key=lambda pair: pair[0],
    )


def _has_values(form: generic.DictionaryObject) -> bool:
    return any(_kind(each) != "/Sig" for each in listed(form, "/Fields"))


def _kind(place: generic.IndirectObject) -> object:
    field = place.get_object()
    return entry(field, "/FT") if isinstance(field, generic.DictionaryObject) else None
