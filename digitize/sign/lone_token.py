"""A timestamp that stands alone over a digest, beside no signature: asked for, and judged years later."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash

from asn1crypto import cms
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.sign import wording
from digitize.sign.chain import Surroundings
from digitize.sign.eligibility import check_clock
from digitize.sign.evidence import Evidence
from digitize.sign.stamps import judge_token
from digitize.sign.trust import TrustAnchors

DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class LoneToken:
    """A token over a digest."""

    der: bytes
    stamped_at: datetime
    """As the authority says, UTC."""


@dataclass(frozen=True, slots=True)
class TokenReport:
    """The judgement on a token."""

    fault: str
    """A Vietnamese sentence; empty when it proves its time."""
    stamped_at: datetime | None
    """None when it is no token."""


def stamp_digest(digest: bytes, timestamper: TimeStamper, now: datetime) -> LoneToken:
    """Ask for a timestamp over a SHA-256 digest.

    Raises:
        SigningRefused: the authority's clock is not ours.
        TimestampUnavailable: it does not answer.
    """
    token = asyncio.run(timestamper.async_timestamp(digest, DIGEST))
    stamped_at = _time_of(token)
    check_clock(stamped_at, now)
    return LoneToken(token.dump(), stamped_at)


def judge_lone_token(token: bytes, digest: bytes, trust: TrustAnchors, now: datetime) -> TokenReport:
    """Judge a token: it stamps this digest, its signature holds, and its authority is one that we believe.

    A token whose authority's certificate has expired since still proves its time here: what it stamps is bound to
    younger tokens by the chain of heads.

    Args:
        token: DER.
        digest: SHA-256 that it must stamp.
        trust: the roots to believe in.
        now: with an offset.
    """
    # whatever a changed byte makes the library raise, it is not a token
    try:
        content = cms.ContentInfo.load(token, strict=True)
        stamped_at = _time_of(content)
        around = Surroundings(trust, Evidence(), Evidence())
        judged = asyncio.run(judge_token(content["content"], lambda name: _imprint(digest, name), around, now))
    except Exception:  # noqa: BLE001
        return TokenReport(wording.STAMP_OF_SOMETHING_ELSE, None)
    if content.dump(force=True) != token:
        return TokenReport(wording.STAMP_OF_SOMETHING_ELSE, stamped_at)
    return TokenReport("" if judged.proof is not None or judged.aged else judged.fault, stamped_at)


def _time_of(token: cms.ContentInfo) -> datetime:
    moment: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _imprint(digest: bytes, name: str) -> bytes:
    return digest if name == DIGEST else new_hash(name).digest()
