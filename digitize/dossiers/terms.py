"""How a dossier runs: which state may follow which, when it is finished, and whether that was in time."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from digitize.dossiers.words import Status
from digitize.errors import InvalidInput, Misconfigured
from digitize.targets import VIETNAM_TIME

STAMP = "%Y%m%d%H%M%S"
"""yyyyMMddHHmmss, in Vietnam (the national portal)."""


class Timeliness(StrEnum):
    """Where a dossier stands against its due date."""

    ON_TIME = "on_time"
    LATE = "late"
    """Finished after it was due."""
    OVERDUE = "overdue"
    """Still open, and due before now."""
    OPEN = "open"
    UNKNOWN = "unknown"
    """It is not known when it was due, or when it was finished."""


TIMELINESS_NAMES: Mapping[Timeliness, str] = {
    Timeliness.ON_TIME: "Đúng hạn",
    Timeliness.LATE: "Trễ hạn",
    Timeliness.OVERDUE: "Quá hạn, chưa xong",
    Timeliness.OPEN: "Trong hạn, chưa xong",
    Timeliness.UNKNOWN: "không rõ",
}


def name_of(status: int) -> str:
    """Return the Vietnamese name of a state."""
    return _catalogue().status[status - 1].name


def told(status: int | None) -> str:
    """Return a state as sentences name it: its number and its name."""
    return "không rõ" if status is None else f"{int(status)} ({name_of(status)})"


def is_end(status: int | None) -> bool:
    """Tell whether nothing remains to be done: refused, withdrawn, stopped, finished, returned."""
    return status is not None and _catalogue().status[status - 1].end


@cache
def may_follow(earlier: int | None, later: int) -> bool:
    """Tell whether a dossier of one state can have come to another; steps in between may have gone untold."""
    if earlier is None:
        return True
    reached: set[int] = set()
    waiting = list(_catalogue().status[earlier - 1].next)
    while waiting:
        step = waiting.pop()
        if step not in reached:
            reached.add(step)
            waiting.extend(_catalogue().status[step - 1].next)
    return later in reached


def finished_at(earlier: datetime | None, status: int | None, at: datetime | None) -> datetime | None:
    """Return when a dossier was finished: when it reached 9, else the first other end (rule of the portal's 2.1).

    Args:
        earlier: when it was finished as far as was known before.
        status: the state that it reaches now.
        at: when it reaches it.
    """
    if not is_end(status):
        return None
    return at if status == Status.FINISHED else earlier or at


def timeliness(due_at: datetime | None, finished: datetime | None, status: int | None, now: datetime) -> Timeliness:
    """Tell whether a dossier was finished in time: NgayKetThucXuLy is not after NgayHenTra."""
    if due_at is None:
        return Timeliness.UNKNOWN
    if finished is not None:
        return Timeliness.ON_TIME if finished <= due_at else Timeliness.LATE
    if status is None or is_end(status):
        return Timeliness.UNKNOWN
    return Timeliness.OVERDUE if due_at < now else Timeliness.OPEN


def first_moment(day: date) -> datetime:
    """Return the moment that stands for a day on which something was done, when the hour is not told.

    With :func:`last_moment` for the due date, whatever lacks an hour is compared by the day.
    """
    return datetime.combine(day, time(), VIETNAM_TIME)


def last_moment(day: date) -> datetime:
    """Return the moment that stands for a day until which something is due, when the hour is not told."""
    return datetime.combine(day, time(23, 59, 59), VIETNAM_TIME)


def day_of(moment: datetime) -> date:
    """Return the day of a moment in Vietnam."""
    return moment.astimezone(VIETNAM_TIME).date()


def parse_stamp(text: str) -> datetime:
    """Read yyyyMMddHHmmss, or yyyyMMdd for the beginning of a day.

    Raises:
        InvalidInput: it is neither.
    """
    padded = text + "000000" if len(text) == 8 else text
    with suppress(ValueError):
        if len(padded) == 14 and padded.isascii() and padded.isdigit():
            return datetime.strptime(padded, STAMP).replace(tzinfo=VIETNAM_TIME)
    raise InvalidInput("thời điểm phải viết yyyyMMddHHmmss, giờ Việt Nam")


def stamp(moment: datetime) -> str:
    """Write a moment as yyyyMMddHHmmss in Vietnam."""
    return moment.astimezone(VIETNAM_TIME).strftime(STAMP)


def is_code(text: str) -> bool:
    """Tell whether a text can be a dossier's code; nothing is read out of it, and its length means nothing."""
    return _codes().fullmatch(text) is not None


def lateness(due_at: datetime, finished: datetime) -> timedelta:
    """Return by how much a dossier was late; negative: how much was left."""
    return finished - due_at


@dataclass(frozen=True, slots=True)
class _Source:
    source: str
    since: date
    verified: bool


@dataclass(frozen=True, slots=True)
class _Status:
    number: int
    name: str
    end: bool
    next: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Code:
    name: str
    pattern: str
    since: date
    verified: bool


@dataclass(frozen=True, slots=True)
class _Catalogue:
    unverified_mark: str
    statuses: _Source
    steps: _Source
    on_time: _Source
    status: tuple[_Status, ...]
    """1 to 10, without a gap."""
    code: tuple[_Code, ...]


@cache
def _codes() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each.pattern})" for each in _catalogue().code))


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("dossiers.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError, re.error) as fault:
        raise Misconfigured(f"danh mục dossiers.toml không đọc được: {fault}") from fault
