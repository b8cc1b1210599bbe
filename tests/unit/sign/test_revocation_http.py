"""Revocation is asked over HTTP within limits, and an answer is asked for once while it holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import crl, ocsp, x509
from cryptography import x509 as made
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from digitize.errors import RevocationUnavailable, SigningRefused
from digitize.sign.keys import LoadedSigner, open_pkcs12
from digitize.sign.revocation_http import HttpRevocation, cert_id
from digitize.sign.revocation_source import refuse_revoked, revocation_time
from workers.demo.certificates import Authority, Profile, certify
from workers.demo.pki import make_pki
from workers.demo.revocation import RevocationDesk, revoke
from workers.demo.tsa import TimestampAuthority, serve


@dataclass(frozen=True, slots=True)
class Town:
    """A development PKI whose authorities answer over HTTP."""

    folder: Path
    clerk: LoadedSigner
    issuing: x509.Certificate
    root: x509.Certificate


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a PKI on loopback."""
    folder = tmp_path_factory.mktemp("town")
    idle = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = idle.server_address[1]
    idle.server_close()
    pki = make_pki(folder, [("clerk", "Nguyễn Thị Hương")], [], datetime.now(UTC), f"http://127.0.0.1:{port}")
    server = serve(TimestampAuthority.open(pki.timestamp), int(port), RevocationDesk.open(pki))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    clerk = open_pkcs12(*pki.signers["clerk"].read())
    chain = {each.self_issued: each for each in clerk.cert_registry if each.ca}
    yield Town(folder, clerk, chain[False], chain[True])
    server.shutdown()
    server.server_close()


def test_a_person_is_asked_about_by_ocsp_and_an_authority_by_its_list(town: Town) -> None:
    source, now = HttpRevocation(), datetime.now(UTC)
    answer = source.word_on(town.clerk.signing_cert, town.issuing, now)
    listed = source.word_on(town.issuing, town.root, now)
    assert isinstance(answer, ocsp.OCSPResponse)
    assert isinstance(listed, crl.CertificateList)
    assert revocation_time(town.clerk.signing_cert, answer) is None
    assert source.word_on(town.root, town.root, now) is None, "a root names no place"


def test_an_answer_is_kept_until_its_next_update(town: Town) -> None:
    source, now = HttpRevocation(), datetime.now(UTC)
    first = source.word_on(town.issuing, town.root, now)
    assert source.word_on(town.issuing, town.root, now + timedelta(hours=23)) is first
    assert source.word_on(town.issuing, town.root, now + timedelta(hours=25)) is not first


def test_a_revoked_clerk_does_not_sign_any_more(town: Town) -> None:
    second = make_pki(town.folder, [("leaver", "Trần Văn Bình")], [], datetime.now(UTC))
    leaver = open_pkcs12(*second.signers["leaver"].read())
    issuers = list(leaver.cert_registry)
    refuse_revoked(leaver.signing_cert, issuers, HttpRevocation(), datetime.now(UTC))
    revoke(town.folder, made.load_der_x509_certificate(leaver.signing_cert.dump()), datetime.now(UTC))
    word = HttpRevocation().word_on(leaver.signing_cert, town.issuing, datetime.now(UTC))
    assert word is not None
    assert revocation_time(leaver.signing_cert, word) is not None
    with pytest.raises(SigningRefused, match="đã bị thu hồi"):
        refuse_revoked(leaver.signing_cert, issuers, HttpRevocation(), datetime.now(UTC) + timedelta(seconds=1))


def test_the_responder_refuses_what_is_not_its_own(town: Town) -> None:
    stranger = RevocationDesk.open(make_pki(town.folder, [], [], datetime.now(UTC)))
    request = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": cert_id(town.issuing, town.root)}]}})
    refused = ocsp.OCSPResponse.load(stranger.answer(request.dump(), datetime.now(UTC)))
    assert refused["response_status"].native == "unauthorized"
    malformed = ocsp.OCSPResponse.load(stranger.answer(b"none", datetime.now(UTC)))
    assert malformed["response_status"].native == "malformed_request"
    assert stranger.crl("nobody", datetime.now(UTC)) is None


class Hostile(BaseHTTPRequestHandler):
    """A server that a certificate's issuer might name."""

    def do_GET(self) -> None:
        """Misbehave as the path says."""
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        try:
            if self.path == "/slow":
                for _ in range(60):
                    self.wfile.write(b"0")
                    self.wfile.flush()
                    time.sleep(0.1)
            elif self.path == "/endless":
                while True:
                    self.wfile.write(bytes(1 << 20))
            else:
                self.wfile.write(b"<html>")
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet."""


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    """Serve what no certificate authority should."""
    server = HTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/redirect", "/slow", "/endless", "/page"])
def test_what_is_no_answer_within_the_limits_is_unavailable(path: str, hostile: str) -> None:
    source, begun = HttpRevocation(timeout_seconds=1), time.monotonic()
    with pytest.raises(RevocationUnavailable):
        source._fetch(f"{hostile}{path}", datetime.now(UTC))
    assert time.monotonic() - begun < 5


def test_a_place_that_kept_silent_is_left_in_peace_for_a_while_and_then_asked_again(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, now = HttpRevocation(timeout_seconds=1, peace=timedelta(minutes=5)), datetime.now(UTC)
    asked: list[str] = []
    exchange = HttpRevocation._exchange
    monkeypatch.setattr(HttpRevocation, "_exchange", lambda *given: (asked.append(given[2]), exchange(*given))[1])
    for minutes, times in ((0, 1), (1, 1), (4, 1), (6, 2), (7, 2)):
        with pytest.raises(RevocationUnavailable):
            source._fetch(f"{hostile}/slow", now + timedelta(minutes=minutes))
        assert len(asked) == times, minutes
    other = "http://127.0.0.1:9/other"
    with pytest.raises(RevocationUnavailable):
        source._fetch(other, now + timedelta(minutes=7))
    assert asked[-1] == other, "another place is asked all the same"


@pytest.mark.parametrize("address", ["ldap://127.0.0.1", "http://127.0.0.1:9"])
def test_only_http_is_asked_and_silence_is_named(address: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    root = certify(Profile("Gốc", 1, ()), key, None, now, None)
    certificate = certify(Profile("Người", 1, ()), key, Authority("issuing", root, key), now, address)
    ours = [x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (certificate, root)]
    with pytest.raises(RevocationUnavailable):
        HttpRevocation(timeout_seconds=1).word_on(*ours, now)
