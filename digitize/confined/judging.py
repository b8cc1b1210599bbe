"""The one task of a room in which signatures are judged and nothing is read: it starts without a recogniser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO

import msgspec

from digitize.confined.frames import Setup, packed
from digitize.confined.task import Progress, Task
from digitize.mapped import Content
from digitize.sign.trust import built_in_trust
from digitize.sign.verify import verify


def prepare(setup: Setup) -> Mapping[str, Task]:
    """Return the task."""

    def verify_pdf(arguments: bytes, data: Content, _progress: Progress, _attachment: IO[bytes]) -> bytes:
        now = msgspec.msgpack.decode(arguments, type=datetime)
        today = now.astimezone(UTC).date()
        trust = built_in_trust(today) if setup.trust is None else setup.trust
        return packed(verify(bytes(data), trust, now))

    return {"verify": verify_pdf}
