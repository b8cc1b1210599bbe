"""Fixity: read what the registry names and compare every byte by its hash (OAIS, ISO 14721: fixity information)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from digitize.errors import ObjectDamaged, ObjectMissing
from storage.database import Database
from storage.objects import ObjectStore
from storage.references import owners, referenced


@dataclass(frozen=True, slots=True)
class Fault:
    """An object that is not what the registry believes it to be."""

    key: str
    """SHA-256 of the bytes that were put."""
    problem: Literal["missing", "damaged"]
    documents: tuple[str, ...]
    """Ids of the documents that name it."""


@dataclass(frozen=True, slots=True)
class Fixity:
    """What was found."""

    named: int
    """Objects that the registry names."""
    read: int
    """Objects whose hash was asked for: all of them, or a sample."""
    bytes_read: int
    faults: tuple[Fault, ...]

    @property
    def exit_code(self) -> int:
        """0: everything that was read is whole; 1: something is missing or damaged."""
        return 1 if self.faults else 0


def examine(
    database: Database,
    objects: ObjectStore,
    share: float = 1.0,
    sample: str = "",
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Fixity:
    """Read every object that the registry names, or a part of them.

    Args:
        database: asked which objects there should be.
        objects: asked for their bytes.
        share: part of the objects to read, above 0 to 1.
        sample: names the sample: another word (the week, say) draws other objects, the same word the same.
        progress: called with the objects read and all to read.

    Raises:
        RegistryUnavailable: the database does not answer.
        StoreUnavailable: the store does not answer; that is no verdict on any object.
    """
    with database.read() as connection:
        named = sorted(referenced(connection))
    chosen = [key for key in named if _drawn(key, share, sample)]
    problems: dict[str, Literal["missing", "damaged"]] = {}
    total = 0
    for done, key in enumerate(chosen, start=1):
        try:
            total += sum(len(piece) for piece in objects.open(key))
        except ObjectMissing:
            problems[key] = "missing"
        except ObjectDamaged:
            problems[key] = "damaged"
        progress(done, len(chosen))
    return Fixity(len(named), len(chosen), total, _faults(database, problems))


def _drawn(key: str, share: float, sample: str) -> bool:
    """Draw by a hash of key and sample, so that every object has the same chance and nothing need be remembered."""
    drawn = int.from_bytes(hashlib.sha256(f"{sample}:{key}".encode()).digest()[:8])
    return drawn < share * 2**64


def _faults(database: Database, problems: dict[str, Literal["missing", "damaged"]]) -> tuple[Fault, ...]:
    """Name the documents; what no document names any more was purged while we read, and is no fault."""
    with database.read() as connection:
        names = owners(connection, problems.keys())
    return tuple(Fault(key, problem, names[key]) for key, problem in sorted(problems.items()) if names[key])
