"""What becomes of whole uploads: a document of a dossier, and the word that its paper may be given back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import intake, safekeeping
from api.answers import READING, WRITING, documented
from api.auth import ResultReader, ResultWriter
from api.parts import PartsOf
from api.schemas import PRINTABLE, DocumentPath
from api.schemas_documents import DocumentBody
from api.schemas_uploads import FinishSent, SafekeepingBody
from api.versions import etag
from api.view import document_body
from storage import registry

router = APIRouter(prefix="/api/v1", tags=["Gửi tiếp (tus 1.0)"])


@router.post(
    "/finished-uploads", status_code=202, response_model=DocumentBody, responses=WRITING | documented(410, 415)
)
def finish_uploads(sent: FinishSent, caller: ResultWriter, parts: PartsOf) -> Response:
    """Hoàn tất: nêu hồ sơ và SHA-256 của từng lượt gửi; gửi lại yêu cầu này không tạo thêm văn bản nào."""
    intake.need_dossier(parts, caller, sent.dossier)
    found = [(intake.find_own(parts, caller, one.id), one.sha256) for one in sent.uploads]
    arrival = intake.Whole(sent.dossier, sent.ordinal, sent.reason, intake.put_together(parts, caller, found))
    with parts.storage.database.write() as connection:
        document = intake.receive_whole(connection, parts, caller, arrival)
        body = document_body(connection, document, masked=True)
    headers = {"Location": f"/api/v1/documents/{document.id}", "ETag": etag(document.record.version)}
    return Response(body.model_dump_json(), 202, headers, media_type="application/json")


@router.get("/documents/{document_id}/safekeeping", responses=READING)
def prove_safekeeping(
    document_id: DocumentPath,
    caller: ResultReader,
    parts: PartsOf,
    sha256: Annotated[
        str,
        Query(
            max_length=2000,
            pattern=PRINTABLE,
            description="SHA-256 mà nơi gửi tự tính; nhiều tệp: cách nhau bởi dấu phẩy.",
        ),
    ],
) -> SafekeepingBody:
    """Đọc lại từ kho: bản quét có đúng là tệp đã gửi, ảnh từng trang có xem được; chưa đủ thì chưa trả lại bản giấy."""
    with parts.storage.database.read() as connection:
        document = registry.find(connection, document_id, caller.scope)
        kept = safekeeping.kept_of(connection, document)
    return safekeeping.prove(parts.storage.objects, document, kept, sha256.split(","))
