"""What every request needs: the settings, the storage and the clock, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from storage.connect import Storage
from storage.settings import Settings


def utc_now() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the service behind the door."""

    settings: Settings
    storage: Storage
    now: Callable[[], datetime] = utc_now


async def _parts(request: Request) -> Parts:  # a plain function would cost a thread's turn
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]
"""The parts of the running application, for a route."""
