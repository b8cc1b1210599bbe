"""Bring back single objects that fixity found missing or damaged, from a backup."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyrage

from digitize.errors import NotFound, ObjectDamaged
from storage.age_files import decrypted, digest, read_identities
from storage.backup import object_name
from storage.backup_target import BackupTarget
from storage.fixity import Fault
from storage.objects import ObjectStore


def repair(objects: ObjectStore, target: BackupTarget, identity: Path, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Put the whole bytes back where they are wrong or gone.

    The copy is decrypted and its hash compared before the wrong bytes are removed. When this is cut off between the
    two, the object is missing instead of damaged, and the next call brings it back.

    Returns:
        The faults that remain: the target has no whole copy of them.

    Raises:
        InvalidInput: the identity is no age key, or not one of the recipients'.
        StoreUnavailable: the store or the target does not answer, or a damaged object is locked.
    """
    keys = read_identities(identity)
    return tuple(fault for fault in faults if not _repaired(objects, target, keys, fault))


def _repaired(objects: ObjectStore, target: BackupTarget, keys: list[pyrage.x25519.Identity], fault: Fault) -> bool:
    try:
        with target.read(object_name(fault.key)) as closed, decrypted(closed, keys) as plain:
            found, size = digest(plain)
            if found != fault.key:
                return False
            if fault.problem == "damaged":
                objects.remove(fault.key)
            objects.put_stream(plain, size)
    except (NotFound, ObjectDamaged):
        return False
    return True
