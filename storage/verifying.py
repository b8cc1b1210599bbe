"""Files that somebody wants to be judged: :mod:`storage.waiting_files` whose answer is a report, known for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from digitize.errors import NotFound, NotVerified, SohoaError
from digitize.model import VerificationReport
from storage.outbox import Lane
from storage.tables import verifications
from storage.waiting_files import VeiledSource, WaitingFiles

KNOWN_FOR = timedelta(hours=24)
"""How long an answer can be read again."""

FILES = WaitingFiles(verifications, Lane.VERIFY, KNOWN_FOR, NotVerified())
"""Where they wait."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A file that somebody sent, and the answer once there is one."""

    id: str
    """Opaque, 192 random bits: who knows it may read the answer."""
    sha256: str
    """Of the file as it was sent."""
    size_bytes: int
    requested_at: datetime
    expires_at: datetime
    report: VerificationReport | None
    """None until it was judged, and when it cannot be."""
    fault: SohoaError | None
    """Why it was not judged."""

    @property
    def answered(self) -> bool:
        """There is a report, or a reason for none."""
        return self.report is not None or self.fault is not None


def enter(connection: sa.Connection, stored_as: str, veiled: VeiledSource, now: datetime) -> Verification:
    """Enter a file whose veiled bytes are stored; the sweep tells the queue."""
    return find(connection, FILES.enter(connection, stored_as, veiled, now), now)


def find(connection: sa.Connection, verification_id: str, now: datetime) -> Verification:
    """Return a verification as it stands.

    Raises:
        NotFound: there is none, or it is over.
    """
    row = FILES.row(connection, verification_id, now)
    if row is None:
        raise NotFound("lượt kiểm tra này", remedy="Kết quả kiểm tra chỉ được giữ 24 giờ: hãy gửi lại tệp.")
    report = None if row.report is None else msgspec.convert(row.report, VerificationReport)
    return Verification(
        row.id, row.sha256, row.size_bytes, row.requested_at, row.expires_at, report, FILES.fault_of(row)
    )


def finish(connection: sa.Connection, verification_id: str, report: VerificationReport) -> None:
    """Answer with a report, unless there is an answer."""
    FILES.answer(connection, verification_id, report=msgspec.to_builtins(report))
