"""A field as the review desk asks for it: the line of the paper above its box, what else it may be, who said what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.review.document_view import FieldView, PageView
from digitize.model import Box, Field, Page
from storage.shown import DataVersion

WIDEST_SHARE = 0.5
"""Of the page's width that a crop shows at least, so that a short word is not blown up and its neighbours are seen."""

AROUND = 0.55
"""Of the box's height that is shown above and below it."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A stretch of a page, in pixels of the page."""

    page: PageView
    left: int
    top: int
    width: int
    height: int
    box: Box
    """Where the value stands."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a field once was, and who said so."""

    value: str
    by: str
    """Name of a person; empty: the machine."""
    at: datetime | None
    """None: when the scan was read."""
    note: str
    """Reason of a correction; empty: none."""
    confidence: float | None = None
    """Of the machine; None: a person said it."""


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field of the form."""

    field: FieldView
    asked: bool
    """A person must look at it before anything else."""
    crop: Crop | None
    """None: the value was inferred, or stands nowhere."""
    alternatives: tuple[str, ...]
    """Other readings, likeliest first."""
    history: tuple[Told, ...]
    """Oldest first."""


def asked_fields(
    fields: Sequence[FieldView],
    drafts: Mapping[str, Field],
    pages: Sequence[PageView],
    versions: Sequence[DataVersion],
) -> tuple[AskedField, ...]:
    """Return the fields of the form, those that must be looked at first.

    Args:
        fields: of the form, in the catalogue's order.
        drafts: what the machine read.
        pages: that have a picture.
        versions: what people confirmed before.
    """
    by_number = {page.number: page for page in pages}
    # What a person confirmed once is theirs; it is asked for again only when it is missing.
    trusted = bool(versions)
    found = [
        AskedField(
            field=field,
            asked=(field.required and not field.value) or (not trusted and field.doubtful),
            crop=_crop(drafts.get(field.name), by_number),
            alternatives=_alternatives(drafts.get(field.name), field.value),
            history=_history(field.name, drafts.get(field.name), versions),
        )
        for field in fields
    ]
    return tuple(sorted(found, key=lambda each: not each.asked))


def crop_of(box: Box, page: Page) -> tuple[int, int, int, int]:
    """Return left, top, width and height of the stretch that shows a box with what stands around it."""
    around = max(round(box.height * AROUND), 4)
    top = max(0, box.top - around)
    height = min(page.height, box.bottom + around) - top
    width = min(page.width, max(round(box.width * 1.06), round(page.width * WIDEST_SHARE)))
    left = min(max(0, (box.left + box.right - width) // 2), page.width - width)
    return left, top, width, height


def _crop(draft: Field | None, pages: Mapping[int, PageView]) -> Crop | None:
    if draft is None or draft.box is None or draft.page not in pages:
        return None
    page = pages[draft.page]
    return Crop(page, *crop_of(draft.box, page.page), draft.box)


def _alternatives(draft: Field | None, value: str) -> tuple[str, ...]:
    if draft is None:
        return ()
    return tuple(each for each in dict.fromkeys((draft.value, *draft.alternatives)) if each and each != value)


def _history(name: str, draft: Field | None, versions: Sequence[DataVersion]) -> tuple[Told, ...]:
    told = [] if draft is None else [Told(draft.value, "", None, "", draft.confidence)]
    for version in versions:
        value = version.data.fields.get(name, "")
        if version.data.version == 1 or not told or value != told[-1].value:
            told.append(Told(value, version.by, version.at, version.reason))
    return tuple(each for each in told if each.value or each.by)
