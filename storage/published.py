"""What anybody may learn of a published result by its opaque id: whether it stands, and nothing about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from digitize import codes
from digitize.dossiers.terms import day_of
from digitize.errors import NotFound
from storage.tables import documents, dossiers, result_types, results, units


class Standing(StrEnum):
    """Whether a result may be relied on."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"
    """Cancelled, or its file was taken back."""


STANDING_NAMES = {
    Standing.IN_FORCE: "Còn hiệu lực",
    Standing.EXPIRED: "Đã hết thời hạn hiệu lực",
    Standing.ENDED: "Không còn giá trị sử dụng",
}


@dataclass(frozen=True, slots=True)
class PublicResult:
    """A result as anybody sees it."""

    code: str
    """``<dossier>-KQ(n)`` (NĐ 45/2020 Art 14)."""
    standing: Standing
    unit_name: str
    type_code: str | None
    """``KQ.Gxx.xxxxxx``."""
    type_name: str | None
    """As the catalogue has it; the paper's own title may name a person."""
    issued_on: date
    valid_until: date | None
    published_at: datetime
    sha256: str | None
    """Of the sealed file, to be compared."""


def public_result(connection: sa.Connection, result_id: str, now: datetime) -> PublicResult:
    """Return what anybody may know of a result.

    Raises:
        NotFound: there is no such result, it was never published, or it is secret; the three are not told apart.
    """
    row = connection.execute(
        sa.select(
            results, documents.c.published_at, documents.c.ended_at, documents.c.sealed_key,
            dossiers.c.code.label("dossier_code"), units.c.name.label("unit_name"),
        )
        .join(documents, documents.c.result_id == results.c.id)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == results.c.unit_id)
        .where(results.c.id == result_id, documents.c.published_at.is_not(None), sa.not_(results.c.secret))
        .order_by(documents.c.ended_at.is_not(None), documents.c.published_at.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("kết quả điện tử")
    today = day_of(now)
    ended = row.ended_at is not None or (row.cancelled_on is not None and row.cancelled_on <= today)
    expired = row.valid_until is not None and row.valid_until < today
    return PublicResult(
        code=codes.result_code(row.dossier_code, row.ordinal),
        standing=Standing.ENDED if ended else Standing.EXPIRED if expired else Standing.IN_FORCE,
        unit_name=row.unit_name,
        type_code=row.result_type_code,
        type_name=_type_name(connection, row.result_type_code, row.issued_on),
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        published_at=row.published_at,
        sha256=row.sealed_key,
    )


def _type_name(connection: sa.Connection, code: str | None, on: date) -> str | None:
    if code is None:
        return None
    return connection.execute(
        sa.select(result_types.c.name)
        .where(
            result_types.c.code == code,
            result_types.c.valid_from <= on,
            sa.or_(result_types.c.valid_to.is_(None), result_types.c.valid_to >= on),
        )
        .order_by(result_types.c.valid_from.desc())
        .limit(1)
    ).scalar_one_or_none()
