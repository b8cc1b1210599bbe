"""The bodies of answers on files that somebody wants to be judged."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path

from api.schemas import Given
from digitize.model import Changes, Integrity, Role, TimeSource, Trust, Verdict
from storage.known_files import Standing

VerificationPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class SignatureBody(Given):
    """The graded judgement on one signature; the words are those of ``sohoa verify --json``."""

    field: str
    signer: str
    role: Role | None
    signed_at: str | None
    """ISO 8601 with offset."""
    integrity: Integrity
    trust: Trust
    level: str
    changes_after: Changes
    covers_file: bool
    algorithm: str
    time_source: TimeSource
    time_authority: str
    verdict: Verdict
    reasons: list[str]


class KnownFileBody(Given):
    """What the registry knows of a file: one that we released."""

    what: str
    issuer: str
    standing: Standing
    decision_number: str
    ended_at: datetime | None


class VerificationBody(Given):
    """The answer on a file."""

    id: str
    verdict: Verdict
    """Of the signatures; whether the file still stands says ``known``."""
    sentence: str
    known: KnownFileBody | None
    """None: not one of the files that we released."""
    signatures: list[SignatureBody]
    sha256: str
    size_bytes: int
    requested_at: datetime
    expires_at: datetime
    """Until then the answer can be read again."""


class WaitingVerificationBody(Given):
    """No answer yet."""

    id: str
    requested_at: datetime
