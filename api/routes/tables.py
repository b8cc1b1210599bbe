"""Spreadsheets that were sent in: whether their rows are there."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.answers import documented
from api.auth import AnyCaller
from api.parts import PartsOf
from api.schemas_tables import TableBody, TableId
from api.spreadsheets import ACCEPTED, Waiting, accepted, asked

router = APIRouter(prefix="/api/v1/tables", tags=["Bảng XLSX"])


@router.get(
    "/{table}",
    responses=ACCEPTED | documented(400, 401, 404, 413, 415, 422, 503),
    response_model=TableBody,
)
async def get_table(table: TableId, caller: AnyCaller, parts: PartsOf) -> TableBody | Response:
    """Bảng XLSX đã gửi: đã mở xong, còn chờ, hoặc vì sao không mở được; chỉ người gửi xem được, trong 4 giờ."""
    found = await asked(parts, caller, table, 0)
    return accepted(found) if isinstance(found, Waiting) else TableBody(table=found.id)
