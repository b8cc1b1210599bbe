"""Proof that a loaded key belongs to its certificate: it signs a challenge, and the certificate's key checks it.

Done once when a key is opened, before anybody's document meets it. Comparing public keys is not enough for a key that
lies elsewhere: a token may hold another key under the same label.
"""

from __future__ import annotations

import asyncio
import secrets

from digitize.sign.eligibility import digest_for
from digitize.sign.key_signer import KeySigner

CHALLENGE = b"sohoa: proof of possession, no document "
"""Begins what is signed; no set of signed attributes begins so, and the signature serves for nothing else."""


def prove_possession(signer: KeySigner) -> None:
    """Let a key sign a challenge.

    Args:
        signer: one whose uses do not cost an authorisation each.

    Raises:
        SigningRefused: the signature is not by the key of its certificate.
    """
    digest = digest_for(signer.signing_cert)
    challenge = CHALLENGE + secrets.token_bytes(32)
    signer.refuse_foreign(asyncio.run(signer.async_sign_raw(challenge, digest)), challenge, digest)
