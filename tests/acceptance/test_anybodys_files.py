"""A file is sent by anybody and answered by a real worker, whatever the file is and whatever dies meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from zlib import Z_FULL_FLUSH, compressobj

import httpx
import pikepdf
import pytest
import sqlalchemy as sa

from digitize.model import Role
from digitize.sign.apply import sign
from digitize.sign.keys import open_pkcs12
from digitize.sign.order import SigningOrder
from storage.tables import verifications
from tests.faults.running import Embedded, embedded
from tests.faults.test_bad_input import encrypted_pdf, many_pages
from tests.faults.town import CLERK, CLERK_NAME, UNIT, UNIT_NAME, until
from tests.pki.tampering import append_revision, draw_over_the_page
from tests.pki.world import archive_page
from workers.demo.pki import make_pki

PIECE_BYTES = 16 * 1024**2


@pytest.fixture(scope="module")
def running() -> Iterator[Embedded]:
    folder = Path(tempfile.mkdtemp(prefix="sohoa-verify-"))
    with embedded(folder / "v", verify_wait_s=60, verify_wall_s=8, verify_per_address=1000, tidy_s=2) as started:
        yield started
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def anybody(running: Embedded) -> Iterator[httpx.Client]:
    """A client without a session."""
    client = running.client()
    client.cookies.clear()
    client.timeout = httpx.Timeout(120)
    yield client
    client.close()


@pytest.fixture(scope="module")
def signed(running: Embedded) -> bytes:
    """A page with the signature of the town's clerk."""
    moment = datetime.now(UTC)
    pki = make_pki(running.settings.data / "pki", [(CLERK, CLERK_NAME)], [(UNIT, UNIT_NAME)], moment)
    signer = open_pkcs12(*pki.signers[CLERK].read())
    return sign(archive_page(), SigningOrder(Role.CLERK, CLERK_NAME, scanned_at=moment), signer, None, moment).pdf


def send(client: httpx.Client, pdf: bytes) -> httpx.Response:
    return client.post("/api/v1/verify", files={"file": ("tệp.pdf", pdf)})


def test_a_good_file_is_answered_with_one_sentence_and_a_report(
    anybody: httpx.Client, signed: bytes, running: Embedded
) -> None:
    answer = send(anybody, signed)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["verdict"], told["known"]) == ("valid", None), told
    assert CLERK_NAME in told["sentence"]
    [one] = told["signatures"]
    assert (one["role"], one["integrity"], one["trust"], one["changes_after"]) == ("clerk", "intact", "trusted", "none")
    assert anybody.get(f"/api/v1/verifications/{told['id']}").json() == told
    # the answer is told before it is counted
    for line in ('sohoa_verifications_total{answer="valid"}', 'sohoa_attempts_total{lane="verify",outcome="done"}'):
        until(lambda line=line: line in anybody.get("/metrics").text, 10)  # type: ignore[misc]
    assert running.settings.upload_max_bytes > running.settings.verify_max_bytes


