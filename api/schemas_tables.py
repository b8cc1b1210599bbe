"""The bodies of answers on spreadsheets that were sent in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from api.schemas import Given

TableId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


class WaitingTableBody(Given):
    """No rows yet."""

    table: str
    """What to send in place of the file from now on."""
    requested_at: datetime


class TableBody(Given):
    """The rows are there."""

    table: str
    """What to send in place of the file."""
