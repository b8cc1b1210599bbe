"""What later revisions did to a file after a signature.

A later revision may fill further signature fields and add proof: timestamps, revocation data. After the last approval
signature only proof may follow, and what fills fields that were signed empty, which is told
(:mod:`digitize.sign.filling`); anything else would be shown to a reader without anybody having signed it. A signature
that certifies (DocMDP, ISO 32000-2 §12.8.2.2) decides itself: nothing but proof, any filled field too, or comments too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from digitize.model import Changes
from digitize.sign import wording
from digitize.sign.anatomy import end_of, ends_with_a_revision, first_objects, unexplained_tail
from digitize.sign.description import description_changed, form_settings_changed
from digitize.sign.filling import Filling, area_of, filled_after
from digitize.sign.later import DEEPEST_PAGE_TREE, WITH_COMMENTS, WITHOUT_COMMENTS, comment_drawn_over
from digitize.sign.opened import OpenedPdf

LARGEST_BLOCK = 0.25
"""Share of the page that the block of a later signature may take; a larger one hides what was signed before."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What may follow a signature besides proof."""

    signing: bool
    filling: bool
    """Also of fields that held a value when they were signed."""
    comments: bool

    @classmethod
    def after(cls, opened: OpenedPdf, signature: EmbeddedPdfSignature) -> Self:
        """Return what the certification of the file, and the lock of the signature itself, let follow it."""
        certification = read_certification_data(opened.reader)
        certified: MDPPerm | None = certification.permission if certification else None
        own: MDPPerm | None = signature.docmdp_level
        strictest = min((each for each in (certified, own) if each is not None), default=MDPPerm.FILL_FORMS)
        return cls(
            signing=strictest > MDPPerm.NO_CHANGES,
            filling=certified is not None and strictest > MDPPerm.NO_CHANGES,
            comments=certified is not None and strictest is MDPPerm.ANNOTATE,
        )

    @property
    def policy(self) -> StandardDiffPolicy:
        """The rules by which later revisions are compared."""
        return WITH_COMMENTS if self.comments else WITHOUT_COMMENTS


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The answer."""

    changes: Changes
    reasons: tuple[str, ...] = ()
    doubtful: bool = False
    """What followed is permitted, and may still mislead a reader."""


def changes_after(opened: OpenedPdf, signature: EmbeddedPdfSignature, *, last_approval: bool) -> Aftermath:
    """Judge what came after a signature, and say why it is suspicious.

    Args:
        opened: the file.
        signature: one of its signatures.
        last_approval: no approval signature follows it, document timestamps aside.
    """
    xrefs = opened.reader.xrefs
    end = end_of(signature.byte_range)
    later_revisions = range(signature.signed_revision + 1, xrefs.total_revisions)
    offsets = frozenset(xrefs.get_startxref_for_revision(revision) for revision in later_revisions)
    if (
        unexplained_tail(opened.pdf, end, offsets)
        or not ends_with_a_revision(opened.pdf, end)
        or _stray_object(opened, end, later_revisions)
    ):
        return _suspicious(wording.STRAY_BYTES)
    permission = Permission.after(opened, signature)
    signature.compute_integrity_info(diff_policy=permission.policy)
    filling = _filling(opened, signature)
    fault = _fault(opened, signature, permission, filling, last_approval=last_approval)
    if fault:
        return _suspicious(fault)
    if not later_revisions:
        return Aftermath(Changes.NONE)
    doubts = list(_doubts(opened, signature, permission, filling))
    told = [wording.filled(filling.fields)] if filling.fields else []
    return Aftermath(Changes.PERMITTED, (*doubts, *told), doubtful=bool(doubts))


def _filling(opened: OpenedPdf, signature: EmbeddedPdfSignature) -> Filling:
    """Say what became of the fields that no later signature fills."""
    result: object = signature.diff_result
    if not isinstance(result, DiffResult):
        return Filling()
    touched = result.changed_form_fields - {each.field_name for each in _later(opened, signature)}
    return filled_after(opened.reader, signature.signed_revision, touched)


def _later(opened: OpenedPdf, signature: EmbeddedPdfSignature) -> list[EmbeddedPdfSignature]:
    return [each for each in opened.signatures if each.signed_revision > signature.signed_revision]


def _doubts(
    opened: OpenedPdf, signature: EmbeddedPdfSignature, permission: Permission, filling: Filling
) -> Iterator[str]:
    if permission.comments and comment_drawn_over(opened.reader, signature.signed_revision):
        yield wording.COMMENT_MAY_HIDE
    too_large = bool(filling.fields) and filling.largest > LARGEST_BLOCK * _page_area(opened)
    if filling.hides_anew or (not permission.filling and (filling.may_hide or too_large)):
        yield wording.FILLING_MAY_HIDE


def _stray_object(opened: OpenedPdf, end: int, later_revisions: range) -> bool:
    """Tell whether a later revision has an object before its own: a reader that repairs files would take it in."""
    xrefs = opened.reader.xrefs
    for revision, (number, offset) in zip(later_revisions, first_objects(opened.pdf, end), strict=True):
        table = xrefs.get_xref_container_info(revision)
        if number == 0:
            if xrefs.get_startxref_for_revision(revision) != offset:
                return True
            continue
        own = table.stream_ref is not None and table.stream_ref.idnum == number
        known = {xrefs.get_historical_ref(Reference(number, generation), revision) for generation in (0, 1)}
        if not own and offset not in known:
            return True
    return False


def _fault(
    opened: OpenedPdf,
    signature: EmbeddedPdfSignature,
    permission: Permission,
    filling: Filling,
    *,
    last_approval: bool,
) -> str | None:
    """Return why later revisions are suspicious; None when they are not."""
    result: object = signature.diff_result
    highest = ModificationLevel.ANNOTATIONS if permission.comments else ModificationLevel.FORM_FILLING
    if not isinstance(result, DiffResult) or result.modification_level > highest:
        return wording.CONTENT_CHANGED
    level = result.modification_level
    if level > ModificationLevel.LTA_UPDATES and not permission.signing:
        return wording.CERTIFICATION_FORBIDS
    fields = set(filling.fields)
    signature_fields = {str(name) for name, _, _ in enumerate_sig_fields(opened.reader)} if fields else set()
    if fields & signature_fields or (filling.rewritten and not permission.filling):
        return wording.FORM_CHANGED
    blocks = [area_of(get_single_field_annot(each.sig_field), "/Rect") for each in _later(opened, signature)]
    if (
        last_approval
        and level > ModificationLevel.LTA_UPDATES
        and not permission.filling
        and (any(blocks) or not fields)
    ):
        return wording.SHOWN_CHANGED
    if any(blocks) and max(blocks) > LARGEST_BLOCK * _page_area(opened):
        return wording.BLOCK_HIDES
    return _hidden_fault(opened, signature.signed_revision)


def _hidden_fault(opened: OpenedPdf, signed_revision: int) -> str | None:
    """Look at what pyHanko lets pass unseen."""
    if signed_revision + 1 == opened.reader.xrefs.total_revisions:
        return None
    if form_settings_changed(opened.reader, signed_revision):
        return wording.FORM_SETTINGS_CHANGED
    if description_changed(opened.reader, signed_revision):
        return wording.DESCRIPTION_CHANGED
    return None


def _suspicious(why: str) -> Aftermath:
    return Aftermath(Changes.SUSPICIOUS, (why,))


def _page_area(opened: OpenedPdf) -> float:
    """Return the area of page 1; sizes differ little from page to page."""
    page = opened.reader.root["/Pages"]
    for _ in range(DEEPEST_PAGE_TREE):
        if "/MediaBox" in page:
            return area_of(page, "/MediaBox")
        page = page["/Kids"][0]
    raise PdfReadError("page tree too deep")
