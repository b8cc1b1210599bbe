"""A timestamp authority for the development PKI (RFC 3161), over HTTP on loopback.

    python -m workers.demo.tsa --folder PKI --port PORT [--pause LEAST MOST]

With ``--pause`` every answer takes so many seconds, drawn evenly: the state's own authority was seen to take 2 to 131.
Beside it the same process tells what the PKI says about revocation (:mod:`workers.demo.revocation`).
``POST /`` takes ``application/timestamp-query``, ``POST /ocsp`` takes ``application/ocsp-request``, ``GET
/crl/issuing.crl`` and ``GET /crl/root.crl`` give the lists; ``GET /health`` answers 200. The authority parses requests
for real and rejects what RFC 3161 §2.4.2 tells it to reject.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import SohoaError
from digitize.sign.keys import LoadedSigner, open_pkcs12
from digitize.sign.rules import signing_rules
from workers.demo.key_files import KeyEntry
from workers.demo.pki import open_pki
from workers.demo.revocation import RevocationDesk

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
OCSP_TYPE = "application/ocsp-request"
REQUEST_LIMIT_BYTES = 64 * 1024
IMPRINT_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""Digests that the authority stamps, and their length."""

_LIST = re.compile(r"/crl/(\w+)\.crl")


class _Rejection(core.Sequence):  # type: ignore[misc]
    """A reply without a token (RFC 3161 §2.4.2), which asn1crypto's own ``TimeStampResp`` cannot write."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - asn1crypto rewrites the list in place


class TimestampAuthority:
    """Turns requests into replies."""

    def __init__(self, signer: LoadedSigner) -> None:
        """Take the authority's own key."""
        self._signer = signer

    @classmethod
    def open(cls, entry: KeyEntry) -> TimestampAuthority:
        """Load the key of a development PKI."""
        return cls(open_pkcs12(*entry.read()))

    async def reply(self, request: bytes, now: datetime) -> bytes:
        """Answer one request: a granted token, or a rejection that says why."""
        try:
            query = tsp.TimeStampReq.load(request, strict=True)
            imprint = query["message_imprint"]
            digest = imprint["hash_algorithm"]["algorithm"].native
            hashed = imprint["hashed_message"].native
            version = query["version"].native
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format", "yêu cầu không đúng RFC 3161")
        if version != "v1":
            return _rejection("bad_request", "phiên bản yêu cầu không được hỗ trợ")
        if digest not in IMPRINT_BYTES:
            return _rejection("bad_alg", "thuật toán băm không được chấp nhận")
        if len(hashed) != IMPRINT_BYTES[digest]:
            return _rejection("bad_data_format", "độ dài giá trị băm sai")
        if query["extensions"].native:
            return _rejection("unaccepted_extensions", "phần mở rộng không được hỗ trợ")
        token = await self._token(query, now)
        status = tsp.PKIStatusInfo({"status": tsp.PKIStatus("granted")})
        granted: bytes = tsp.TimeStampResp({"status": status, "time_stamp_token": token}).dump()
        return granted

    async def _token(self, query: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
        info = {
            "version": "v1",
            "policy": tsp.ObjectIdentifier(signing_rules().no_legal_value.policy_oid),
            "message_imprint": query["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": core.GeneralizedTime(now.astimezone(UTC).replace(microsecond=0)),
            "accuracy": tsp.Accuracy({"seconds": 1}),
        }
        if query["nonce"].native is not None:
            info["nonce"] = query["nonce"]
        content = tsp.TSTInfo(info).dump()
        return await _sign_token(self._signer, content, bool(query["cert_req"].native))


class AuthorityInProcess(TimeStamper):
    """The authority without the network, for measurements and tests; parses its own replies like anybody's."""

    def __init__(self, authority: TimestampAuthority, clock: Callable[[], datetime]) -> None:
        """Take the authority and its clock."""
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self._authority = authority
        self._clock = clock

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer as over HTTP."""
        return tsp.TimeStampResp.load(await self._authority.reply(req.dump(), self._clock()), strict=True)


def serve(
    authority: TimestampAuthority,
    port: int,
    desk: RevocationDesk | None = None,
    pause_s: tuple[float, float] = (0.0, 0.0),
) -> ThreadingHTTPServer:
    """Bind the authority to a port of loopback; 0 lets the system choose. The caller runs ``serve_forever``.

    Args:
        authority: stamps.
        port: of loopback.
        desk: tells about revocation; None: nobody does.
        pause_s: least and most seconds before a timestamp is given.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Say that the authority lives, or give a revocation list."""
            asked = _LIST.fullmatch(self.path)
            listed = desk.crl(asked.group(1), datetime.now(UTC)) if desk is not None and asked else None
            if self.path == "/health":
                self._answer(200, "text/plain", b"ok\n")
            elif listed is not None:
                self._answer(200, "application/pkix-crl", listed)
            else:
                self._answer(404, "text/plain", b"")

        def do_POST(self) -> None:
            """Stamp, or answer on revocation."""
            length = int(self.headers.get("Content-Length") or 0)
            kind = self.headers.get("Content-Type", "").split(";")[0].strip()
            on_revocation = desk is not None and self.path == "/ocsp"
            if kind != (OCSP_TYPE if on_revocation else QUERY_TYPE):
                self._answer(415, "text/plain", b"")
            elif not 0 < length <= REQUEST_LIMIT_BYTES:
                self._answer(413, "text/plain", b"")
            elif desk is not None and on_revocation:
                self._answer(200, "application/ocsp-response", desk.answer(self.rfile.read(length), datetime.now(UTC)))
            else:
                query = self.rfile.read(length)
                time.sleep(random.uniform(*pause_s))  # nobody must not guess it
                self._answer(200, REPLY_TYPE, asyncio.run(authority.reply(query, datetime.now(UTC))))

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Keep quiet: the caller of the authority logs."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m workers.demo.tsa", description="Máy chủ dấu thời gian thử nghiệm")
    parser.add_argument("--folder", type=Path, required=True, help="thư mục PKI thử nghiệm")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pause", type=float, nargs=2, default=(0.0, 0.0), metavar=("LEAST", "MOST"),
                        help="số giây chờ trước mỗi dấu thời gian")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        pki = open_pki(options.folder)
        server = serve(
            TimestampAuthority.open(pki.timestamp), options.port, RevocationDesk.open(pki), tuple(options.pause)
        )
    except SohoaError as fault:
        print(fault.message, file=sys.stderr)
        return fault.exit_code
    except OSError:
        print(f"Cổng {options.port} đang được chương trình khác dùng.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 130
    finally:
        server.server_close()
    return 0


def _rejection(failure: str, why: str) -> bytes:
    status = {
        "status": tsp.PKIStatus("rejection"),
        "status_string": [why],
        "fail_info": tsp.PKIFailureInfo({failure}),
    }
    rejected: bytes = _Rejection({"status": tsp.PKIStatusInfo(status)}).dump()
    return rejected


async def _sign_token(signer: Signer, content: bytes, with_certificates: bool) -> cms.ContentInfo:
    """Wrap a TSTInfo into the SignedData that RFC 3161 §2.4.2 asks for."""
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    attributes = cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "tst_info"),
            simple_cms_attribute("message_digest", sha256(content).digest()),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(signer.signing_cert)),
        ]
    )
    attributes = cms.CMSAttributes.load(attributes.dump())  # written once: asn1crypto writes built ones anew each time
    signature = await signer.async_sign_raw(attributes.dump(), "sha256")
    info = signer.signer_info("sha256", attributes, signature)
    signed_data = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [cms.SignerInfo.load(info.dump())],
    }
    if with_certificates:
        signed_data["certificates"] = _embedded(signer)
    written = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)}).dump()
    return cms.ContentInfo.load(written)


@lru_cache(maxsize=16)
def _embedded(signer: Signer) -> cms.CertificateSet:
    """Return the certificates that go into each token: the authority's own and its issuers, roots left out."""
    chain = {signer.signing_cert, *(cert for cert in signer.cert_registry if cert.self_signed == "no")}
    return cms.CertificateSet.load(
        cms.CertificateSet([cms.CertificateChoices("certificate", each) for each in chain]).dump()
    )


if __name__ == "__main__":
    sys.exit(main())
