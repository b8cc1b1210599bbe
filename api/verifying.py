"""Files that anybody wants to be judged: let in, kept, waited for; for the JSON routes and for the page alike.

No session is needed, so the door counts: by address, by person, by system. The order matters: who asks too often is
refused before the body is read. Nobody holds a thread or a connection while a worker judges.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.auth import caller_of, session_token
from api.parts import Parts
from api.waiting import waited
from digitize.errors import EmptyFile, InvalidInput, NotIdentified, NotPdf, TooLarge, TooOften, UnknownType
from digitize.media import PDF_HEADER_BYTES, media_type_of
from digitize.model import MediaType, Verdict
from storage import throttle, verifying
from storage.known_files import KnownFile, Standing, what_is
from storage.verifying import Verification
from storage.waiting_files import VEIL_BYTES, VeiledSource

WINDOW = timedelta(minutes=10)
"""In which requests are counted."""

_FORM_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as far as counting needs it."""

    name: str
    """A hash; no address is kept."""
    most: int
    """Requests within :data:`WINDOW`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of a file at this moment."""

    verification: Verification
    known: KnownFile | None
    """What the registry knows of the file now, not when it was judged."""

    @property
    def sentence(self) -> str:
        """Say it to anybody, completed by what the registry knows."""
        report = self.verification.report
        if report is None:
            return ""
        if self.known is None:
            return report.sentence
        return f"{report.sentence.rstrip('.')}; {self.known.clause}."

    @property
    def stands(self) -> bool:
        """The signatures are good, and we know of nothing that ended the file."""
        report = self.verification.report
        ended = self.known is not None and self.known.standing is not Standing.IN_FORCE
        return report is not None and report.verdict is Verdict.VALID and not ended


def asker_of(request: Request, parts: Parts) -> Asker:
    """Tell who asks: a system by its token, a person by the session, everybody else by the address.

    Raises:
        NotIdentified: a token came that is not good.
    """
    if "authorization" in request.headers:
        return Asker(_hashed(caller_of(request, parts).actor.id), parts.settings.verify_per_client)
    if session_token(request, parts.settings) is not None:
        try:
            return Asker(_hashed(caller_of(request, parts).actor.id), parts.settings.verify_per_address)
        except NotIdentified:
            pass
    host = request.client.host if request.client else ""
    return Asker(_hashed(_network(host)), parts.settings.verify_per_address)


def admit(parts: Parts, asker: Asker) -> None:
    """Count a request, or refuse it.

    Raises:
        TooOften: this asker asked too often, or too many files wait already.
    """
    with parts.storage.database.write() as connection:
        if verifying.FILES.waiting(connection) >= parts.settings.verify_waiting:
            raise TooOften("hệ thống đang có nhiều tệp chờ kiểm tra", wait_s=30)
        throttle.admit(connection, asker.name, parts.now(), most=asker.most, window=WINDOW)


async def sent_file(request: Request, parts: Parts) -> Verification:
    """Take the file ``file`` out of a form, and enter it.

    Raises:
        TooOften, NotIdentified: the request is refused before its body is read.
        InvalidInput, EmptyFile, NotPdf, TooLarge: the form or the file is at fault; nothing is kept.
        WorldAtFault: the store or the database does not answer.
    """
    await run_in_threadpool(lambda: admit(parts, asker_of(request, parts)))
    async with request.form(max_files=1, max_fields=_FORM_FIELDS) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput("thiếu tệp cần kiểm tra", remedy="Hãy chọn một tệp PDF.")
        return await run_in_threadpool(enter, parts, file)


def enter(parts: Parts, file: UploadFile) -> Verification:
    """Keep a file until it is judged, and enter it; it is not opened here.

    Raises:
        EmptyFile, NotPdf, TooLarge: the file is at fault; nothing is kept.
        WorldAtFault: the store or the database does not answer.
    """
    _need_pdf(file.file.read(PDF_HEADER_BYTES))
    file.file.seek(0)
    veiled = VeiledSource(file.file)
    limit = parts.settings.verify_max_bytes
    try:
        key, _ = parts.storage.objects.put_stream(veiled, limit + VEIL_BYTES)
    except TooLarge as error:
        told = f"tối đa {limit / 1024**2:.0f} MB"
        raise TooLarge(told, remedy="Hãy dùng lệnh `sohoa verify` cho tệp lớn hơn.") from error
    with parts.storage.database.write() as connection:
        return verifying.enter(connection, key, veiled, parts.now())


def _need_pdf(head: bytes) -> None:
    try:
        media = media_type_of(head)
    except EmptyFile as error:
        raise EmptyFile(remedy="Hãy chọn lại tệp.") from error
    except UnknownType as error:
        raise NotPdf from error
    if media is not MediaType.PDF:
        raise NotPdf


def look(parts: Parts, verification_id: str) -> Answer:
    """Return what can be said of a file now.

    Raises:
        NotFound: there is no such verification (any more).
    """
    with parts.storage.database.read() as connection:
        found = verifying.find(connection, verification_id, parts.now())
        return Answer(found, what_is(connection, found.sha256) if found.report else None)


async def wait(parts: Parts, verification_id: str) -> Answer:
    """Wait for the answer as long as the settings let an asker wait.

    Raises:
        NotFound: there is no such verification (any more).
    """
    wait_s = parts.settings.verify_wait_s
    return await waited(lambda: look(parts, verification_id), lambda answer: answer.verification.answered, wait_s)


def _network(host: str) -> str:
    """Return an IPv4 address, or the network of an IPv6 one, of which a subscriber has 2^64 (RFC 6177)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def _hashed(asker: str) -> str:
    return f"verify/{hashlib.sha256(asker.encode()).hexdigest()}"
