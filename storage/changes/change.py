"""A change as the journal has it: the thing, what was done to it, and whose deed it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.registry import EVERYTHING, Scope

COMMAND_LINE = "sohoa"
"""The actor of what the command line did."""

State = Mapping[str, Any]
"""What is so of a subject: plain values by the name of the field."""


class Kind(StrEnum):
    """What administrators change."""

    UNIT = "unit"
    PERSON = "person"
    CLIENT = "client"
    KEY = "key"
    TARGET = "target"
    PROCEDURE = "procedure"
    RESULT_TYPE = "result_type"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changes something, when and why."""

    actor: str
    """Id of a person, or :data:`COMMAND_LINE`."""
    at: datetime
    reason: str = ""
    undoes: str | None = None
    """Id of the change that this one takes back."""
    scope: Scope = EVERYTHING
    """What the actor may touch."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that is changed."""

    kind: Kind
    id: str
    label: str
    """What it is called now, as administrators read it."""
    unit_id: str
    """Within whose subtree it lies."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the journal."""

    id: str
    subject: Subject
    """As it was called then."""
    sequence: int
    """From 1 for each subject."""
    name: str
    """What was done, such as ``renamed``."""
    before: State | None
    """The fields that changed, as they were; None: the subject was not there."""
    after: State | None
    """The same fields afterwards; None: the subject is gone."""
    deed: Deed
    undone_by: str | None = None
    """Id of the change that took this one back."""
