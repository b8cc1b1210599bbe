"""Scans that come in pieces over a bad line: tus 1.0, and the step that makes a document of a whole upload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api import intake, resumable
from api.answers import answer_with, documented
from api.auth import ResultWriter
from api.errors import ChecksumMismatch, OtherProtocolVersion, problem_of
from api.parts import Parts, PartsOf
from digitize.errors import Conflict, NotFound, SohoaError, TooLarge
from digitize.media import media_type_of
from storage import uploads
from storage.uploads import Piece, Upload

PIECE_BYTES = 4 * 1024 * 1024
"""What is received in memory before it becomes an object: the most that the death of this process can lose."""

MOST_CHECKED_BYTES = 32 * 1024 * 1024
"""What may come in one request with a checksum: it is held until it was proved."""

_ENOUGH_TO_TELL = 1024
"""First bytes by which a file's type is told (:mod:`digitize.media`)."""

_REFUSALS = documented(400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 460, 503)


class TusRoute(APIRoute):
    """A route of the protocol: every answer names the version, and no other version gets further than here."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler that FastAPI makes."""
        handle = super().get_route_handler()

        async def spoken(request: Request) -> Response:
            try:
                if request.method != "OPTIONS":
                    resumable.need_version(request.headers)
                answer = await handle(request)
            except SohoaError as error:
                answer = answer_with(request, problem_of(error))
                if isinstance(error, OtherProtocolVersion):
                    answer.headers["Tus-Version"] = resumable.VERSION
            answer.headers["Tus-Resumable"] = resumable.VERSION
            return answer

        return spoken


router = APIRouter(prefix="/api/v1/uploads", tags=["Gửi tiếp (tus 1.0)"], route_class=TusRoute)
_one = APIRouter(prefix="/{upload_id}", route_class=TusRoute)

UploadPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.options("", status_code=204, response_class=Response, responses=documented(503))
async def describe_uploads(parts: PartsOf) -> Response:
    """Phiên bản, phần mở rộng và cỡ tệp lớn nhất mà máy chủ nhận."""
    return Response(status_code=204, headers=dict(resumable.options(parts.settings.upload_max_bytes)))


@router.post("", status_code=201, response_class=Response, responses=_REFUSALS)
async def begin_upload(request: Request, caller: ResultWriter, parts: PartsOf) -> Response:
    """Mở một lượt gửi; có thể gửi luôn phần đầu (creation-with-upload)."""
    length = resumable.length_of(request.headers, parts.settings.upload_max_bytes)
    metadata = resumable.metadata_of(request.headers)
    checksum = resumable.checksum_of(request.headers)
    has_piece = request.headers.get("content-type") is not None
    if has_piece:
        resumable.need_piece(request.headers)

    def begin() -> Upload:
        with parts.storage.database.write() as connection:
            return uploads.begin(connection, caller.actor.id, length, metadata, parts.now())

    upload = await asyncio.to_thread(begin)
    if has_piece:
        upload = await _receive(request, parts, upload, checksum)
    return Response(status_code=201, headers={"Location": f"{router.prefix}/{upload.id}", **resumable.standing(upload)})


async def _own(upload_id: UploadPath, caller: ResultWriter, parts: PartsOf) -> Upload:
    return await asyncio.to_thread(intake.find_own, parts, caller, upload_id)


OwnUpload = Annotated[Upload, Depends(_own)]


@_one.head("", response_class=Response, responses=_REFUSALS)
async def look_at_upload(upload: OwnUpload) -> Response:
    """Đã nhận đến byte nào."""
    headers = {**resumable.standing(upload), "Upload-Length": str(upload.length_bytes), "Cache-Control": "no-store"}
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    return Response(headers=headers)


@_one.patch("", status_code=204, response_class=Response, responses=_REFUSALS)
async def continue_upload(request: Request, upload: OwnUpload, parts: PartsOf) -> Response:
    """Gửi phần tiếp theo từ vị trí Upload-Offset."""
    resumable.need_piece(request.headers)
    checksum = resumable.checksum_of(request.headers)
    if resumable.offset_of(request.headers) != upload.received_bytes:
        raise Conflict("lượt gửi này đang ở vị trí khác", remedy="Hãy hỏi lại vị trí (HEAD) rồi gửi tiếp từ đó.")
    upload = await _receive(request, parts, upload, checksum)
    return Response(status_code=204, headers=dict(resumable.standing(upload)))


@_one.delete("", status_code=204, response_class=Response, responses=_REFUSALS)
async def end_upload(upload: OwnUpload, parts: PartsOf) -> Response:
    """Hủy lượt gửi; không còn gì của nó được giữ."""

    def end() -> None:
        with parts.storage.database.write() as connection:
            uploads.end(connection, upload.id)

    await asyncio.to_thread(end)
    return Response(status_code=204)


@_one.post("", response_class=Response, responses=_REFUSALS)
async def override_method(request: Request, upload: OwnUpload, parts: PartsOf) -> Response:
    """PATCH hoặc DELETE cho nơi chỉ gửi được POST (X-HTTP-Method-Override)."""
    match request.headers.get("x-http-method-override", "").upper():
        case "PATCH":
            return await continue_upload(request, upload, parts)
        case "DELETE":
            return await end_upload(upload, parts)
    raise NotFound("phương thức trong X-HTTP-Method-Override")


async def _receive(request: Request, parts: Parts, upload: Upload, checksum: resumable.Checksum | None) -> Upload:
    """Keep the bytes of a request: piece by piece as they come, or all of them at the end when they must add up.

    A line that breaks ends a request without a checksum where it broke, and what came is kept.

    Raises:
        TooLarge: more comes than was announced; what fitted before may be kept.
        ChecksumMismatch: what came is not what was sent; nothing is kept.
        UnknownType: the first bytes are those of no scan; nothing is kept.
    """
    room = upload.length_bytes - upload.received_bytes
    if checksum is not None:
        room = min(room, MOST_CHECKED_BYTES)
    whole = bytearray()
    try:
        async for piece in _pieces(request, room):
            if checksum is None:
                upload = await asyncio.to_thread(_keep, parts, upload, bytes(piece))
            else:
                whole += piece
    except ClientDisconnect:
        return upload
    if checksum is not None:
        if not checksum.fits(whole):
            raise ChecksumMismatch
        upload = await asyncio.to_thread(_keep, parts, upload, bytes(whole))
    return upload


async def _pieces(request: Request, room: int) -> AsyncIterator[bytes]:
    """Cut the body into pieces; when the line breaks, give what came before and then say so."""
    held = bytearray()
    broken: ClientDisconnect | None = None
    try:
        async for chunk in request.stream():
            held += chunk
            room -= len(chunk)
            if room < 0:
                raise TooLarge("nhiều dữ liệu hơn độ dài đã báo, hoặc hơn 32 MiB trong một lần có tổng kiểm")
            if len(held) >= PIECE_BYTES:
                yield bytes(held)
                held.clear()
    except ClientDisconnect as error:
        broken = error
    if held:
        yield bytes(held)
    if broken is not None:
        raise broken


def _keep(parts: Parts, upload: Upload, data: bytes) -> Upload:
    if not data:
        return upload
    if upload.received_bytes == 0 and len(data) >= min(_ENOUGH_TO_TELL, upload.length_bytes):
        media_type_of(data[:_ENOUGH_TO_TELL])
    piece = Piece(parts.storage.objects.put(data), len(data))
    with parts.storage.database.write() as connection:
        return uploads.append(connection, upload, [piece], parts.now())


router.include_router(_one)
