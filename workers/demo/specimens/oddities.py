"""Scans that must not take the straight road: a stamp of secrecy, a blank page, too few dots per inch."""

from __future__ import annotations

from random import Random

from workers.demo.specimens import files, fonts
from workers.demo.specimens.conditions import Conditions
from workers.demo.specimens.content import compose
from workers.demo.specimens.model import Specimen, Truth
from workers.demo.specimens.rendering import scan
from workers.demo.specimens.scan import expose
from workers.demo.specimens.sheet import Hand, Sheet
from workers.demo.units import unit

OFFICE = "000.00.11.H99"
"""The unit that these papers come from."""


def secret(seed: int, degree: str = "MẬT") -> Specimen:
    """Render a decision that carries a stamp of secrecy (Luật Bảo vệ bí mật nhà nước 2018)."""
    rng = Random(f"secret/{seed}")
    return scan(compose("quyet_dinh", unit(OFFICE), rng), f"mat-{seed}", Conditions(secrecy=degree), rng)


def coarse(seed: int, dpi: int = 100) -> Specimen:
    """Render a decision that was scanned with too few dots per inch."""
    rng = Random(f"coarse/{seed}")
    return scan(compose("quyet_dinh", unit(OFFICE), rng), f"{dpi}dpi-{seed}", Conditions(dpi=dpi), rng)


def blank(seed: int) -> Specimen:
    """Render an empty page: tinted paper and the sensor's noise."""
    rng, conditions = Random(f"blank/{seed}"), Conditions()
    sheet = Sheet(Hand(fonts.families()[0], fonts.pens()[0], rng))
    page = expose(sheet, None, conditions, rng)
    truth = Truth("khong_ro", "Không rõ", {}, frozenset(), frozenset(), {}, ((),), None, conditions.in_words())
    data = files.encode([page], conditions)
    return Specimen(f"trang-trang-{seed}.jpg", "khong_ro", OFFICE, conditions.media, data, truth)
