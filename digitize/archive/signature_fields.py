"""The two empty signature fields of page 1, made before anybody signs, because afterwards no byte may change.

The clerk's stands top-left (TT 01/2023/TT-VPCP, Art 8), the agency's top-right (NĐ 30/2020/NĐ-CP, Annex I). Places and
sizes are those of an A4 page as a person sees it, and shrink or grow with the shorter side of the page.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from digitize.archive.page_frame import PageFrame
from digitize.model import SIGNATURE_FIELDS, Role

A4_SHORT_PT = 595.276
BOX_WIDTH_PT = 240.0
BOX_HEIGHT_PT = 48.0
MARGIN_PT = 8.0
"""As ``[placement]`` in ``digitize/catalogue/signing.toml``: four lines of 10 pt within the upper margin of 20 mm."""

_PRINT_AND_LOCKED = 4 | 128
"""Annotation flags (ISO 32000-1, table 165); ISO 19005-2, 6.3.2 asks for Print."""

_TOOLTIPS = {Role.CLERK: "Chữ ký số của người quét", Role.AGENCY: "Chữ ký số của cơ quan"}


def add_signature_fields(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: PageFrame) -> None:
    """Put both fields on the first page and into the form of the file."""
    fields = [pdf.make_indirect(_field(pdf, page, frame, role)) for role in (Role.CLERK, Role.AGENCY)]
    page.obj.Annots = Array(fields)
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(fields)))


def _field(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: PageFrame, role: Role) -> pikepdf.Dictionary:
    """Build a field that is its own widget."""
    scale = min(frame.upright_width, frame.upright_height) / A4_SHORT_PT
    width, height, margin = BOX_WIDTH_PT * scale, BOX_HEIGHT_PT * scale, MARGIN_PT * scale
    left = margin if role is Role.CLERK else frame.upright_width - margin - width
    bottom = frame.upright_height - margin - height
    corners = (frame.to_page(left, bottom), frame.to_page(left + width, bottom + height))
    across, upward = sorted(corner[0] for corner in corners), sorted(corner[1] for corner in corners)
    rectangle = [round(value, 2) for value in (across[0], upward[0], across[1], upward[1])]
    edge = [0, 0, round(rectangle[2] - rectangle[0], 2), round(rectangle[3] - rectangle[1], 2)]
    appearance = pikepdf.Stream(
        pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array(edge), Resources=Dictionary()
    )
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(SIGNATURE_FIELDS[role]),
        TU=String(_TOOLTIPS[role]),
        Rect=Array(rectangle),
        F=_PRINT_AND_LOCKED,
        P=page.obj,
        MK=Dictionary(R=frame.rotation),
        AP=Dictionary(N=pdf.make_indirect(appearance)),
    )
