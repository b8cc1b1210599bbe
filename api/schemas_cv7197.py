"""The bodies of the paths that CV 7197/BKHCN-CĐSQG names: its fields, with its types and lengths.

The guide fixes paths and fields; the bodies around them are ours and not verified ("chưa kiểm chứng").
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from api.schemas import PRINTABLE, TEXT, DossierCode, Ordinal, Reason, Sent
from api.schemas_reuse import AssuranceBody, MetadataBody, ValidityBody
from digitize.cv7197 import LONGEST

DOC_CODE = r"^[0-9A-Za-zĐđ.-]{1,16}_[A-Za-zĐđ]{1,6}_[0-9]{6}_V[0-9]{1,3}$"
DocCodePath = Annotated[str, Path(max_length=30, pattern=DOC_CODE, description="MCQ_LV_STT_PB.")]


def _text(name: str) -> object:
    return Field(default="", max_length=LONGEST[name], pattern=PRINTABLE)


def _needed(name: str) -> object:
    return Field(min_length=1, max_length=LONGEST[name], pattern=PRINTABLE)


class MetadataSent(Sent):
    """The fields that a caller may send; DocCode is given here and only compared."""

    DocCode: Annotated[str, _text("DocCode")] = ""
    TypeName: Annotated[str, _needed("TypeName")]
    CodeNumber: Annotated[str, _needed("CodeNumber")]
    CodeNotation: Annotated[str, _needed("CodeNotation")]
    IssuedDate: date
    OrganName: Annotated[str, _needed("OrganName")]
    Subject: Annotated[str, Field(min_length=1, max_length=LONGEST["Subject"], pattern=TEXT)]
    Language: Annotated[str, _text("Language")] = ""
    PageAmount: Annotated[int | None, Field(ge=1, le=9999)] = None
    Description: Annotated[str, _text("Description")] = ""
    InforSign: Annotated[str, _text("InforSign")] = ""
    Keyword: Annotated[str, _text("Keyword")] = ""
    Mode: Annotated[str, _text("Mode")] = ""
    ConfidenceLevel: Annotated[str, _text("ConfidenceLevel")] = ""
    Format: Annotated[str, _text("Format")] = ""


class ImportSent(MetadataSent):
    """What comes with a file, and the dossier that it is a result of."""

    MaHoSo: Annotated[DossierCode, Field(description="Hồ sơ mà kết quả thuộc về.")]
    ThuTuKetQua: Annotated[Ordinal | None, Field(description="n của KQ(n); bỏ trống: kết quả đầu tiên.")] = None


class CorrectionOfMetadata(MetadataSent):
    """The fields as they should be, and why."""

    LyDo: Reason


class SentMetadataBody(MetadataBody):
    """What a system sent beside its file; nobody confirmed it."""


class CodedDocumentBody(MetadataBody):
    """A document under its DocCode."""

    Id: str
    """Opaque; of /api/v1/documents/{document_id}."""
    State: str
    Version: int
    ChangedAt: datetime
    Validity: ValidityBody | None
    """Null before it was published."""
    Assurance: AssuranceBody | None
