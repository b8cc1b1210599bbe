"""What tus 1.0 asks of a server, and that a whole upload becomes one document."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import httpx
import pytest
from fastapi.testclient import TestClient

from storage import orphans, uploads
from tests.door.plugin import on_both_engines
from tests.door.town import Town, open_town, picture

CODE = "H99-1"
SCAN = picture("a")
SHA = hashlib.sha256(SCAN).hexdigest()
HALF = len(SCAN) // 2


@pytest.fixture
def registered(town: Town) -> Town:
    town.dossier(CODE, results=3)
    return town


@pytest.fixture
def clerk(registered: Town) -> TestClient:
    client = registered.visitor("canbo")
    client.headers["Tus-Resumable"] = "1.0.0"
    return client


def begin(client: TestClient, length: int = len(SCAN), body: bytes | None = None, **headers: str) -> httpx.Response:
    told = {"Upload-Length": str(length)} | ({} if body is None else PIECE) | headers
    return client.post("/api/v1/uploads", content=body, headers=told)


PIECE = {"Content-Type": "application/offset+octet-stream"}


def send(client: TestClient, address: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    return client.patch(address, content=data, headers=PIECE | {"Upload-Offset": str(offset)} | headers)


def checksum(algorithm: str, data: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def finish(client: TestClient, *addresses: str, sha256: str = SHA) -> httpx.Response:
    whole = [{"id": address.rsplit("/", 1)[1], "sha256": sha256} for address in addresses]
    return client.post("/api/v1/finished-uploads", json={"dossier": CODE, "uploads": whole})


def test_options_say_what_is_spoken_here_without_a_session(registered: Town) -> None:
    answer = registered.visitor().options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,expiration,checksum,termination"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert int(answer.headers["tus-max-size"]) == registered.parts.settings.upload_max_bytes


def test_an_upload_that_broke_off_goes_on_where_head_says_and_in_another_process(
    registered: Town, clerk: TestClient
) -> None:
    made = begin(clerk, **{"Upload-Metadata": "filename cXXDqXQuanBn"})
    assert (made.status_code, made.headers["upload-offset"]) == (201, "0")
    assert made.headers["upload-expires"].endswith("GMT")
    address = made.headers["location"]
    first = send(clerk, address, 0, SCAN[:HALF])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(HALF))

    other = open_town(registered.parts.settings.data, registered.tokens, registered.clock).visitor("canbo")
    other.headers["Tus-Resumable"] = "1.0.0"
    stands = other.head(address)
    assert stands.headers["upload-offset"] == str(HALF)
    assert stands.headers["upload-length"] == str(len(SCAN))
    assert stands.headers["upload-metadata"] == "filename cXXDqXQuanBn"
    assert stands.headers["cache-control"] == "no-store"
    assert send(other, address, HALF, SCAN[HALF:]).headers["upload-offset"] == str(len(SCAN))

    answer = finish(clerk, address)
    assert (answer.status_code, answer.json()["state"]) == (202, "received")
    document = answer.json()["id"]
    assert registered.parts.storage.objects.get(SHA) == SCAN
    assert finish(clerk, address).json()["id"] == document
    assert clerk.get("/api/v1/documents").json()["counts"] == {"received": 1}


def test_the_first_bytes_may_come_with_the_creation(clerk: TestClient) -> None:
    made = begin(clerk, body=SCAN)
    assert (made.status_code, made.headers["upload-offset"]) == (201, str(len(SCAN)))
    assert finish(clerk, made.headers["location"]).status_code == 202


def test_a_piece_at_another_place_or_under_another_type_is_refused(clerk: TestClient) -> None:
    address = begin(clerk).headers["location"]
    assert send(clerk, address, 7, SCAN).status_code == 409
    assert send(clerk, address, 0, SCAN, **{"Content-Type": "application/json"}).status_code == 415
    assert send(clerk, address, 0, SCAN + b"more").status_code == 413
    assert clerk.head(address).headers["upload-offset"] == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_is_held_to_and_of_a_wrong_one_nothing_is_kept(clerk: TestClient, algorithm: str) -> None:
    address = begin(clerk).headers["location"]
    wrong = send(clerk, address, 0, SCAN[:HALF], **{"Upload-Checksum": checksum(algorithm, b"other")})
    assert (wrong.status_code, wrong.headers["tus-resumable"]) == (460, "1.0.0")
    assert clerk.head(address).headers["upload-offset"] == "0"
    right = send(clerk, address, 0, SCAN[:HALF], **{"Upload-Checksum": checksum(algorithm, SCAN[:HALF])})
    assert right.status_code == 204
    assert send(clerk, address, HALF, b"x", **{"Upload-Checksum": "crc32 AA=="}).status_code == 400


def test_another_version_gets_no_further_and_is_told_which_is_spoken(registered: Town) -> None:
    answer = registered.visitor("canbo").post("/api/v1/uploads", headers={"Upload-Length": "5"})
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


def test_a_length_must_be_told_and_may_not_be_more_than_a_scan_has(registered: Town, clerk: TestClient) -> None:
    assert clerk.post("/api/v1/uploads", headers={"Upload-Defer-Length": "1"}).status_code == 400
    assert begin(clerk, registered.parts.settings.upload_max_bytes + 1).status_code == 413
    assert begin(clerk, **{"Upload-Metadata": "name ***"}).status_code == 400


@on_both_engines
def test_a_terminated_upload_is_gone_and_an_ended_one_says_so(registered: Town, clerk: TestClient) -> None:
    address = begin(clerk, body=SCAN).headers["location"]
    assert clerk.delete(address).status_code == 204
    assert clerk.head(address).status_code == 404
    address = begin(clerk, body=SCAN).headers["location"]
    registered.clock.advance(uploads.TERM)
    registered.renew_sessions()
    assert clerk.head(address).status_code == 410
    with registered.parts.storage.database.write() as connection:
        assert uploads.forget_ended(connection, registered.clock()) == 1
    assert clerk.head(address).status_code == 404


def test_a_method_may_be_told_in_a_header(clerk: TestClient) -> None:
    address = begin(clerk).headers["location"]
    headers = PIECE | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert clerk.post(address, content=SCAN, headers=headers).headers["upload-offset"] == str(len(SCAN))
    assert clerk.post(address, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 204


def test_nobody_sees_the_upload_of_another(registered: Town, clerk: TestClient) -> None:
    address = begin(clerk, body=SCAN).headers["location"]
    system = registered.system()
    system.headers["Tus-Resumable"] = "1.0.0"
    assert system.head(address).status_code == 404
    assert finish(system, address).status_code == 404
    officer = registered.visitor("vanthu")
    assert begin(officer, **{"Tus-Resumable": "1.0.0"}).status_code == 403


def test_what_is_no_scan_is_refused_with_its_first_bytes(clerk: TestClient) -> None:
    assert begin(clerk, 2000, b"MZ" + bytes(1998)).status_code == 415


def test_a_whole_upload_whose_bytes_are_not_the_senders_becomes_nothing(clerk: TestClient) -> None:
    address = begin(clerk, body=SCAN).headers["location"]
    assert finish(clerk, address, sha256="0" * 64).status_code == 460
    assert finish(clerk, begin(clerk).headers["location"]).status_code == 409
    assert clerk.get("/api/v1/documents").json()["documents"] == []


@on_both_engines
def test_pieces_are_spared_by_the_collection_of_orphans_until_the_upload_ends(
    registered: Town, clerk: TestClient
) -> None:
    address = begin(clerk, body=SCAN[:HALF]).headers["location"]
    storage = registered.parts.storage
    later = registered.clock() + timedelta(days=10_000)
    assert orphans.collect(storage.database, storage.objects, later, only_tell=True).orphans == 0
    clerk.delete(address)
    assert orphans.collect(storage.database, storage.objects, later, only_tell=True).orphans == 1


@on_both_engines
def test_several_uploads_are_the_pages_of_one_document(clerk: TestClient) -> None:
    scans = [picture(mark) for mark in "ab"]
    addresses = [begin(clerk, len(scan), scan).headers["location"] for scan in scans]
    whole = [
        {"id": address.rsplit("/", 1)[1], "sha256": hashlib.sha256(scan).hexdigest()}
        for address, scan in zip(addresses, scans, strict=True)
    ]
    answer = clerk.post("/api/v1/finished-uploads", json={"dossier": CODE, "uploads": whole})
    assert answer.status_code == 202
    plan = clerk.get(f"/api/v1/documents/{answer.json()['id']}/files/scan")
    assert plan.headers["content-type"] == "application/json"
    assert [page["scan"] for page in plan.json()["pages"]] == [one["sha256"] for one in whole]
