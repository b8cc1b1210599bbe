"""Tasks that cannot be prepared, as on a machine without the recogniser's model."""

from __future__ import annotations

from collections.abc import Mapping

from digitize.confined.frames import Setup
from digitize.confined.task import Task
from digitize.errors import Misconfigured


def prepare(setup: Setup) -> Mapping[str, Task]:
    """Find nothing."""
    raise Misconfigured(f"không có mô hình trong {len(setup.tessdata)} ký tự")
