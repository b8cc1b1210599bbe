"""A registry as it looks after a year's work: dossiers, results and published documents, entered row by row.

The steps of the lifecycle are not taken; the numbers are counted by the service's own counting.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from digitize.targets import VIETNAM_TIME
from storage import tallies
from storage.tables import captures, documents, dossiers, events, metadata, results, revisions, subjects

PROCEDURES = (
    ("1.001193", "Đăng ký khai sinh", "giay_khai_sinh"),
    ("1.000894", "Đăng ký kết hôn", "giay_chung_nhan_ket_hon"),
    ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", "giay_xac_nhan_tinh_trang_hon_nhan"),
    ("1.001776", "Trợ cấp xã hội hàng tháng", "quyet_dinh"),
    ("1.009994", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "giay_phep_xay_dung"),
)
CLERKS = ("Trần Thị Số", "Lò Văn Quét", "Đặng Thị Ảnh")
_NAMES = ("Lò Văn Mẫu", "Giàng Thị Thử", "Nguyễn Đức Ví", "Trần Ngọc Dụ")
_TOGETHER = 5_000


@dataclass(slots=True)
class Rows:
    """Rows on their way into the tables."""

    of: dict[sa.Table, list[dict[str, Any]]]

    def put(self, table: sa.Table, **values: Any) -> None:  # noqa: ANN401  # values of any column
        self.of.setdefault(table, []).append({**blank(table), **values})


def grow(
    connection: sa.Connection,
    unit_ids: Sequence[str],
    size: int,
    today: date,
    shares: Mapping[str, float] | None = None,
) -> None:
    """Enter results of the last three years, a share of them digitised within this one.

    Args:
        connection: a writing transaction.
        unit_ids: whose they are, in turn.
        size: results, each with a dossier of its own.
        today: the last day.
        shares: by unit, how much of its results is digitised; 0.2 where it is not told.
    """
    dice = random.Random(468)
    told: list[str] = []
    for begin in range(0, size, _TOGETHER):
        rows = Rows({})
        for n in range(begin, min(size, begin + _TOGETHER)):
            unit_id = unit_ids[n % len(unit_ids)]
            told.append(_one(rows, n, unit_id, today, dice, (shares or {}).get(unit_id, 0.2)))
        for table, entered in rows.of.items():
            connection.execute(table.insert(), entered)
    tallies.count_many(connection, result_ids=told)


def _one(rows: Rows, n: int, unit_id: str, today: date, dice: random.Random, share: float) -> str:
    issued = today - timedelta(days=int(dice.random() * 1000))
    code, procedure, kind = PROCEDURES[dice.randrange(len(PROCEDURES))]
    dossier, result = _name("dossier", n), _name("result", n)
    due = _at(issued - timedelta(days=2)) if n % 23 == 0 else _at(issued + timedelta(days=1))
    is_open = n % 97 == 0
    rows.put(
        dossiers, id=dossier, code=f"H99.{n % 17:02d}-{issued:%y%m%d}-{n:06d}", unit_id=unit_id, procedure_code=code,
        procedure_name=procedure, holder_name=_NAMES[n % len(_NAMES)], holder_id=f"{1_000_000_000 + n:012d}",
        received_on=issued - timedelta(days=7), due_at=due, resolved_on=None if is_open else issued,
        finished_at=None if is_open else _at(issued), created_by="một cửa", created_at=_at(issued),
    )  # fmt: skip
    rows.put(
        results, id=result, dossier_id=dossier, ordinal=1, unit_id=unit_id, title=procedure, kind_code=kind,
        issued_on=issued, number=f"{1 + n % 400}/QĐ-UBND",
    )  # fmt: skip
    if dice.random() < share:
        days = min((today - date(today.year, 1, 1)).days, (today - issued).days + 1)
        _scan(rows, n, unit_id, result, today - timedelta(days=int(dice.random() * days)), dice)
    return result


def _scan(rows: Rows, n: int, unit_id: str, result: str, published: date, dice: random.Random) -> None:
    document = _name("document", n)
    standing = "published" if dice.random() < 0.93 else ("to_check", "confirmed")[n % 2]
    done = standing == "published"
    summary = {"kind_code": "quyet_dinh", "number": f"{n}/QĐ-UBND", "holder_name": "Lò Văn Mẫu", "pages": 1 + n % 4}
    rows.put(subjects, id=document, kind="document", version=3, lease_number=0)
    rows.put(
        documents, id=document, result_id=result, unit_id=unit_id, state=standing, capture=1,
        waiting_for="nobody" if done else "clerk", hands=["canbo"], received_at=_at(published),
        changed_at=_at(published), published_at=_at(published) if done else None, summary=summary,
    )  # fmt: skip
    rows.put(
        captures, document_id=document, number=1, scan_key=_name("scan", n) * 2, size_bytes=300_000 + n % 1000,
        received_at=_at(published), received_from="canbo",
    )  # fmt: skip
    clerk = CLERKS[n % len(CLERKS)]
    rows.put(
        revisions, document_id=document, capture=1, number=1, key=_name("revision", n) * 2, role="clerk", signer=clerk,
        signed_at=_at(published), level="B-T", verdict="valid",
    )  # fmt: skip
    for sequence, name in enumerate(("Received", "CaptureSigned", *(("Published",) if done else ())), start=1):
        rows.put(
            events, subject_id=document, sequence=sequence, at=_at(published) + timedelta(minutes=sequence),
            actor="canbo", office="clerk", name=name, payload={}, previous="0" * 64, hash=_name(name, n) * 2,
        )  # fmt: skip


def _name(what: str, n: int) -> str:
    return hashlib.md5(f"{what} {n}".encode(), usedforsecurity=False).hexdigest()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), VIETNAM_TIME)


@cache
def blank(table: sa.Table) -> Mapping[str, Any]:
    """Return a value for each column that must have one and is seldom told."""
    found: dict[str, Any] = {}
    for column in metadata.tables[table.name].columns:
        found[column.name] = None
        if not column.nullable:
            kept = column.type
            found[column.name] = (
                False if isinstance(kept, sa.Boolean) else [] if isinstance(kept, sa.JSON)
                else 0 if isinstance(kept, sa.Integer) else ""
            )  # fmt: skip
    return found
