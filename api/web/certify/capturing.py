"""The capture of the paper original, from the camera, the scanner's folder or a file chosen at this desk."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from api import copies
from api.auth import Right
from api.copies import Handed, copy_transaction
from api.intake import keep
from api.parts import PartsOf
from api.schemas import PRINTABLE, TEXT
from api.schemas_copies import CertificationPath
from api.web.certify.copy_forms import back, refused
from api.web.certify.of_visit import CopyOfVisit
from api.web.form_bodies import moment
from api.web.visiting import Visitor
from digitize.errors import SohoaError

router = APIRouter(prefix="/certifications")


class Device(StrEnum):
    """What made the capture at the desk."""

    CAMERA = "camera"
    FOLDER = "folder"
    FILE = "file"


DEVICE_NAMES = {
    Device.CAMERA: "camera tại quầy",
    Device.FOLDER: "thư mục máy quét tại quầy",
    Device.FILE: "tệp vừa quét, chọn tại quầy",
}
"""As the history and the capture's record name it."""


@router.post("/{certification_id}/copies/{copy_id}/capture")
def capture(
    certification_id: CertificationPath,
    copy_id: CopyOfVisit,
    request: Request,
    caller: Visitor,
    parts: PartsOf,
    version: Annotated[int, Form(ge=0, le=1_000_000_000)],
    file: Annotated[UploadFile, File()],
    captured_at: Annotated[str, Form(max_length=40)] = "",
    device: Annotated[Device, Form()] = Device.FILE,
    paper: Annotated[str, Form(max_length=10, pattern=PRINTABLE)] = "",
    reason: Annotated[str, Form(max_length=1000, pattern=TEXT)] = "",
) -> Response:
    """Take the capture in; one that cannot stand for the original is refused with the article.

    Without a script nobody tells when the file was made: it counts as made when it comes in, on the word of the
    certifier, who ticks that they captured this very paper just now. Without that word nothing captured it at the desk.
    """
    try:
        caller.need(Right.ISSUE_COPIES)
        made_at = moment(captured_at, "giờ chụp") or parts.now()
        handed = Handed(keep(parts, file), made_at, DEVICE_NAMES[device] if paper else "", reason.strip())
        with copy_transaction(parts, caller, copy_id, version) as hand:
            copies.capture(hand, handed)
    except SohoaError as error:
        return refused(request, parts, caller, (certification_id, copy_id), error)
    return back(certification_id, copy_id)
