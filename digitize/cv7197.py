"""The metadata of CV 7197/BKHCN-CĐSQG (11/2025): our confirmed data under its names, and back.

Names, types and lengths are those of the guide; what it means by InforSign, Mode, ConfidenceLevel and Format was not
read in it, so their values are ours and marked as not verified in ``docs/api.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from digitize.catalogue.reading import kinds
from digitize.errors import InvalidInput

LONGEST: Mapping[str, int] = {
    "DocCode": 30, "TypeName": 100, "CodeNumber": 11, "CodeNotation": 30, "OrganName": 200, "Subject": 500,
    "Language": 100, "Description": 500, "InforSign": 30, "Keyword": 100, "Mode": 20, "ConfidenceLevel": 30,
    "Format": 50,
}  # fmt: skip
"""Characters."""

LANGUAGE = "Tiếng Việt"
SCANNED = "Số hóa"
FORMAT = "PDF/A-2b"
OPEN, RESTRICTED = "Công khai", "Hạn chế"

_NUMBER = re.compile(r"\s*(\d{1,11})\s*[/.-]?\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of CV 7197; an empty text stands where the record has none."""

    DocCode: str
    TypeName: str
    CodeNumber: str
    CodeNotation: str
    IssuedDate: str
    """ISO 8601."""
    OrganName: str
    Subject: str
    Language: str = LANGUAGE
    PageAmount: int | None = None
    Description: str = ""
    InforSign: str = ""
    Keyword: str = ""
    Mode: str = OPEN
    ConfidenceLevel: str = SCANNED
    Format: str = FORMAT

    def as_dict(self) -> dict[str, str | int | None]:
        """Return name and value of each field, in the order of the guide."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def metadata(
    *, doc_code: str, kind_name: str, confirmed: Mapping[str, str], pages: int, signed: bool, restricted: bool
) -> Metadata:
    """Say what a person confirmed under the names of CV 7197; what is longer than the guide allows is cut.

    Args:
        doc_code: MCQ_LV_STT_PB; empty before it was given.
        kind_name: of the confirmed kind.
        confirmed: fields by our names.
        pages: 0: not known.
        signed: the agency's signature is on the file.
        restricted: a person decides who may see it.
    """
    number, notation = split_number(confirmed.get("number", ""))
    told = Metadata(
        DocCode=doc_code,
        TypeName=kind_name,
        CodeNumber=number,
        CodeNotation=notation,
        IssuedDate=confirmed.get("issued_date", ""),
        OrganName=confirmed.get("organ_name", ""),
        Subject=confirmed.get("subject", ""),
        PageAmount=pages or None,
        InforSign="Chữ ký số của cơ quan" if signed else "",
        Mode=RESTRICTED if restricted else OPEN,
    )
    cut = {name: str(value)[: LONGEST[name]] for name, value in told.as_dict().items() if name in LONGEST}
    return Metadata(IssuedDate=told.IssuedDate, PageAmount=told.PageAmount, **cut)


def split_number(number: str) -> tuple[str, str]:
    """Return number and notation of a paper: "15/QĐ-UBND" is "15" and "QĐ-UBND"; without digits it is all notation."""
    found = _NUMBER.fullmatch(number)
    return (found[1], found[2]) if found else ("", number.strip())


def joined_number(number: str, notation: str) -> str:
    """Return number and notation as one text."""
    return "/".join(part for part in (number.strip(), notation.strip()) if part)


def kind_named(type_name: str) -> str:
    """Return the code of the kind that TypeName names.

    Raises:
        InvalidInput: the catalogue has no such kind.
    """
    wanted = " ".join(type_name.split()).casefold()
    for kind in kinds():
        if wanted == kind.name.casefold():
            return kind.code
    raise InvalidInput("TypeName không phải tên loại giấy tờ trong danh mục")
