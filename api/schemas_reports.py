"""The bodies of requests and answers about reports, late dossiers and apologies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.schemas import Given, Instant, Line, Sent
from digitize.reports.formats import ReportFormat
from storage.apologies import Lateness, SentHow

FormatQuery = Annotated[ReportFormat, Query(description="json, xlsx, ods hoặc pdf.")]
LatenessQuery = Annotated[Lateness, Query(description="ended: đã xong nhưng trễ; open: quá hẹn mà chưa xong.")]
DayQuery = Annotated[date | None, Query(ge=date(2015, 1, 1), le=date(2199, 12, 31))]


class LateBody(Given):
    """A late dossier; its holder is masked."""

    code: str
    unit: str
    unit_name: str
    procedure: str
    holder: str | None
    due_at: datetime
    finished_at: datetime | None
    days_late: int
    """Whole days in Vietnam; 0: late by hours."""
    apologised_on: date | None


class LateListBody(Given):
    """A page of late dossiers, the oldest first."""

    dossiers: list[LateBody]
    cursor: str | None


class LetterSent(Sent):
    """What a letter of apology says beside what the register knows."""

    reason: Annotated[Line, Field(min_length=3, max_length=1000)]
    """Why it was late."""
    new_day: Instant | None = None
    """When the result will be there."""
    signer: Annotated[Line, Field(min_length=1, max_length=200)]
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    number: Annotated[Line, Field(max_length=60)] = ""
    """Số, ký hiệu; empty leaves the dotted line."""
    sent_on: Annotated[date, Field(ge=date(2015, 1, 1), le=date(2199, 12, 31))]
    """Day of the letter."""


class ApologySent(LetterSent):
    """A letter that went out."""

    sent_how: SentHow


class ApologyBody(Given):
    """The record of a letter."""

    id: str
    dossier: str
    sent_on: date
    sent_how: SentHow
    letter_sha256: str
