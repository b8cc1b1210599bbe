"""The codes of a digitised result, built from the patterns of ``catalogue/codes.toml``.

Three codes with three purposes: the digitization code (TT 01/2023/TT-VPCP Art 10), the result's code in its owner's
store (NĐ 45/2020/NĐ-CP Art 14) and the DocCode (CV 7197/BKHCN-CĐSQG). Serial numbers come in as values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import InvalidInput, Misconfigured

_DOC_CODE = re.compile(r"(?P<agency>[^_]+)_(?P<type>[^_]+)_(?P<serial>\d{6})_V(?P<version>\d+)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one of the codes is built."""

    pattern: str
    """Python format string."""
    longest: int
    """Characters."""
    source: str
    since: date
    verified: bool
    """The pattern was found in a published text."""
    last_serial: int | None = None


@dataclass(frozen=True, slots=True)
class DocCode:
    """MCQ_LV_STT_PB of CV 7197."""

    agency: str
    """MCQ: identifier of the agency."""
    type: str
    """LV: abbreviation of the document's type."""
    serial: int
    """STT: 1 to 999999, within agency and type."""
    version: int
    """PB: 1 for the first scan; a new scan is the next."""

    @property
    def text(self) -> str:
        """The code as it is written.

        Raises:
            InvalidInput: serial or length go beyond what CV 7197 gives room for.
        """
        pattern = _catalogue().document
        if pattern.last_serial is not None and self.serial > pattern.last_serial:
            raise InvalidInput(f"đã hết số thứ tự của dãy {self.agency}_{self.type}")
        return _fill(pattern, agency=self.agency, type=self.type, serial=self.serial, version=self.version)


def parse_doc_code(code: str) -> DocCode:
    """Take a DocCode apart.

    Raises:
        InvalidInput: it is none.
    """
    found = _DOC_CODE.fullmatch(code)
    if found is None:
        raise InvalidInput("DocCode không đúng mẫu MCQ_LV_STT_PB")
    return DocCode(found["agency"], found["type"], int(found["serial"]), int(found["version"]))


def document_type(kind_code: str) -> str:
    """Return LV of a kind: its abbreviation, or the one for any other document."""
    return _catalogue().types.get(kind_code, _catalogue().fallback.type)


def result_code(dossier: str, ordinal: int) -> str:
    """Return ``<dossier code>-KQ(n)``."""
    return _fill(_catalogue().result, dossier=dossier, ordinal=ordinal)


def digitization_code(*, owner_id: str, kind_code: str, procedure_code: str, number: str, ordinal: int) -> str:
    """Return the code of TT 01/2023 Art 10; an owner without a number leaves the first part blank.

    Args:
        owner_id: personal or tax number of the owner; empty when there is none.
        kind_code: of the confirmed kind.
        procedure_code: stands for the paper's type where the national code of that type is not known.
        number: number and notation of the paper; empty when it has none.
        ordinal: n-th result of the dossier.
    """
    paper_code = _catalogue().paper_codes.get(kind_code, procedure_code)
    return _fill(_catalogue().digitization, owner_id=owner_id, paper_code=paper_code, number=number, ordinal=ordinal)


def _fill(pattern: Pattern, **parts: str | int) -> str:
    code = pattern.pattern.format(**parts)
    if len(code) > pattern.longest:
        raise InvalidInput(f"mã “{pattern.pattern}” dài {len(code)} ký tự, quá {pattern.longest}")
    return code


@dataclass(frozen=True, slots=True)
class _Fallback:
    type: str


@dataclass(frozen=True, slots=True)
class _Catalogue:
    digitization: Pattern
    result: Pattern
    document: Pattern
    types: Mapping[str, str]
    fallback: _Fallback
    paper_codes: Mapping[str, str]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("codes.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục codes.toml không đọc được: {fault}") from fault
