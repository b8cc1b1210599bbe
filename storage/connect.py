"""The one place where the parts of storage are put together from the settings.

What speaks to an S3 server is imported when the settings name one: its SDK costs each process a third of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redis

from storage.database import Database
from storage.objects import ObjectStore
from storage.objects_folder import FolderStore
from storage.queue import Queue
from storage.settings import Settings

if TYPE_CHECKING:
    from storage.backup_target import BackupTarget


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything that keeps something."""

    database: Database
    objects: ObjectStore
    queue: Queue

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
        self.queue.close()


def open_storage(settings: Settings) -> Storage:
    """Put the parts together; nothing is contacted yet."""
    return Storage(Database(settings.database), open_objects(settings), open_queue(settings))


def open_queue(settings: Settings) -> Queue:
    """Return the queue that the settings name."""
    return Queue(redis.Redis.from_url(settings.redis, socket_timeout=None, socket_connect_timeout=5))


def open_objects(settings: Settings) -> ObjectStore:
    """Return the object store that the settings name."""
    if settings.objects == "s3":
        from storage.objects_s3 import S3Store

        return S3Store.open_from(settings)
    return FolderStore(settings.object_folder)


def open_backup_target(settings: Settings, to: str) -> BackupTarget:
    """Return where backups lie: ``s3`` is the server of the settings, everything else is a folder.

    Raises:
        Misconfigured: the settings do not name that server.
        StoreUnavailable: it does not answer.
    """
    from storage.backup_target import FolderTarget, S3Target
    from storage.s3 import S3Place

    return S3Target(S3Place.of_backups(settings)) if to == "s3" else FolderTarget(Path(to))
