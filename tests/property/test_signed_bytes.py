"""Signed bytes are never rewritten, and no changed byte passes."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import core, parser, x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitize.errors import DocumentAtFault
from digitize.model import Role, Verdict
from digitize.sign import pyhanko_made_fit
from digitize.sign.apply import sign
from digitize.sign.order import SigningOrder
from digitize.sign.verify import verify
from tests.pki.world import NOW, archive_page, sealed, world


class Truth(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A value that can be written in more than one way: any octet but zero is true in BER."""

    _fields = [("said", core.Boolean), ("filling", core.OctetString)]  # noqa: RUF012 - asn1crypto rewrites the list


VIETNAMESE = st.text(
    "ABCDEGHIKLMNOPQRSTUVXYabcdeghiklmnopqrstuvxyĂÂĐÊÔƠƯăâđêôơưÁÀẢÃẠấầẩẫậéèẻẽẹíìỉĩịốồổỗộứừửữự -.,",
    min_size=1,
    max_size=60,
).filter(lambda name: bool(name.strip()))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    person=VIETNAMESE,
    office=VIETNAMESE,
    minutes=st.integers(0, 60 * 24),
    rotation=st.sampled_from([0, 90, 180, 270]),
    side=st.sampled_from([300.0, 420.0, 595.0, 842.0, 1191.0]),
)
def test_each_revision_begins_with_the_exact_bytes_of_the_one_before(
    person: str, office: str, minutes: int, rotation: int, side: float
) -> None:
    base = archive_page(side, 842.0, rotation)
    scanned_at = NOW - timedelta(minutes=minutes)
    first = sign(base, SigningOrder(Role.CLERK, person, scanned_at), world().clerk, None, NOW)
    second = sign(first.pdf, SigningOrder(Role.AGENCY, office), world().office, None, NOW)
    assert first.pdf.startswith(base)
    assert second.pdf.startswith(first.pdf)
    assert verify(second.pdf, world().trust, NOW).verdict is Verdict.VALID


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_changed_byte_leaves_a_file_valid(data: st.DataObject) -> None:
    pdf = bytearray(sealed().pdf)
    at = data.draw(st.integers(0, len(pdf) - 1))
    flip = data.draw(st.integers(1, 255))
    changed_digit = bytes([pdf[at]]).lower() == bytes([pdf[at] ^ flip]).lower()
    pdf[at] ^= flip
    try:
        verdict = verify(bytes(pdf), world().trust, NOW).verdict
    except DocumentAtFault:
        return
    assert verdict is not Verdict.VALID or (changed_digit and _within_a_value(at))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_shortened_file_is_valid_but_a_whole_earlier_revision(data: st.DataObject) -> None:
    pdf = sealed().pdf
    length = data.draw(st.integers(0, len(pdf) - 1))
    try:
        verdict = verify(pdf[:length], world().trust, NOW).verdict
    except DocumentAtFault:
        return
    assert verdict is not Verdict.VALID or pdf[:length].rstrip().endswith(b"%%EOF")


@given(value=st.binary(max_size=300), spaced=st.booleans(), odd=st.booleans(), tail=st.binary(max_size=20))
def test_the_quick_reading_of_hexadecimal_strings_is_the_slow_one(
    value: bytes, *, spaced: bool, odd: bool, tail: bytes
) -> None:
    digits = value.hex(" ") if spaced else value.hex()
    written = b"<" + digits.encode() + (b"7" if odd else b"") + b">" + tail
    quick, slow = BytesIO(written), BytesIO(written)
    assert pyhanko_made_fit.read_hex_string(quick) == pyhanko_made_fit.original(slow)
    assert quick.tell() == slow.tell()


@given(text=st.text(max_size=300))
def test_a_remembered_name_is_the_name_that_would_be_prepared_anew(text: str) -> None:
    part = x509.NameTypeAndValue()
    try:
        expected = pyhanko_made_fit.original_name(part, text)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            pyhanko_made_fit.prepared_name(part, text)
    else:
        assert pyhanko_made_fit.prepared_name(part, text) == expected


@given(first=st.integers(0, 2), parts=st.lists(st.integers(0, 1 << 70), min_size=1, max_size=6))
def test_a_remembered_identifier_is_the_one_that_would_be_spelled_anew(first: int, parts: list[int]) -> None:
    written = ".".join(map(str, (first, parts[0] % 40, *parts[1:])))
    contents = core.ObjectIdentifier(written).contents
    assert core.ObjectIdentifier(contents=contents).dotted == written
    assert pyhanko_made_fit.original_dotted(core.ObjectIdentifier(contents=contents)) == written


@given(text=VIETNAMESE, other=VIETNAMESE)
def test_a_remembered_key_is_the_key_that_would_be_made_anew(text: str, other: str) -> None:
    name = x509.Name.load(x509.Name.build({"common_name": text, "organization_name": other}).dump())
    assert name.hashable == pyhanko_made_fit.original_key(name)


@given(blocks=st.integers(0, 9), off=st.integers(-12, 12), true=st.sampled_from([1, 255]))
def test_bytes_that_were_read_are_given_back_whatever_their_length_ends_in(blocks: int, off: int, true: int) -> None:
    filling = parser.emit(0, 0, 4, bytes(max(0, 256 * blocks + 128 + off)))
    inner = parser.emit(0, 1, 16, b"\x01\x01" + bytes([true]) + filling)
    written = parser.emit(2, 1, 0, inner)
    read = Truth.load(written, explicit=0)
    assert read["said"].native
    assert read.dump() == written
    read["said"] = False
    assert Truth.load(read.dump(), explicit=0)["said"].native is False


@given(size=st.integers(0, 400))
def test_a_value_of_indefinite_length_is_still_written_anew(size: int) -> None:
    parts = parser.emit(0, 0, 1, b"\xff") + parser.emit(0, 0, 4, bytes(size))
    assert Truth.load(b"\x30\x80" + parts + b"\0\0").dump() == parser.emit(0, 1, 16, parts)


def _within_a_value(at: int) -> bool:
    """Tell whether an offset lies in a /Contents, where a digit may be upper or lower case."""
    pdf = sealed().pdf
    opened = pdf.rfind(b"<", 0, at)
    return pdf[:opened].rstrip().endswith(b"/Contents")
