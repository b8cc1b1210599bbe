"""Tokens go away and come back, one stands in for the other, and no session crosses a fork."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from pkcs11 import Attribute, ObjectClass

from digitize.errors import KeyUnavailable, Misconfigured
from digitize.sign.apply import sign
from digitize.sign.rules import RsaPadding
from tests.keys.ring import Kind, Ring, holder
from tests.keys.softhsm import MODULE, SoftHsm
from tests.pki.world import NOW, archive_page, strange_signer
from workers.keys import token as tokens
from workers.keys.pkcs11 import KeyName, TokenKey, TokenSigner, on_a_living, open_token_key
from workers.keys.secret import SecretFile
from workers.keys.token import OpenSession, Token, TokenPlace
from workers.keys.turns import Urgency


@pytest.fixture
def pair(softhsm: SoftHsm, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> tuple[Token, Token]:
    """Two tokens with the same key; what fails rests only for a moment."""
    monkeypatch.setattr(tokens, "REST_S", (0.2,))
    own, made = holder(Kind.P256), []
    for number in (1, 2):
        label = f"{uuid4().hex[:12]}-{number}"
        softhsm.add_token(label)
        softhsm.load(label, "key", own.key, (own.certificate, own.issuer))
        made.append(Token(TokenPlace(label, MODULE, SecretFile(ring.token_pin), label=label)))
    return made[0], made[1]


def _signer(*tokens: Token, name: str = "key") -> TokenSigner:
    return open_token_key(TokenKey(tokens, KeyName(name), patience_s=5.0), None)


def _sign(signer: TokenSigner) -> str:
    return sign(archive_page(), Kind.P256.order, signer, None, NOW).level


def _label(token: Token) -> str:
    assert token.place.label is not None
    return token.place.label


def test_a_token_that_went_away_is_told_and_used_again_when_it_is_back(
    pair: tuple[Token, Token], softhsm: SoftHsm
) -> None:
    signer = _signer(pair[0])
    _sign(signer)
    pulled = softhsm.pull_out(_label(pair[0]))
    with pytest.raises(KeyUnavailable, match=_label(pair[0])):
        _sign(signer)
    with pytest.raises(KeyUnavailable, match="sẽ thử lại"):
        _sign(signer)

    softhsm.put_back(pulled)
    time.sleep(0.25)

    assert _sign(signer) == "B-B"


def test_the_second_token_stands_in_and_the_first_is_used_again_later(
    pair: tuple[Token, Token], softhsm: SoftHsm
) -> None:
    signer = _signer(*pair)
    _sign(signer)
    pulled = softhsm.pull_out(_label(pair[0]))

    assert _sign(signer) == "B-B"
    assert pair[0].is_resting()
    assert not pair[1].is_resting()
    assert _sign(signer) == "B-B"

    softhsm.put_back(pulled)
    time.sleep(0.25)
    assert _sign(signer) == "B-B"
    assert not pair[0].is_resting()
    used = on_a_living(pair, lambda token, _: token, Urgency.COUNTER, 1.0)
    assert used is pair[0]


def test_a_session_that_was_lost_alone_is_opened_again_at_once(pair: tuple[Token, Token]) -> None:
    signer = _signer(pair[0])
    _sign(signer)
    for opened in pair[0]._idle:
        opened.session.close()  # as an HSM does after an idle hour

    assert _sign(signer) == "B-B"
    assert not pair[0].is_resting()


def test_no_session_crosses_a_fork(pair: tuple[Token, Token]) -> None:
    signer = _signer(pair[0])
    _sign(signer)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(signer.async_sign_raw(b"x", "sha256"))
        except Misconfigured as refusal:
            os.write(writing, refusal.message.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)

    with os.fdopen(reading) as told:
        assert "fork" in told.read()
    assert _sign(signer) == "B-B"


def test_waiting_for_a_session_has_an_end(pair: tuple[Token, Token]) -> None:
    single = Token(TokenPlace("một", MODULE, pair[0].place.pin, label=_label(pair[0]), sessions=1))
    key = TokenKey((single,), KeyName("key"), patience_s=0.05)

    def hold(_: OpenSession) -> None:
        with pytest.raises(KeyUnavailable, match="bận suốt"):
            open_token_key(key, None)

    single.run(hold, Urgency.COUNTER, 1.0)


def test_a_key_that_the_token_does_not_have_is_the_operators_matter(pair: tuple[Token, Token]) -> None:
    own = strange_signer(key=holder(Kind.P256).key)
    key = TokenKey((pair[0],), KeyName("nobody"))
    with pytest.raises(Misconfigured, match="chứng thư số"):
        open_token_key(key, None)
    certificates = [own.signer.signing_cert]
    with pytest.raises(Misconfigured, match="không có khóa"):
        _sign(TokenSigner(key, certificates, RsaPadding.PKCS1V15, Urgency.COUNTER))


def test_two_keys_of_one_label_are_told_apart_by_their_id(softhsm: SoftHsm, ring: Ring) -> None:
    label = uuid4().hex[:12]
    softhsm.add_token(label)
    first, second = strange_signer(), strange_signer()
    softhsm.load(label, "key", first.key, (first.certificate,), "0a")
    softhsm.load(label, "key", second.key, (second.certificate,), "0b")
    token = Token(TokenPlace(label, MODULE, SecretFile(ring.token_pin), label=label))

    signer = open_token_key(TokenKey((token,), KeyName("key", b"\x0b")), None)
    assert _sign(signer) == "B-B"
    own = signer.signing_cert
    assert own is not None
    assert own.serial_number == second.certificate.serial_number
    with pytest.raises(Misconfigured, match="key_id"):
        _sign(TokenSigner(TokenKey((token,), KeyName("key")), [own], RsaPadding.PKCS1V15, Urgency.BATCH))


def test_a_token_is_found_by_serial_among_others_of_its_name(pair: tuple[Token, Token], ring: Ring) -> None:
    both = TokenPlace("hai thiết bị", MODULE, SecretFile(ring.token_pin))
    with pytest.raises(Misconfigured, match="số sê-ri"):
        Token(both).run(lambda _: None, Urgency.COUNTER, 1.0)

    def serial(opened: OpenSession) -> str:
        return opened.session.token.serial.decode().strip()

    known = pair[1].run(serial, Urgency.COUNTER, 1.0)
    named = Token(TokenPlace("một", MODULE, SecretFile(ring.token_pin), serial=known))
    assert named.run(serial, Urgency.COUNTER, 1.0) == known


def test_a_module_that_is_not_there_is_the_operators_matter(tmp_path: Path) -> None:
    missing = Token(TokenPlace("không có", tmp_path / "vendor.so", None))
    with pytest.raises(Misconfigured, match=r"vendor\.so"):
        missing.run(lambda _: None, Urgency.COUNTER, 1.0)


def test_a_signer_says_by_token_what_the_doctor_asks(pair: tuple[Token, Token], softhsm: SoftHsm) -> None:
    signer = _signer(*pair)
    pulled = softhsm.pull_out(_label(pair[1]))
    shown = signer.prove()
    softhsm.put_back(pulled)
    assert shown[_label(pair[0])] is None
    assert isinstance(shown[_label(pair[1])], KeyUnavailable)


def test_the_private_key_cannot_leave_the_token(pair: tuple[Token, Token]) -> None:
    def secret(opened: OpenSession) -> bool:
        (key,) = opened.session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        return bool(key[Attribute.SENSITIVE])

    assert pair[0].run(secret, Urgency.COUNTER, 1.0)
