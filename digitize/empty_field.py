"""An empty signature field, made before anybody signs, because afterwards no byte may change."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from digitize.model import SIGNATURE_FIELDS, Role
from digitize.page_frame import PageFrame

_PRINT_AND_LOCKED = 4 | 128
"""Annotation flags (ISO 32000-1, table 165); ISO 19005-2, 6.3.2 asks for Print."""

_TOOLTIPS = {
    Role.CLERK: "Chữ ký số của người quét",
    Role.CERTIFIER: "Chữ ký số của người thực hiện chứng thực",
    Role.AGENCY: "Chữ ký số của cơ quan",
}


def empty_field(
    pdf: pikepdf.Pdf, page: pikepdf.Page, frame: PageFrame, role: Role, box: tuple[float, float, float, float]
) -> pikepdf.Dictionary:
    """Build the field of a role, which is its own widget.

    Args:
        pdf: the file.
        page: on which the field stands.
        frame: of that page.
        role: decides name and tooltip.
        box: left, bottom, right, top on the upright page, points.
    """
    corners = (frame.to_page(box[0], box[1]), frame.to_page(box[2], box[3]))
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
