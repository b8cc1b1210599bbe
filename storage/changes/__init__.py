"""The journal of administrative changes: who changed which thing, when and why, from what to what; and taking it back.

A row is never changed or removed. Undoing is a change of its own: it restores what was so before, by the function that
made the change, and is refused when the thing has changed since. States hold plain values only: no secret ever, and
whole personal numbers are masked on the way in.
"""

from storage.changes.change import COMMAND_LINE, Change, Deed, Kind, State, Subject
from storage.changes.finding import Found, Place, Wanted, find, search
from storage.changes.recording import REASON_MAX, checked_reason, differing, plain, record
from storage.changes.undoing import Reversal, Reversals, need_within, undo

__all__ = [
    "COMMAND_LINE", "REASON_MAX", "Change", "Deed", "Found", "Kind", "Place", "Reversal", "Reversals", "State",
    "Subject", "Wanted", "checked_reason", "differing", "find", "need_within", "plain", "record", "search", "undo",
]  # fmt: skip
