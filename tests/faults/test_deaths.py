"""A process is killed at the worst moment; the others finish its work by themselves."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
import sqlalchemy as sa

from digitize.lifecycle import State
from storage.database import Database
from storage.objects import key_of
from storage.tables import captures, events
from tests.faults.conftest import OnPostgres
from tests.faults.running import descendants_of, wait_gone
from tests.faults.town import PATIENCE_S, Town, scan_of, until


def test_a_read_worker_killed_in_mid_ocr(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    worker = running.pid("read")
    document = town.hand_in(scan_of(1, lines=14))
    # the worker's nursery and, below it, the child that reads this very file
    until(lambda: town.attempts_of(document) and len(descendants_of(worker)) == 2, every_s=0.005)
    below = descendants_of(worker)
    os.kill(worker, signal.SIGKILL)
    assert town.stands(document, State.RECEIVED)
    wait_gone(below, 5)
    town.finish([document])
    assert [row.outcome for row in town.attempts_of(document)][:2] == ["lost", "done"]
    town.prove([document])


def bring_to(town: Town, document: str, state: State) -> None:
    until(lambda: town.stands(document, State.TO_CHECK))
    town.order_capture(document)
    until(lambda: town.stands(document, State.CAPTURE_SIGNED))
    town.confirm(document)
    assert town.stands(document, state)


@pytest.mark.parametrize(("lane", "written_last"), [("seal", "events"), ("timestamp", "revisions")])
def test_a_worker_killed_between_signature_and_commit(on_postgres: OnPostgres, lane: str, written_last: str) -> None:
    """The commit is held up by a lock on the table that it writes to last; the worker is killed while it waits."""
    running, town = on_postgres.running, on_postgres.running.town
    worker = running.pid(lane)
    document = town.hand_in(scan_of(2 if lane == "seal" else 5))
    bring_to(town, document, State.CONFIRMED)
    doc_code = town.document(document).doc_code
    database = Database(on_postgres.url)
    with database.engine.connect() as holder:
        os.kill(worker, signal.SIGSTOP)  # until the lock is there: the order itself writes to the history
        town.order_seal([document])
        holder.execute(sa.text(f"LOCK TABLE {written_last} IN ACCESS EXCLUSIVE MODE"))
        os.kill(worker, signal.SIGCONT)
        until(lambda: _stored_signature(town, document, lane) is not None, every_s=0.01)
        stray = _stored_signature(town, document, lane)
        os.kill(worker, signal.SIGKILL)
        holder.rollback()
    database.close()
    town.finish([document])
    until(lambda: "SignedFileDiscarded" in town.names_of_events(document), PATIENCE_S)
    town.prove([document])
    found = town.document(document)
    assert found.doc_code == doc_code
    assert found.sealed_key != stray
    assert [row.outcome for row in town.attempts_of(document) if row.lane == lane] == ["done", "lost", "done"]
    with town.storage.database.read() as connection:
        told = connection.execute(
            sa.select(events.c.payload).where(events.c.subject_id == document, events.c.name == "SignedFileDiscarded")
        ).scalar_one()
    assert told["object_key"] == stray
    assert town.storage.objects.exists(stray or "")


def _stored_signature(town: Town, document: str, lane: str) -> str | None:
    last = town.attempts_of(document)[-1]
    key = last.signed_object if last.lane == lane and last.outcome is None else None
    return str(key) if key is not None and town.storage.objects.exists(key) else None


def test_the_sweep_killed_in_mid_run(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    sweep = running.pid("sweep")
    document = town.hand_in(scan_of(3))
    os.kill(sweep, signal.SIGKILL)
    town.finish([document])
    town.prove([document])


def test_the_api_killed_after_the_object_was_put(on_postgres: OnPostgres) -> None:
    """The object is there, no row names it; the client asks again with the same key and gets one document."""
    running, town = on_postgres.running, on_postgres.running.town
    code, _ = town.open_dossier()
    api = running.pid("api")
    scan = scan_of(4)
    database = Database(on_postgres.url)
    with closing(running.client()) as client, database.engine.connect() as holder, ThreadPoolExecutor(1) as elsewhere:

        def hand_in() -> httpx.Response:
            headers = {"Idempotency-Key": "the-same-scan"}
            return client.post(f"/api/v1/dossiers/{code}/results", files={"file": ("scan.png", scan)}, headers=headers)

        holder.execute(sa.text("LOCK TABLE captures IN ACCESS EXCLUSIVE MODE"))
        first = elsewhere.submit(hand_in)
        until(lambda: town.storage.objects.exists(key_of(scan)), every_s=0.01)
        os.kill(api, signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            first.result(30)
        holder.rollback()
        assert _documents_of(town, scan) == []
        running.client().close()
        answer = hand_in()
    database.close()
    assert answer.status_code == 202, answer.text
    (document,) = _documents_of(town, scan)
    assert answer.json()["id"] == document
    town.finish([document])
    town.prove([document])


def _documents_of(town: Town, scan: bytes) -> list[str]:
    with town.storage.database.read() as connection:
        found = connection.execute(sa.select(captures.c.document_id).where(captures.c.scan_key == key_of(scan)))
        return list(found.scalars())


def test_a_worker_asked_to_stop_finishes_the_job_it_has(on_postgres: OnPostgres) -> None:
    running, town = on_postgres.running, on_postgres.running.town
    worker = running.pid("read")
    document = town.hand_in(scan_of(5))
    until(lambda: town.attempts_of(document), every_s=0.005)
    os.kill(worker, signal.SIGTERM)
    wait_gone([worker], 30)
    assert town.stands(document, State.TO_CHECK)
    town.finish([document])
    assert {row.outcome for row in town.attempts_of(document)} == {"done"}
    town.prove([document])
