"""The main job, done before the user's eyes: hand in, sign the capture, confirm, seal, publish.

Each step is taken over HTTP by the person whose step it is. The demo's clerk knows the truth of the specimens and
corrects the draft to it; every correction is told, with whether the machine had doubted the field.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from digitize.lifecycle import State
from workers.demo.desk import Desk, DeskRefused, Json

PATIENCE_S = 600.0
"""The job gives up after this many seconds without any progress, and says so."""

POLL_S = 0.25

FINISHED = frozenset({
    State.PUBLISHED, State.REFUSED, State.QUARANTINED, State.ELECTRONIC, State.WITHDRAWN, State.REVOKED,
    State.SUPERSEDED, State.PURGED,
})  # fmt: skip

STAGES: Mapping[str, frozenset[State]] = {
    "Nhận": frozenset(State),
    "Đọc": frozenset(State) - {State.RECEIVED},
    "Ký bản chụp": frozenset(
        {State.CAPTURE_SIGNED, State.CONFIRMED, State.SEAL_ORDERED, State.SEALED, State.PUBLISHED}
    ),
    "Xác nhận": frozenset({State.CONFIRMED, State.SEAL_ORDERED, State.SEALED, State.PUBLISHED}),
    "Đóng dấu": frozenset({State.SEALED, State.PUBLISHED}),
    "Công bố": frozenset({State.PUBLISHED}),
}
"""The bars that the user sees, and the states in which a document has that stage behind it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan to be handed in."""

    name: str
    unit: str
    """Id of the unit whose result it is."""
    dossier: str
    data: bytes
    truth: Mapping[str, str] | None
    """The true fields; None for the user's own scans, of which the machine confirms nothing."""
    kind: str | None
    """The true kind; None when it is not known."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One field that the demo's clerk changed."""

    paper: str
    field: str
    read: str
    """What the machine read; empty when it found nothing."""
    true: str
    doubted: bool
    """The machine had marked it doubtful, or left it out."""


@dataclass(slots=True)
class Job:
    """A batch under way."""

    arriving: Iterable[Paper]
    """Handed in one by one, as they come."""
    clerks: Mapping[str, Desk]
    officers: Mapping[str, Desk]
    told: Callable[[Correction], None]
    """Called for every correction."""
    moved: Callable[[Mapping[str, int]], None]
    """Called with the count of every stage."""
    papers: list[Paper] = field(default_factory=list)
    """Handed in so far."""
    documents: dict[str, Json] = field(default_factory=dict)
    """Last known document of each paper, by name."""
    started: dict[str, float] = field(default_factory=dict)
    confirmed: int = 0
    """Fields that the clerk confirmed in this run, corrected or not."""
    refusals: dict[str, str] = field(default_factory=dict)
    """What the service refused to do with a paper, by name: it is left where it is."""
    seconds: dict[str, float] = field(default_factory=dict)
    """From handing in to the end of its way."""

    def do(self) -> None:
        """Do it all; return when every document has finished or nothing has moved for :data:`PATIENCE_S`."""
        for paper in self.arriving:
            self.papers.append(paper)
            self.started[paper.name] = time.monotonic()
            self.documents[paper.name] = self.clerks[paper.unit].hand_in(paper.dossier, paper.name, paper.data)
            self._show()
        quiet_since = time.monotonic()
        while not self._done() and time.monotonic() - quiet_since < PATIENCE_S:
            before = self._versions()
            for paper in self.papers:
                self._try_to_advance(paper)
            self._order_seals()
            self._show()
            if self._versions() != before:
                quiet_since = time.monotonic()
            time.sleep(POLL_S)

    def _try_to_advance(self, paper: Paper) -> None:
        try:
            self._advance(paper)
        except DeskRefused as refusal:  # told in the table; the other papers go on
            self.refusals[paper.name] = refusal.message

    def _advance(self, paper: Paper) -> None:
        known = self.documents[paper.name]
        if paper.name in self.refusals or self._at_rest(paper, State(known["state"])):
            return
        clerk = self.clerks[paper.unit]
        document = clerk.document(known["id"])
        if document["state"] == State.TO_CHECK and paper.truth is not None:
            clerk.sign_capture(document)
        elif document["state"] == State.CAPTURE_SIGNED and paper.truth is not None:
            clerk.confirm(document, paper.kind or document["kind"]["code"], self._correct(paper, clerk, document))
        self.documents[paper.name] = document
        if self._at_rest(paper, State(document["state"])):
            self.seconds[paper.name] = time.monotonic() - self.started[paper.name]

    def _correct(self, paper: Paper, clerk: Desk, document: Json) -> dict[str, str]:
        draft = clerk.reading(document["id"])["fields"]
        fields = {name: value["value"] for name, value in draft.items()}
        for name, true in (paper.truth or {}).items():
            read = fields.get(name, "")
            if read != true:
                self.told(Correction(paper.name, name, read, true, name not in draft or draft[name]["doubtful"]))
                fields[name] = true
        self.confirmed += len(paper.truth or {})
        return fields

    def _order_seals(self) -> None:
        waiting: dict[str, list[str]] = defaultdict(list)
        for paper in self.papers:
            document = self.documents[paper.name]
            if document["state"] == State.CONFIRMED:
                waiting[paper.unit].append(document["id"])
        for unit, documents in waiting.items():
            still = [p for p in self.papers if p.unit == unit and not self._ready(p)]
            if not still:  # one press for the whole batch of the office
                self.officers[unit].order_seal(documents)

    def _ready(self, paper: Paper) -> bool:
        state = State(self.documents[paper.name]["state"])
        return paper.name in self.refusals or state in FINISHED | {State.CONFIRMED, State.SEAL_ORDERED, State.SEALED}

    def _at_rest(self, paper: Paper, state: State) -> bool:
        return state in FINISHED or (paper.truth is None and state is State.TO_CHECK)

    def _done(self) -> bool:
        return all(
            paper.name in self.refusals or self._at_rest(paper, State(self.documents[paper.name]["state"]))
            for paper in self.papers
        )

    def _versions(self) -> list[int]:
        return [document["version"] for document in self.documents.values()]

    def _show(self) -> None:
        states = [State(document["state"]) for document in self.documents.values()]
        self.moved({stage: sum(state in behind for state in states) for stage, behind in STAGES.items()})
