"""What the papers say: one builder for each kind, from chance and the issuing unit to a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from workers.demo.specimens.content import business, civil_status, construction, labour, official, social
from workers.demo.specimens.paper import Paper
from workers.demo.units import DemoUnit

Builder = Callable[[Random, DemoUnit], Paper]

BUILDERS: Mapping[str, Builder] = {
    "giay_khai_sinh": civil_status.birth,
    "giay_chung_nhan_ket_hon": civil_status.marriage,
    "trich_luc_khai_tu": civil_status.death,
    "giay_xac_nhan_tinh_trang_hon_nhan": civil_status.marital_status,
    "trich_luc_cai_chinh_ho_tich": civil_status.correction,
    "giay_xac_nhan_khuyet_tat": social.disability,
    "quyet_dinh": social.funeral_grant,
    "giay_chung_nhan_dang_ky_ho_kinh_doanh": business.household_business,
    "giay_chung_nhan_du_dieu_kien_attp": business.food_safety,
    "giay_phep_xay_dung": construction.building_permit,
    "chung_chi_hanh_nghe_xay_dung": construction.practising_certificate,
    "thong_bao": construction.appraisal_notice,
    "giay_phep_lao_dong": labour.work_permit,
    "cong_van": official.letter,
}
"""By kind code."""


def compose(kind_code: str, unit: DemoUnit, rng: Random) -> Paper:
    """Write a paper of a kind.

    Raises:
        KeyError: there is no builder for the kind.
    """
    return BUILDERS[kind_code](rng, unit)
