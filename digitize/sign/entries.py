"""Reading an entry of a PDF dictionary that may be absent; pyHanko's own ``get`` does not follow references."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic


def entry(holder: generic.DictionaryObject, key: str) -> Any:  # noqa: ANN401 - whatever the file has there
    """Return what stands under a key, references followed; None when nothing does."""
    try:
        return holder[key]
    except KeyError:
        return None


def listed(holder: generic.DictionaryObject, key: str) -> list[generic.IndirectObject]:
    """Return the references in an array, without what is none; empty when there is no array."""
    found = entry(holder, key)
    if not isinstance(found, generic.ArrayObject):
        return []
    return [
        each
        for each in (found.raw_get(index) for index in range(len(found)))
        if isinstance(each, generic.IndirectObject)
    ]
