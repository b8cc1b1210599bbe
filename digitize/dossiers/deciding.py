"""What a telling changes in a dossier: nothing, a few facts, or it is the first that is heard of it.

Nothing is overwritten silently: each change is an event with the old and the new value. What was not told stays; what
an older telling says of a fact that a newer one has told stays as the newer one told it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from digitize.dossiers import terms
from digitize.dossiers.told import FACTS, RESULT_FACTS, NewComponent, NewDossier, NewResult
from digitize.dossiers.words import DossierEvent, Status
from digitize.errors import Conflict


class Outcome(StrEnum):
    """What became of a telling."""

    CREATED = "created"
    SAME = "same"
    AMENDED = "amended"
    OLDER = "older"
    """A newer telling is known: nothing was changed."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Telling:
    """Who tells, and of when."""

    source: str
    """A client's id, or the name of a system; at most 40 characters."""
    told_at: datetime
    """Of when the facts are, by the source's clock, unless a dossier says it for itself."""
    actor: str
    """Who answers for it at our door."""
    now: datetime


@dataclass(frozen=True, slots=True)
class StandingResult:
    """A result as it stands in the register."""

    id: str
    ordinal: int
    facts: Mapping[str, Any]
    """By the names of :data:`digitize.dossiers.told.RESULT_FACTS`."""
    from_upload: bool
    """Entered by an upload and unknown to the source, or by a source that told no day."""
    source_ref: str | None


@dataclass(frozen=True, slots=True)
class StandingComponent:
    """A component as it stands in the register."""

    id: str
    ordinal: int
    name: str
    code: str | None
    copy_kind: int | None
    claims: Mapping[str, Any] | None
    source_ref: str | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A dossier as it stands in the register."""

    id: str
    code: str
    unit_id: str
    source: str
    told_at: datetime | None
    last_event: int
    facts: Mapping[str, Any]
    """By the names of :data:`digitize.dossiers.told.FACTS`."""
    results: tuple[StandingResult, ...]
    """By ordinal."""
    components: tuple[StandingComponent, ...]
    """By ordinal."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that is to be recorded."""

    name: DossierEvent
    details: dict[str, Any]


@dataclass(slots=True)
class Changes:
    """What a telling changes in a dossier that stands."""

    facts: dict[str, Any] = field(default_factory=dict)
    results: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Id of a result, and its new values."""
    new_results: list[tuple[int, NewResult]] = field(default_factory=list)
    """Ordinal and what it is."""
    components: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    new_components: list[tuple[int, NewComponent]] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)
    older: bool = False
    """A state was told that lies before the one that is known."""


def entered(new: NewDossier) -> dict[str, Any]:
    """Return the facts of a dossier that is heard of for the first time, with what follows from them."""
    facts = {name: value for name in FACTS if (value := getattr(new, name)) is not None}
    return facts | _consequences(facts, {})


def changes(standing: Standing, new: NewDossier, telling: Telling) -> Changes | None:
    """Return what a telling changes; None when a newer one is known already.

    Raises:
        Conflict: the dossier is another source's or another unit's, or its state cannot have come about.
    """
    told = {name: value for name in FACTS if (value := getattr(new, name)) is not None}
    found = Changes()
    _facts(standing, told, found)
    _results(standing, new.results, found)
    _components(standing, new.components, found)
    if new.unit_id != standing.unit_id:
        raise Conflict("mã hồ sơ đã có ở đơn vị khác", remedy="Hãy kiểm tra lại mã hồ sơ và mã đơn vị.")
    if not found.events:
        return None if found.older else found
    if standing.source and standing.source != telling.source:
        raise Conflict(
            "mã hồ sơ đã có, do một hệ thống khác báo với nội dung khác",
            remedy="Hãy sửa ở hệ thống đã báo hồ sơ này.",
        )
    if standing.told_at is not None and (new.told_at or telling.told_at) < standing.told_at:
        return None
    _refuse_impossible(standing, found)
    return found


def _refuse_impossible(standing: Standing, found: Changes) -> None:
    later = found.facts.get("status")
    earlier = standing.facts.get("status")
    if later is not None and not terms.may_follow(earlier, later):
        raise Conflict(
            f"hồ sơ đang ở trạng thái {terms.told(earlier)}, không thể chuyển thành {terms.told(later)}",
            remedy="Hãy kiểm tra lại trạng thái ở hệ thống một cửa.",
        )


def _facts(standing: Standing, told: dict[str, Any], found: Changes) -> None:
    """Compare the facts of the dossier itself."""
    before = standing.facts
    if _is_earlier(told, before):
        found.older = True
        for name in _OF_STATUS:
            told.pop(name, None)
    elif told.get("status", before.get("status")) == before.get("status"):
        # The same state told again does not move the time at which it was reached, unless it was not known.
        if before.get("status_at") is not None:
            told.pop("status_at", None)
    else:
        told.setdefault("status_at", None)
    told |= _consequences(told, before)
    found.facts = {name: value for name, value in told.items() if before.get(name) != value}
    found.events += _happenings(found.facts, before)


_OF_STATUS = ("status", "status_at", "finished_at", "resolved_on", "returned_at")
"""What a change of the state carries along."""


def _happenings(differing: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Happening]:
    """Give the events of facts that differ: one for the state, the term and the payment each, one for all others."""
    rest = dict(differing)
    if "status" in rest:
        reached = {name: rest.pop(name) for name in _OF_STATUS if name in rest}
        yield Happening(DossierEvent.STATUS_CHANGED, {"before": before.get("status"), **reached})
    if "due_at" in rest:
        yield Happening(DossierEvent.DUE_MOVED, {"before": before.get("due_at"), "due_at": rest.pop("due_at")})
    paid: dict[str, Any] = {name: rest.pop(name) for name in ("fee_vnd", "paid_how") if name in rest}
    if paid:
        yield Happening(DossierEvent.PAID, {"before": {name: before.get(name) for name in paid}, **paid})
    if rest:
        amended = {name: [before.get(name), value] for name, value in rest.items()}
        yield Happening(DossierEvent.AMENDED, {"changes": amended})


def _is_earlier(told: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Tell whether another state is told that was reached before the one that is known."""
    at, known = told.get("status_at"), before.get("status_at")
    another = told.get("status", before.get("status")) != before.get("status")
    return another and at is not None and known is not None and at < known


