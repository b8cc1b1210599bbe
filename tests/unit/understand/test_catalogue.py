"""The catalogue of the reading stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitize.catalogue import reading as catalogue
from digitize.errors import Impossible
from digitize.model import Severity
from digitize.vietnamese import unmarked

TYPES = {
    *(
        "nghi_quyet",
        "quyet_dinh",
        "chi_thi",
        "quy_che",
        "quy_dinh",
        "thong_cao",
        "thong_bao",
        "huong_dan",
        "chuong_trinh",
    ),
    *(
        "ke_hoach",
        "phuong_an",
        "de_an",
        "du_an",
        "bao_cao",
        "bien_ban",
        "to_trinh",
        "hop_dong",
        "cong_van",
        "cong_dien",
    ),
    *("ban_ghi_nho", "ban_thoa_thuan", "giay_uy_quyen", "giay_moi", "giay_gioi_thieu", "giay_nghi_phep", "phieu_gui"),
    *("phieu_chuyen", "phieu_bao", "thu_cong"),
}


def test_every_type_of_decree_30_is_a_kind() -> None:
    assert {entry.code for entry in catalogue.kinds()} >= TYPES


def test_codes_are_unique_and_plain() -> None:
    codes = [entry.code for entry in catalogue.kinds()]
    assert len(codes) == len(set(codes))
    assert all(code == unmarked(code).lower() and code.replace("_", "").isalnum() for code in codes)


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("kinds.toml", "kinds"),
        ("anchors.toml", "anchors"),
        ("findings.toml", "findings"),
        ("thresholds.toml", "thresholds"),
        ("words.toml", "lists"),
        ("phrases.toml", "lists"),
    ],
)
def test_every_entry_has_a_source(file: str, table: str) -> None:
    assert catalogue.entries(file, table)


def test_an_entry_without_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kinds.toml").write_text('[[kinds]]\ncode = "x"\n', encoding="utf-8")
    monkeypatch.setattr("digitize.catalogue.reading.resources.files", lambda _: tmp_path)
    catalogue.entries.cache_clear()
    try:
        with pytest.raises(Impossible):
            catalogue.entries("kinds.toml", "kinds")
    finally:
        catalogue.entries.cache_clear()


def test_findings_have_a_known_severity() -> None:
    assert {entry.severity for entry in catalogue.findings().values()} <= set(Severity)
