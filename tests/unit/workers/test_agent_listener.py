"""The signing agent answers one origin, only a browser that was paired, and signs nothing but signed attributes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from asn1crypto import cms

from digitize.errors import KeyUnavailable, SigningRefused
from workers.agent_listener import GUESSES, Listener, Pairing, Told
from workers.agent_server import remembered, remembering
from workers.token_values import refuse_other_content

ORIGIN = "https://sohoa.xa.gov.vn"


def unplugged() -> NoReturn:
    raise KeyUnavailable


@pytest.fixture
def agent() -> Listener:
    return Listener(ORIGIN, unplugged, Pairing(), lambda _: None)


def ask(agent: Listener, method: str, path: str, body: object = None, **headers: str) -> Told:
    told = b"" if body is None else json.dumps(body).encode()
    return agent.answer(method, path, {"origin": ORIGIN, **headers}, told)


def paired(agent: Listener) -> Mapping[str, str]:
    told = ask(agent, "POST", "/pairing", {"code": agent.pairing.code})
    assert told.body is not None
    return {"authorization": f"Bearer {told.body['secret']}"}


@pytest.mark.parametrize("origin", ["https://sohoa.xa.gov.vn.evil.vn", "http://sohoa.xa.gov.vn", "null", ""])
def test_another_origin_hears_nothing(agent: Listener, origin: str) -> None:
    for method in ("OPTIONS", "GET", "POST"):
        assert agent.answer(method, "/token", {"origin": origin, **paired(agent)}, b"") == Told(403, None, {})


def test_a_browser_is_let_through_to_the_loopback_after_its_question(agent: Listener) -> None:
    told = ask(agent, "OPTIONS", "/signatures", **{"access-control-request-private-network": "true"})
    assert told.status == 204
    assert told.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert told.headers["Access-Control-Allow-Private-Network"] == "true"


def test_only_a_paired_browser_reaches_the_token_and_is_told_when_it_is_missing(agent: Listener) -> None:
    stranger = ask(agent, "GET", "/token")
    assert (stranger.status, (stranger.body or {})["code"]) == (401, "unpaired")
    missing = ask(agent, "GET", "/token", **paired(agent))
    assert (missing.status, (missing.body or {})["code"]) == (503, "key_unavailable")


def test_a_code_pairs_once_and_changes_when_it_is_guessed_at(agent: Listener) -> None:
    code = agent.pairing.code
    paired(agent)
    assert ask(agent, "POST", "/pairing", {"code": code}).status == 401
    code = agent.pairing.code
    statuses = [ask(agent, "POST", "/pairing", {"code": "AAAA"}).status for _ in range(GUESSES - 1)]
    assert statuses[-1] == 429
    assert agent.pairing.code != code


def test_pairings_outlive_the_program_as_hashes_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "paired.json"
    pairing = Pairing()
    secret = pairing.pair(pairing.code)
    remembering(file)(pairing)
    assert remembered(file).knows(secret)
    assert secret not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"a contract", hashlib.sha256(b"a").digest(), b"0\x00"])
def test_nothing_but_signed_attributes_is_signed(content: bytes) -> None:
    with pytest.raises(SigningRefused):
        refuse_other_content(content)


def test_signed_attributes_are_taken_for_what_they_are() -> None:
    attributes = cms.CMSAttributes([
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(b"a").digest()]}),
    ])  # fmt: skip
    refuse_other_content(attributes.dump())
