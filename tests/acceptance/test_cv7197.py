"""The paths of CV 7197 lead through the same functions as our own, and a DocCode never meets an id of ours."""

from __future__ import annotations

import json

import pytest

from storage import reuse
from tests.door.town import Town, picture

METADATA = {
    "TypeName": "Quyết định", "CodeNumber": "15", "CodeNotation": "QĐ-UBND", "IssuedDate": "2021-03-12",
    "OrganName": "Ủy ban nhân dân xã Suối Ngàn", "Subject": "Về việc trợ cấp", "MaHoSo": "H99-1",
}  # fmt: skip


@pytest.fixture
def coded(town: Town) -> str:
    """The DocCode of a published document."""
    town.dossier("H99-1")
    document = town.upload(town.visitor("canbo"), "H99-1")
    town.to(document, "published")
    code: str = town.visitor("canbo").get(f"/api/v1/documents/{document}").json()["codes"]["doc_code"]
    return code


def test_an_import_is_received_as_any_scan_and_its_metadata_stay_the_senders_word(town: Town) -> None:
    town.dossier("H99-1")
    system = town.system("results:write", "results:read")
    send = {"files": {"file": ("x.jpg", picture("a"))}, "data": {"metadata": json.dumps(METADATA)}}
    answer = system.post("/api/v1/documents/import", **send)
    assert answer.status_code == 202, answer.text
    document = answer.json()["id"]
    assert answer.headers["location"] == f"/api/v1/documents/{document}"
    assert answer.json()["state"] == "received"
    assert system.post("/api/v1/documents/import", **send).json()["id"] == document
    with town.parts.storage.database.read() as connection:
        sent = reuse.sent_of(connection, document)
    assert sent is not None
    assert sent["CodeNotation"] == "QĐ-UBND"
    short = {name: value for name, value in METADATA.items() if name != "OrganName"}
    wrong = system.post("/api/v1/documents/import", files=send["files"], data={"metadata": json.dumps(short)})
    assert (wrong.status_code, "OrganName" in wrong.json()["detail"]) == (422, True)
    outside = town.system("results:write", unit="xa khác").post("/api/v1/documents/import", **send)
    assert outside.status_code == 404


def test_a_document_is_read_and_downloaded_by_its_doc_code(town: Town, coded: str) -> None:
    system = town.system("results:read")
    answer = system.get(f"/api/v1/documents/{coded}")
    assert answer.json()["DocCode"] == coded
    assert answer.json()["Validity"]["holding"] == "in_force"
    assert answer.json()["Assurance"]["signatures_hold"]
    same = system.get(f"/api/v1/documents/{coded}", headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    file = system.get(f"/api/v1/documents/download/{coded}")
    assert file.content.startswith(b"%PDF-1.7 revision 2")
    assert system.get(f"/api/v1/documents/download/{coded}", headers={"Range": "bytes=0-3"}).content == b"%PDF"
    assert town.system("results:read", unit="xa khác").get(f"/api/v1/documents/{coded}").status_code == 404
    assert system.get(f"/api/v1/documents/{coded.replace('000001', '000009')}").status_code == 404
    ours = answer.json()["Id"]
    assert system.get(f"/api/v1/documents/{ours}").json()["codes"]["doc_code"] == coded


def test_a_person_corrects_by_put_with_a_reason_and_a_system_is_told_why_it_cannot(town: Town, coded: str) -> None:
    path = f"/api/v1/documents/{coded}"
    officer, supervisor = town.visitor("canbo"), town.visitor("lanhdao")
    tag = {"If-Match": officer.get(path).headers["etag"]}
    sent = {name: value for name, value in METADATA.items() if name != "MaHoSo"} | {
        "Subject": "Về việc trợ cấp xã hội", "LyDo": "thiếu chữ",
    }  # fmt: skip
    assert town.system().put(path, json=sent, headers=tag).status_code == 403
    assert supervisor.put(path, json={**sent, "LyDo": ""}, headers=tag).status_code == 422
    done = {who.put(path, json=sent, headers=tag).status_code: who for who in (officer, supervisor)}
    assert 200 in done
    assert supervisor.put(path, json=sent, headers=tag).status_code == 412
    after = officer.get(path).json()
    assert after["Subject"] == "Về việc trợ cấp xã hội"
    assert after["Assurance"]["checked"].endswith("dữ liệu chưa có chữ ký của cơ quan.")
    latest = officer.get(f"/api/v1/documents/{after['Id']}/history").json()["events"][-1]
    assert latest["event"] == "MetadataCorrected"
