"""An authority is asked over real HTTP; only a granted token over our own digest counts."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from asn1crypto import tsp

from digitize.errors import TimestampUnavailable
from digitize.sign.rules import signing_rules
from digitize.sign.timestamps import HttpTimeStamper
from tests.pki.world import world
from workers.demo.tsa import QUERY_TYPE, REPLY_TYPE, TimestampAuthority, serve

QUICK = replace(signing_rules().timestamp, timeout_seconds=5.0, backoff_seconds=(0.0, 0.0))
DIGEST = sha256(b"a signature value").digest()

Answer = Callable[[bytes, int], tuple[int, str, bytes]]
"""From a request and its number, status, content type and body."""


@pytest.fixture(scope="module")
def authority() -> Iterator[str]:
    """The address of the real authority."""
    with _running(serve(TimestampAuthority.open(world().pki.timestamp), 0)) as address:
        yield address


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _answering(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """Run an authority that misbehaves."""
    seen: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(query)
            status, kind, body = answer(query, len(seen))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address, seen


def _ask(address: str) -> tsp.TSTInfo:
    token = asyncio.run(HttpTimeStamper(address, QUICK).async_timestamp(DIGEST, "sha256"))
    return token["content"]["encap_content_info"]["content"].parsed


def _granted(query: bytes) -> bytes:
    authority = TimestampAuthority.open(world().pki.timestamp)
    return asyncio.run(authority.reply(query, datetime.now(UTC)))


def test_a_token_stamps_our_digest_with_the_present_time(authority: str) -> None:
    info = _ask(authority)
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert abs((info["gen_time"].native - datetime.now(UTC)).total_seconds()) < 30


def test_every_request_has_its_own_nonce() -> None:
    with _answering(lambda query, _: (200, REPLY_TYPE, _granted(query))) as (address, seen):
        _ask(address)
        _ask(address)
    nonces = {tsp.TimeStampReq.load(query)["nonce"].native for query in seen}
    assert len(nonces) == 2


def test_a_reply_to_another_request_is_not_believed() -> None:
    with _answering(lambda query, _: (200, REPLY_TYPE, _granted(query))) as (address, seen):
        _ask(address)
    with (
        _answering(lambda *_: (200, REPLY_TYPE, _granted(seen[0]))) as (address, asked),
        pytest.raises(TimestampUnavailable),
    ):
        _ask(address)
    assert len(asked) == 3


def test_a_token_over_another_digest_is_not_believed() -> None:
    def forged(query: bytes, _: int) -> tuple[int, str, bytes]:
        request = tsp.TimeStampReq.load(query)
        request["message_imprint"]["hashed_message"] = bytes(32)
        return 200, REPLY_TYPE, _granted(request.dump(force=True))

    with _answering(forged) as (address, _), pytest.raises(TimestampUnavailable):
        _ask(address)


@pytest.mark.parametrize(
    "answer",
    [
        lambda *_: (503, "text/plain", b"busy"),
        lambda *_: (200, "text/html", b"<html>"),
        lambda *_: (200, REPLY_TYPE, b"\x30\x03\x02\x01\x00trailing"),
        lambda *_: (200, REPLY_TYPE, b""),
        lambda *_: (200, REPLY_TYPE, bytes(2 << 20)),
    ],
    ids=["503", "a page", "garbage", "nothing", "too long"],
)
def test_an_authority_that_does_not_stamp_is_unavailable_after_three_attempts(answer: Answer) -> None:
    with _answering(answer) as (address, seen), pytest.raises(TimestampUnavailable, match="3 lần"):
        _ask(address)
    assert len(seen) == 3


def test_an_authority_that_recovers_is_believed() -> None:
    def second_time(query: bytes, number: int) -> tuple[int, str, bytes]:
        return (503, "text/plain", b"") if number == 1 else (200, REPLY_TYPE, _granted(query))

    with _answering(second_time) as (address, seen):
        assert _ask(address)["version"].native == "v1"
    assert len(seen) == 2


def test_nobody_at_the_address_is_unavailable() -> None:
    with pytest.raises(TimestampUnavailable) as caught:
        _ask("http://127.0.0.1:1/")
    assert caught.value.retryable


def test_openssl_accepts_what_the_authority_grants(authority: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"data")
    query: list[str | Path] = [
        *("openssl", "ts", "-query", "-data", tmp_path / "data", "-sha512", "-cert"),
        "-out",
        tmp_path / "q",
    ]
    subprocess.run(query, capture_output=True, check=True)
    reply = requests.post(authority, (tmp_path / "q").read_bytes(), headers={"Content-Type": QUERY_TYPE}, timeout=5)
    (tmp_path / "r").write_bytes(reply.content)
    root = world().pki.trust / "root.pem"
    verify: list[str | Path] = [
        "openssl",
        "ts",
        "-verify",
        "-in",
        tmp_path / "r",
        "-queryfile",
        tmp_path / "q",
        "-CAfile",
        root,
    ]
    said = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "Verification: OK" in said.stdout, said.stderr


@pytest.mark.parametrize(
    ("query", "failure"),
    [
        (b"nonsense", {"bad_data_format"}),
        (
            tsp.TimeStampReq(
                {
                    "version": 1,
                    "message_imprint": {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)},
                }
            ).dump(),
            {"bad_alg"},
        ),
        (
            tsp.TimeStampReq(
                {
                    "version": 1,
                    "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(20)},
                }
            ).dump(),
            {"bad_data_format"},
        ),
    ],
    ids=["not a request", "a weak digest", "a digest of the wrong length"],
)
def test_the_authority_rejects_what_rfc_3161_tells_it_to_reject(
    authority: str, query: bytes, failure: set[str]
) -> None:
    reply = requests.post(authority, query, headers={"Content-Type": QUERY_TYPE}, timeout=5)
    assert reply.status_code == 200
    status = tsp.PKIStatusInfo.load(reply.content[2:])
    assert (status["status"].native, status["fail_info"].native) == ("rejection", failure)


def test_the_authority_says_that_it_lives(authority: str) -> None:
    assert requests.get(f"{authority}health", timeout=5).status_code == 200
    assert requests.get(f"{authority}other", timeout=5).status_code == 404
    assert requests.post(authority, b"x", headers={"Content-Type": "text/plain"}, timeout=5).status_code == 415


def test_the_waiting_times_are_those_of_the_catalogue() -> None:
    rules = HttpTimeStamper("http://127.0.0.1:1/").rules
    assert (rules.timeout_seconds, rules.attempts, rules.backoff_seconds) == (180, 3, (2.0, 4.0))
