"""The three grades of the QR: a code that cannot be guessed, and a payload that needs no network."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given
from hypothesis import strategies as st

from digitize.attest.codes import ALPHABET, VerificationCode, new_verification_code, parse_verification_code
from digitize.attest.offline import OfflineClaims, PayloadKey, check, key_set, payload, qr_text
from digitize.errors import Impossible, InvalidInput, Misconfigured

KEY = PayloadKey(ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1()))
OTHER = PayloadKey(ec.derive_private_key(0xFEDCBA0987654321, ec.SECP256R1()))
CODE = new_verification_code(bytes(range(7, 17)))
CLAIMS = OfflineClaims("UBND xã Gia Viễn", 12, "01/2026-SCT/BS", date(2026, 11, 22), b"p" * 16, CODE)
SCANNED = qr_text("https://xa.example", CODE, payload(CLAIMS, KEY))
PUBLISHED = key_set([OTHER.published, KEY.published])


@given(st.binary(min_size=10, max_size=10))
def test_a_code_survives_being_typed_by_hand(chance: bytes) -> None:
    code = new_verification_code(chance)
    typed = code.printed.lower().replace("0", "o").replace("1", "l")
    assert parse_verification_code(typed) == parse_verification_code(code.text) == code


@given(st.binary(min_size=10, max_size=10), st.integers(0, 14), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(chance: bytes, place: int, letter: str) -> None:
    text = new_verification_code(chance).text
    wrong = text[:place] + letter + text[place + 1 :]
    if wrong != text:
        with pytest.raises(InvalidInput):
            parse_verification_code(wrong)


@given(st.binary(min_size=10, max_size=10), st.integers(0, 13))
def test_two_letters_in_the_wrong_order_are_noticed(chance: bytes, place: int) -> None:
    text = new_verification_code(chance).text
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if wrong != text:
        with pytest.raises(InvalidInput):
            parse_verification_code(wrong)


def test_a_code_takes_all_its_randomness() -> None:
    assert new_verification_code(b"\xff" * 10).value == 2**75 - 1
    for short in (b"", b"x" * 9, b"x" * 11):
        with pytest.raises(Impossible):
            new_verification_code(short)
    with pytest.raises(Impossible):
        VerificationCode(2**75)


def test_the_payload_is_checked_against_the_published_key_alone() -> None:
    assert check(SCANNED, PUBLISHED) == CLAIMS
    for keys in (key_set([OTHER.published]), key_set([])):
        with pytest.raises(InvalidInput):
            check(SCANNED, keys)


@given(st.integers(0, 10**6), st.integers(1, 255))
@example(7, 1)  # the name of the header that says which key it is; no signature covers it
def test_any_byte_changed_is_noticed(place: int, flip: int) -> None:
    signed = bytearray(payload(CLAIMS, KEY))
    signed[place % len(signed)] ^= flip
    with pytest.raises(InvalidInput):
        check(qr_text("https://xa.example", CODE, bytes(signed)), PUBLISHED)


@pytest.mark.parametrize("scanned", ["", "https://xa.example/k/ABC", "#", "#AAAA", "x#%%%", SCANNED.split("#")[0]])
def test_what_is_no_payload_is_called_none(scanned: str) -> None:
    with pytest.raises(InvalidInput):
        check(scanned, PUBLISHED)


def test_a_payload_pasted_onto_another_address_is_noticed() -> None:
    other = new_verification_code(b"z" * 10)
    with pytest.raises(InvalidInput, match="không phải của bản sao"):
        check(SCANNED.replace(CODE.text, other.text), PUBLISHED)


def test_only_p_256_signs_and_the_key_is_named_by_its_thumbprint() -> None:
    assert KEY.published["kid"] != OTHER.published["kid"]
    assert "d" not in KEY.published
    with pytest.raises(Misconfigured):
        PayloadKey(ec.generate_private_key(ec.SECP384R1()))
