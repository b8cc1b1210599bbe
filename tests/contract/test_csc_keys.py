"""A remote service is asked so that nothing is lost, nothing is signed without leave, and no credential is locked."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from digitize.errors import KeyUnavailable, Misconfigured, SigningRefused
from tests.keys.csc_service import CLIENT, LOCKS_AFTER, PIN, Credential, CscDouble, Mishap
from tests.keys.csc_service import CLIENT_SECRET as SECRET
from tests.keys.ring import Kind, Ring, holder
from workers.keys import csc
from workers.keys.csc import CscKey, CscSigner, open_csc_key
from workers.keys.csc_wire import CscClient, CscService
from workers.keys.secret import OneTry, SecretFile
from workers.keys.turns import Turns

SHA256_OID = "2.16.840.1.101.3.4.2.1"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csc, "PAUSES_S", (0.01, 0.02))


@pytest.fixture
def service(ring: Ring) -> Iterator[CscDouble]:
    """The service of the ring, well again afterwards."""
    yield ring.service
    ring.service.mishaps.clear()
    ring.service.activation_life_s = 60.0


@contextmanager
def _credential(service: CscDouble, **faults: Any) -> Iterator[str]:  # noqa: ANN401 - fields of a credential
    own = holder(Kind.P256)
    made = Credential(own.key, (own.certificate, own.issuer), ("1.2.840.10045.4.3.2",))
    for name, value in faults.items():
        setattr(made, name, value)
    service.credentials["special"] = made
    try:
        yield "special"
    finally:
        del service.credentials["special"]


def _signer(ring: Ring, credential: str = "rsa", **changes: Any) -> CscSigner:  # noqa: ANN401 - fields of a service
    folder = ring.file.parent
    settings = {
        "url": ring.service.url, "token_url": ring.service.token_url, "client_id": CLIENT,
        "client_secret": SecretFile(folder / "csc.secret"), "timeout_s": 5.0,
    }  # fmt: skip
    client = CscClient(CscService("nhà cung cấp", **{**settings, **changes}))
    key = CscKey(client, credential, OneTry(SecretFile(ring.csc_pin), credential), patience_s=0.5)
    return open_csc_key(key, Turns(2))


def _value(signer: CscSigner, data: bytes = b"data") -> bytes:
    return asyncio.run(signer.async_sign_raw(data, "sha256"))


@pytest.mark.parametrize("method", ["credentials/authorize", "signatures/signHash"])
@pytest.mark.parametrize("mishap", [Mishap.BUSY, Mishap.DOWN, Mishap.LOST, Mishap.TOKEN_ENDED])
def test_what_passes_by_is_waited_for(ring: Ring, service: CscDouble, mishap: Mishap, method: str) -> None:
    signer = _signer(ring)
    service.mishaps[method] = [mishap, mishap] if mishap is not Mishap.TOKEN_ENDED else [mishap]
    _value(signer)
    assert service.mishaps[method] == []


def test_a_lost_answer_is_asked_for_again_under_a_new_authorisation(ring: Ring, service: CscDouble) -> None:
    signer = _signer(ring)
    service.mishaps["signatures/signHash"] = [Mishap.LOST]
    service.signed.clear()
    before = service.asked["credentials/authorize"]

    _value(signer, b"lost once")

    digest = b64encode(sha256(b"lost once").digest()).decode()
    assert service.signed == {digest: 2}
    assert service.asked["credentials/authorize"] == before + 2


def test_an_activation_that_ended_is_replaced(ring: Ring, service: CscDouble) -> None:
    signer = _signer(ring)
    service.activation_life_s = -1.0
    with pytest.raises(KeyUnavailable):
        _value(signer)
    service.activation_life_s = 60.0
    _value(signer)


def test_a_service_that_stays_away_is_a_matter_of_time_and_has_a_sentence(ring: Ring, service: CscDouble) -> None:
    signer = _signer(ring)
    service.mishaps["credentials/authorize"] = [Mishap.DOWN] * 100
    with pytest.raises(KeyUnavailable, match="nhà cung cấp") as caught:
        _value(signer)
    assert caught.value.retryable
    with pytest.raises(KeyUnavailable):
        _signer(ring, url="http://127.0.0.1:9/csc/v2")


def test_a_service_that_asks_its_user_first_is_waited_for(ring: Ring, service: CscDouble) -> None:
    service.mishaps["credentials/authorize"] = [Mishap.ASKS]
    _value(_signer(ring))
    assert service.asked["credentials/authorizeCheck"]


def test_plain_ecdsa_values_are_understood(ring: Ring, service: CscDouble) -> None:
    with _credential(service, plain_ecdsa=True) as name:
        assert _value(_signer(ring, name))[0] == 0x30


def test_a_credential_that_wants_a_code_by_phone_is_not_for_a_lane(ring: Ring, service: CscDouble) -> None:
    objects = (
        {"type": "Password", "id": "PIN", "format": "N"},
        {"type": "Password", "id": "OTP", "format": "N", "generator": "totp"},
    )
    with _credential(service, objects=objects) as name, pytest.raises(Misconfigured, match="OTP"):
        _value(_signer(ring, name))


def test_a_disabled_credential_does_not_sign(ring: Ring, service: CscDouble) -> None:
    with _credential(service, status="disabled") as name, pytest.raises(SigningRefused, match="tắt"):
        _signer(ring, name)
    with _credential(service) as name:
        signer = _signer(ring, name)
        service.credentials[name].status = "disabled"
        with pytest.raises(SigningRefused):
            _value(signer)


def test_an_algorithm_that_the_credential_does_not_offer_is_told(ring: Ring, service: CscDouble) -> None:
    with _credential(service, algorithms=("1.2.840.10045.4.3.4",)) as name:
        signer = _signer(ring, name)
        with pytest.raises(Misconfigured, match="thuật toán"):
            _value(signer)


def test_an_unknown_credential_and_an_unknown_application_are_the_operators_matter(
    ring: Ring, service: CscDouble, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match="credentialID"):
        _signer(ring, "nobody")
    wrong = tmp_path / "secret"
    wrong.write_text("sai")
    wrong.chmod(0o600)
    before = service.asked["token"]
    for _ in range(3):
        with pytest.raises(Misconfigured, match="mật khẩu ứng dụng"):
            _signer(ring, client_secret=SecretFile(wrong))
    assert service.asked["token"] == before + 1


@pytest.mark.parametrize("address", ["http://ky.example.vn/csc/v2", "ftp://127.0.0.1/", "//127.0.0.1", ""])
def test_nothing_is_sent_over_an_open_line(ring: Ring, address: str) -> None:
    with pytest.raises(Misconfigured, match="https"):
        _signer(ring, url=address)


def _call(service: CscDouble, method: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    granted = httpx.post(
        service.token_url,
        data={"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET},
    ).json()
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    answered: dict[str, Any] = httpx.post(f"{service.url}/{method}", json=body, headers=headers).json()
    return answered


def _activation(service: CscDouble, digest: str, number: int = 1, pin: str = PIN, name: str = "rsa") -> dict[str, Any]:
    return _call(
        service, "credentials/authorize", credentialID=name, numSignatures=number, hashes=[digest],
        hashAlgorithmOID=SHA256_OID, authData=[{"id": "PIN", "value": pin}],
    )  # fmt: skip


def _sign_hash(service: CscDouble, activation: str, digest: str) -> dict[str, Any]:
    return _call(
        service, "signatures/signHash", credentialID="rsa", SAD=activation, hashes=[digest],
        hashAlgorithmOID=SHA256_OID, signAlgo="1.2.840.113549.1.1.1",
    )  # fmt: skip


def test_the_double_keeps_the_rules_of_the_specification(service: CscDouble) -> None:
    one, other = (b64encode(sha256(each).digest()).decode() for each in (b"one", b"other"))
    assert _activation(service, one, number=2)["error_description"] == "Numbers of signatures is too high"
    assert _activation(service, one, number=0)["error_description"] == "Invalid value for parameter numSignatures"
    activation = _activation(service, one)["SAD"]
    assert _sign_hash(service, activation, other)["error_description"] == "Hash is not authorized by the SAD"
    assert "signatures" in _sign_hash(service, activation, one)
    assert _sign_hash(service, activation, one)["error_description"] == "Invalid parameter SAD"
    service.activation_life_s = -1.0
    ended = _activation(service, one)["SAD"]
    assert _sign_hash(service, ended, one)["error_description"] == "SAD expired"
    assert _sign_hash(service, ended, "YQ==")["error"] == "invalid_request"
    assert httpx.post(f"{service.url}/credentials/info", json={}).json()["error"] == "invalid_request"
    with _credential(service) as name:
        for _ in range(LOCKS_AFTER):
            assert _activation(service, one, pin="1", name=name)["error"] == "invalid_authentication_data"
        assert _activation(service, one, name=name)["error_description"] == "Credential locked"
