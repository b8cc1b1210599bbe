"""Many callers at once, on SQLite and on PostgreSQL: each thing is done once, and nobody gets a wrong answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.parts import Parts
from storage.connect import open_storage
from storage.migrate import migrate
from storage.settings import Settings
from tests.door.plugin import Settled
from tests.door.town import ATTESTED, Town, open_town, picture, settle


@pytest.fixture(params=["sqlite", "postgresql"])
def busy(request: pytest.FixtureRequest, settled: Settled, tmp_path: Path) -> Iterator[Town]:
    if request.param == "sqlite":
        town = open_town(shutil.copytree(settled.folder, tmp_path / "data"), settled.tokens)
    else:
        url = request.getfixturevalue("postgres_url")
        settings = Settings.model_validate({"data": tmp_path, "database_url": url})
        parts = Parts(settings, open_storage(settings))
        migrate(parts.storage.database)
        town = open_town(tmp_path, settle(parts), database_url=url)
        parts.storage.close()
    yield town
    town.parts.storage.close()


def test_the_same_scan_sent_by_many_at_once_is_one_document(busy: Town) -> None:
    busy.dossier("H99-1")
    scan = picture("a")
    with ThreadPoolExecutor(6) as pool:
        documents = set(pool.map(lambda _: busy.upload(busy.visitor("canbo"), "H99-1", scan), range(6)))
    assert len(documents) == 1
    assert busy.visitor("canbo").get("/api/v1/documents").json()["counts"] == {"received": 1}


def test_of_two_persons_with_the_same_version_one_is_told_of_the_other(busy: Town) -> None:
    busy.dossier("H99-1")
    document = busy.upload(busy.visitor("canbo"), "H99-1")
    busy.read(document)

    def act(step: str) -> int:
        body = ATTESTED if step == "capture-signature" else {"reason": "nhầm"}
        path = f"/api/v1/documents/{document}/{step}"
        return busy.visitor("canbo").post(path, json=body, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, ("capture-signature", "withdrawal")))
    assert answers in ([200, 412], [202, 412])


def test_the_same_key_sent_by_many_at_once_acts_once(busy: Town) -> None:
    busy.dossier("H99-1")
    document = busy.upload(busy.visitor("canbo"), "H99-1")
    busy.to(document, "confirmed")

    def order(_: int) -> tuple[int, str]:
        answer = busy.visitor("vanthu").post(
            "/api/v1/seal-orders", json={"documents": [document]}, headers={"Idempotency-Key": "lan-1"}
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(4) as pool:
        first = set(pool.map(order, range(4)))
    accepted = {text for status, text in first if status == 202}
    assert len(accepted) == 1
    assert {status for status, _ in first} <= {202, 409}
    assert order(0) == (202, accepted.pop())


def test_every_page_opens_on_both_databases(busy: Town) -> None:
    busy.dossier("H99-1")
    document = busy.upload(busy.visitor("canbo"), "H99-1")
    busy.to(document, "published")
    clerk = busy.visitor("canbo")
    paths = ("/", "/?state=mine", "/?dossier=H99-1", "/upload", "/targets", f"/documents/{document}", "/metrics")
    assert {path: clerk.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
