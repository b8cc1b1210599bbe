"""The words that people read for events, offices, fields, findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from digitize.catalogue import reading
from digitize.lifecycle import Office, Waiting
from digitize.metadata import FIELD_NAMES
from digitize.model import UNKNOWN_KIND

EVENT_NAMES: Mapping[str, str] = {
    "Received": "Đã nhận bản quét",
    "ReadDone": "Đã đọc",
    "FileRefused": "Từ chối tệp",
    "SecrecyFound": "Thấy dấu mật, cách ly",
    "QuarantineLifted": "Bỏ cách ly",
    "FoundElectronic": "Đã là bản điện tử",
    "CaptureOrdered": "Xác nhận đủ trang, đúng thứ tự, rõ chữ; yêu cầu ký bản chụp",
    "CaptureSigned": "Đã ký bản chụp",
    "Confirmed": "Xác nhận dữ liệu",
    "Approved": "Duyệt dữ liệu",
    "Coded": "Cấp mã",
    "SealOrdered": "Yêu cầu đóng dấu",
    "Sealed": "Đã đóng dấu cơ quan",
    "DataSealOrdered": "Yêu cầu cơ quan ký dữ liệu đính chính",
    "DataSealed": "Cơ quan đã ký dữ liệu đính chính",
    "SigningFailed": "Ký không thành",
    "SignedFileDiscarded": "Loại bỏ bản ký thừa",
    "Published": "Công bố",
    "Returned": "Trả lại",
    "Withdrawn": "Rút",
    "Rescanned": "Quét lại",
    "Moved": "Chuyển hồ sơ",
    "MetadataCorrected": "Đính chính dữ liệu",
    "Superseded": "Thay thế",
    "Revoked": "Hủy bỏ",
    "PurgeProposed": "Đề nghị xóa",
    "Purged": "Xóa theo quyết định",
}
"""By the event's name in the history."""

OFFICE_NAMES: Mapping[str, str] = {
    Office.WORKER.value: "hệ thống",
    Office.CLERK.value: "cán bộ số hóa",
    Office.OFFICER.value: "văn thư",
    Office.SUPERVISOR.value: "lãnh đạo phụ trách",
    Office.ADMINISTRATOR.value: "quản trị",
    Office.SYSTEM.value: "hệ thống một cửa",
}

WAITING_NAMES: Mapping[str, str] = {
    Waiting.WORKER.value: "hệ thống xử lý",
    Waiting.CLERK.value: "cán bộ số hóa",
    Waiting.OFFICER.value: "văn thư",
    Waiting.SUPERVISOR.value: "lãnh đạo phụ trách",
    Waiting.NOBODY.value: "—",
}

FIELD_LABELS: Mapping[str, str] = {name: label[0].upper() + label[1:] for name, label in FIELD_NAMES.items()}
"""In the order in which the form shows them."""

DATE_FIELDS = frozenset({"issued_date", "holder_birth_date"})

VERDICT_NAMES: Mapping[str, str] = {
    "valid": "hợp lệ",
    "invalid": "không hợp lệ",
    "indeterminate": "chưa kết luận được",
    "unsigned": "chưa ký",
}

ROLE_NAMES: Mapping[str, str] = {"clerk": "Người số hóa", "agency": "Cơ quan"}


@cache
def kind_names() -> Mapping[str, str]:
    """Return the kinds of paper by code, as the catalogue orders them."""
    return {entry.code: entry.name for entry in reading.kinds()}


def kind_name(code: str) -> str:
    """Return a kind's name; an honest "không rõ" when there is none."""
    if code in {"", UNKNOWN_KIND}:
        return "Không rõ loại"
    return kind_names().get(code, code)
