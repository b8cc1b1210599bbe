"""The forms in which a report leaves the house: for people XLSX, ODS or PDF, for the reporting system JSON."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath

from digitize.errors import InvalidInput


class ReportFormat(StrEnum):
    """How a report leaves the house."""

    JSON = "json"
    XLSX = "xlsx"
    ODS = "ods"
    PDF = "pdf"


MEDIA: Mapping[ReportFormat, str] = {
    ReportFormat.JSON: "application/json",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    ReportFormat.PDF: "application/pdf",
}


def format_of(path: PurePath) -> ReportFormat:
    """Return the format that a file's name asks for.

    Raises:
        InvalidInput: there is no such format.
    """
    try:
        return ReportFormat(path.suffix.lower().removeprefix("."))
    except ValueError as fault:
        raise InvalidInput("tên tệp báo cáo phải kết thúc bằng .xlsx, .ods, .pdf hoặc .json") from fault
