"""What a look at one part of the service found: a verdict, a sentence, a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from digitize.errors import SohoaError, WorldAtFault


class Condition(StrEnum):
    """How a part is."""

    OK = "ok"
    WARNING = "warning"
    """Works, and somebody should look at it."""
    FAILED = "failed"
    """The service cannot do its work like this."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``sohoa doctor``."""

    name: str
    """Stable, English, for machines: ``object_store``."""
    verdict: Condition
    sentence: str
    """What was found, in Vietnamese."""
    remedy: str = ""
    """What to do, in Vietnamese; empty when nothing is to be done."""


Look = Callable[[], Iterable[Check]]
"""Looks at one part; what it raises is a failure of that part."""


def ok(name: str, sentence: str) -> Check:
    """Say that a part is well."""
    return Check(name, Condition.OK, sentence)


def warning(name: str, sentence: str, remedy: str) -> Check:
    """Say that somebody should look at a part."""
    return Check(name, Condition.WARNING, sentence, remedy)


def failed(name: str, sentence: str, remedy: str) -> Check:
    """Say that a part does not work."""
    return Check(name, Condition.FAILED, sentence, remedy)


def taken(name: str, look: Look, remedy: str = "") -> Iterator[Check]:
    """Give what a look finds; turn every error into a failed check, so that one part never hides another.

    Args:
        name: of the part.
        look: looks at it.
        remedy: for the operator, where the error itself only says that the service tries again.
    """
    try:
        yield from look()
    except SohoaError as error:
        told = f"{type(error).sentence.rstrip('.')}: {error.detail}" if error.detail else type(error).sentence
        yield failed(name, f"{told.rstrip('.')}.", remedy if error.advice == WorldAtFault.remedy else error.advice)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a part is what was asked for
        yield failed(name, f"Không kiểm tra được: {type(error).__name__}.", "Xem nhật ký, hoặc báo người phát triển.")
