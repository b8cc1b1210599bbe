"""A report as a file: for people XLSX, ODS or PDF, for the province's reporting system JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from digitize.reports.formats import ReportFormat
from digitize.reports.paper import Outside, pdf
from digitize.reports.report import ClerkLine, IndicatorLine, Report, UnitLine
from digitize.reports.tables import grids
from digitize.spreadsheet import ods, xlsx
from digitize.targets import Rate


def encoded(report: Report, form: ReportFormat, outside: Outside) -> bytes:
    """Return a report as a file.

    Args:
        report: gathered.
        form: of the file.
        outside: number, addressee and signer; of no effect but in print.

    Raises:
        Misconfigured: the typeface is missing.
    """
    match form:
        case ReportFormat.JSON:
            return msgspec.json.format(msgspec.json.encode(plain(report)), indent=1)
        case ReportFormat.XLSX:
            return xlsx(grids(report))
        case ReportFormat.ODS:
            return ods(grids(report))
        case ReportFormat.PDF:
            return pdf(report, outside)


def plain(report: Report) -> dict[str, Any]:
    """Return what the JSON file holds; its keys do not change within a ``schema``."""
    copies = report.copies
    return {
        "schema": 1,
        "period": report.period.code,
        "from": report.period.span.first.isoformat(),
        "to": report.period.span.last.isoformat(),
        "unit": report.unit_code,
        "agency": report.agency,
        "made_at": report.made_at.isoformat(),
        "method_version": report.method_version,
        "due_on": None if report.due_on is None else report.due_on.isoformat(),
        "levels": [_unit(each) for each in report.levels],
        "units": [_unit(each) for each in report.units],
        "indicators": [_indicator(each) for each in report.indicators],
        "clerks": [_clerk(each) for each in report.clerks],
        "late": {"dossiers": report.late.late, "apologised": report.late.apologised},
        "certified_copies": None
        if copies is None
        else {"communes": _rate(copies.communes), "target_percent": copies.target_percent, "source": copies.source},
    }


def _unit(line: UnitLine) -> dict[str, Any]:
    target = line.target
    return {
        "unit": line.code or None, "name": line.name, "level": line.level.value, "depth": line.depth,
        "stock": _rate(line.stock), "flow": _rate(line.flow), "on_time": _rate(line.on_time),
        "target": None
        if target is None
        else {"percent": target.percent, "verified": target.verified, "source": target.source},
        "reached": line.reached,
    }  # fmt: skip


def _indicator(line: IndicatorLine) -> dict[str, Any]:
    return {
        "code": line.code, "name": line.name, **_rate(line.rate), "unknown": line.unknown, "score": line.score,
        "max_score": line.max_score, "goal_percent": line.goal_percent, "reached": line.reached, "mark": line.mark,
    }  # fmt: skip


def _clerk(line: ClerkLine) -> dict[str, Any]:
    return {"unit": line.unit_code, "clerk": line.clerk, "captures": line.captures, "published": line.published}


def _rate(rate: Rate) -> dict[str, Any]:
    return {"numerator": rate.numerator, "denominator": rate.denominator, "percent": rate.percent}
