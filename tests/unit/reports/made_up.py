"""A report with every kind of line, of an invented province."""

from __future__ import annotations

from datetime import UTC, date, datetime

from digitize.reports.report import (
    ClerkLine,
    CopyCounts,
    IndicatorLine,
    LateCounts,
    Report,
    ReportPeriod,
    UnitLine,
)
from digitize.span import Span
from digitize.targets import Level, Rate, Target

TARGET = Target(2021, Level.XA, 15, date(2021, 3, 27), verified=True, source="QĐ 468/QĐ-TTg")
COMMUNE = UnitLine("H99.01", "Ủy ban nhân dân xã Lam Sơn", Level.XA, 1, Rate(3, 20), Rate(2, 9), Rate(8, 9), TARGET)
EMPTY = UnitLine("H99.02", "=Ủy ban nhân dân xã Suối Ngọc", Level.XA, 1, Rate(0, 0), Rate(0, 0), Rate(0, 0), TARGET)
PROVINCE = UnitLine("H99", "Ủy ban nhân dân tỉnh Lam Vân", Level.TINH, 0, Rate(1, 3), Rate(0, 2), Rate(0, 0), None)

REPORT = Report(
    agency="Ủy ban nhân dân tỉnh Lam Vân",
    unit_code="H99",
    parent="",
    place="Lam Vân",
    period=ReportPeriod(2021, 3, Span(date(2021, 7, 1), date(2021, 9, 30))),
    made_at=datetime(2021, 10, 5, 2, tzinfo=UTC),
    method_version=1,
    levels=(PROVINCE, COMMUNE),
    units=(PROVINCE, COMMUNE, EMPTY),
    indicators=(
        IndicatorLine("4.1", "Cấp kết quả điện tử", Rate(4, 8), 1, 3.0, 6.0, None, None, ""),
        IndicatorLine("4.9", "Chỉ số không có mẫu số", Rate(0, 0), 0, None, 2.0, 98, None, "chưa kiểm chứng"),
    ),
    clerks=(ClerkLine("H99.01", "Ủy ban nhân dân xã Lam Sơn", "Nguyễn Thị Hương", 5, 3),),
    late=LateCounts(4, 1),
    copies=CopyCounts(Rate(1, 2), 35, "NQ 01/NQ-CP năm 2021", ""),
)
