"""A token at the clerk's machine signs; the key is never in this process."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from digitize.errors import Conflict, InvalidInput, SigningRefused
from digitize.halves import SignatureRequest
from digitize.model import Role, Verdict, from_json, to_json
from digitize.sign.elsewhere import refuse_other_holder
from digitize.sign.metadata import PreparedMetadata, check_metadata, complete_metadata, prepare_metadata
from digitize.sign.timing import UntimedSignature, add_time
from digitize.sign.two_step import PreparedSignature, complete, prepare
from digitize.sign.verify import self_check, verify
from tests.pki.world import CLERK_ORDER, NOW, archive_page, strange_signer, world
from workers.by_token import PreparedOrder


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    """The clerk's token."""
    return Token(tmp_path_factory.mktemp("token"))


class Token:
    """The clerk's key in another process: the openssl program."""

    def __init__(self, folder: Path) -> None:
        """Take the key out of the bundle."""
        bundle, passphrase = world().pki.signers["clerk"].read()
        key, certificate, chain = pkcs12.load_key_and_certificates(bundle, passphrase.encode())
        assert key is not None
        assert certificate is not None
        self._key = folder / "key.pem"
        self._key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.chain = tuple(each.public_bytes(Encoding.DER) for each in (certificate, *chain))

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest by PKCS#1 v1.5."""
        command: list[str | Path] = [
            *("openssl", "pkeyutl", "-sign", "-inkey", self._key),
            *("-pkeyopt", "digest:sha256"),
        ]
        return subprocess.run(command, input=digest, capture_output=True, check=True).stdout


def test_a_value_from_another_process_completes_the_signature(token: Token) -> None:
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    carried = from_json(to_json(prepared), PreparedSignature)
    assert carried == prepared
    value = token.sign_digest(carried.half.digest_to_sign)
    untimed = complete(carried, value, NOW + timedelta(minutes=2))
    waiting = from_json(to_json(untimed), UntimedSignature)
    assert waiting == untimed
    signed = add_time(waiting, archive_page(), world().authority, NOW + timedelta(minutes=2))
    assert signed.pdf.startswith(archive_page())
    assert signed.level == "B-T"
    assert self_check(signed.pdf, Role.CLERK, world().trust, NOW).verdict is Verdict.VALID


def test_what_is_kept_between_the_steps_does_not_hold_the_file(token: Token) -> None:
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    assert archive_page() not in prepared.tail
    assert len(to_json(prepared)) < 160_000


def test_a_value_of_another_key_is_refused_before_it_is_stamped(token: Token) -> None:
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    value = token.sign_digest(bytes(32))
    for wrong in (value, b"", value[:-1], bytes(256)):
        with pytest.raises(SigningRefused, match="không khớp"):
            complete(prepared, wrong, NOW)


def test_a_value_for_another_file_is_refused(token: Token) -> None:
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    value = token.sign_digest(prepared.half.digest_to_sign)
    untimed = complete(prepared, value, NOW)
    with pytest.raises(Conflict, match="đã khác"):
        add_time(untimed, archive_page(rotation=90), None, NOW)


def test_a_value_that_comes_too_late_is_refused(token: Token) -> None:
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    value = token.sign_digest(prepared.half.digest_to_sign)
    untimed = complete(prepared, value, NOW + timedelta(minutes=15))
    assert add_time(untimed, archive_page(), None, NOW + timedelta(minutes=15)).level == "B-B"
    with pytest.raises(SigningRefused, match="hết hạn"):
        complete(prepared, value, NOW + timedelta(minutes=15, seconds=1))


def test_the_same_value_may_be_completed_again(token: Token) -> None:
    """A worker that dies between the timestamp and the commit finds the same signature when it is run again."""
    prepared = prepare(archive_page(), CLERK_ORDER, token.chain, NOW)
    value = token.sign_digest(prepared.half.digest_to_sign)
    first = complete(prepared, value, NOW)
    assert complete(prepared, value, NOW) == first


def test_a_certificate_that_must_not_sign_is_refused_before_the_token_is_asked() -> None:
    with pytest.raises(InvalidInput):
        prepare(archive_page(), CLERK_ORDER, (), NOW)
    with pytest.raises(InvalidInput, match="không đọc được"):
        prepare(archive_page(), CLERK_ORDER, (b"no certificate",), NOW)
    expired = strange_signer(ends=NOW - timedelta(hours=1)).certificate.public_bytes(Encoding.DER)
    with pytest.raises(SigningRefused, match="đã hết hạn"):
        prepare(archive_page(), CLERK_ORDER, (expired,), NOW)


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        ("ỦY BAN NHÂN DÂN XÃ SUỐI NGÀN", "Uỷ ban nhân dân xã Suối Ngàn"),
        ("NGUYEN THI HUONG", "Nguyễn Thị Hương"),
        ("Nguyễn  Thị Hương", "Nguyễn Thị Hương"),
    ],
)
def test_a_token_is_the_holders_however_its_certificate_writes_the_name(held: str, shown: str) -> None:
    refuse_other_holder(held, shown)


@pytest.mark.parametrize("held", ["Nguyễn Thị Hường", "Nguyễn Thị", "NGUYEN THI HANH", "Ủy ban nhân dân xã"])
def test_a_token_of_somebody_else_is_refused(held: str) -> None:
    with pytest.raises(SigningRefused, match="không phải"):
        refuse_other_holder(held, "Nguyễn Thị Hương")


def test_a_token_signs_data_as_a_key_that_lies_here_does(token: Token) -> None:
    record = b'{"number":"15/QD-UBND"}'
    prepared = prepare_metadata(record, token.chain, NOW)
    assert from_json(to_json(prepared), PreparedMetadata) == prepared
    made = complete_metadata(prepared, token.sign_digest(prepared.half.digest_to_sign), NOW)
    assert check_metadata(record, made, world().trust, NOW).verdict is Verdict.VALID
    assert check_metadata(record + b" ", made, world().trust, NOW).verdict is Verdict.INVALID
    with pytest.raises(SigningRefused, match="không khớp"):
        complete_metadata(prepared, token.sign_digest(bytes(32)), NOW)
    with pytest.raises(SigningRefused, match="hết hạn"):
        complete_metadata(prepared, token.sign_digest(prepared.half.digest_to_sign), NOW + timedelta(minutes=16))


def test_what_a_token_must_know_is_read_without_the_file(token: Token) -> None:
    order = PreparedOrder(
        prepare(archive_page(), CLERK_ORDER, token.chain, NOW), prepare_metadata(b"{}", token.chain, NOW)
    )
    request = from_json(to_json(order), SignatureRequest)
    assert order.data is not None
    assert request.halves == (order.file.half, order.data.half)


def test_a_curve_on_a_token_signs_too() -> None:
    stranger = strange_signer()
    chain = tuple(each.public_bytes(Encoding.DER) for each in (stranger.certificate, stranger.issuer))
    prepared = prepare(archive_page(), CLERK_ORDER, chain, NOW)
    assert isinstance(stranger.key, ec.EllipticCurvePrivateKey)
    value = stranger.key.sign(prepared.half.to_sign, ec.ECDSA(hashes.SHA256()))
    signed = add_time(complete(prepared, value, NOW), archive_page(), None, NOW)
    assert verify(signed.pdf, stranger.trust, NOW).verdict is Verdict.VALID
