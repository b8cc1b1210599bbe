"""An archive that is digitised in bulk: what it will take, at which hours it is fed in, and whose turn it is.

The estimate carries a sample on to the whole: pages, seconds and fields by the mean of a file, bytes by their ratio to
the bytes of the source. Each stands in a range of 95 % by the spread of the sample. What cannot be measured is an
assumption of ``catalogue/backfill.toml`` and is named as one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from statistics import NormalDist, fmean, variance

from digitize.catalogue.reading import entries
from digitize.errors import Impossible, InvalidInput
from digitize.targets import VIETNAM_TIME

_WINDOW = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_SPREAD = NormalDist().inv_cdf(0.975)

FEW = 30
"""Below so many sampled files a range is narrower than it should be, and whoever shows it says so."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day in which a backlog is fed in, in Vietnam; they may run over midnight."""

    opens: time
    closes: time
    """The first moment after."""

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is open."""
        clock = now.astimezone(VIETNAM_TIME).time()
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def opens_next(self, now: datetime) -> datetime:
        """Return when it opens: now while it is open."""
        if self.is_open(now):
            return now
        today = now.astimezone(VIETNAM_TIME)
        opening = datetime.combine(today.date(), self.opens, VIETNAM_TIME)
        return opening if opening > today else opening + timedelta(days=1)

    @property
    def hours(self) -> float:
        """Hours a day in which it is open."""
        return ((_minute(self.closes) - _minute(self.opens)) % (24 * 60)) / 60

    def __str__(self) -> str:
        """Write it as :func:`parse_window` reads it."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


def parse_window(text: str) -> Window:
    """Read ``19:00-06:00``.

    Raises:
        InvalidInput: it is no window.
    """
    found = _WINDOW.fullmatch(text.strip())
    hours = [] if found is None else [int(part) for part in found.groups()]
    if not hours or max(hours[0::2]) > 23 or max(hours[1::2]) > 59:
        raise InvalidInput("khung giờ phải viết như 19:00-06:00 (giờ Việt Nam)")
    window = Window(time(hours[0], hours[1]), time(hours[2], hours[3]))
    if window.opens == window.closes:
        raise InvalidInput("khung giờ mở và đóng cùng một lúc", remedy="Muốn chạy cả ngày thì bỏ --window.")
    return window


@dataclass(frozen=True, slots=True)
class UnitTurn:
    """Where a unit stands in a backlog."""

    unit_id: str
    code: str
    waiting: int
    """Files of it that were not fed in yet."""
    fed: int
    """Files of it that were, whatever became of them."""
    in_flight: int
    """Documents of it that wait for a reader."""


def next_unit(turns: Sequence[UnitTurn], per_unit_at_once: int) -> UnitTurn | None:
    """Return the unit whose turn it is: the one that was served least; None when none may be served now."""
    able = [turn for turn in turns if turn.waiting and turn.in_flight < per_unit_at_once]
    return min(able, key=lambda turn: (turn.fed, turn.code), default=None)


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for the readers now."""

    live: int
    """Documents that people or systems handed in."""
    in_flight: int
    """Documents of the backlog."""

    def has_room(self, at_once: int) -> bool:
        """Tell whether one more of the backlog may join: nothing live waits, and few of the backlog do."""
        return self.live == 0 and self.in_flight < at_once


@dataclass(frozen=True, slots=True)
class Measured:
    """A file of the sample, read for real."""

    source_bytes: int
    pages: int
    """0 when it could not be read."""
    cpu_seconds: float
    archive_bytes: int
    """0 when it gets no archive file: born digital, secret, or at fault."""
    other_bytes: int
    """Of its draft and its previews."""
    fields: int
    doubtful: int
    problem: str = ""
    """Code of the error, or why it will stop; empty: it will go its way."""
    electronic: bool = False
    """Born digital or signed: kept as it is, not counted as digitised."""


@dataclass(frozen=True, slots=True)
class Range:
    """An estimated sum."""

    expected: float
    least: float
    most: float
    """With :attr:`least`: within these lies the true sum in 19 of 20 samples, as far as the sample is like the rest."""

    def times(self, factor: float) -> Range:
        """Scale it."""
        return Range(self.expected * factor, self.least * factor, self.most * factor)

    def plus(self, other: Range) -> Range:
        """Add another; the ends are added too, which is wider than need be."""
        return Range(self.expected + other.expected, self.least + other.least, self.most + other.most)


@dataclass(frozen=True, slots=True)
class Means:
    """What a backlog may use."""

    readers: int
    clerks: int
    timestamps_at_once: int
    timestamp_seconds: float
    """To wait for one."""
    hours_per_day: float = 24.0
    """In which it is fed in."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a whole backlog will take."""

    files: int
    sampled: int
    source_bytes: int
    pages: Range
    machine_seconds: Range
    """CPU seconds of reading, on a machine like the one that measured."""
    machine_hours: Range
    """By the clock, with so many readers at work without a pause."""
    nights: Range
    """Days on which it is fed in, in its hours."""
    stored_bytes: Range
    """Source, draft, previews, and the archive file unsigned and signed."""
    clerk_hours: Range
    clerk_days: Range
    """Working days of so many clerks."""
    timestamps: Range
    timestamp_hours: Range
    doubtful_share: float | None
    """Of the fields that were found; None: none was."""
    electronic_share: float
    """Of the files."""
    problem_share: float
    problems: Mapping[str, int]
    """Files of the sample by what stops them."""


