"""The doctor uses every part, names what is wrong and what to do, and never raises."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from storage.database import Database
from storage.migrate import migrate
from storage.s3 import S3Place
from storage.settings import Settings
from tests.servers.redis import RedisServer
from workers import doctor_keys, doctor_machine, doctor_parts
from workers.checks import Check, Condition, taken
from workers.doctor import examine, worst


def _by_name(checks: tuple[Check, ...], name: str) -> list[Check]:
    return [check for check in checks if check.name == name]


def _certificate(folder: Path, name: str, days: float) -> None:
    """Write a certificate that ends in so many days, and its key as PKCS#12."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1000))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    bundle = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"secret"))
    for file, data in (
        (f"{name}.pem", certificate.public_bytes(Encoding.PEM)),
        (f"{name}.p12", bundle),
        ("pass", b"secret"),
    ):
        (folder / file).write_bytes(data)
        (folder / file).chmod(0o600)


def _keyring(folder: Path, *names: str) -> Path:
    index = folder / "keyring.json"
    signers = {name: {"p12": f"{name}.p12", "passphrase_file": "pass"} for name in names}
    index.write_text(json.dumps({"signers": signers}), encoding="utf-8")
    index.chmod(0o600)
    return index


def test_a_healthy_service_is_found_healthy_and_only_the_absent_authority_is_named(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    _certificate(tmp_path / "keys", "office", 400)
    settings = Settings(
        data=tmp_path / "data",
        redis_url=SecretStr(redis_server.url),
        keyring=_keyring(tmp_path / "keys", "office"),
        trust=tmp_path / "keys",
    )
    (tmp_path / "data").mkdir()
    migrate(Database(settings.database))

    checks = examine(settings)

    wrong = {check.name: check for check in checks if check.verdict is not Condition.OK and check.name != "disk"}
    assert set(wrong) == {"timestamps"}, wrong
    assert "SOHOA_TSA_URL" in wrong["timestamps"].remedy
    assert {check.name for check in checks} == {
        "python", "settings", "tesseract", "fonts", "disk", "sandbox", "database", "queue", "object_store", "clock",
        "keyring", "trust", "timestamps", "webhooks", "exchange", "search",
    }  # fmt: skip
    assert list((tmp_path / "data" / "objects").rglob("[0-9a-f]*" * 8)) == []


def test_every_part_that_is_away_is_named_with_a_remedy_and_hides_no_other(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "data",
        database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"),
        redis_url=SecretStr("redis://127.0.0.1:1/0"),
        objects="s3",
        s3_endpoint="127.0.0.1:1",
        s3_access_key="a",
        s3_secret_key=SecretStr("b"),
        s3_secure=False,
        keyring=tmp_path / "absent.json",
        trust=tmp_path / "absent",
        tsa_url="http://127.0.0.1:1/tsa",
    )

    checks = examine(settings)

    for name in ("database", "queue", "object_store", "keyring", "trust"):
        (check,) = _by_name(checks, name)
        assert check.verdict is Condition.FAILED, check
        assert check.sentence
    (timestamps,) = _by_name(checks, "timestamps")
    assert timestamps.verdict is Condition.WARNING
    assert _by_name(checks, "tesseract")[0].verdict is Condition.OK
    assert worst(checks) is Condition.FAILED
    assert not any("Traceback" in check.sentence for check in checks)


def test_a_database_that_was_not_migrated_is_told(tmp_path: Path) -> None:
    (check,) = taken("database", lambda: doctor_parts.database(Settings(data=tmp_path)))

    assert check.verdict is Condition.FAILED
    assert "sohoa migrate" in check.remedy


def test_certificates_that_ended_or_end_soon_are_named(tmp_path: Path) -> None:
    for name, days in (("gone", -1.0), ("going", 10.0), ("good", 300.0)):
        _certificate(tmp_path / "keys", name, days)
    settings = Settings(
        data=tmp_path, trust=tmp_path / "keys", keyring=_keyring(tmp_path / "keys", "gone", "going", "good")
    )

    now = datetime.now(UTC)
    for look in (doctor_keys.keyring, doctor_keys.trust):
        told = {check.verdict: check.sentence for check in look(settings, now)}
        assert "“gone” đã hết hạn" in told[Condition.FAILED]
        assert "“going” hết hạn ngày" in told[Condition.WARNING]
        assert not any("good" in sentence for sentence in told.values())


def test_a_key_that_others_can_read_is_named(tmp_path: Path) -> None:
    _certificate(tmp_path / "keys", "office", 300)
    (tmp_path / "keys" / "pass").chmod(0o644)

    settings = Settings(data=tmp_path, keyring=_keyring(tmp_path / "keys", "office"))

    checks = list(doctor_keys.keyring(settings, datetime.now(UTC)))

    assert [check.verdict for check in checks] == [Condition.FAILED, Condition.OK]
    assert "pass" in checks[0].sentence


def test_a_redis_that_forgets_is_only_a_warning(tmp_path: Path, redis_server: RedisServer) -> None:
    import redis

    with redis.Redis.from_url(redis_server.url) as client:
        client.config_set("appendonly", "no")

    (check,) = doctor_parts.queue(Settings(data=tmp_path, redis_url=SecretStr(redis_server.url)))

    assert check.verdict is Condition.WARNING
    assert "appendonly" in check.sentence


def test_locks_that_the_bucket_cannot_hold_are_told(tmp_path: Path, s3_place: S3Place) -> None:
    settings = Settings(
        data=tmp_path,
        objects="s3",
        s3_endpoint=s3_place.endpoint,
        s3_bucket=s3_place.bucket,
        s3_access_key=s3_place.access_key,
        s3_secret_key=SecretStr(s3_place.secret_key),
        s3_secure=False,
    )
    (made,) = doctor_parts.object_store(settings)  # makes the bucket, without locks
    assert made.verdict is Condition.OK

    (check,) = doctor_parts.object_store(settings.model_copy(update={"s3_lock_days": 30}))

    assert check.verdict is Condition.WARNING
    assert "SOHOA_S3_LOCK_DAYS" in check.sentence


def test_a_bug_in_one_look_is_one_failed_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: object) -> os.stat_result:
        raise ZeroDivisionError

    monkeypatch.setattr("workers.doctor_machine.shutil.disk_usage", break_down)

    (check,) = taken("disk", lambda: doctor_machine.disk(Settings(data=tmp_path)))

    assert check.verdict is Condition.FAILED
    assert "ZeroDivisionError" in check.sentence
