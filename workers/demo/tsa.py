"""A timestamp authority for the development PKI (RFC 3161), over HTTP on loopback.

    python -m workers.demo.tsa --folder PKI --port PORT

``POST /`` takes ``application/timestamp-query``; ``GET /health`` answers 200. The authority parses
requests for real and rejects what RFC 3161 §2.4.2 tells it to reject.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
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
from workers.demo.pki import KeyEntry, open_pki

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
REQUEST_LIMIT_BYTES = 64 * 1024
IMPRINT_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""Digests that the authority stamps, and their length."""


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


def serve(authority: TimestampAuthority, port: int) -> ThreadingHTTPServer:
    """Bind the authority to a port of loopback; 0 lets the system choose. The caller runs ``serve_forever``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Say that the authority lives."""
            alive = self.path == "/health"
            self._answer(200 if alive else 404, "text/plain", b"ok\n" if alive else b"")

        def do_POST(self) -> None:
            """Stamp."""
            length = int(self.headers.get("Content-Length") or 0)
            if self.headers.get("Content-Type", "").split(";")[0].strip() != QUERY_TYPE:
                self._answer(415, "text/plain", b"")
            elif not 0 < length <= REQUEST_LIMIT_BYTES:
                self._answer(413, "text/plain", b"")
            else:
                query = self.rfile.read(length)
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
    options = parser.parse_args(arguments)
    try:
        server = serve(TimestampAuthority.open(open_pki(options.folder).timestamp), options.port)
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
    signature = await signer.async_sign_raw(attributes.dump(), "sha256")
    signed_data = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "signer_infos": [signer.signer_info("sha256", attributes, signature)],
    }
    if with_certificates:
        chain = {signer.signing_cert, *(cert for cert in signer.cert_registry if cert.self_signed == "no")}
        signed_data["certificates"] = [cms.CertificateChoices("certificate", cert) for cert in chain]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)})


if __name__ == "__main__":
    sys.exit(main())
