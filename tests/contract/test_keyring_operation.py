"""What the operator does with keys that lie elsewhere: `sohoa doctor` looks at each, `sohoa sign` uses one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from digitize.model import Verdict
from digitize.sign.verify import verify
from storage.settings import Settings
from tests.keys.csc_service import Mishap
from tests.keys.ring import Ring
from tests.keys.softhsm import MODULE
from tests.pki.world import NOW, archive_page, strange_signer
from workers import doctor_keys
from workers.checks import Check, Condition


def _examine(ring: Ring, file: Path | None = None, now: datetime = NOW) -> list[Check]:
    return list(doctor_keys.keyring(Settings(data=ring.file.parent, keyring=file or ring.file), now))


@pytest.fixture
def careful(ring: Ring) -> Ring:
    """The ring with every file as it should be."""
    for file in ring.file.parent.iterdir():
        file.chmod(0o600)
    return ring


def test_the_doctor_opens_every_key_of_every_adapter(careful: Ring) -> None:
    (check,) = _examine(careful)
    assert check.verdict is Condition.OK, check
    assert "12 trên 12" in check.sentence


def test_the_doctor_names_a_pin_file_that_others_can_read(careful: Ring) -> None:
    careful.token_pin.chmod(0o640)
    told = _examine(careful)
    careful.token_pin.chmod(0o600)
    assert told[0].verdict is Condition.FAILED
    assert "hsm.pin" in told[0].sentence
    assert "chmod 600" in told[0].remedy


def test_the_doctor_goes_on_where_one_service_is_away(careful: Ring) -> None:
    careful.service.mishaps["credentials/info"] = [Mishap.DOWN] * 4
    told = _examine(careful)
    careful.service.mishaps.clear()
    failures = [check for check in told if check.verdict is Condition.FAILED]
    assert len(failures) == 4
    assert all("csc-" in check.sentence for check in failures)
    assert "8 trên 12" in told[-1].sentence


def test_the_doctor_finds_a_token_whose_key_is_not_the_certificates(careful: Ring) -> None:
    foreign = careful.file.parent / "other.pem"
    foreign.write_bytes(_pem())
    foreign.chmod(0o600)
    file = careful.file.with_name("other.toml")
    file.write_text(
        f'[tokens.hsm]\nmodule = "{MODULE}"\nlabel = "{careful.token}"\npin_file = "hsm.pin"\n'
        '[signers.a]\nadapter = "pkcs11"\ntokens = ["hsm"]\nkey_label = "p256"\ncertificates = "other.pem"\n'
    )
    file.chmod(0o600)
    told = _examine(careful, file)
    assert told[0].verdict is Condition.FAILED
    assert "không khớp" in told[0].sentence


def test_the_doctor_tells_when_a_certificate_on_a_token_ends(careful: Ring) -> None:
    told = _examine(careful, now=NOW + timedelta(days=350))
    soon = [check.sentence for check in told if check.verdict is Condition.WARNING]
    assert any("pkcs11-p256" in sentence and "hết hạn ngày" in sentence for sentence in soon)


def test_the_sign_command_takes_a_key_from_a_token(careful: Ring, tmp_path: Path) -> None:
    now, label = datetime.now(UTC), uuid4().hex[:12]
    own = strange_signer(begins=now - timedelta(days=1), ends=now + timedelta(days=1))
    careful.hsm.add_token(label)
    careful.hsm.load(label, "văn thư", own.key, (own.certificate, own.issuer))
    (tmp_path / "pin").write_bytes(careful.token_pin.read_bytes())
    (tmp_path / "pin").chmod(0o600)
    (tmp_path / "keyring.toml").write_text(
        f'[tokens.hsm]\nmodule = "{MODULE}"\nlabel = "{label}"\npin_file = "pin"\n'
        '[signers.van-thu]\nadapter = "pkcs11"\ntokens = ["hsm"]\nkey_label = "văn thư"\n'
    )
    (tmp_path / "in.pdf").write_bytes(archive_page())

    said = _sign(tmp_path, "--keyring", "keyring.toml", "--key", "van-thu")

    assert said.returncode == 0, said.stderr
    report = verify((tmp_path / "out.pdf").read_bytes(), own.trust, datetime.now(UTC))
    assert report.verdict is Verdict.VALID


@pytest.mark.parametrize("words", [(), ("--keyring", "keyring.toml")])
def test_the_sign_command_asks_which_key(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "in.pdf").write_bytes(archive_page())
    said = _sign(tmp_path, *words)
    assert said.returncode == 2
    assert "khóa" in said.stderr
    assert "Traceback" not in said.stderr


def _sign(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("sohoa")
    command = [str(program), "sign", "in.pdf", "-o", "out.pdf", "--as", "clerk", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ})


def _pem() -> bytes:
    return strange_signer().certificate.public_bytes(Encoding.PEM)