def estimate(sample: Sequence[Measured], files: int, source_bytes: int, means: Means) -> Estimate:
    """Carry a sample on to the whole.

    Args:
        sample: drawn from the files at random, without putting back.
        files: of the whole.
        source_bytes: of the whole.
        means: what it may use.

    Raises:
        InvalidInput: nothing was sampled.
    """
    if not sample:
        raise InvalidInput("không có tệp nào để lấy mẫu")
    pages = _whole([one.pages for one in sample], files)
    seconds = _whole([one.cpu_seconds for one in sample], files)
    signed = _whole([1.0 if one.archive_bytes else 0.0 for one in sample], files)
    clerk = _whole([_clerk_seconds(one) for one in sample], files).times(1 / 3600)
    timestamps = signed.times(assumption("timestamps_per_document"))
    hours = seconds.times(1 / 3600 / means.readers)
    fields = sum(one.fields for one in sample)
    problems = [one.problem for one in sample if one.problem]
    return Estimate(
        files, len(sample), source_bytes, pages, seconds, hours, hours.times(1 / means.hours_per_day),
        _stored(sample, files, source_bytes, signed),
        clerk, clerk.times(1 / (means.clerks * assumption("clerk_hours_per_day"))), timestamps,
        timestamps.times(means.timestamp_seconds / means.timestamps_at_once / 3600),
        sum(one.doubtful for one in sample) / fields if fields else None,
        sum(one.electronic for one in sample) / len(sample), len(problems) / len(sample),
        {code: problems.count(code) for code in sorted(set(problems))},
    )  # fmt: skip


@cache
def assumption(name: str) -> float:
    """Give an assumption of the catalogue by its name.

    Raises:
        Impossible: there is none.
    """
    for entry in entries("backfill.toml", "assumption"):
        if entry["name"] == name:
            return float(entry["value"])
    raise Impossible(f"no assumption {name}")


def assumptions() -> Sequence[Mapping[str, object]]:
    """Give all assumptions, with unit, meaning and source."""
    return entries("backfill.toml", "assumption")


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clerk_seconds(one: Measured) -> float:
    """Give the seconds that a person spends on a file; what is born digital or stops needs nobody to check fields."""
    if not one.archive_bytes:
        return 0.0
    return (
        assumption("seconds_per_document")
        + assumption("seconds_per_page") * one.pages
        + assumption("seconds_per_sure_field") * (one.fields - one.doubtful)
        + assumption("seconds_per_doubtful_field") * one.doubtful
    )


def _whole(values: Sequence[float], files: int) -> Range:
    """Estimate a sum over all files by the mean of those sampled."""
    expected = fmean(values) * files
    return _around(expected, values, files, least=sum(values))


def _stored(sample: Sequence[Measured], files: int, source_bytes: int, signed: Range) -> Range:
    """Estimate the bytes that are kept: ratio to the bytes of the source, which are known of every file."""
    made = [assumption("files_per_archive") * one.archive_bytes + one.other_bytes for one in sample]
    sampled = sum(one.source_bytes for one in sample)
    ratio = sum(made) / sampled if sampled else 0.0
    off = [each - ratio * one.source_bytes for each, one in zip(made, sample, strict=True)]
    kept = _around(ratio * source_bytes, off, files, least=0.0).plus(Range(source_bytes, source_bytes, source_bytes))
    # The clerk's signature stands in two of the files, the agency's in one.
    return kept.plus(signed.times(3 * assumption("signature_bytes")))


def _around(expected: float, values: Sequence[float], files: int, *, least: float) -> Range:
    """Give an expected sum its range by the spread of a sample that was drawn without putting back."""
    count = len(values)
    if count >= files:
        return Range(expected, expected, expected)
    if count < 2:
        return Range(expected, least, math.inf)
    error = files * math.sqrt(variance(values) / count * (1 - count / files))
    return Range(expected, max(least, expected - _SPREAD * error), expected + _SPREAD * error)
