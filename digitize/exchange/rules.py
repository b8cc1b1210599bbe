"""What a portal wants: the rules of its kind, and where a connector's own options differ from them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec

from digitize.errors import InvalidInput, Misconfigured


class Kind(StrEnum):
    """Whom a connector speaks to."""

    DVCQG = "dvcqg"
    LGSP = "lgsp"


class Service(StrEnum):
    """What is told, in the portals' own words."""

    DOSSIER = "DongBoHoSoMC"
    """The dossier with its components and results."""
    PROGRESS = "CapNhatTienDoHoSoMC"
    """The statuses that it took, one after the other."""


_Path = Annotated[str, msgspec.Meta(pattern=r"^/[!-~]*$", max_length=200)]
_Word = Annotated[str, msgspec.Meta(max_length=200)]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a connector needs beside its address; no secret is among them."""

    madonvi: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z.]{1,40}$")]
    """The agency in whose name is spoken (``madonvi``, ``MaDinhDanhDV``)."""
    username: _Word = ""
    """For the session or the token; empty: none is asked for."""
    secret_file: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$")] | None = None
    """Name of the file with the password, in the folder of SOHOA_CONNECTORS."""
    login_path: _Path = "/mapi/login"
    sync_path: _Path = "/mapi/g"
    token_url: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    """LGSP: where the token comes from."""
    dstcode: _Word | None = None
    """Header of the national exchange platform."""
    required: tuple[str, ...] | None = None
    """In the place of the kind's own."""
    holder_types: Mapping[int, str] | None = None
    paid_online: Mapping[int, str] | None = None
    """How it was paid → ``DuocThanhToanTrucTuyen``."""
    population_code: _Word | None = None
    """``MaCSDL`` of the population database; none: the link is not told."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one portal wants."""

    required: tuple[str, ...]
    """Fields without which a dossier is not sent."""
    holder_types: Mapping[int, str]
    paid_online: Mapping[int, str]
    population_code: str | None
    lengths: Mapping[str, int]
    """Characters."""
    names: Mapping[str, str]
    """Vietnamese, by field."""

    def lacks(self, field: str) -> str:
        """Say that a field is missing."""
        return f"thiếu {self.names.get(field, field)} ({field})"


@dataclass(frozen=True, slots=True)
class Words:
    """By what an answer is known."""

    taken: tuple[str, ...]
    exists: tuple[str, ...]
    unknown: tuple[str, ...]
    session_ended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """The share of statuses and results that must be in step."""

    percent: int
    year: int
    since: date
    verified: bool
    source: str


def options_of(told: object) -> Options:
    """Read the options of a connector.

    Raises:
        InvalidInput: one is unknown or has a value that cannot be used.
    """
    try:
        options = msgspec.convert(told, Options, strict=False)
    except msgspec.ValidationError as fault:
        raise InvalidInput(f"tùy chọn của kết nối không dùng được: {fault}") from fault
    unknown = sorted(set(options.required or ()) - _catalogue().names.keys())
    if unknown:
        raise InvalidInput(f"trường bắt buộc lạ: {', '.join(unknown)}")
    return options


def rules_of(kind: Kind, options: Options) -> Rules:
    """Return what the portal of a connector wants."""
    known = _catalogue()
    own = known.kinds[kind]
    return Rules(
        required=own.required if options.required is None else options.required,
        holder_types=own.holder_types if options.holder_types is None else options.holder_types,
        paid_online=own.paid_online if options.paid_online is None else options.paid_online,
        population_code=options.population_code,
        lengths=known.lengths,
        names=known.names,
    )


def kind_name(kind: Kind) -> str:
    """Return the Vietnamese name of a kind."""
    return _catalogue().kinds[kind].name


def progress_batch() -> int:
    """Return how many statuses go into one request."""
    return _catalogue().batches[Service.PROGRESS]


def words() -> Words:
    """Return by what answers are known."""
    return _catalogue().answers


def goal() -> Goal:
    """Return the share that must be in step."""
    return _catalogue().target


@dataclass(frozen=True, slots=True)
class _KindEntry:
    name: str
    required: tuple[str, ...]
    holder_types: Mapping[int, str]
    paid_online: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    source: str
    verified: bool
    unverified_mark: str
    batches: Mapping[Service, int]
    lengths: Mapping[str, int]
    answers: Words
    target: Goal
    kinds: Mapping[Kind, _KindEntry]
    names: Mapping[str, str]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("exchange.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue, strict=False)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục exchange.toml không đọc được: {fault}") from fault
