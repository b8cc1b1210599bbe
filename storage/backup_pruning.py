"""Old backups go, and with them the objects that no backup names any more: also those that were purged by decision."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from digitize.errors import InvalidInput
from storage.backup import OBJECT_LIST, Kept, object_name
from storage.backup_target import BackupTarget
from storage.restore import backups


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went."""

    backups: tuple[str, ...]
    """Names of the backups that were given up, oldest first; those that were cut off are among them."""
    objects: int
    """Encrypted objects that no remaining backup names."""


def prune(target: BackupTarget, keep: int) -> Pruned:
    """Keep only the newest backups. No other backup may be running to this target.

    A manifest goes first, so a pruning that is cut off leaves no backup that looks whole and is not.

    Raises:
        InvalidInput: none would be kept.
        StoreUnavailable: the target does not answer.
    """
    if keep < 1:
        raise InvalidInput("phải giữ lại ít nhất một bản sao lưu")
    kept = backups(target)[-keep:]
    given_up: dict[str, list[str]] = {}
    for name in target.names("backups"):
        backup = name.split("/")[1]
        if backup not in kept:
            given_up.setdefault(backup, []).append(name)
    for names in given_up.values():
        for name in sorted(names, key=lambda name: not name.endswith("/manifest.json")):
            target.remove(name)
    return Pruned(tuple(sorted(given_up)), _remove_objects(target, kept))


def _remove_objects(target: BackupTarget, kept: tuple[str, ...]) -> int:
    named: set[str] = set()
    for backup in kept:
        with target.read(f"backups/{backup}/{OBJECT_LIST}") as file:
            named.update(object_name(msgspec.json.decode(line, type=Kept).key) for line in file)
    unnamed = [name for name in target.names("objects") if name not in named]
    for name in unnamed:
        target.remove(name)
    return len(unnamed)