def _consequences(told: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from a state: when the dossier was finished and resolved, and when its papers went back."""
    status = told.get("status")
    if status is None:
        return {}
    followed: dict[str, Any] = {}
    at = told.get("status_at") or _told_end(told, status)
    if "status_at" not in told or told["status_at"] is None:
        followed["status_at"] = at if status != before.get("status") else before.get("status_at") or at
    if "finished_at" not in told:
        same = status == before.get("status")
        earlier = before.get("finished_at")
        followed["finished_at"] = earlier if same and earlier else terms.finished_at(earlier, status, at)
    finished = told.get("finished_at") or followed.get("finished_at")
    if finished and "resolved_on" not in told and status in _RESOLVED and before.get("resolved_on") is None:
        followed["resolved_on"] = terms.day_of(finished)
    if status == Status.RETURNED and "returned_at" not in told and before.get("returned_at") is None:
        followed["returned_at"] = at
    return {name: value for name, value in followed.items() if value is not None or before.get(name) is not None}


_RESOLVED = (Status.FINISHED, Status.RETURNED)


def _told_end(told: Mapping[str, Any], status: int) -> datetime | None:
    """Return when an end was reached, from what else was told; the hour of a mere day is its first."""
    if not terms.is_end(status):
        return None
    moment: datetime | None = told.get("returned_at") if status == Status.RETURNED else None
    moment = moment or told.get("finished_at")
    if moment is not None:
        return moment
    day = told.get("resolved_on")
    return None if day is None else terms.first_moment(day)


def _results(standing: Standing, told: Sequence[NewResult], found: Changes) -> None:
    """Compare the results; one that is not told any more stays, and a further one gets the next number."""
    mine = [one for one in standing.results if one.source_ref is not None or not one.from_upload]
    by_ref = {one.source_ref: one for one in mine if one.source_ref is not None}
    following = standing.results[-1].ordinal + 1 if standing.results else 1
    for place, new in enumerate(told):
        present = _present(mine, by_ref, place, new)
        if present is None:
            found.new_results.append((following, new))
            found.events.append(Happening(DossierEvent.RESULT_ADDED, {"ordinal": following, **result_facts(new)}))
            following += 1
        else:
            _result(present, new, found)


def _present(
    mine: Sequence[StandingResult], by_ref: Mapping[str, StandingResult], place: int, new: NewResult
) -> StandingResult | None:
    """Return the result that is meant: the one of the source's id, else the one at its place that has no other id."""
    if new.source_ref is not None and new.source_ref in by_ref:
        return by_ref[new.source_ref]
    at_place = mine[place] if place < len(mine) else None
    if at_place is None or new.source_ref is None or at_place.source_ref is None:
        return at_place
    return None


def _result(present: StandingResult, new: NewResult, found: Changes) -> None:
    told = result_facts(new)
    if new.day_guessed:
        told.pop("issued_on")
    differing = {name: value for name, value in told.items() if present.facts.get(name) != value}
    if not differing:
        return
    found.results.append((present.id, differing))
    rest = dict(differing)
    if "cancelled_on" in rest:
        cancelled = {"ordinal": present.ordinal, "cancelled_on": rest.pop("cancelled_on")}
        found.events.append(Happening(DossierEvent.RESULT_CANCELLED, cancelled))
    if rest:
        amended = {name: [present.facts.get(name), value] for name, value in rest.items()}
        found.events.append(Happening(DossierEvent.AMENDED, {"result": present.ordinal, "changes": amended}))


def result_facts(new: NewResult) -> dict[str, Any]:
    """Return the facts of a result that were told."""
    return {name: value for name in RESULT_FACTS if (value := getattr(new, name)) is not None and value is not False}


def _components(standing: Standing, told: Sequence[NewComponent], found: Changes) -> None:
    free = list(standing.components)
    following = standing.components[-1].ordinal + 1 if standing.components else 1
    for new in told:
        present = next((one for one in free if _is(one, new)), None)
        if present is not None:
            free.remove(present)
            _component(present, new, found)
        elif not new.removed:
            found.new_components.append((following, new))
            told_of = component_facts(new)
            found.events.append(Happening(DossierEvent.COMPONENT_ADDED, {"ordinal": following, **told_of}))
            following += 1


def _is(present: StandingComponent, new: NewComponent) -> bool:
    if new.source_ref is not None:
        return present.source_ref == new.source_ref
    return (present.code, present.name) == (new.code, new.name)


def _component(present: StandingComponent, new: NewComponent, found: Changes) -> None:
    told = component_facts(new) | ({"removed": True} if new.removed else {})
    differing = {name: value for name, value in told.items() if getattr(present, name) != value}
    if differing:
        found.components.append((present.id, differing))
        amended = {name: [getattr(present, name), value] for name, value in differing.items()}
        found.events.append(Happening(DossierEvent.AMENDED, {"component": present.ordinal, "changes": amended}))


def component_facts(new: NewComponent) -> dict[str, Any]:
    """Return the facts of a component that were told."""
    return {
        name: value for name in ("name", "code", "copy_kind", "claims") if (value := getattr(new, name)) is not None
    }
