"""Which later revisions a signature may have after it: pyHanko's rules, mended and completed.

pyHanko takes every form field that has an appearance for changed, as soon as the appearance is older than the signed
revision; :class:`FilledFields` asks first whether anything of a field was touched. And it knows no comments, which a
certification of level 3 permits (ISO 32000-2 §12.8.2.2); :class:`Comments` knows those that cannot pose as content
(cf. Mainka et al., "Breaking the Specification: PDF Certification", 2021).
"""

from __future__ import annotations

from collections.abc import Iterable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FieldComparisonContext,
    FieldComparisonSpec,
    FormUpdate,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    WhitelistRule,
)
from pyhanko.sign.diff_analysis.commons import compare_dicts

from digitize.sign.entries import entry, listed

NOTES = frozenset({"/Text", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly"})
"""Comments that a viewer draws itself, beside or through the text; any other kind can be drawn over it."""

DEEPEST_PAGE_TREE = 64
"""A page tree deeper than this is a trap."""


class FilledFields(GenericFieldModificationRule):
    """Fields that were filled in, and only those."""

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """Let fields pass of which nothing was touched."""
        if spec.field_type != "/Sig" and spec.old_field_ref and spec.new_field_ref and not _touched(spec, context):
            return ()
        changes: Iterable[tuple[ModificationLevel, FormUpdate]] = super().check_form_field(fq_name, spec, context)
        return changes


class Comments(WhitelistRule):
    """Comments that were added, and nothing else about the pages."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Walk both page trees side by side.

        Raises:
            SuspiciousModification: a comment was taken away, or is of a kind that can pose as content.
        """
        for before, after in _pages(entry(old.root, "/Pages"), entry(new.root, "/Pages"), DEEPEST_PAGE_TREE):
            added = _added(before, after)
            if not added:
                continue
            compare_dicts(before, after, frozenset({"/Annots"}))
            yield ReferenceUpdate(_reference_of(after))
            raw = after.raw_get("/Annots")
            if isinstance(raw, generic.IndirectObject):
                yield ReferenceUpdate(raw.reference)
            for note in added:
                _must_be_a_note(_dictionary(note))
                yield from map(ReferenceUpdate, new.collect_dependencies(note, since_revision=old.revision + 1))


def _reference_of(page: generic.DictionaryObject) -> generic.Reference:
    if not isinstance(page.container_ref, generic.Reference):
        raise SuspiciousModification("a page stands nowhere")
    return page.container_ref


def comment_drawn_over(reader: PdfFileReader, signed_revision: int) -> bool:
    """Tell whether a comment that was added brings its own drawing along, which may lie over what was signed."""
    before = entry(reader.get_historical_resolver(signed_revision).root, "/Pages")
    after = entry(reader.get_historical_resolver(reader.xrefs.total_revisions - 1).root, "/Pages")
    return any(
        "/AP" in _dictionary(comment)
        for old_page, new_page in _pages(before, after, DEEPEST_PAGE_TREE)
        for comment in _added(old_page, new_page)
    )


def _touched(spec: FieldComparisonSpec, context: FieldComparisonContext) -> bool:
    xrefs = context.old.reader.xrefs
    field = spec.new_field
    if field is None or spec.new_field_ref is None:
        return True
    references = {spec.new_field_ref}
    for key in ("/AP", "/V"):
        if key in field:
            references |= context.new.collect_dependencies(field.raw_get(key))
    return any(xrefs.get_last_change(reference) > context.old.revision for reference in references)


def _pages(
    before: generic.DictionaryObject, after: generic.DictionaryObject, depth: int
) -> Iterable[tuple[generic.DictionaryObject, generic.DictionaryObject]]:
    if depth == 0 or entry(before, "/Type") != entry(after, "/Type"):
        raise SuspiciousModification("the page tree has changed")
    if entry(before, "/Type") == "/Page":
        yield before, after
        return
    old_kids, new_kids = listed(before, "/Kids"), listed(after, "/Kids")
    if [each.reference for each in old_kids] != [each.reference for each in new_kids]:
        raise SuspiciousModification("the page tree has changed")
    for old_kid, new_kid in zip(old_kids, new_kids, strict=True):
        yield from _pages(_dictionary(old_kid), _dictionary(new_kid), depth - 1)


def _dictionary(place: generic.IndirectObject) -> generic.DictionaryObject:
    found = place.get_object()
    if not isinstance(found, generic.DictionaryObject):
        raise SuspiciousModification("a page or an annotation is none")
    return found


def _added(before: generic.DictionaryObject, after: generic.DictionaryObject) -> list[generic.IndirectObject]:
    old = {each.reference for each in listed(before, "/Annots")}
    new = listed(after, "/Annots")
    if old - {each.reference for each in new}:
        raise SuspiciousModification("an annotation was taken away")
    return [each for each in new if each.reference not in old and entry(_dictionary(each), "/Subtype") != "/Widget"]


def _must_be_a_note(annotation: generic.DictionaryObject) -> None:
    if entry(annotation, "/Subtype") not in NOTES:
        raise SuspiciousModification("an annotation was added that can pose as content")
    if {"/A", "/AA", "/OC"} & annotation.keys():
        raise SuspiciousModification("an annotation was added that acts by itself")


def _policy(*, comments: bool) -> StandardDiffPolicy:
    rules = [Comments().as_qualified(ModificationLevel.ANNOTATIONS)] if comments else []
    return StandardDiffPolicy(
        global_rules=[*DEFAULT_DIFF_POLICY.global_rules, *rules],
        form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule(), FilledFields()]),
    )


WITHOUT_COMMENTS = _policy(comments=False)
"""What may follow a signature: proof, further signatures, filled fields."""
WITH_COMMENTS = _policy(comments=True)
"""The same, and comments."""
