"""Whether a paper must be scanned, must not, or need not: a decision table with dates, and the reasons for a clerk.

The rules are data (``catalogue/scanning.toml``), in the order in which they decide. The first that holds on the day
gives the verdict; every other that holds is told too. A fact that nobody knows meets no condition; where knowing it
could change the verdict, the advice asks for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from digitize.errors import Misconfigured


class Verdict(StrEnum):
    """What is to be done with a paper."""

    MUST = "must"
    MUST_NOT = "must_not"
    ON_DEMAND = "on_demand"
    OFFER_REUSE = "offer_reuse"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.MUST: "Phải số hóa",
    Verdict.MUST_NOT: "Không số hóa",
    Verdict.ON_DEMAND: "Số hóa theo yêu cầu",
    Verdict.OFFER_REUSE: "Tái sử dụng bản đã số hóa",
}


class Part(StrEnum):
    """What a paper is in its dossier."""

    COMPONENT = "component"
    """Handed in by the applicant."""
    RESULT = "result"
    """What the dossier ended with."""


class Group(StrEnum):
    """The five groups that must be digitised (Đề án of QĐ 468/QĐ-TTg, III.1)."""

    EARLIER_RESULT = "earlier_result"
    SECTOR_LAW = "sector_law"
    DECISION = "decision"
    INTERIM = "interim"
    FINAL_RESULT = "final_result"


class Form(StrEnum):
    """As what a paper was handed in."""

    ORIGINAL = "original"
    REGISTER_COPY = "register_copy"
    """An electronic copy from the register (bản sao điện tử từ sổ gốc)."""
    ELECTRONIC_COPY = "electronic_copy"
    """A certified electronic copy."""
    CERTIFIED_COPY = "certified_copy"
    """A certified copy on paper."""
    PLAIN_COPY = "plain_copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is known of a paper; None: không rõ."""

    part: Part
    group: Group | None = None
    """None: in none of the five groups, as far as is known."""
    form: Form | None = None
    filed_online: bool | None = None
    only_shown: bool | None = None
    """Looked at and given back."""
    secret: bool | None = None
    shared: bool | None = None
    """A national database or a system that shares has it as data of legal value."""
    born_digital: bool | None = None
    """An electronic document with a digital signature; what lies here is a print of it."""
    expired: bool | None = None
    duplicate: bool | None = None
    """The same paper was digitised in this dossier."""
    digitised_elsewhere: bool | None = None
    """Another result of the archive is this paper, published and in force."""
    sector_law: bool | None = None
    """The law of its sector asks for it to be digitised."""


FACT_NAMES: Mapping[str, str] = {
    "group": "thuộc nhóm nào trong năm nhóm phải số hóa",
    "form": "là bản chính hay bản sao",
    "filed_online": "hồ sơ có nộp trực tuyến không",
    "only_shown": "có phải giấy chỉ xuất trình không",
    "secret": "có phải giấy tờ mật không",
    "shared": "dữ liệu đã có trong cơ sở dữ liệu quốc gia chưa",
    "born_digital": "có phải văn bản điện tử đã ký số không",
    "expired": "còn hiệu lực không",
    "duplicate": "đã số hóa trong hồ sơ này chưa",
    "digitised_elsewhere": "đã số hóa ở nơi khác chưa",
    "sector_law": "pháp luật chuyên ngành có yêu cầu số hóa không",
}
"""As a question to the clerk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A reason, with where it stands."""

    reason: str
    """A Vietnamese sentence."""
    source: str
    since: date
    until: date | None = None
    """Last day; None: in force."""
    verified: bool
    """Wording and days were found in a published text."""

    @property
    def mark(self) -> str:
        """What must stand beside it: "chưa kiểm chứng", or nothing."""
        return "" if self.verified else _catalogue().unverified_mark

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Ground):
    """A row of the table."""

    when: Mapping[str, Any]
    """Fact → its value, or the values of which it must have one."""
    verdict: Verdict
    firm: bool = False
    """No reason that a clerk might state sets it aside."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is to be done with a paper, and why."""

    verdict: Verdict
    grounds: tuple[Ground, ...]
    """All that hold for this verdict and for others, the deciding one first."""
    asks: tuple[str, ...]
    """Facts that are not known and could change the verdict."""
    firm: bool = False
    """A forbidding rule among them cannot be set aside by stating a reason."""

    @property
    def told(self) -> str:
        """The deciding reason with its article, as a person reads it."""
        ground = self.grounds[0]
        mark = f"; {ground.mark}" if ground.mark else ""
        return f"{ground.reason} ({ground.source}{mark})"


def advise(paper: Paper, day: date) -> Advice:
    """Decide what is to be done with a paper on a day.

    Args:
        paper: what is known of it.
        day: whose law holds.
    """
    holding = [rule for rule in rules() if rule.holds_on(day)]
    met = [rule for rule in holding if _meets(paper, rule) is True]
    verdict = met[0].verdict if met else Verdict.ON_DEMAND
    asked = [name for rule in _before(holding, met) if rule.verdict is not verdict for name in _open(paper, rule)]
    # Of the rules that say the same, one that was found in a published text is told first.
    grounds = sorted(met, key=lambda rule: (rule.verdict is not verdict, not rule.verified))
    return Advice(
        verdict, tuple(grounds) or (_catalogue().otherwise,), tuple(dict.fromkeys(asked)),
        firm=any(rule.firm for rule in met),
    )  # fmt: skip


def rules() -> tuple[Rule, ...]:
    """Return every row of the table."""
    return _catalogue().rule


def _before(holding: list[Rule], met: list[Rule]) -> list[Rule]:
    return holding[: holding.index(met[0])] if met else holding


def _meets(paper: Paper, rule: Rule) -> bool | None:
    """Tell whether all conditions hold; None: that depends on facts that are not known."""
    answers = {_holds(paper, name, wanted) for name, wanted in rule.when.items()}
    if False in answers:
        return False
    return None if None in answers else True


def _open(paper: Paper, rule: Rule) -> Iterator[str]:
    if _meets(paper, rule) is None:
        yield from (name for name, wanted in rule.when.items() if _holds(paper, name, wanted) is None)


def _holds(paper: Paper, name: str, wanted: Any) -> bool | None:  # noqa: ANN401  # a value of TOML
    value = getattr(paper, name)
    if value is None:
        return None
    return value in wanted if isinstance(wanted, list) else value == wanted


@dataclass(frozen=True, slots=True)
class _Catalogue:
    unverified_mark: str
    otherwise: Ground
    rule: tuple[Rule, ...]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("scanning.toml").read_text(encoding="utf-8")
        loaded = msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục scanning.toml không đọc được: {fault}") from fault
    known = {field.name for field in fields(Paper)}
    for rule in loaded.rule:
        if not rule.when or not rule.when.keys() <= known:
            raise Misconfigured(f"danh mục scanning.toml có điều kiện lạ: {sorted(rule.when.keys() - known)}")
    return loaded
