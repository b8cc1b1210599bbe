"""Pages are arranged before signing without a byte of a scan being changed, and every arrangement can be undone."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from storage import purge
from storage.audit.lives import examine, subject_batches
from tests.browser.intake_desk import post_of, read_all, sheet
from tests.door.plugin import on_both_engines
from tests.door.town import Town
from workers.attempt import Post

CODE = "H99-1"
SCANS = {mark: sheet(mark, 620, 877) for mark in "abc"}
KEYS = {mark: hashlib.sha256(scan).hexdigest() for mark, scan in SCANS.items()}


@dataclass
class Bench:
    """A clerk with a paper of three photographs, read."""

    town: Town
    clerk: TestClient
    post: Post
    document: str

    def act(self, step: str, body: object = None, document: str = "") -> Response:
        address = f"/api/v1/documents/{document or self.document}"
        etag = self.clerk.get(address).headers["etag"]
        return self.clerk.post(f"{address}/{step}", json=body, headers={"If-Match": etag})

    def read(self) -> None:
        read_all(self.post)

    def marks(self, document: str = "") -> str:
        """Return the marks of the scans behind the pages of the capture in force."""
        found = self.clerk.get(f"/api/v1/documents/{document or self.document}/pages").json()["captures"]
        by_key = {key: mark for mark, key in KEYS.items()}
        return "".join(by_key[page["scan"]] for page in next(one for one in found if one["in_force"])["pages"])

    def states(self) -> dict[str, str]:
        listed = self.clerk.get(f"/api/v1/documents?dossier={CODE}").json()["documents"]
        return {one["id"]: one["state"] for one in listed}

    def history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.clerk.get(f"/api/v1/documents/{self.document}/history").json()["events"]
        return found


@pytest.fixture
def bench(town: Town) -> Bench:
    town.dossier(CODE, results=3)
    town.dossier("H99-2")
    clerk = town.visitor("canbo")
    whole = []
    for mark, scan in SCANS.items():
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(scan)),
            "Content-Type": "application/offset+octet-stream",
        }
        made = clerk.post("/api/v1/uploads", content=scan, headers=headers)
        whole.append({"id": made.headers["location"].rsplit("/", 1)[1], "sha256": KEYS[mark]})
    answer = clerk.post("/api/v1/finished-uploads", json={"dossier": CODE, "uploads": whole})
    post = post_of(town)
    read_all(post)
    return Bench(town, clerk, post, answer.json()["id"])


def test_pages_are_left_out_set_in_order_and_turned_and_the_scans_stay_as_they_are(bench: Bench) -> None:
    assert bench.marks() == "abc"
    assert bench.act("pages", {"pages": [{"page": 3, "turn": 90}, {"page": 1}]}).status_code == 202
    bench.read()
    assert bench.marks() == "ca"
    archive = bench.clerk.get(f"/api/v1/documents/{bench.document}/files/archive").content
    with pikepdf.open(io.BytesIO(archive)) as pdf:
        assert [int(page.obj.get("/Rotate", 0)) for page in pdf.pages] == [90, 0]
        picture = pdf.pages[0].obj.Resources.XObject.Im.read_raw_bytes()
    assert picture in SCANS["c"]  # the scan's own stream, turned by /Rotate only
    plan = bench.clerk.get(f"/api/v1/documents/{bench.document}/files/scan").content
    reading = bench.clerk.get(f"/api/v1/documents/{bench.document}/reading").json()
    assert reading["source_sha256"] == hashlib.sha256(plan).hexdigest()
    objects = bench.town.parts.storage.objects
    assert {mark: objects.get(key) for mark, key in KEYS.items()} == SCANS
    told = bench.clerk.get(
        f"/api/v1/documents/{bench.document}/safekeeping", params={"sha256": f"{KEYS['c']},{KEYS['a']}"}
    ).json()
    assert (told["same"], told["pages"]) == (True, 2)


@on_both_engines
def test_an_undo_is_one_more_capture_and_brings_the_one_before_back(bench: Bench) -> None:
    assert bench.act("pages/undo").status_code == 403
    bench.act("pages", {"pages": [{"page": 2}]})
    bench.read()
    assert bench.act("pages/undo").status_code == 202
    bench.read()
    assert bench.marks() == "abc"
    told = [event["payload"]["before"] for event in bench.history() if event["event"] == "PagesArranged"]
    assert told == [1, 2]
    with bench.town.parts.storage.database.read() as connection:
        assert [each for batch in subject_batches(connection) for each in examine(connection, batch)] == []


def test_a_page_that_was_left_out_is_put_back_from_an_earlier_capture(bench: Bench) -> None:
    bench.act("pages", {"pages": [{"page": 2}]})
    bench.read()
    bench.act("pages", {"pages": [{"page": 1}, {"capture": 1, "page": 3}]})
    bench.read()
    assert bench.marks() == "bc"


@on_both_engines
def test_pages_are_split_off_as_a_document_of_their_own_and_the_undo_takes_it_back(bench: Bench) -> None:
    split = {"pages": [{"page": 1}], "split": [{"pages": [{"page": 2}, {"page": 3}]}]}
    assert bench.act("pages", split).status_code == 202
    bench.read()
    (other,) = set(bench.states()) - {bench.document}
    assert (bench.marks(), bench.marks(other)) == ("a", "bc")
    assert bench.act("pages/undo").status_code == 202
    bench.read()
    assert (bench.marks(), bench.states()[other]) == ("abc", "withdrawn")


def test_a_document_is_taken_in_and_the_undo_receives_it_again(bench: Bench) -> None:
    other = bench.town.upload(bench.clerk, CODE, sheet("d", 620, 877))
    bench.read()
    KEYS["d"] = hashlib.sha256(sheet("d", 620, 877)).hexdigest()
    version = bench.clerk.get(f"/api/v1/documents/{other}").json()["version"]
    pages = [{"page": 1}, {"document": other, "page": 1}]
    assert bench.act("pages", {"pages": pages, "absorbs": [{"document": other, "version": version}]}).status_code == 202
    bench.read()
    assert (bench.marks(), bench.states()[other]) == ("ad", "withdrawn")
    bench.act("pages/undo")
    bench.read()
    (again,) = set(bench.states()) - {bench.document, other}
    assert (bench.marks(), bench.marks(again)) == ("abc", "d")


def test_nothing_is_arranged_that_may_not_be(bench: Bench) -> None:
    elsewhere = bench.town.upload(bench.clerk, "H99-2")
    assert bench.act("pages", {"pages": [{"page": 9}]}).status_code == 404
    assert bench.act("pages", {"pages": []}).status_code == 422
    assert bench.act("pages", {"pages": [{"document": elsewhere, "page": 1}]}).status_code == 422
    assert bench.act("pages", {"pages": [{"upload": "0" * 32, "sha256": "0" * 64}]}).status_code == 404
    etag = bench.clerk.get(f"/api/v1/documents/{bench.document}").headers["etag"]
    body = {"pages": [{"page": 1}]}
    address = f"/api/v1/documents/{bench.document}/pages"
    assert bench.town.visitor("vanthu").post(address, json=body, headers={"If-Match": etag}).status_code == 403
    stranger = bench.town.visitor("nguoila")
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/api/v1/documents/{bench.document}/captures/1/previews/1").status_code == 404
    assert stranger.get(f"/documents/{bench.document}/pages").status_code == 404
    assert bench.marks() == "abc"


@on_both_engines
def test_what_another_document_is_made_of_outlives_a_purge(bench: Bench) -> None:
    bench.act("pages", {"pages": [{"page": 1}], "split": [{"pages": [{"page": 2}]}]})
    bench.read()
    database, objects = bench.town.parts.storage.database, bench.town.parts.storage.objects
    supervisor = bench.town.visitor("lanhdao")
    (other,) = set(bench.states()) - {bench.document}
    etag = bench.clerk.get(f"/api/v1/documents/{other}").headers["etag"]
    body = {"legal_ground": "Luật", "decision_number": "1/QĐ"}
    told = supervisor.post(f"/api/v1/documents/{other}/purge-proposal", json=body, headers={"If-Match": etag})
    headers = {"If-Match": told.headers["etag"]}
    assert bench.town.visitor("lanhdao2").post(f"/api/v1/documents/{other}/purge", headers=headers).is_success
    bench.town.clock.advance(timedelta(days=5000))  # the objects bear the real day
    purge.remove_due(database, objects, bench.town.clock())
    assert objects.exists(KEYS["b"])
