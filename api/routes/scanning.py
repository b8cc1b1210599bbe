"""What is to be scanned and why, before the clerk scans."""

from __future__ import annotations

from datetime import UTC, datetime, time

from fastapi import APIRouter

from api.answers import WRITING
from api.auth import ResultWriter
from api.parts import PartsOf
from api.schemas_territory import AdviceSent, GroundBody, PaperAdviceBody, ReusableBody
from digitize import scanning as rules
from digitize.errors import InvalidInput
from digitize.scanning import FACT_NAMES, VERDICT_NAMES, Advice, Paper, Part
from digitize.targets import VIETNAM_TIME
from storage import scanning

router = APIRouter(prefix="/api/v1", tags=["Hồ sơ"])


@router.post("/scanning-advice", responses=WRITING)
def advise_on_scanning(sent: AdviceSent, caller: ResultWriter, parts: PartsOf) -> list[PaperAdviceBody]:
    """Giấy nào phải số hóa, giấy nào không, giấy nào tái sử dụng được, và vì sao."""
    now = parts.now() if sent.on is None else datetime.combine(sent.on, time(12), VIETNAM_TIME).astimezone(UTC)
    if (sent.dossier is None) == (sent.paper is None):
        raise InvalidInput("hãy gửi một trong hai: mã hồ sơ (dossier), hoặc mô tả giấy (paper)")
    if sent.paper is not None:
        paper = Paper(**sent.paper.model_dump())
        advice = rules.advise(paper, now.astimezone(VIETNAM_TIME).date())
        return [_body(None, None, "", "", advice, [])]
    with parts.storage.database.write() as connection:
        found = scanning.advise_dossier(connection, sent.dossier or "", caller.scope, now)
    return [
        _body(
            one.part, one.ordinal, one.name, one.there, one.advice,
            [
                ReusableBody(result=each.id, title=each.title, unit_name=each.unit_name, issued_on=each.issued_on)
                for each in one.reusable
            ],
        )
        for one in found
    ]  # fmt: skip


def _body(
    part: Part | None, ordinal: int | None, name: str, there: str, advice: Advice, reusable: list[ReusableBody]
) -> PaperAdviceBody:
    return PaperAdviceBody(
        part=part, ordinal=ordinal, name=name, there=there, verdict=advice.verdict,
        verdict_name=VERDICT_NAMES[advice.verdict], firm=advice.firm,
        grounds=[GroundBody(reason=one.reason, source=one.source, mark=one.mark) for one in advice.grounds],
        asks=[FACT_NAMES[name] for name in advice.asks], reusable=reusable,
    )  # fmt: skip
