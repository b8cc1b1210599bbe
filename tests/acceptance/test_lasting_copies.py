"""A certified copy lasts: its proof is renewed, long timestamps find room, a revoked certifier gets no number."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from digitize.attest.lifecycle import CopyState
from digitize.model import Verdict, from_json, to_json
from digitize.sign.timing import UntimedSignature
from digitize.sign.verify import verify
from storage import heads, outbox, signature_health
from storage.audit import audit
from storage.known_files import what_is
from storage.objects import key_of
from storage.outbox import Lane
from storage.subjects import SubjectKind
from storage.tables import copies
from storage.tables import signature_health as calendar
from tests.door.bureau import PAGES, Bureau, must, open_bureau
from tests.door.plugin import Settled
from tests.pki.issuers import Issuers, lasting_authority, lasting_stamper
from tests.servers.process import free_port
from tests.unit.workers.test_evidence import changed, check
from workers.cli.program import run
from workers.copies.signing import sign_copy
from workers.copies.timing import time_copy
from workers.demo.pki import open_pki
from workers.demo.revocation import revoke
from workers.demo.tsa import serve
from workers.renewing import examine, order_renewal
from workers.sandbox import Sandbox
from workers.stamping_heads import stamp_head
from workers.tidying import void_overdue


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bureau(settled: Settled, tmp_path: Path, keys: Path, sandbox: Sandbox) -> Iterator[Bureau]:
    with open_bureau(settled, tmp_path, keys, sandbox, free_port()) as opened:
        yield opened


def renew(bureau: Bureau, copy: str, years: int) -> bytes:
    """Renew the proof by an authority whose certificate lasts so long; return the file of today."""
    with bureau.post.storage.database.write() as connection:
        connection.execute(calendar.delete())
    assert examine(bureau.post, bureau.archive, 10) == 1, "what was released by an older program"
    with bureau.post.storage.database.read() as connection:
        (fading,) = signature_health.fading(connection, bureau.town.clock() + timedelta(days=9000))
    assert (fading.subject, fading.kind) == (copy, SubjectKind.COPY)
    assert order_renewal(bureau.post, copy)
    stamper = lasting_stamper(bureau.pki.folder, years, bureau.town.clock)
    time_copy(bureau.post, replace(bureau.archive, timestamper=stamper), copy)
    return bureau.file(copy)


def test_a_copy_is_renewed_again_and_again_and_every_file_that_was_handed_out_is_known(bureau: Bureau) -> None:
    bureau.asleep = {Lane.DELIVER}
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    must(bureau.step(copy, "attestation", {"compared": True}))
    bureau.seal(copy)
    assert not order_renewal(bureau.post, copy), "it waits to be handed out"
    bureau.asleep = set()
    bureau.work()
    with bureau.post.storage.database.read() as connection:
        assert outbox.lanes_of(connection, copy) == {Lane.DELIVER}, "nobody takes the mail here"
    held = [bureau.file(copy)]
    for years in (9, 10):
        held.append(renew(bureau, copy, years))
        assert held[-1].startswith(held[-2])
        assert len(held[-1]) > len(held[-2])
        assert bureau.events(copy)[-1] == "Renewed"
        assert bureau.find(copy).state is CopyState.ISSUED
        with bureau.post.storage.database.read() as connection:
            assert outbox.lanes_of(connection, copy) == {Lane.DELIVER}, "its e-mail waits on"
    assert verify(held[-1], bureau.trust, bureau.town.clock()).verdict is Verdict.VALID
    link = must(bureau.person().post(f"/api/v1/copies/{copy}/links", headers={"If-Match": "*"}))
    assert bureau.town.visitor().get(link["url"].removeprefix(PAGES)).content == held[-1]
    with bureau.post.storage.database.read() as connection:
        known = [what_is(connection, key_of(pdf)) for pdf in held]
    assert [each is not None and "số 01" in each.clause for each in known] == [True] * 3
    found = audit(bureau.post.storage.database, lambda _token, _digest: pytest.fail("there is no head"))
    assert [each.told for each in found.findings if copy in each.row] == []


def test_the_evidence_of_a_copy_holds_on_a_bare_python_and_a_changed_byte_is_named(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = bureau.issued()
    bureau.town.clock.advance(timedelta(days=1))
    assert heads.make_due(bureau.post.storage.database, bureau.town.clock()) is not None
    assert stamp_head(bureau.post, bureau.archive.timestamper, 1)
    under_the_command(bureau, monkeypatch)
    file = tmp_path / "chung-cu.zip"
    assert run(["evidence", bureau.find(copy).code.printed, "-o", str(file)]) == 0
    assert "chứng minh trong 1 đầu cây" in capsys.readouterr().out
    made = file.read_bytes()
    code, told = check(made, tmp_path)
    assert code == 0, told
    for word in ("register_entry", "data/files/sealed.pdf: là tệp mà lịch sử ghi", "dấu thời gian trên đầu cây số 1"):
        assert word in told
    with zipfile.ZipFile(file) as opened:
        content = {name: opened.read(name) for name in opened.namelist()}
    assert json.loads(content["data/validation.json"])["report"]["verdict"] == "valid"
    for name in ("data/files/sealed.pdf", "data/files/signed.pdf", "data/proofs.json", "data/events.json"):
        after = bytearray(content[name])
        after[len(after) // 2] ^= 1
        code, told = check(changed(made, name, bytes(after)), tmp_path)
        assert code != 0, name
        assert name in told, told


def test_the_command_renews_an_issued_copy_whose_e_mail_still_waits(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = bureau.issued()
    before = bureau.file(copy)
    authority = lasting_authority(bureau.pki.folder, 9, bureau.town.clock)
    server = serve(authority, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        under_the_command(bureau, monkeypatch)
        monkeypatch.setenv("SOHOA_TSA_URL", f"http://127.0.0.1:{server.server_port}/")
        capsys.readouterr()
        assert run(["renew", "--within", "36500", "--json"]) == 0, capsys.readouterr()
    finally:
        server.shutdown()
        server.server_close()
    assert json.loads(capsys.readouterr().out) == {"renewed": 1, "failed": {}}
    assert bureau.file(copy).startswith(before)
    assert len(bureau.file(copy)) > len(before)
    assert bureau.events(copy)[-2:] == ["Delivered", "Renewed"]
    report = verify(bureau.file(copy), bureau.trust, bureau.town.clock())
    assert report.verdict is Verdict.VALID, report


def under_the_command(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work on this very registry."""
    monkeypatch.setenv("SOHOA_DATA", str(bureau.town.parts.settings.data))
    monkeypatch.setenv("SOHOA_TRUST", str(bureau.pki.trust))


