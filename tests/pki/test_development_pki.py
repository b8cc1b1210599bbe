"""The development PKI is made once, keeps its keys to itself and says what it is."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from digitize.errors import InvalidInput, Misconfigured, SigningRefused
from digitize.sign.eligibility import without_legal_value
from digitize.sign.keys import open_pkcs12
from tests.pki.world import NOW, world
from workers.demo.certificates import ORGANISATION
from workers.demo.pki import make_pki, open_pki


def test_a_second_call_keeps_what_is_there_and_adds_what_is_missing(tmp_path: Path) -> None:
    make_pki(tmp_path, [("c1", "An")], [], NOW)
    before = {place: place.read_bytes() for place in tmp_path.rglob("*") if place.is_file()}
    again = make_pki(tmp_path, [("c1", "An"), ("c2", "Bình")], [], NOW)
    ring = tmp_path / "keyring.json"
    assert all(place.read_bytes() == data for place, data in before.items() if place != ring)
    assert set(again.signers) == {"c1", "c2"}
    make_pki(tmp_path, [("c2", "Bình")], [], NOW)
    assert set(open_pki(tmp_path).signers) == {"c1", "c2"}, "nobody is forgotten"


def test_keys_and_passphrases_are_for_their_owner_only() -> None:
    folder = world().pki.folder
    secret = [*folder.glob("keys/*"), *folder.glob("authorities/*"), folder / "keyring.json"]
    assert len(secret) >= 11
    assert all(place.stat().st_mode & 0o777 == 0o600 for place in secret)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_certificate_confesses_that_it_has_no_legal_value() -> None:
    for entry in (*world().pki.signers.values(), world().pki.timestamp):
        certificate = open_pkcs12(*entry.read()).signing_cert
        assert certificate is not None
        assert without_legal_value(certificate)
        assert certificate.subject.native["organization_name"] == ORGANISATION


def test_only_roots_lie_in_the_folder_of_trust() -> None:
    assert [place.name for place in world().pki.trust.iterdir()] == ["root.pem"]


def test_an_id_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "pki", [("../../evil", "An")], [], NOW)
    assert pki.signers["../../evil"].p12.resolve().is_relative_to((tmp_path / "pki").resolve())


def test_a_long_vietnamese_name_is_cut_to_what_a_certificate_may_hold(tmp_path: Path) -> None:
    pki = make_pki(tmp_path, [], [("x", "ỦY BAN NHÂN DÂN THỊ TRẤN " + "Ễ" * 40)], NOW)
    certificate = open_pkcs12(*pki.signers["x"].read()).signing_cert
    assert certificate is not None
    assert certificate.subject.native["common_name"].startswith("ỦY BAN NHÂN DÂN THỊ TRẤN Ễ")


def test_two_signers_cannot_share_an_id(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="trùng"):
        make_pki(tmp_path, [("x", "An")], [("x", "UBND")], NOW)


def test_a_folder_without_a_pki_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="chưa được tạo"):
        open_pki(tmp_path)


def test_a_passphrase_opens_only_its_own_key() -> None:
    clerk, office = (world().pki.signers[each].read() for each in ("clerk", "office"))
    with pytest.raises(SigningRefused):
        open_pkcs12(clerk[0], office[1])


def test_the_authority_runs_as_a_program_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "workers.demo.tsa", "--folder", str(world().pki.folder), "--port", "18917"]
    running = subprocess.Popen(command)
    try:
        assert _alive("http://127.0.0.1:18917/health")
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert second.returncode == 1
        assert "Cổng 18917" in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        running.terminate()
        assert running.wait(10) == 0


def _alive(address: str) -> bool:
    for _ in range(100):
        try:
            return requests.get(address, timeout=1).status_code == 200
        except requests.ConnectionError:
            time.sleep(0.1)
    return False
