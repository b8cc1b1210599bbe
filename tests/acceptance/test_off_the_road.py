"""Every way off the straight road, by the API and the command line, with the real workers and real keys."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.lifecycle import State
from digitize.model import Verdict
from digitize.sign.metadata import check_metadata
from digitize.sign.verify import verify
from storage import history, purge
from storage.tables import captures, idempotency, revisions
from tests.door.commune import Commune, open_commune
from tests.door.plugin import Settled
from tests.door.town import PASSWORD, confirmed_data, picture
from workers.sandbox import Sandbox
from workers.signing import sign_document
from workers.timing import time_document


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def commune(settled: Settled, tmp_path: Path, sandbox: Sandbox, keys: Path) -> Iterator[Commune]:
    with open_commune(settled, tmp_path / "data", keys, sandbox) as opened:
        yield opened


def test_what_the_officer_returned_is_confirmed_again_and_goes_on(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.scan("H99-1")
    commune.sign(document)
    commune.confirm(document)
    code = commune.find(document).doc_code
    commune.step("vanthu", document, "return", {"reason": "sai tên bà Lò Thị Mẫu"})
    assert "sai tên bà Lò Thị Mẫu" in commune.town.visitor("canbo").get(f"/documents/{document}").text
    with commune.post.storage.database.read() as connection:
        assert "Lò Thị Mẫu" not in str(history.entries(connection, document))
    commune.confirm(document)
    commune.seal(document)
    found = commune.find(document)
    assert (found.state, found.doc_code) == (State.PUBLISHED, code)
    assert verify(commune.bytes_of(found.sealed_key), commune.trust, commune.town.clock()).verdict is Verdict.VALID


def test_what_was_withdrawn_leaves_its_result_free_for_the_same_scan(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    withdrawn = commune.scan("H99-1")
    commune.step("canbo", withdrawn, "withdrawal", {"reason": "nộp nhầm"})
    again = commune.published("H99-1")
    assert again != withdrawn
    assert commune.find(again).result_id == commune.find(withdrawn).result_id
    assert commune.events(withdrawn)[-1] == "Withdrawn"


def test_a_rescan_takes_the_road_anew_and_the_old_capture_is_kept(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.scan("H99-1")
    commune.sign(document)
    old = commune.find(document)
    answer = commune.town.visitor("canbo").post(
        f"/api/v1/documents/{document}/rescan", files={"file": ("x", picture("rõ hơn"))}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 202
    commune.work()
    commune.sign(document)
    commune.confirm(document)
    commune.seal(document)
    found = commune.find(document)
    archive, capture, sealed = (
        commune.bytes_of(key) for key in (found.archive_key, found.capture_key, found.sealed_key)
    )
    assert capture.startswith(archive)
    assert sealed.startswith(capture)
    assert found.capture_key != old.capture_key
    assert str(found.doc_code).endswith("V2")
    with commune.post.storage.database.read() as connection:
        kept = connection.execute(sa.select(captures.c.scan_key).order_by(captures.c.number)).scalars().all()
        signed = connection.execute(sa.select(revisions.c.capture, revisions.c.number)).tuples().all()
    assert kept == [old.scan_key, found.scan_key]
    assert sorted(signed) == [(1, 1), (2, 1), (2, 2)]
    assert commune.bytes_of(old.capture_key)


def test_a_signed_capture_moves_to_the_right_dossier_and_is_coded_there(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    commune.town.dossier("H99-2")
    document = commune.scan("H99-1")
    commune.sign(document)
    commune.step("canbo", document, "move", {"dossier": "H99-2", "reason": "nhầm hồ sơ"})
    commune.confirm(document)
    commune.seal(document)
    found = commune.find(document)
    assert (found.state, found.result_code) == (State.PUBLISHED, "H99-2-KQ(1)")


def test_corrected_data_are_signed_by_the_agency_on_a_new_order_and_the_file_stays(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.published("H99-1")
    before = commune.find(document)
    data = confirmed_data()
    assert isinstance(data["fields"], dict)
    data["fields"]["signer_name"] = "Mai Thị Thử Hai"
    commune.step("canbo", document, "correction", data | {"reason": "sai tên"})
    corrected = commune.find(document)
    assert corrected.metadata_signature_key is None
    assert "chưa có chữ ký của cơ quan" in corrected.summary.problem
    assert "Ký dữ liệu đính chính" in commune.town.visitor("vanthu").get(f"/documents/{document}").text
    assert commune.seal(document).json()["accepted"] == [document]
    after = commune.find(document)
    assert (after.state, after.sealed_key, after.summary.problem) == (State.PUBLISHED, before.sealed_key, "")
    report = check_metadata(
        commune.bytes_of(after.metadata_key), commune.bytes_of(after.metadata_signature_key), commune.trust,
        commune.town.clock(),
    )  # fmt: skip
    assert report.verdict is Verdict.VALID
    assert commune.bytes_of(before.metadata_signature_key)
    assert commune.events(document)[-4:] == [
        "MetadataCorrected", "DataSealOrdered", "DataSealKeyUsed", "DataSealed",
    ]  # fmt: skip
    assert commune.seal(document).json()["refused"][0]["code"] == "forbidden"


def test_data_corrected_while_they_are_being_signed_are_not_covered_by_that_signature(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.published("H99-1")
    data = confirmed_data()
    assert isinstance(data["fields"], dict)
    clerk = commune.town.visitor("canbo")

    def correct(name: str) -> None:
        fields = {**data["fields"], "signer_name": name}  # type: ignore[dict-item]
        commune.town.step(clerk, document, "correction", {**data, "fields": fields, "reason": "sai tên"})

    class Meanwhile(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            correct("Mai Thị Ba")
            assert commune.archive.timestamper is not None
            return await commune.archive.timestamper.async_request_tsa_response(req)

    correct("Mai Thị Hai")
    commune.town.visitor("vanthu").post("/api/v1/seal-orders", json={"documents": [document]})
    sign_document(commune.post, commune.desk, document)
    slow = replace(commune.archive, timestamper=Meanwhile())  # type: ignore[no-untyped-call]
    time_document(commune.post, slow, document)
    commune.work()
    assert commune.find(document).metadata_signature_key is None
    assert "DataSealed" not in commune.events(document)
    commune.seal(document)
    assert commune.events(document)[-1] == "DataSealed"


def test_a_wrong_file_is_superseded_and_both_stay(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    wrong, right = commune.published("H99-1"), commune.published("H99-1", "đúng tệp")
    commune.step("lanhdao", wrong, "supersession", {"successor": right, "reason": "nhầm tệp"})
    assert (commune.find(wrong).state, commune.find(right).state) == (State.SUPERSEDED, State.PUBLISHED)
    assert commune.bytes_of(commune.find(wrong).sealed_key)


def test_a_revoked_result_stays_for_look_up_and_counts_no_more(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document, supervisor = commune.published("H99-1"), commune.town.visitor("lanhdao")
    body = {
        "reason": "cấp sai", "decision_number": "20/QĐ-UBND",
        "effective_at": (commune.town.clock() - timedelta(minutes=1)).isoformat(),
    }  # fmt: skip
    commune.step("lanhdao", document, "revocation", body)
    assert commune.find(document).state is State.REVOKED
    assert supervisor.get(f"/api/v1/documents/{document}/files/sealed").status_code == 200
    rates = supervisor.get("/api/v1/targets").json()
    assert [each["stock"]["numerator"] for each in rates] == [0] * len(rates) != []


def test_a_purge_by_two_persons_at_the_command_line_leaves_a_tombstone_and_no_byte(commune: Commune) -> None:
    commune.town.dossier("H99-1")
    document = commune.town.upload(
        commune.town.visitor("canbo"), "H99-1", picture("nhầm"), ordinal=1, **{"Idempotency-Key": "k1"}
    )
    commune.work()
    gone = commune.find(document)
    published = commune.published("H99-1", "khác")

    def sohoa(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
        return subprocess.run(
            [Path(sys.executable).with_name("sohoa"), "purge", *words, "--password", PASSWORD],
            env=environment | {"SOHOA_DATA": str(commune.town.parts.settings.data)},
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    propose = ("--ground", "Luật Lưu trữ 2011", "--decision", "3/QĐ-UBND")
    assert sohoa(document, "--as", "lanhdao", "--approve").returncode == 3
    assert sohoa(document, "--as", "lanhdao", *propose).returncode == 0
    assert sohoa(document, "--as", "lanhdao", "--approve").returncode == 3
    assert sohoa(document, "--as", "lanhdao2", "--approve").returncode == 0
    refused = sohoa(published, "--as", "lanhdao", *propose)
    assert refused.returncode == 3
    assert "đã công bố" in refused.stderr
    storage = commune.post.storage
    purge.remove_due(storage.database, storage.objects, commune.town.clock() + timedelta(hours=1))
    for key in (gone.scan_key, gone.reading_key, gone.archive_key):
        assert not storage.objects.exists(key or "")
    assert commune.events(document) == ["Received", "ReadDone", "PurgeProposed", "Purged"]
    with storage.database.read() as connection:
        assert connection.execute(sa.select(idempotency)).all() == []
    assert commune.find(published).state is State.PUBLISHED
