"""Reuse of results by other agencies: asked for with a purpose, shown with validity, accepted for a paper, recorded."""

from __future__ import annotations

from storage.reuse.accepting import Acceptance, accept
from storage.reuse.accesses import Lookup, of_owner, on_behalf
from storage.reuse.asking import Answer, Answered, Asker, CallerKind, Question, ask, ask_again, show_one
from storage.reuse.deciding import DECIDERS, Place, Waiting, decide, waiting
from storage.reuse.finding import Reusable, find
from storage.reuse.links import Link, forget_ended, make_link, open_link
from storage.reuse.sent import keep_sent, sent_of

__all__ = [
    "DECIDERS", "Acceptance", "Answer", "Answered", "Asker", "CallerKind", "Link", "Lookup", "Place", "Question",
    "Reusable", "Waiting", "accept", "ask", "ask_again", "decide", "find", "forget_ended", "keep_sent", "make_link",
    "of_owner", "on_behalf", "open_link", "sent_of", "show_one", "waiting",
]  # fmt: skip
