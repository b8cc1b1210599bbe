"""Which way a document goes after reading, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

import pytest
import sqlalchemy as sa

from digitize.archive.capture import Capture
from digitize.errors import EncryptedPdf, ReaderKilled, SohoaError
from digitize.lifecycle import Actor, Office, QuarantineLifted, State
from digitize.model import (
    Digitized,
    Field,
    Finding,
    Kind,
    MediaType,
    Nature,
    Page,
    Preview,
    Reading,
    Secrecy,
    Severity,
    Verdict,
    VerificationReport,
    from_json,
)
from digitize.page_plan import JoinedScans
from storage import history, registry
from storage.tables import captures, previews
from tests.faults.town import now
from tests.unit.workers.conftest import Place
from workers.reading import MOST_DEATHS, read_document

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

READING = Reading(
    Nature.SCAN, MediaType.PDF, "0" * 64, (Page(1, 10, 10, 300, 0, 0.0, ()),), Kind("quyet_dinh", "Quyết định", 0.9),
    {
        "number": Field("12/QĐ-UBND", 0.9, 1, None, doubtful=False),
        "subject": Field("Giao việc", 0.5, 1, None, doubtful=True),
    },
    (Finding("blurred", Severity.WARNING, 1, "Trang mờ."),) * 2, None, "none",
)  # fmt: skip
SCAN = Digitized(READING, (Preview(1, b"jpeg", 0.5),))


@dataclass(slots=True)
class Told:
    """A reader that answers what it was told to; the sandbox itself has tests of its own."""

    answer: Digitized | SohoaError
    report: VerificationReport = field(default=VerificationReport(Verdict.UNSIGNED, "Không có chữ ký."))
    asked: list[tuple[Capture, bool]] = field(default_factory=list)

    def digitize(
        self, scan: BinaryIO, capture: Capture, *, cleared: bool, joined: JoinedScans | None = None
    ) -> tuple[Digitized, BinaryIO | None]:
        assert joined is None
        assert scan.read() == b"scan"
        self.asked.append((capture, cleared))
        if isinstance(self.answer, SohoaError):
            raise self.answer
        is_scan = self.answer.reading.nature is Nature.SCAN
        return self.answer, BytesIO(b"%PDF archive") if is_scan else None

    def verify(self, file: BinaryIO, now: datetime) -> VerificationReport:
        file.seek(0)
        assert (file.read(), now.tzinfo is not None) == (b"scan", True)
        return self.report


def rows_of(place: Place, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with place.town.storage.database.read() as connection:
        return list(connection.execute(sa.select(table)))


def test_a_scan_becomes_a_draft_an_archive_file_and_previews(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    reader = Told(SCAN)
    read_document(place.post, reader, document)
    found = place.town.document(document)
    objects = place.town.storage.objects
    assert found.state is State.TO_CHECK
    assert objects.get(found.archive_key or "") == b"%PDF archive"
    assert from_json(objects.get(found.reading_key or ""), Reading) == READING
    assert [(row.page, objects.get(row.key), row.scale) for row in rows_of(place, previews)] == [(1, b"jpeg", 0.5)]
    assert [(row.reading_key, row.archive_key) for row in rows_of(place, captures)] == [
        (found.reading_key, found.archive_key)
    ]
    assert found.summary.number == "12/QĐ-UBND"
    assert found.summary.doubtful == ("subject",)
    assert found.summary.findings == ("blurred",)
    assert found.summary.read_seconds > 0
    capture, cleared = reader.asked[0]
    assert (capture.document_id, capture.source_sha256, cleared) == (document, found.scan_key, False)


def test_a_file_at_fault_is_refused_with_its_code_and_sentence(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    read_document(place.post, Told(EncryptedPdf()), document)
    found = place.town.document(document)
    assert found.state is State.REFUSED
    assert found.summary.problem == "PDF được bảo vệ bằng mật khẩu. Hãy gửi bản không đặt mật khẩu."
    with place.town.storage.database.read() as connection:
        assert history.entries(connection, document)[-1].payload["code"] == "encrypted_pdf"


def test_a_reader_killed_from_outside_is_given_the_scan_again(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    for _ in range(MOST_DEATHS - 1):
        read_document(place.post, Told(ReaderKilled()), document)
    assert place.town.stands(document, State.RECEIVED)
    assert {row.code for row in place.town.attempts_of(document)} == {"reader_killed"}
    read_document(place.post, Told(SCAN), document)
    assert place.town.stands(document, State.TO_CHECK)


def test_a_file_that_ends_its_reader_every_time_is_refused_in_the_end(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    for _ in range(MOST_DEATHS):
        read_document(place.post, Told(ReaderKilled()), document)
    found = place.town.document(document)
    assert found.state is State.REFUSED
    assert found.summary.problem.startswith("Tệp làm bộ giải mã chạy quá giới hạn")
    assert "5 lần liên tiếp" in found.summary.problem


def test_of_a_secret_paper_nothing_is_kept_but_the_mark(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    secret = Digitized(replace(READING, secrecy=Secrecy.MAT), (Preview(1, b"jpeg", 0.5),))
    before = {each.key for each in place.town.storage.objects.stored()}
    read_document(place.post, Told(secret), document)
    found = place.town.document(document)
    assert found.state is State.QUARANTINED
    assert (found.reading_key, found.archive_key, found.summary.number) == (None, None, "")
    assert rows_of(place, previews) == []
    assert {each.key for each in place.town.storage.objects.stored()} == before
    with place.town.storage.database.read() as connection:
        assert history.entries(connection, document)[-1].payload == {"mark": "MẬT"}


def test_a_paper_that_a_supervisor_cleared_is_read_like_any_other(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    secret = replace(SCAN, reading=replace(READING, secrecy=Secrecy.MAT))
    read_document(place.post, Told(secret), document)
    with place.town.storage.database.write() as connection:
        lifted = QuarantineLifted(actor=Actor("s", Office.SUPERVISOR), reason="chữ trong tên riêng")
        registry.record(connection, document, lifted, now())
    reader = Told(secret)
    read_document(place.post, reader, document)
    assert place.town.stands(document, State.TO_CHECK)
    assert [cleared for _, cleared in reader.asked] == [True]


@pytest.mark.parametrize(
    ("nature", "verdict", "problem"),
    [
        (Nature.SIGNED, Verdict.VALID, ""),
        (Nature.SIGNED, Verdict.INVALID, "Chữ ký bị hỏng."),
        (Nature.BORN_DIGITAL, Verdict.UNSIGNED, ""),
    ],
)
def test_a_file_that_is_electronic_already_stays_as_it_is(
    place: Place, nature: Nature, verdict: Verdict, problem: str
) -> None:
    document = place.town.hand_in(b"scan")
    electronic = Digitized(replace(READING, nature=nature), ())
    read_document(place.post, Told(electronic, VerificationReport(verdict, "Chữ ký bị hỏng.")), document)
    found = place.town.document(document)
    assert found.state is State.ELECTRONIC
    assert found.archive_key is None
    assert found.summary.problem == problem
    with place.town.storage.database.read() as connection:
        assert history.entries(connection, document)[-1].payload["verdict"] == verdict
