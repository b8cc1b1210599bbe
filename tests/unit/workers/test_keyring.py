"""Keys are opened once and found by id."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from asn1crypto import pem

from digitize.errors import Misconfigured, SigningRefused
from digitize.sign.eligibility import common_name
from tests.faults.town import now
from tests.pki.world import world
from workers.demo.pki import make_pki
from workers.keyring import Keyring
from workers.keys.opening import read_certificates


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


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('adapter = "pkcs11"\ntokens = ["hsm"]\nkey_label = "k"', r"\[tokens\.hsm\]"),
        ('adapter = "pkcs11"\ntokens = []\nkey_label = "k"', "tokens"),
        ('adapter = "pkcs11"\ntokens = ["hsm"]', "key_label"),
        ('adapter = "pkcs11"\ntokens = ["hsm"]\nkey_id = "0g"', "key_id"),
        ('adapter = "csc"\nservice = "ai"\ncredential = "c"', r"\[services\.ai\]"),
        ('adapter = "vnpt"', "vnpt"),
        ('adapter = "pkcs11"\ntokens = ["hsm"]\nkey_label = "k"\npin = "1234"', "pin"),
        ('p12 = "a.p12"\npassphrase = "x"', "passphrase"),
    ],
)
def test_a_wrong_entry_is_told_by_its_name(tmp_path: Path, entry: str, why: str) -> None:
    file = tmp_path / "keyring.toml"
    file.write_text(f"[signers.a]\n{entry}\n")
    with pytest.raises(Misconfigured, match=why):
        Keyring(file).signer("a")


def test_toml_and_json_name_a_file_alike(tmp_path: Path) -> None:
    pki = make_pki(tmp_path, [("a", "Người A")], [], now())
    names = {field: str(value.relative_to(tmp_path)) for field, value in asdict(pki.signers["a"]).items()}
    toml = tmp_path / "keyring.toml"
    toml.write_text("[signers.a]\n" + "".join(f'{field} = "{value}"\n' for field, value in names.items()))
    assert common_name(Keyring(toml).signer("a").signing_cert) == "Người A"
    assert common_name(Keyring(tmp_path).signer("a").signing_cert) == "Người A"
    (tmp_path / "keyring.json").unlink()
    assert common_name(Keyring(tmp_path).signer("a").signing_cert) == "Người A"


def test_certificates_are_read_from_pem_and_from_der(tmp_path: Path) -> None:
    own = world().clerk.signing_cert
    assert own is not None
    (tmp_path / "one.der").write_bytes(own.dump())
    (tmp_path / "two.pem").write_bytes(pem.armor("CERTIFICATE", own.dump()) * 2)
    assert [one.dump() for one in read_certificates(tmp_path / "one.der")] == [own.dump()]
    assert [one.dump() for one in read_certificates(tmp_path / "two.pem")] == [own.dump()] * 2
    for name, content in (("missing", None), ("empty", b""), ("other", b"-----BEGIN X-----")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Misconfigured, match="chứng thư số"):
            read_certificates(tmp_path / name)
