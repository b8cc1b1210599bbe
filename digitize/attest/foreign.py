"""Whether a foreign paper may be copied without consular legalisation."""

from __future__ import annotations

from datetime import date

from digitize.attest.refusal import RefusalGround
from digitize.attest.rules import certification_rules, in_force
from digitize.attest.visit import Original
from digitize.errors import InvalidInput


def ground_against(original: Original, on: date) -> RefusalGround | None:
    """Return the ground that stands against a foreign paper (NĐ 23/2015/NĐ-CP Art 22(5), TT 01/2020/TT-BTP Art 6).

    Args:
        original: as the certifier describes it.
        on: day in Vietnam.

    Raises:
        InvalidInput: the kind of foreign paper is not in the catalogue.
    """
    exempt = {kind.code for kind in in_force(certification_rules().exempt_foreign, on)}
    if original.foreign_kind and original.foreign_kind not in exempt:
        raise InvalidInput("loại giấy tờ nước ngoài không có trong danh mục được miễn hợp pháp hóa lãnh sự")
    if original.foreign and not original.legalised and not original.foreign_kind:
        return RefusalGround.NOT_LEGALISED
    return None
