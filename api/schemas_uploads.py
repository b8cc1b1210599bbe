"""The bodies of requests and answers about scans that came in pieces, and whether they are safely kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.schemas import PRINTABLE, DossierCode, Given, Ordinal, Sent

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 mà nơi gửi tự tính, chữ thường.")]
UploadId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class WholeUpload(Sent):
    """An upload, and what the sender says of all its bytes."""

    id: UploadId
    sha256: Sha256


class FinishSent(Sent):
    """What the uploads are scans of."""

    dossier: DossierCode
    uploads: Annotated[
        list[WholeUpload],
        Field(min_length=1, max_length=200, description="Nhiều lượt: các trang của một kết quả, theo thứ tự này."),
    ]
    ordinal: Ordinal | None = None
    reason: Annotated[str, Field(max_length=500, pattern=PRINTABLE)] = ""


class SafekeepingWord(StrEnum):
    """What becomes of the paper."""

    SAFE = "safe"
    """It may be given back."""
    POOR = "poor"
    """The file is kept, and a page should be scanned again first."""
    READING = "reading"
    """No page can be shown yet."""
    DIFFERENT = "different"
    """What is kept is not what the sender has."""
    LOST = "lost"
    """The store does not give back what it should keep."""
    STOPPED = "stopped"
    """The document was refused, set apart, withdrawn or closed."""


class SafekeepingBody(Given):
    """Whether the paper may be given back, and what stands against it."""

    word: SafekeepingWord
    safe: bool
    state: str
    sha256: str
    """Of the bytes that the store gave back just now."""
    size_bytes: int
    same: bool
    """They are the bytes that the sender has."""
    pages: int
    """Pages whose picture the store gave back just now."""
    rescan: bool
    """A page should be scanned again while the paper is still there."""
    sentence: str
    """The word in Vietnamese, for a person."""
    remarks: list[str]
    """What the reader says of the quality, in words."""
