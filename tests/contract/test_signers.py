"""Every way of holding a key signs alike: in a file, on a token, with a service, at the clerk's own machine."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import SignMixin

from digitize.errors import Misconfigured, SigningRefused
from digitize.halves import SignatureAlgorithm
from digitize.model import Verdict
from digitize.sign.apply import sign
from digitize.sign.keys import LoadedSigner
from digitize.sign.timing import add_time
from digitize.sign.two_step import complete, prepare
from digitize.sign.verify import verify
from tests.keys.csc_service import CLIENT_SECRET, Mishap
from tests.keys.csc_service import PIN as CSC_PIN
from tests.keys.ring import PASSPHRASE, Kind, Ring, holder, openssl_accepts
from tests.keys.softhsm import MODULE, PIN
from tests.pki.world import NOW, StrangeSigner, archive_page, strange_signer
from workers.keyring import Keyring
from workers.keys.module import Module, module
from workers.keys.pkcs11 import TokenSigner
from workers.keys.secret import SecretFile
from workers.keys.token import OpenSession, Token

HELD_HERE = ("pkcs12", "pkcs11", "csc")
"""Adapters that the keyring opens; the two-step one has its key elsewhere."""


def sign_with(adapter: str, kind: Kind, ring: Ring) -> bytes:
    """Sign a page by an adapter, B-B."""
    if adapter == "two-step":
        own = holder(kind)
        return by_soft_token(kind, own, own)
    return sign(archive_page(), kind.order, Keyring(ring.file).signer(f"{adapter}-{kind}"), None, NOW).pdf


def by_soft_token(kind: Kind, shown: StrangeSigner, used: StrangeSigner) -> bytes:
    """Sign in two steps; the token shows one certificate and uses the key of another, or of the same."""
    chain = tuple(each.public_bytes(Encoding.DER) for each in (shown.certificate, shown.issuer))
    prepared = prepare(archive_page(), kind.order, chain, NOW)
    how = hashes.SHA384() if prepared.half.digest_algorithm == "sha384" else hashes.SHA256()
    if isinstance(used.key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(how), prepared.half.salt_bytes)
        chosen = pss if prepared.half.algorithm is SignatureAlgorithm.RSASSA_PSS else padding.PKCS1v15()
        value = used.key.sign(prepared.half.to_sign, chosen, how)
    else:
        value = used.key.sign(prepared.half.to_sign, ec.ECDSA(how))
    return add_time(complete(prepared, value, NOW), archive_page(), None, NOW).pdf


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("adapter", [*HELD_HERE, "two-step"])
def test_our_verifier_and_openssl_accept_what_every_key_signs(
    adapter: str, kind: Kind, ring: Ring, tmp_path: Path
) -> None:
    signed = sign_with(adapter, kind, ring)

    report = verify(signed, holder(kind).trust, NOW)
    assert report.verdict is Verdict.VALID, report
    assert report.signatures[0].algorithm == kind.algorithm
    openssl_accepts(signed, kind, tmp_path)


def _mismatched_file(_: Ring) -> None:
    stranger = strange_signer()
    LoadedSigner(x509.Certificate.load(holder(Kind.P256).certificate.public_bytes(Encoding.DER)), (), stranger.key)


def _mismatched_token(ring: Ring) -> None:
    foreign = ring.file.parent / "foreign.pem"
    foreign.write_bytes(strange_signer().certificate.public_bytes(Encoding.PEM))
    other = ring.file.with_name("mismatched.toml")
    entry = '[signers.pkcs11-p256]\nadapter = "pkcs11"'
    other.write_text(ring.file.read_text().replace(entry, f'{entry}\ncertificates = "foreign.pem"'))
    sign(archive_page(), Kind.P256.order, Keyring(other).signer("pkcs11-p256"), None, NOW)


def _mismatched_credential(ring: Ring) -> None:
    credential = ring.service.credentials["p256"]
    right, credential.key = credential.key, strange_signer().key
    try:
        sign_with("csc", Kind.P256, ring)
    finally:
        credential.key = right


def _mismatched_hand(_: Ring) -> None:
    by_soft_token(Kind.P256, holder(Kind.P256), strange_signer())


@pytest.mark.parametrize(
    "attempt",
    [_mismatched_file, _mismatched_token, _mismatched_credential, _mismatched_hand],
    ids=["pkcs12", "pkcs11", "csc", "two-step"],
)
def test_a_key_that_does_not_belong_to_the_certificate_makes_no_signature(
    attempt: Callable[[Ring], None], ring: Ring
) -> None:
    with pytest.raises(SigningRefused, match="không khớp"):
        attempt(ring)


def test_a_token_with_another_key_is_found_out_before_the_document_is_signed(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[bytes] = []
    raw = TokenSigner._raw

    def spy(self: TokenSigner, opened: OpenSession, key: SignMixin, data: bytes, digest: str) -> bytes:
        signed.append(data)
        return raw(self, opened, key, data, digest)

    monkeypatch.setattr(TokenSigner, "_raw", spy)
    with pytest.raises(SigningRefused):
        _mismatched_token(ring)
    assert all(data.startswith(b"sohoa: ") for data in signed)
    assert signed


@pytest.mark.parametrize("adapter", HELD_HERE)
def test_eight_threads_sign_forty_times_and_nobody_starves(
    adapter: str, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[OpenSession] = []
    open_one, raw = Token._open, TokenSigner._raw

    def count(self: Token, library: Module) -> OpenSession:
        opened.append(open_one(self, library))
        return opened[-1]

    def slowly(self: TokenSigner, session: OpenSession, key: SignMixin, data: bytes, digest: str) -> bytes:
        time.sleep(0.05)  # as a device takes, so that the threads meet there
        return raw(self, session, key, data, digest)

    monkeypatch.setattr(Token, "_open", count)
    monkeypatch.setattr(TokenSigner, "_raw", slowly)
    monkeypatch.setattr(ring.service, "pause_s", 0.05)
    keyring = Keyring(ring.file)
    ring.service.most_at_once = 0
    done: dict[int, int] = {}

    def five_times(thread: int) -> None:
        signer = keyring.signer(f"{adapter}-p256")
        for _ in range(5):
            signed = sign(archive_page(), Kind.P256.order, signer, None, NOW)
            assert verify(signed.pdf, holder(Kind.P256).trust, NOW).verdict is Verdict.VALID
            done[thread] = done.get(thread, 0) + 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(five_times, range(8)))

    assert done == dict.fromkeys(range(8), 5)
    assert len(opened) <= 2
    assert ring.service.most_at_once <= 2


@pytest.mark.parametrize("adapter", ["pkcs11", "csc"])
def test_a_wrong_pin_is_told_in_one_sentence_and_offered_once_until_the_file_changes(
    adapter: str, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, right = (ring.token_pin, PIN) if adapter == "pkcs11" else (ring.csc_pin, CSC_PIN)
    offered: list[str] = []
    read = SecretFile.read

    def spy(self: SecretFile) -> str:
        if self.path == file:
            offered.append(read(self))
        return read(self)

    monkeypatch.setattr(SecretFile, "read", spy)
    _log_out()
    file.write_text("000000")
    try:
        sentences = set()
        for _ in range(5):  # each time as a process of its own would: nothing is remembered but beside the file
            with pytest.raises(Misconfigured, match="PIN") as caught:
                sign_with(adapter, Kind.P256, ring)
            sentences.add(caught.value.message)
    finally:
        file.write_text(right)
    assert len(sentences) == 1
    assert offered == ["000000"]
    assert ring.service.credentials["p256"].wrong_pins <= 1

    assert verify(sign_with(adapter, Kind.P256, ring), holder(Kind.P256).trust, NOW).verdict is Verdict.VALID


def _log_out() -> None:
    """End all sessions, as a start of the process does."""
    loaded = module(MODULE)
    with loaded.use() as epoch:
        pass
    loaded.restart(epoch)


@pytest.mark.parametrize("adapter", HELD_HERE)
def test_no_secret_is_seen_in_the_environment_the_command_line_the_log_or_a_description(
    adapter: str, ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keyring = Keyring(ring.file)
    signer = keyring.signer(f"{adapter}-rsa")
    sign(archive_page(), Kind.RSA.order, signer, None, NOW)

    seen = [caplog.text, Path("/proc/self/cmdline").read_text(), Path("/proc/self/environ").read_text()]
    seen += [repr(part) for part in _parts_of(keyring)]
    for secret in (PIN, CSC_PIN, CLIENT_SECRET, PASSPHRASE):
        assert not any(secret in text for text in seen)


def _parts_of(whole: object, depth: int = 6) -> Iterator[object]:
    """Walk through an object and what it holds."""
    yield whole
    if depth:
        held = whole.values() if isinstance(whole, dict) else getattr(whole, "__dict__", {}).values()
        for part in [*held, *(whole if isinstance(whole, tuple | list) else ())]:
            yield from _parts_of(part, depth - 1)


@pytest.mark.parametrize("adapter", HELD_HERE)
def test_two_sealing_processes_sign_at_once(adapter: str, ring: Ring) -> None:
    program = (
        "import sys; from pathlib import Path; from workers.keyring import Keyring; import asyncio, hashlib\n"
        "signer = Keyring(Path(sys.argv[1])).signer(sys.argv[2])\n"
        "for number in range(10):\n"
        "    asyncio.run(signer.async_sign(hashlib.sha256(bytes([number])).digest(), 'sha256', use_pades=True))\n"
        "print('whole')"
    )
    command = [sys.executable, "-c", program, str(ring.file), f"{adapter}-p256"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == ["whole\n", "whole\n"]


def test_a_double_click_at_the_service_is_one_signature(ring: Ring) -> None:
    keyring = Keyring(ring.file)
    signer = keyring.signer("csc-rsa")
    ring.service.mishaps["signatures/signHash"] = [Mishap.BUSY]
    ring.service.signed.clear()
    values: list[bytes] = []

    def click() -> None:
        values.append(asyncio.run(signer.async_sign_raw(b"once", "sha256")))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len(set(values)) == 1
    assert len(values) == 4
    assert list(ring.service.signed.values()) == [1]
