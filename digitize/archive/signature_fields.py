"""The two empty signature fields of page 1, made before anybody signs, because afterwards no byte may change.

The clerk's stands top-left (TT 01/2023/TT-VPCP, Art 8), the agency's top-right (NĐ 30/2020/NĐ-CP, Annex I). Places and
sizes are those of :mod:`digitize.corner`.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary

from digitize.corner import placement
from digitize.empty_field import empty_field
from digitize.model import Role
from digitize.page_frame import PageFrame


def add_signature_fields(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: PageFrame) -> None:
    """Put both fields on the first page and into the form of the file."""
    roles = (Role.CLERK, Role.AGENCY)
    size = frame.upright_width, frame.upright_height
    fields = [pdf.make_indirect(empty_field(pdf, page, frame, role, placement().box(role, *size))) for role in roles]
    page.obj.Annots = Array(fields)
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(fields)))