@cache
def bomb() -> bytes:
    """A cross-reference stream that unpacks to 4 GiB, in a few KiB: packed twice."""
    inner, outer = compressobj(), compressobj()
    start = inner.compress(b"") + inner.flush(Z_FULL_FLUSH)
    piece = inner.compress(bytes(PIECE_BYTES)) + inner.flush(Z_FULL_FLUSH)
    packed = outer.compress(start + piece * (4 * 1024**3 // PIECE_BYTES)) + outer.flush()
    table = (
        b"1 0 obj\n<< /Type /XRef /Size 2 /W [1 4 2] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (len(packed), packed)
    )
    return b"%PDF-1.7\n" + table + b"startxref\n9\n%%EOF\n"


def many_revisions() -> bytes:
    """A file of 7 MB that takes half a minute to understand: 60,000 updates, each after the other."""
    pieces = [
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    ]
    second, here, previous = pieces[0].index(b"2 0 obj"), len(pieces[0]), b""
    for number in range(60_000):
        entries = (
            b"3 1\n" if number else b"0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n3 1\n" % (9, second)
        )
        update = b"3 0 obj\n<<>>\nendobj\n"
        table = here + len(update)
        update += b"xref\n%s%010d 00000 n \ntrailer\n<</Size 4/Root 1 0 R%s>>\n" % (entries, here, previous)
        pieces.append(update + b"startxref\n%d\n%%%%EOF\n" % table)
        here, previous = here + len(pieces[-1]), b"/Prev %d" % table
    return b"".join(pieces)


def unsigned() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    saved = BytesIO()
    pdf.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("make", "status", "code", "words"),
    [
        (unsigned, 200, "unsigned", "không có chữ ký số"),
        (many_pages, 200, "unsigned", "không có chữ ký số"),
        (encrypted_pdf, 422, "encrypted_pdf", "mật khẩu"),
        (bomb, 422, "damaged_file", "hỏng"),
        (many_revisions, 422, "runaway_file", "thời gian"),
        (lambda: b"%PDF-1.7\n" + bytes(5_000), 422, "damaged_file", "hỏng"),
        (lambda: b"%PDF-1.7\n" + b"<<" * 400_000 + b"\nstartxref\n9\n%%EOF", 422, "damaged_file", "hỏng"),
    ],
    ids=["unsigned", "many pages", "encrypted", "bomb", "many revisions", "rubbish", "nested"],
)
def test_a_strange_file_gets_a_sentence_of_its_own(
    anybody: httpx.Client, make: Callable[[], bytes], status: int, code: str, words: str
) -> None:
    answer = send(anybody, make())
    assert answer.status_code == status, answer.text
    told = answer.json()
    if status == 200:
        assert told["verdict"] == code
        assert words in told["sentence"]
    else:
        assert told["code"] == code
        assert words in told["detail"]
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_changed_file_is_never_called_valid(anybody: httpx.Client, signed: bytes) -> None:
    changed = signed.replace(b"W5M0MpCehiHzreSzNTczkc9d", b"W5M0MpCehiHzreSzNTczkc9e")
    for forged in (append_revision(signed, draw_over_the_page), changed):
        assert forged != signed
        told = send(anybody, forged).json()
        assert told["verdict"] == "invalid"
        assert told["sentence"].startswith("Chữ ký không hợp lệ")


def test_the_bytes_go_and_the_answer_stays(anybody: httpx.Client, signed: bytes, running: Embedded) -> None:
    told = send(anybody, signed).json()
    stored = running.town.storage

    def gone() -> bool:
        with stored.database.read() as connection:
            held = connection.execute(
                sa.select(verifications.c.stored_as).where(verifications.c.stored_as.is_not(None))
            ).all()
        return not held and not list(stored.objects.stored())

    until(gone, 75)
    assert anybody.get(f"/api/v1/verifications/{told['id']}").json()["verdict"] == "valid"


def test_redis_emptied_between_upload_and_answer(anybody: httpx.Client, signed: bytes, running: Embedded) -> None:
    running.stop("verify")
    page = anybody.post("/kiem-tra", files={"file": ("x.pdf", signed)}, follow_redirects=False)
    assert page.status_code == 303
    with running.queue() as queue:
        until(lambda: queue.keys("rq:job:verify-*"), 10)
        queue.flushall()
    running.start("verify")
    assert "Hợp lệ" in anybody.get(page.headers["location"]).text


def test_a_worker_killed_in_mid_run_is_replaced(anybody: httpx.Client, signed: bytes, running: Embedded) -> None:
    victim = running.pid("verify")
    pages = [anybody.post("/kiem-tra", files={"file": ("x.pdf", signed)}, follow_redirects=False) for _ in range(3)]
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    addresses = [page.headers["location"].rsplit("/", 1)[1] for page in pages]
    until(lambda: all(anybody.get(f"/api/v1/verifications/{one}").status_code == 200 for one in addresses), 90, 0.5)


def test_a_small_file_is_answered_within_a_few_seconds(anybody: httpx.Client, signed: bytes) -> None:
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert send(anybody, signed).status_code == 200
        took.append(time.perf_counter() - began)
    assert min(took) < 5.0, took
