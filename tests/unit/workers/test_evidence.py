"""The evidence bundle holds on a bare Python, and any changed byte of it is named."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from digitize.errors import TimestampUnavailable
from storage import evidence, heads
from storage.audit import audit
from storage.tables import captures
from tests.faults.town import now
from tests.unit.workers.conftest import Place
from tests.unit.workers.test_signing import Office, office  # noqa: F401 - a fixture
from workers.cli.proving import _judge_by
from workers.delivery import deliver_document
from workers.evidence import BundleOrder, make_bundle
from workers.stamping_heads import stamp_head

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

SCRIPT = Path(str(files("workers.evidence").joinpath("verify_evidence.py")))


@pytest.fixture
def published(office: Office) -> Office:  # noqa: F811 - the fixture above
    """A document that went the whole way, and the stamped head of its day."""
    town, document = office.town, office.document
    town.order_capture(document)
    office.sign()
    town.confirm(document)
    town.order_seal([document])
    office.sign()
    deliver_document(office.place.post, 0, document)
    found = town.document(document)
    with town.storage.database.write() as connection:  # as the reading worker enters it
        connection.execute(captures.update().values(reading_key=found.reading_key, archive_key=found.archive_key))
    office.place.clock.forward(24 * 3600)
    assert heads.make_due(office.place.post.storage.database, office.place.clock()) is not None
    office.place.clock.ahead = timedelta()
    assert stamp_head(office.place.post, office.archive.timestamper, 1)
    return office


def bundle(published: Office, *, scan: bool = True, private: bool = True) -> bytes:
    post = published.place.post
    with post.storage.database.read() as connection:
        found = evidence.collect(connection, published.document, private=private)
    return make_bundle(found, post.storage.objects, BundleOrder(scan, published.archive.trust), now())


def check(made: bytes, folder: Path, *options: str) -> tuple[int, str]:
    """Run the script on a bare interpreter: no site packages, nothing of ours on the path."""
    file = folder / "bundle.zip"
    file.write_bytes(made)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(file), *options], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def changed(made: bytes, name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(held, "w") as after:
        for each in before.namelist():
            after.writestr(each, content if each == name else before.read(each))
    return held.getvalue()


def test_a_bundle_holds_on_a_bare_python(published: Office, tmp_path: Path) -> None:
    made = bundle(published)
    code, told = check(made, tmp_path)
    assert code == 0, told
    assert "dấu thời gian trên đầu cây số 1" in told
    assert "chữ ký trên dữ liệu đã xác nhận" in told
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        report = json.loads(opened.read("data/validation.json"))
    assert report["report"]["verdict"] == "valid"


def test_any_changed_byte_of_any_file_of_a_bundle_is_named(published: Office, tmp_path: Path) -> None:
    made = bundle(published)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        content = {name: opened.read(name) for name in opened.namelist()}
    for name, before in content.items():
        place = len(before) * 2 // 3
        after = before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :]
        code, told = check(changed(made, name, after), tmp_path)
        assert code != 0, name
        assert name in told or name.rsplit("/", maxsplit=1)[-1] in told, (name, told)


def test_a_forged_event_is_named_even_when_every_list_was_made_anew(published: Office, tmp_path: Path) -> None:
    from workers.evidence.bundle import hashes

    made = bundle(published)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        content = {name: opened.read(name) for name in opened.namelist()}
    content["data/events.json"] = content["data/events.json"].replace(b'"nguoi-quet"', b'"nguoi-khac"', 1)
    payload = {name: each for name, each in content.items() if name.startswith("data/")}
    content["manifest-sha256.txt"] = hashes(payload)
    tags = {name: each for name, each in content.items() if name not in payload and not name.startswith("tag")}
    content["tagmanifest-sha256.txt"] = hashes(tags)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as after:
        for name, each in content.items():
            after.writestr(name, each)
    code, told = check(held.getvalue(), tmp_path)
    assert code == 1
    assert "data/events.json: sự kiện 1 (Received) đã bị sửa" in told


def test_another_head_than_the_one_that_somebody_keeps_fails(published: Office, tmp_path: Path) -> None:
    with published.place.post.storage.database.read() as connection:
        kept = heads.heads(connection)[0].kept_hash
    made = bundle(published)
    assert check(made, tmp_path, "--head", kept)[0] == 0
    assert check(made, tmp_path, "--head", "0" * 64)[0] == 1


def test_the_same_evidence_gives_the_same_bytes_and_may_leave_the_scan_out(published: Office, tmp_path: Path) -> None:
    moment = now()
    post = published.place.post
    with post.storage.database.read() as connection:
        found = evidence.collect(connection, published.document, private=False)
    order = BundleOrder(scan=False, trust=published.archive.trust)
    one, two = (make_bundle(found, post.storage.objects, order, moment) for _ in range(2))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as opened:
        names = opened.namelist()
    assert not [name for name in names if name.startswith("data/files/scan")]
    assert "data/private.json" not in names
    code, told = check(one, tmp_path)
    assert code == 0, told
    assert "chỉ có mã băm" in told


def test_what_is_no_bundle_is_refused_without_a_traceback(place: Place, tmp_path: Path) -> None:
    assert place.town
    assert check(b"no zip", tmp_path)[0] == 2


def test_a_head_waits_in_the_open_while_the_authority_is_away(published: Office) -> None:
    class Away:
        async def async_timestamp(self, _digest: bytes, _algorithm: str) -> None:
            raise TimestampUnavailable

    post = published.place.post
    published.place.clock.forward(48 * 3600)
    assert heads.make_due(post.storage.database, published.place.clock()) is not None
    with post.storage.database.read() as connection:
        assert [hint.subject for hint in heads.due(connection, post.clock())] == ["merkle-head-2"]
    assert not stamp_head(post, Away(), 2)  # type: ignore[arg-type]  # an authority that never answers
    assert not stamp_head(post, None, 2)
    published.place.clock.ahead = timedelta()
    assert stamp_head(post, published.archive.timestamper, 2)
    with post.storage.database.read() as connection:
        assert heads.due(connection, now() + timedelta(days=3)) == []


def test_the_registry_of_a_real_life_passes_the_audit(published: Office) -> None:
    def judge(token: bytes, digest: str):  # noqa: ANN202  # as the command does
        return _judge_by(published.archive.trust, now(), token, digest)

    found = audit(published.place.post.storage.database, judge)
    assert [finding.told for finding in found.findings] == []
    assert (found.heads, found.untimed) == (1, 0)
