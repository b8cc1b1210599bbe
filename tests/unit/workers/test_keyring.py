"""Keys are opened once and found by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitize.errors import Misconfigured, SigningRefused
from digitize.sign.eligibility import common_name
from tests.faults.town import now
from workers.demo.pki import make_pki
from workers.keyring import Keyring


def test_a_key_is_opened_once_and_stays_loaded(tmp_path: Path) -> None:
    keyring = Keyring(make_pki(tmp_path, [("a", "Người A")], [], now()).keyring)
    first = keyring.signer("a")
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    assert keyring.signer("a") is first


def test_a_key_that_was_added_later_is_found_without_a_restart(tmp_path: Path) -> None:
    keyring = Keyring(make_pki(tmp_path, [("a", "Người A")], [], now()).keyring)
    with pytest.raises(SigningRefused):
        keyring.signer("b")
    make_pki(tmp_path, [("b", "Người B")], [], now())
    assert common_name(keyring.signer("b").signing_cert) == "Người B"


@pytest.mark.parametrize("index", ["", "{}", '{"signers": {"a": {}}}', '{"signers": {"a": {"p12": 1}}}', "\x00"])
def test_a_damaged_index_is_a_matter_for_the_operator(tmp_path: Path, index: str) -> None:
    file = tmp_path / "keyring.json"
    file.write_text(index)
    with pytest.raises(Misconfigured):
        Keyring(file).signer("a")


def test_a_missing_key_file_is_a_matter_for_the_operator(tmp_path: Path) -> None:
    keyring = make_pki(tmp_path, [("a", "Người A")], [], now()).keyring
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    with pytest.raises(Misconfigured):
        Keyring(keyring).signer("a")
