"""Revocation over HTTP: OCSP where a certificate names a responder (RFC 6960), else its revocation list (RFC 5280 §5).

An answer is kept until its own ``nextUpdate``, so that a batch of a thousand files asks once. Addresses come from
certificates, and whoever issued one chose them: only http and https, no redirects, a limit of bytes and of time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

import requests
from asn1crypto import crl, ocsp, x509

from digitize.errors import RevocationUnavailable
from digitize.sign.revocation_source import Word

LARGEST_LIST_BYTES = 32 << 20
"""A revocation list of a whole country takes a few mebibytes."""

LARGEST_ANSWER_BYTES = 64 << 10
"""An OCSP answer is about 2 KiB with its responder's certificate."""

TIMEOUT_SECONDS = 15.0
"""Of a whole exchange; the caller has time, but not the lane's."""

KEPT_ANSWERS = 1024
"""Answers that are remembered; the least recently used goes first."""


class HttpRevocation:
    """Asks over HTTP and remembers."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS, peace: timedelta = timedelta()) -> None:
        """Ask nothing yet.

        Args:
            timeout_seconds: of a whole exchange.
            peace: how long a place that gave no answer is not asked again; none: it is asked each time.
        """
        self._session = requests.Session()
        self._timeout = timeout_seconds
        self._peace = peace
        self._kept: OrderedDict[tuple[str, bytes], tuple[datetime, Word]] = OrderedDict()
        self._silent: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        """Return what the issuer says: from the responder, or from the list where there is none or it is away.

        Raises:
            RevocationUnavailable: neither answers.
        """
        fault: RevocationUnavailable | None = None
        for url in certificate.ocsp_urls:
            try:
                return self._remembered(url, certificate.sha256, now) or self._ask(url, certificate, issuer, now)
            except RevocationUnavailable as silence:
                fault = silence
        for point in certificate.crl_distribution_points:
            if not point.url:
                continue
            try:
                return self._remembered(point.url, b"", now) or self._fetch(point.url, now)
            except RevocationUnavailable as silence:
                fault = silence
        if fault is not None:
            raise fault
        return None

    def _ask(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word:
        request = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": cert_id(certificate, issuer)}]}})
        body = self._answer(
            now, "POST", url, LARGEST_ANSWER_BYTES, request.dump(), {"Content-Type": "application/ocsp-request"}
        )
        try:
            answer = ocsp.OCSPResponse.load(body, strict=True)
            if answer["response_status"].native != "successful":
                raise RevocationUnavailable(f"máy chủ OCSP trả lời “{answer['response_status'].native}”")
            expiries = [each["next_update"].native for each in answer.response_data["responses"]]
        except (ValueError, TypeError) as fault:
            raise RevocationUnavailable("câu trả lời OCSP không đọc được") from fault
        self._keep((url, certificate.sha256), None if None in expiries else min(expiries, default=None), answer, now)
        return answer

    def _fetch(self, url: str, now: datetime) -> Word:
        body = self._answer(now, "GET", url, LARGEST_LIST_BYTES)
        try:
            listed = crl.CertificateList.load(body, strict=True)
            expiry = listed["tbs_cert_list"]["next_update"].native
        except (ValueError, TypeError) as fault:
            raise RevocationUnavailable("danh sách thu hồi không đọc được") from fault
        self._keep((url, b""), expiry, listed, now)
        return listed

    def _answer(
        self,
        now: datetime,
        method: str,
        url: str,
        limit: int,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        """Exchange with a place, unless it kept silent a moment ago."""
        place = urlsplit(url).netloc
        with self._lock:
            if place in self._silent and now < self._silent[place]:
                raise RevocationUnavailable("máy chủ vừa mới không trả lời")
        try:
            return self._exchange(method, url, limit, body, headers)
        except RevocationUnavailable:
            with self._lock:
                self._silent[place] = now + self._peace
                while len(self._silent) > KEPT_ANSWERS:
                    self._silent.popitem(last=False)
            raise

    def _exchange(
        self, method: str, url: str, limit: int, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise RevocationUnavailable("địa chỉ trong chứng thư số không phải http hay https")
        ends = time.monotonic() + self._timeout
        received = bytearray()
        try:
            with self._session.request(
                method, url, data=body, headers=headers, timeout=self._timeout, stream=True, allow_redirects=False
            ) as reply:
                if reply.status_code != requests.codes.ok:
                    raise RevocationUnavailable(f"máy chủ trả lời mã {reply.status_code}")
                while piece := reply.raw.read1(1 << 16):  # whatever has come, so that a trickle cannot hold us
                    received += piece
                    if len(received) > limit:
                        raise RevocationUnavailable("câu trả lời quá dài")
                    if time.monotonic() > ends:
                        raise RevocationUnavailable("câu trả lời quá chậm")
        except (OSError, ValueError) as fault:
            raise RevocationUnavailable from fault
        return bytes(received)

    def _remembered(self, url: str, certificate_sha256: bytes, now: datetime) -> Word | None:
        with self._lock:
            found = self._kept.get((url, certificate_sha256))
            if found is None or found[0] <= now:
                return None
            self._kept.move_to_end((url, certificate_sha256))
            return found[1]

    def _keep(self, key: tuple[str, bytes], until: datetime | None, word: Word, now: datetime) -> None:
        if until is None or until <= now:
            return
        with self._lock:
            self._kept[key] = (until, word)
            while len(self._kept) > KEPT_ANSWERS:
                self._kept.popitem(last=False)


def cert_id(certificate: x509.Certificate, issuer: x509.Certificate) -> ocsp.CertId:
    """Name a certificate as RFC 6960 does; SHA-1 is a name here, not a proof, and all responders know it."""
    return ocsp.CertId(
        {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": certificate.issuer.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": certificate.serial_number,
        }
    )
