"""Quarterly and yearly reports, late dossiers, and the apologies for them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from api import list_cursors, once
from api.answers import READING, WRITING, documented
from api.auth import DossierWriter, PersonOnly, ResultReader, TargetReader
from api.letters import apology_for, note_apology
from api.masking import masked_name
from api.parts import PartsOf
from api.schemas import DossierPath, IdempotencyKey
from api.schemas_counting import CursorQuery, LimitQuery, QuarterQuery, UnitQuery, YearQuery
from api.schemas_reports import (
    ApologyBody,
    ApologySent,
    DayQuery,
    FormatQuery,
    LateBody,
    LateListBody,
    LatenessQuery,
    LetterSent,
)
from digitize.reports.formats import MEDIA, ReportFormat
from digitize.tally import day_of
from digitize.targets import VIETNAM_TIME
from storage import apologies, units
from storage.apologies import Late, Lateness, Place
from storage.idempotency import Stored
from storage.reports import gather, report_period

router = APIRouter(prefix="/api/v1", tags=["Báo cáo"])

_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in MEDIA.values()}, "description": "Báo cáo."}
}


@router.get("/reports", response_class=Response, responses={**READING, **_FILES})
def get_report(
    caller: TargetReader,
    parts: PartsOf,
    year: YearQuery = None,
    quarter: QuarterQuery = None,
    unit: UnitQuery = None,
    form: FormatQuery = ReportFormat.JSON,
) -> Response:
    """Báo cáo quý hoặc năm của một đơn vị và các đơn vị trực thuộc, tại thời điểm hỏi."""
    from digitize.reports.files import encoded
    from digitize.reports.paper import Outside

    now = parts.now()
    with parts.storage.database.read() as connection:
        found = (
            units.find_by_code(connection, unit, caller.scope) if unit else units.subtree(connection, caller.scope)[0]
        )
        gathered = gather(connection, found, report_period(year or day_of(now).year, quarter, now), now)
    name = f"bao-cao-{gathered.period.code}-{found.code}.{form.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(encoded(gathered, form, Outside()), media_type=MEDIA[form], headers=headers)


@router.get("/late-dossiers", responses=READING)
def list_late_dossiers(
    caller: ResultReader,
    parts: PartsOf,
    which: LatenessQuery = Lateness.ENDED,
    since: DayQuery = None,
    until: DayQuery = None,
    unit: UnitQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> LateListBody:
    """Hồ sơ trễ hẹn, cũ nhất trước, cùng ngày gửi thư xin lỗi; bỏ trống ngày: từ đầu năm đến nay."""
    now = parts.now()
    today = day_of(now)
    begins, ends = since or date(today.year, 1, 1), until or today
    after = None if cursor is None else _place(cursor)
    with parts.storage.database.read() as connection:
        scope = units.find_by_code(connection, unit, caller.scope).scope if unit else caller.scope
        found = apologies.late(
            connection, scope, which, now, since=_midnight(begins), until=_midnight(ends + timedelta(days=1)),
            after=after, limit=limit,
        )  # fmt: skip
    last = found[-1] if len(found) == limit else None
    word = None if last is None else list_cursors.to_word((last.finished_at or last.due_at).isoformat(), last.id)
    return LateListBody(dossiers=[_late(each, now) for each in found], cursor=word)


@router.post(
    "/dossiers/{code:path}/apology-letter",
    response_class=Response,
    responses={**documented(401, 403, 404, 422, 503), 200: {"content": {"application/pdf": {}}}},
)
def preview_apology(code: DossierPath, sent: LetterSent, caller: DossierWriter, parts: PartsOf) -> Response:
    """Thư xin lỗi để xem và ký; chưa ghi nhận là đã gửi."""
    return Response(apology_for(parts, caller, code, sent), media_type="application/pdf")


@router.post("/dossiers/{code:path}/apologies", status_code=201, response_model=ApologyBody, responses=WRITING)
def record_apology(
    code: DossierPath,
    sent: ApologySent,
    caller: PersonOnly,
    writer: DossierWriter,
    parts: PartsOf,
    request: Request,
    key: IdempotencyKey = None,
) -> Response:
    """Ghi nhận thư xin lỗi đã gửi: chính lá thư được lưu lại, hồ sơ có sự kiện."""
    now = parts.now()
    letter_key = parts.storage.objects.put(apology_for(parts, writer, code, sent))
    asked = once.Request(caller.actor.id, "POST", request.url.path, key, sent.model_dump_json())
    with parts.storage.database.write() as connection:

        def act() -> Stored:
            return Stored(201, {}, note_apology(connection, writer, code, sent, letter_key, now).model_dump_json())

        return once.answer(connection, asked, now, act)


def _late(each: Late, now: datetime) -> LateBody:
    return LateBody(
        code=each.code, unit=each.unit_code, unit_name=each.unit, procedure=each.procedure,
        holder=None if each.holder is None else masked_name(each.holder), due_at=each.due_at,
        finished_at=each.finished_at, days_late=(day_of(each.finished_at or now) - day_of(each.due_at)).days,
        apologised_on=each.apologised_on,
    )  # fmt: skip


def _place(cursor: str) -> Place:
    at, ident = list_cursors.from_word(cursor, 2)
    try:
        return Place(datetime.fromisoformat(at), ident)
    except ValueError as error:
        raise list_cursors.not_ours() from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME)
