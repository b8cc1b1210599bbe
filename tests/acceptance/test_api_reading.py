"""What callers may read: lists with personal data masked, pages of lists, files, pictures, counts."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from tests.door.town import Town, draft, picture


def test_lists_mask_personal_data_and_the_single_document_shows_it(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    town.to(document, "confirmed")
    (listed,) = clerk.get("/api/v1/documents").json()["documents"]
    assert listed["summary"]["holder_name"] == "L. V. M."
    assert "Mẫu" not in str(listed)
    assert "001099012345" not in str(listed)
    single = clerk.get(f"/api/v1/documents/{document}").json()
    assert single["summary"]["holder_name"] == "Lò Văn Mẫu"
    assert single["codes"]["digitization_code"].startswith("001099012345")


def test_pages_of_a_list_give_every_document_once_newest_first(town: Town) -> None:
    clerk = town.visitor("canbo")
    sent = []
    for n in range(7):
        town.dossier(f"H99-{n}")
        sent.append(town.upload(clerk, f"H99-{n}"))
        # Two by two at the same moment: the id decides among equals.
        town.clock.advance(timedelta(seconds=n % 2))
    found, cursor = [], None
    while True:
        page = clerk.get("/api/v1/documents", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += page["documents"]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(each["id"] for each in found) == sorted(sent)
    assert [each["received_at"] for each in found] == sorted((each["received_at"] for each in found), reverse=True)


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "MjAyMS0xMS0yMlQwNTowMDowMHwtLQ", "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHxh", "é", "%00"]
)
def test_a_cursor_that_is_not_ours_is_refused(town: Town, cursor: str) -> None:
    answer = town.visitor("canbo").get("/api/v1/documents", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_list_is_filtered_by_state_and_dossier(town: Town) -> None:
    clerk = town.visitor("canbo")
    for n in range(3):
        town.dossier(f"H99-{n}")
    documents = [town.upload(clerk, f"H99-{n}") for n in range(3)]
    town.read(documents[0])

    def listed(**query: str) -> list[str]:
        return [each["id"] for each in clerk.get("/api/v1/documents", params=query).json()["documents"]]

    assert listed(state="to_check") == [documents[0]]
    assert listed(dossier="H99-2") == [documents[2]]
    assert listed(state="to_check", dossier="H99-2") == []
    assert clerk.get("/api/v1/documents", params={"state": "lạ"}).status_code == 422


def test_every_read_stops_at_the_border_of_the_unit(town: Town) -> None:
    town.dossier("H99-1")
    document = town.upload(town.visitor("canbo"), "H99-1")
    town.to(document, "published")
    stranger = town.visitor("nguoila")
    parts = ("", "/reading", "/history", "/previews/1", "/files/sealed", "/files/metadata")
    answers = [stranger.get(f"/api/v1/documents/{document}{part}") for part in parts]
    assert [answer.status_code for answer in answers] == [404] * len(parts)
    assert stranger.get("/api/v1/documents").json()["documents"] == []
    assert stranger.get(f"/documents/{document}").status_code == 404


def test_files_are_the_bytes_that_are_kept_under_a_name_without_personal_data(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1", picture("gốc"))
    town.to(document, "published")
    scan = clerk.get(f"/api/v1/documents/{document}/files/scan")
    assert scan.content == picture("gốc")
    assert scan.headers["content-type"] == "image/jpeg"
    assert scan.headers["content-disposition"] == f'attachment; filename="{document}-scan.jpg"'
    assert scan.headers["etag"] == f'"{hashlib.sha256(scan.content).hexdigest()}"'
    types = {
        name: clerk.get(f"/api/v1/documents/{document}/files/{name}").headers["content-type"]
        for name in ("archive", "capture", "sealed", "metadata", "metadata-signature")
    }
    assert types == dict.fromkeys(("archive", "capture", "sealed"), "application/pdf") | {
        "metadata": "application/json",
        "metadata-signature": "application/pkcs7-signature",
    }


def test_what_is_not_there_yet_is_not_found(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    for part in ("reading", "previews/1", "files/archive", "files/sealed", "files/metadata"):
        assert clerk.get(f"/api/v1/documents/{document}/{part}").status_code == 404


def test_the_draft_is_given_as_the_machine_made_it(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    reading = clerk.get(f"/api/v1/documents/{document}/reading").json()
    assert reading["fields"]["number"]["alternatives"] == list(draft().fields["number"].alternatives)


def test_a_picture_is_sent_once_to_a_browser_that_has_it(town: Town) -> None:
    clerk = town.visitor("canbo")
    town.dossier("H99-1")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    first = clerk.get(f"/api/v1/documents/{document}/previews/1")
    again = clerk.get(f"/api/v1/documents/{document}/previews/1", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


def test_rates_stand_beside_the_target_of_their_level(town: Town) -> None:
    for n in range(4):
        town.dossier(f"H99-{n}")
    document = town.upload(town.visitor("canbo"), "H99-0")
    town.to(document, "published")
    found = town.visitor("quantri").get("/api/v1/targets", params={"unit": "000.11.31.H99"}).json()
    unit = next(each for each in found if each["unit"] == "000.11.31.H99")
    assert (unit["stock"]["numerator"], unit["stock"]["denominator"], unit["stock"]["text"]) == (1, 4, "25,0 %")
    assert (unit["target"]["percent"], unit["reached"]) == (15, True)
    assert next(each for each in found if each["unit"] is None)["stock"] == unit["stock"]


def test_a_rate_of_nothing_is_none_and_not_zero(town: Town) -> None:
    found = town.visitor("quantri").get("/api/v1/targets").json()
    assert {(each["stock"]["percent"], each["stock"]["text"]) for each in found} == {(None, "không có")}


def test_received_is_finished_plus_waiting(town: Town) -> None:
    clerk = town.visitor("canbo")
    for n, state in enumerate(("to_check", "published", "confirmed")):
        town.dossier(f"H99-{n}")
        town.to(town.upload(clerk, f"H99-{n}"), state)
    found = town.visitor("lanhdao").get("/api/v1/reconciliation").json()
    assert found["received"] == 3 == sum(found["finished"].values()) + len(found["waiting"])
    assert found["faults"] == []
    assert clerk.get("/api/v1/reconciliation").status_code == 403
