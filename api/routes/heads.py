"""The daily heads, for everybody who keeps them: who holds one can prove later that nothing before it was changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import documented
from api.parts import PartsOf
from api.schemas import HeadBody
from storage import heads

router = APIRouter(prefix="/api/v1", tags=["Kiểm tra"])

MOST = 366
"""Heads in one answer: those of a year."""


@router.get("/heads", responses=documented(422, 503))
def get_heads(
    parts: PartsOf,
    above: Annotated[int, Query(ge=0, le=10_000_000, description="Chỉ những đầu cây có số lớn hơn.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Nhiều nhất bao nhiêu đầu cây.")] = 100,
) -> list[HeadBody]:
    """Các đầu cây Merkle hằng ngày, từ số nhỏ; ai cũng xem được, không có dữ liệu cá nhân."""
    with parts.storage.database.read() as connection:
        kept = heads.heads(connection, above=above, limit=limit)
    return [
        HeadBody(
            number=each.head.number,
            day=date.fromisoformat(each.head.day),
            made_at=datetime.fromisoformat(each.head.made_at),
            leaves=each.head.leaves,
            root=each.head.root,
            previous=each.head.previous,
            hash=each.kept_hash,
            timestamped_at=each.timestamped_at,
            timestamp_token=each.told()["timestamp_token"],
        )
        for each in kept
    ]
