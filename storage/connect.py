"""The one place where the parts of storage are put together from the settings."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from storage.database import Database
from storage.objects import ObjectStore
from storage.objects_folder import FolderStore
from storage.objects_s3 import S3Store
from storage.queue import Queue
from storage.settings import Settings


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
    return Storage(
        Database(settings.database),
        open_objects(settings),
        Queue(redis.Redis.from_url(settings.redis, socket_timeout=None, socket_connect_timeout=5)),
    )


def open_objects(settings: Settings) -> ObjectStore:
    """Return the object store that the settings name."""
    if settings.objects == "s3":
        return S3Store.open(settings)
    return FolderStore(settings.object_folder)
