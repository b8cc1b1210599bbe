"""The place kept for a signature is never too small, whatever the chain of the signer and the authority's tokens."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.sign.apply import sign
from digitize.sign.extend import to_lta
from digitize.sign.keys import LoadedSigner
from tests.pki.world import CLERK_ORDER, NOW, Talkative, archive_page, strange_signer, world
from workers.demo.certificates import Authority, Profile, certify

LONGEST_CHAIN = 60
"""Certificates: beyond what any authority embeds."""

MOST_COPIES = 150
"""Of the clerk's chain in one token: some 170 KiB."""


@cache
def strangers() -> tuple[x509.Certificate, ...]:
    """Return certificates to make chains longer with."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = Authority("root", strange_signer().issuer, strange_signer().issuer_key)
    made = [
        certify(Profile(f"Cơ quan cấp chứng thư {number} " + "Ư" * (number % 30), 1, ()), key, issuer, NOW, None)
        for number in range(LONGEST_CHAIN)
    ]
    return tuple(x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in made)


@settings(max_examples=25, deadline=timedelta(seconds=60))
@given(chain=st.integers(0, LONGEST_CHAIN), copies=st.integers(0, MOST_COPIES), stamped=st.booleans())
def test_any_chain_and_any_token_find_room(chain: int, copies: int, stamped: bool) -> None:
    clerk = world().clerk
    signer = LoadedSigner(clerk.signing_cert, (*clerk.cert_registry, *strangers()[:chain]), clerk._key)
    authority = Talkative(copies)
    signed = sign(archive_page(), CLERK_ORDER, signer, authority if stamped else None, NOW)
    assert signed.pdf.startswith(archive_page())
    assert signed.level == ("B-T" if stamped else "B-B")
    assert authority.asked <= 2


@settings(max_examples=15, deadline=timedelta(seconds=60))
@given(copies=st.integers(0, MOST_COPIES))
def test_any_token_finds_room_around_the_whole_file(copies: int) -> None:
    authority = Talkative(copies)
    signed = sign(archive_page(), CLERK_ORDER, world().clerk, None, NOW).pdf
    assert to_lta(signed, authority, NOW).startswith(signed)
    assert authority.asked <= 2
