"""The way between the desks: which entries a person sees, by office and rights.

Each desk adds its own entries to :data:`ENTRIES`. An entry only points the way; the page behind it checks the rights
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.auth import Caller, Right
from digitize.lifecycle import Office


@dataclass(frozen=True, slots=True)
class Entry:
    """A place that the shell leads to."""

    address: str
    name: str
    """Vietnamese; the msgid of its translation."""
    sees: Callable[[Caller], bool]
    """Whether a person is led there."""
    hotkey: str = ""
    """Pressed after ``g``; shown in the help overlay. Empty: none."""

    def leads_to(self, path: str) -> bool:
        """Tell whether a page lies behind this entry."""
        return path == self.address or (self.address != "/" and path.startswith(f"{self.address}/"))


def _everybody(_: Caller) -> bool:
    return True


def _has(right: Right) -> Callable[[Caller], bool]:
    return lambda caller: right in caller.rights


def _is(*offices: Office) -> Callable[[Caller], bool]:
    return lambda caller: caller.actor.office in offices


ENTRIES: tuple[Entry, ...] = (
    Entry("/", "Danh sách việc", _everybody, "d"),
    Entry("/intake", "Tiếp nhận", _is(Office.CLERK), "g"),
    Entry("/review", "Kiểm tra", _is(Office.CLERK), "k"),
    Entry("/sign", "Bàn ký", _is(Office.CLERK, Office.OFFICER), "s"),
    Entry("/certifications", "Chứng thực", _has(Right.ISSUE_COPIES), "t"),
    Entry("/books", "Sổ chứng thực", _has(Right.READ_COPIES), "q"),
    Entry("/targets", "Chỉ tiêu", _has(Right.READ_TARGETS), "c"),
    Entry("/board", "Điều hành", _is(Office.SUPERVISOR, Office.ADMINISTRATOR), "b"),
    Entry("/operations", "Vận hành", _is(Office.ADMINISTRATOR), "v"),
    Entry("/admin", "Quản trị", _is(Office.ADMINISTRATOR), "a"),
)
"""In the order in which the shell shows them."""


def entries_for(caller: Caller | None) -> tuple[Entry, ...]:
    """Return the entries that a person sees; none when nobody is logged in."""
    return () if caller is None else tuple(entry for entry in ENTRIES if entry.sees(caller))
