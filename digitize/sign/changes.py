"""What later revisions did to a file after a signature.

A later revision may fill further signature fields and add proof: timestamps, revocation data. After the last approval
signature only proof may follow; anything else would be shown to a reader without anybody having signed it.
"""

from __future__ import annotations

from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitize.model import Changes
from digitize.sign.anatomy import end_of, ends_with_a_revision, unexplained_tail
from digitize.sign.opened import OpenedPdf

LARGEST_BLOCK = 0.25
"""Share of the page that the block of a later signature may take; a larger one hides what was signed before."""

DEEPEST_PAGE_TREE = 64
"""A page tree deeper than this is a trap."""


def changes_after(
    opened: OpenedPdf, signature: EmbeddedPdfSignature, *, last_approval: bool
) -> tuple[Changes, tuple[str, ...]]:
    """Judge what came after a signature, and say why it is suspicious.

    Args:
        opened: the file.
        signature: one whose integrity information has been computed.
        last_approval: no approval signature follows it, document timestamps aside.
    """
    end = end_of(signature.byte_range)
    xrefs = opened.reader.xrefs
    later_revisions = range(signature.signed_revision + 1, xrefs.total_revisions)
    offsets = frozenset(xrefs.get_startxref_for_revision(revision) for revision in later_revisions)
    if unexplained_tail(opened.pdf, end, offsets) or not ends_with_a_revision(opened.pdf, end):
        return _suspicious("Sau chữ ký có dữ liệu không thuộc phiên bản nào của tệp.")
    result: object = signature.diff_result
    if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.FORM_FILLING:
        return _suspicious("Sau khi ký, nội dung tệp đã bị thay đổi.")
    later = [each for each in opened.signatures if each.signed_revision > signature.signed_revision]
    if result.changed_form_fields - {each.field_name for each in later}:
        return _suspicious("Sau khi ký, biểu mẫu trong tệp đã bị thay đổi.")
    if last_approval and result.modification_level > ModificationLevel.LTA_UPDATES:
        return _suspicious("Sau chữ ký cuối cùng, phần nhìn thấy của tệp đã bị thay đổi.")
    if any(_share_of_page(opened, each) > LARGEST_BLOCK for each in later):
        return _suspicious("Khung của một chữ ký sau che nội dung đã ký trước đó.")
    return (Changes.PERMITTED if later_revisions else Changes.NONE), ()


def _suspicious(why: str) -> tuple[Changes, tuple[str, ...]]:
    return Changes.SUSPICIOUS, (why,)


def _share_of_page(opened: OpenedPdf, signature: EmbeddedPdfSignature) -> float:
    """Return how much of page 1 a signature's block would take; sizes differ little from page to page."""
    widget = get_single_field_annot(signature.sig_field)
    if "/Rect" not in widget:
        return 0.0
    page = opened.reader.root["/Pages"]
    for _ in range(DEEPEST_PAGE_TREE):
        if "/MediaBox" in page:
            return _area(widget["/Rect"]) / _area(page["/MediaBox"])
        page = page["/Kids"][0]
    raise PdfReadError("page tree too deep")


def _area(rectangle: list[float]) -> float:
    left, bottom, right, top = (float(value) for value in rectangle)
    return abs(right - left) * abs(top - bottom)
