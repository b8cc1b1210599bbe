"""Spreadsheets that people and systems hand in: a worker's sandbox makes rows of them, which are read for some hours.

They are :mod:`storage.waiting_files` whose answer is an object: the rows as :mod:`digitize.workbook` writes them,
veiled like the file itself. Only who sent a spreadsheet reads its rows. A CSV, JSON or NDJSON, which anybody may read,
can be kept beside them for as long, so that who tries first and enters then sends it once, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize.errors import NotConverted, NotFound, SohoaError, TooOften
from digitize.tabular import Table
from digitize.workbook import rows_in
from storage.objects import ObjectStore
from storage.outbox import Lane
from storage.tables import spreadsheets
from storage.waiting_files import Stage, VeiledSource, WaitingFiles, unveiled

KNOWN_FOR = timedelta(hours=4)
"""How long the rows can be used: to look at the columns, to try, to mend, to enter."""

MOST_WAITING = 5
"""Spreadsheets of one person or system that may wait at once."""

FILES = WaitingFiles(spreadsheets, Lane.TABLE, KNOWN_FOR, NotConverted(), spreadsheets.c.rows_stored_as)
"""Where they wait."""


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A spreadsheet that somebody sent, and where its rows are once there are any."""

    id: str
    sha256: str
    """Of the file as it was sent."""
    size_bytes: int
    requested_at: datetime
    expires_at: datetime
    rows_stored_as: str | None
    """None until a worker made them, and when it cannot."""
    fault: SohoaError | None
    """Why there are no rows."""
    plain: bool = False
    """It is a CSV, JSON or NDJSON, and stands there itself in place of its rows."""

    @property
    def answered(self) -> bool:
        """There are rows, or a reason for none."""
        return self.rows_stored_as is not None or self.fault is not None


def admit(connection: sa.Connection, owner: str) -> None:
    """Let one more in, or refuse it.

    Raises:
        TooOften: as many of this owner wait already.
    """
    mine = spreadsheets.c.owner == owner, spreadsheets.c.state == Stage.WAITING.value
    if connection.execute(sa.select(sa.func.count()).where(*mine)).scalar_one() >= MOST_WAITING:
        raise TooOften(f"đã có {MOST_WAITING} bảng tính đang chờ xử lý", wait_s=30)


def enter(connection: sa.Connection, stored_as: str, veiled: VeiledSource, owner: str, now: datetime) -> Spreadsheet:
    """Enter a spreadsheet whose veiled bytes are stored; the sweep tells the queue."""
    return find(connection, FILES.enter(connection, stored_as, veiled, now, owner=owner), owner, now)


def keep_plain(
    connection: sa.Connection, stored_as: str, veiled: VeiledSource, owner: str, now: datetime
) -> Spreadsheet:  # fmt: skip
    """Enter a CSV, JSON or NDJSON whose veiled bytes are stored; nobody has to open it."""
    kept = FILES.enter_answered(connection, veiled, now, owner=owner, rows_stored_as=stored_as, plain=True)
    return find(connection, kept, owner, now, plain_too=True)


def find(
    connection: sa.Connection, spreadsheet_id: str, owner: str, now: datetime, *, plain_too: bool = False
) -> Spreadsheet:
    """Return a spreadsheet as it stands.

    Args:
        connection: of a transaction.
        spreadsheet_id: of the spreadsheet.
        owner: who asks.
        now: when.
        plain_too: also a CSV, JSON or NDJSON.

    Raises:
        NotFound: there is none, it is over, or somebody else sent it.
    """
    row: sa.Row[Any] | None = FILES.row(connection, spreadsheet_id, now)
    if row is None or row.owner != owner or (row.plain and not plain_too):
        told = KNOWN_FOR.total_seconds() / 3600
        raise NotFound("bảng tính này", remedy=f"Bảng tính chỉ được giữ {told:.0f} giờ: hãy gửi lại tệp.")
    return Spreadsheet(
        row.id, row.sha256, row.size_bytes, row.requested_at, row.expires_at, row.rows_stored_as, FILES.fault_of(row),
        row.plain,
    )  # fmt: skip


def finish(connection: sa.Connection, spreadsheet_id: str, rows_stored_as: str) -> bool:
    """Say where the veiled rows are stored; False when there is an answer already, and nobody will read these."""
    return FILES.answer(connection, spreadsheet_id, rows_stored_as=rows_stored_as)


def rows(objects: ObjectStore, rows_stored_as: str) -> Iterator[Sequence[str]]:
    """Give the rows of a spreadsheet, one after the other.

    Raises:
        DamagedFile: what the sandbox said are no rows.
        WorldAtFault: the store does not answer, at the start or in between.
    """
    return rows_in(unveiled(objects.open(rows_stored_as)))


def table_of(objects: ObjectStore, kept: Spreadsheet) -> Table:
    """Give what can be read as a table: the rows of a spreadsheet, or the bytes of a plain file.

    Raises:
        NotConverted: nobody made rows of it yet.
        DamagedFile: what the sandbox said are no rows.
        WorldAtFault: the store does not answer.
    """
    if kept.rows_stored_as is None:
        raise NotConverted
    if kept.plain:
        return b"".join(unveiled(objects.open(kept.rows_stored_as)))
    return rows(objects, kept.rows_stored_as)
