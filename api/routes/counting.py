"""Where the units stand: targets and reconciliation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import READING
from api.auth import Caller, PersonOnly, TargetReader
from api.errors import MissingScope
from api.parts import Parts, PartsOf
from api.schemas import (
    PRINTABLE,
    CopyReconciliationBody,
    Instant,
    LocalProgressBody,
    ProgressBody,
    RateBody,
    ReconciliationBody,
    TargetBody,
    WaitingBody,
)
from digitize.lifecycle import Office
from digitize.targets import VIETNAM_TIME, Rate, Target, UnitProgress
from storage import proof, targets, units

router = APIRouter(prefix="/api/v1", tags=["Chỉ tiêu"])


@router.get("/targets", responses=READING)
def get_targets(
    caller: TargetReader,
    parts: PartsOf,
    year: Annotated[int | None, Query(ge=2000, le=2200, description="Bỏ trống: năm nay.")] = None,
    unit: Annotated[
        str | None, Query(max_length=64, pattern=PRINTABLE, description="Mã đơn vị; bỏ trống: mọi đơn vị.")
    ] = None,
    counted_until: Annotated[
        Instant | None, Query(description="Đếm cả kết quả công bố sau kỳ, đến lúc này; bỏ trống: đến hết kỳ.")
    ] = None,
) -> list[ProgressBody]:
    """Tỷ lệ số hóa của từng đơn vị và từng cấp, bên cạnh chỉ tiêu 30/20/15."""
    return [_body(progress) for progress in progress_of(caller, parts, year, unit, counted_until)]


def progress_of(
    caller: Caller, parts: Parts, year: int | None, unit_code: str | None, counted_until: datetime | None = None
) -> tuple[UnitProgress, ...]:
    """Count for a year, for the caller's units or for one of them and those below it."""
    now = parts.now()
    with parts.storage.database.read() as connection:
        scope = units.find_by_code(connection, unit_code, caller.scope).scope if unit_code else caller.scope
        return targets.progress(
            connection, year or now.astimezone(VIETNAM_TIME).year, scope, now, counted_until=counted_until
        )


def _body(progress: UnitProgress) -> ProgressBody:
    return ProgressBody(
        unit=progress.unit_code or None,
        name=progress.name,
        level=progress.level.value,
        year=progress.period.year,
        until=progress.period.end,
        counted_until=progress.period.counted_until,
        stock=rate_body(progress.stock),
        flow=rate_body(progress.flow),
        target=None if progress.target is None else _target(progress.target),
        reached=progress.reached,
        missing=progress.missing,
        local=[
            LocalProgressBody(
                measure=each.measure, percent=each.percent, source=each.source, reached=progress.reached_local(each)
            )
            for each in progress.local
        ],
    )


def rate_body(rate: Rate) -> RateBody:
    """Return a rate as it is shown."""
    return RateBody(numerator=rate.numerator, denominator=rate.denominator, percent=rate.percent, text=rate.text)


def _target(target: Target) -> TargetBody:
    return TargetBody(percent=target.percent, verified=target.verified, mark=target.mark, source=target.source)


@router.get("/reconciliation", responses=READING)
def get_reconciliation(caller: PersonOnly, parts: PartsOf) -> ReconciliationBody:
    """Đối soát văn bản và bản sao chứng thực: số đã nhận = số đã xong + số đang chờ (ai phải làm gì)."""
    if caller.actor.office not in {Office.SUPERVISOR, Office.ADMINISTRATOR}:
        raise MissingScope
    with parts.storage.database.read() as connection:
        found = proof.prove(connection, parts.now(), caller.scope)
    told = found.documents
    return ReconciliationBody(
        at=told.at,
        received=told.received,
        finished={state.value: count for state, count in told.finished.items()},
        waiting=[WaitingBody.model_validate(each) for each in told.waiting],
        copies=CopyReconciliationBody.model_validate(found.copies),
        faults=list(found.faults),
    )