def test_a_timestamp_larger_than_its_place_has_the_copy_signed_once_more_under_its_number(bureau: Bureau) -> None:
    copy = ordered(bureau)
    bureau.asleep = set()
    bureau.work()
    shown = bureau.shown(copy)
    assert (shown["state"], shown["numbering"]["number"]) == ("certifier_signed", "01")
    told = bureau.events(copy)
    assert (told.count("Numbered"), told.count("AttestKeyUsed"), told.count("PlaceTooSmall")) == (1, 2, 1)
    bureau.asleep = {Lane.TIMESTAMP}
    bureau.seal(copy)
    for state in (CopyState.SEAL_ORDERED, CopyState.CERTIFIER_SIGNED):
        shrink(bureau, copy)
        time_copy(bureau.post, bureau.archive, copy)
        assert bureau.find(copy).state is state
        bureau.work()
    assert "chỗ dành sẵn" in bureau.shown(copy)["problem"], "once by itself, not twice"
    bureau.asleep = {Lane.DELIVER}
    bureau.seal(copy)
    assert bureau.find(copy).state is CopyState.SEALED


def test_after_the_printed_day_the_certifiers_key_is_not_used_again(bureau: Bureau) -> None:
    copy = ordered(bureau)
    bureau.town.clock.advance(timedelta(days=1))
    bureau.asleep = set()
    bureau.work()
    assert bureau.find(copy).state is CopyState.TO_COMPARE
    assert "phải bỏ" in bureau.shown(copy)["problem"]
    assert "PlaceTooSmall" not in bureau.events(copy)
    void_overdue(bureau.post)
    assert bureau.find(copy).state is CopyState.VOID


def ordered(bureau: Bureau) -> str:
    """A copy that its certifier signed, with less room than its timestamp takes."""
    copy: str = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    bureau.asleep = {Lane.TIMESTAMP}
    must(bureau.step(copy, "attestation", {"compared": True}))
    shrink(bureau, copy)
    return copy


def shrink(bureau: Bureau, copy: str) -> None:
    """Leave less room for the signature than its timestamp takes, as an authority with a longer chain would."""
    objects = bureau.post.storage.objects
    untimed = from_json(objects.get(bureau.find(copy).untimed_key or ""), UntimedSignature)
    small = replace(untimed, end=untimed.start + 2 * len(untimed.cms) + 4)
    with bureau.post.storage.database.write() as connection:
        connection.execute(copies.update().where(copies.c.id == copy).values(untimed_key=objects.put(to_json(small))))


def test_a_certifier_whose_certificate_was_revoked_gets_no_number(bureau: Bureau, tmp_path: Path) -> None:
    pki = open_pki(shutil.copytree(bureau.pki.folder, tmp_path / "revoking"))
    copy = bureau.open()["copies"][0]["id"]
    must(bureau.capture(copy))
    bureau.asleep = {Lane.SEAL}
    must(bureau.step(copy, "attestation", {"compared": True}))
    now = bureau.town.clock()
    certificate = bureau.desk.signer(bureau.find(copy).signer or "", now).signing_cert
    assert certificate is not None
    revoke(pki.folder, x509.load_der_x509_certificate(certificate.dump()), now - timedelta(hours=1))
    sign_copy(bureau.post, replace(bureau.desk, revocation=Issuers(pki)), copy)
    shown = bureau.shown(copy)
    assert (shown["state"], shown["numbering"]) == ("to_compare", None)
    assert "đã bị thu hồi ngày" in shown["problem"]
