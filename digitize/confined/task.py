"""The shape of what a child can be asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[], None]
"""Called before every picture that is recognised: the work goes on, and a new allowance of time begins."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task returns."""

    value: bytes
    """Encoded by msgspec."""
    attachment: bytes | None = None
    """Bytes that need no encoding."""


Task = Callable[[bytes, bytes, Progress], Answer]
"""Arguments, data, progress."""
