"""Forms that files of others really have: an outer length left open, a password that is empty."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from digitize.errors import EncryptedPdf
from digitize.model import Verdict
from digitize.sign.anatomy import covers_revision
from digitize.sign.verify import verify
from tests.pki.world import NOW, world

OPEN_LENGTH = bytes.fromhex("3080 020105 0000")
"""A SEQUENCE of indefinite length (BER) that holds one INTEGER: so the state's signing programs begin /Contents."""


def signed_file(contents: bytes) -> tuple[bytes, tuple[int, int, int, int]]:
    before, after = b"%PDF-1.7 /Contents ", b" %%EOF"
    gap = b"<" + contents.hex().encode() + b">"
    return before + gap + after, (0, len(before), len(before) + len(gap), len(after))


def test_a_signature_of_open_length_padded_by_zeros_covers_its_file() -> None:
    contents = OPEN_LENGTH + bytes(40)
    pdf, byte_range = signed_file(contents)
    assert covers_revision(pdf, byte_range, contents)


@pytest.mark.parametrize("hidden", [b"\0\0\x01", b"<script>"])
def test_bytes_hidden_in_the_padding_are_not_covered(hidden: bytes) -> None:
    contents = OPEN_LENGTH + bytes(10) + hidden
    pdf, byte_range = signed_file(contents)
    assert not covers_revision(pdf, byte_range, contents)


def encrypted(user_password: str) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        saved = BytesIO()
        pdf.save(saved, encryption=pikepdf.Encryption(owner="chủ", user=user_password))
    return saved.getvalue()


def test_a_file_that_opens_without_a_password_is_judged_though_it_is_encrypted() -> None:
    assert verify(encrypted(""), world().trust, NOW).verdict is Verdict.UNSIGNED


def test_a_file_that_asks_for_a_password_is_not_judged() -> None:
    with pytest.raises(EncryptedPdf):
        verify(encrypted("bí mật"), world().trust, NOW)
