"""The words that people read for events, offices, fields, findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from api.files import FileName
from digitize.attest.lifecycle import CopyWaiting
from digitize.catalogue import reading
from digitize.lifecycle import Office, State, Waiting
from digitize.metadata import FIELD_NAMES
from digitize.model import UNKNOWN_KIND
from storage.deliveries import Channel, DeliveryState

EVENT_NAMES: Mapping[str, str] = {
    "Opened": "Mở phiên chứng thực cho bản chính",
    "Captured": "Chụp bản chính",
    "CaptureFailed": "Bản chụp không dùng được",
    "Archived": "Đã đọc bản chụp và tạo tệp lưu trữ",
    "Refused": "Từ chối chứng thực",
    "Abandoned": "Thôi yêu cầu",
    "AttestOrdered": "Xác nhận đã đối chiếu với bản chính; yêu cầu ký chứng thực",
    "Numbered": "Cấp số chứng thực",
    "AttestPrepared": "Chờ người chứng thực ký bằng thiết bị",
    "AttestAnswered": "Nhận chữ ký từ thiết bị của người chứng thực",
    "AttestPreparationExpired": "Hết hạn chờ thiết bị của người chứng thực",
    "AttestKeyUsed": "Người chứng thực đã ký, chờ dấu thời gian",
    "CertifierSigned": "Người chứng thực đã ký",
    "Voided": "Bỏ số",
    "Delivered": "Trả kết quả",
    "Cancelled": "Hủy bỏ giá trị theo quyết định",
    "Withheld": "Thư chờ gửi không gửi nữa vì bản sao đã bị hủy bỏ",
    "Received": "Đã nhận bản quét",
    "ReadDone": "Đã đọc",
    "FileRefused": "Từ chối tệp",
    "SecrecyFound": "Thấy dấu mật, cách ly",
    "QuarantineLifted": "Bỏ cách ly",
    "FoundElectronic": "Đã là bản điện tử",
    "CaptureOrdered": "Xác nhận đủ trang, đúng thứ tự, rõ chữ; yêu cầu ký bản chụp",
    "CapturePrepared": "Đã chuẩn bị để ký bản chụp bằng thiết bị",
    "CaptureAnswered": "Đã nhận chữ ký bản chụp từ thiết bị",
    "CaptureGivenUp": "Thôi ký bản chụp bằng thiết bị",
    "CaptureKeyUsed": "Đã ký bản chụp, chờ dấu thời gian",
    "CaptureSigned": "Bản chụp đã ký hoàn tất",
    "Confirmed": "Xác nhận dữ liệu",
    "Approved": "Duyệt dữ liệu",
    "Coded": "Cấp mã",
    "SealOrdered": "Yêu cầu đóng dấu",
    "SealPrepared": "Đã chuẩn bị để đóng dấu bằng thiết bị",
    "SealAnswered": "Đã nhận chữ ký của cơ quan từ thiết bị",
    "SealGivenUp": "Thôi đóng dấu bằng thiết bị",
    "SealKeyUsed": "Cơ quan đã ký, chờ dấu thời gian",
    "Sealed": "Đã đóng dấu cơ quan",
    "DataSealOrdered": "Yêu cầu cơ quan ký dữ liệu đính chính",
    "DataSealKeyUsed": "Cơ quan đã ký dữ liệu đính chính, chờ dấu thời gian",
    "DataSealed": "Cơ quan đã ký dữ liệu đính chính",
    "SigningFailed": "Ký không thành",
    "PlaceTooSmall": "Dấu thời gian quá dài, ký lại một lần",
    "SignedFileDiscarded": "Loại bỏ bản ký thừa",
    "Published": "Công bố",
    "Renewed": "Gia hạn dấu thời gian lưu trữ",
    "Returned": "Trả lại",
    "Withdrawn": "Rút",
    "Rescanned": "Quét lại",
    "PagesArranged": "Sắp xếp trang",
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
    Office.CERTIFIER.value: "người thực hiện chứng thực",
    Office.ADMINISTRATOR.value: "quản trị",
    Office.SYSTEM.value: "hệ thống một cửa",
}

ACCOUNT_NAMES: Mapping[str, str] = {
    "open": "vào được",
    "locked": "đã khóa",
    "without_role": "không có vai trò hôm nay",
    "first_password": "chưa đặt mật khẩu riêng",
}
"""By the standing of a person's account."""

RIGHT_NAMES: Mapping[str, str] = {
    "dossiers:write": "Nhập và sửa hồ sơ",
    "results:write": "Nộp bản quét kết quả",
    "results:read": "Xem kết quả đã công bố",
    "reuse:read": "Tra cứu để tái sử dụng",
    "targets:read": "Xem chỉ tiêu và số đếm",
    "copies:issue": "Cấp bản sao chứng thực",
    "copies:revoke": "Hủy bản sao chứng thực",
    "copies:read": "Xem bản sao và sổ chứng thực",
    "webhooks:manage": "Quản lý webhook",
}
"""By the scope that grants it."""

WAITING_NAMES: Mapping[str, str] = {
    Waiting.WORKER.value: "hệ thống xử lý",
    Waiting.CLERK.value: "cán bộ số hóa",
    Waiting.OFFICER.value: "văn thư",
    Waiting.SUPERVISOR.value: "lãnh đạo phụ trách",
    Waiting.NOBODY.value: "—",
}

COPY_WAITING_NAMES: Mapping[str, str] = {
    CopyWaiting.WORKER.value: "hệ thống xử lý",
    CopyWaiting.CERTIFIER.value: "người chứng thực",
    CopyWaiting.OFFICER.value: "văn thư",
    CopyWaiting.NOBODY.value: "—",
}

CHANNEL_NAMES: Mapping[str, str] = {
    Channel.LINK.value: "đường dẫn tải",
    Channel.EMAIL.value: "thư điện tử",
    Channel.WEBHOOK.value: "hệ thống kết nối",
}

DELIVERY_STATE_NAMES: Mapping[str, str] = {
    DeliveryState.WAITING.value: "đang gửi",
    DeliveryState.SENT.value: "đã trao",
    DeliveryState.FAILED.value: "không gửi được",
    DeliveryState.EXPIRED.value: "đã hết hạn",
}

FIELD_LABELS: Mapping[str, str] = {name: label[0].upper() + label[1:] for name, label in FIELD_NAMES.items()}
"""In the order in which the form shows them."""

DATE_FIELDS = frozenset({"issued_date", "holder_birth_date"})

FILE_NAMES: Mapping[str, str] = {
    FileName.SCAN.value: "Bản quét gốc",
    FileName.ARCHIVE.value: "Bản lưu trữ PDF/A (chưa ký)",
    FileName.CAPTURE.value: "Bản chụp đã ký (phiên bản 1)",
    FileName.SEALED.value: "Bản đã đóng dấu (phiên bản 2)",
    FileName.METADATA.value: "Dữ liệu đã xác nhận (JSON)",
    FileName.METADATA_SIGNATURE.value: "Chữ ký của dữ liệu",
}
"""The files of a document, in the order in which a page offers them."""

VERDICT_NAMES: Mapping[str, str] = {
    "valid": "hợp lệ",
    "invalid": "không hợp lệ",
    "indeterminate": "chưa kết luận được",
    "unsigned": "chưa ký",
}

ROLE_NAMES: Mapping[str, str] = {
    "clerk": "Người số hóa",
    "certifier": "Người thực hiện chứng thực",
    "agency": "Cơ quan",
}

INTEGRITY_NAMES: Mapping[str, str] = {
    "intact": "nguyên vẹn: nội dung được ký không bị sửa",
    "modified": "đã bị sửa: nội dung không còn như lúc ký",
    "broken": "chữ ký hỏng",
}

TRUST_NAMES: Mapping[str, str] = {
    "trusted": "chứng thư số do tổ chức được tin cậy cấp",
    "untrusted": "chứng thư số không đáng tin cậy",
    "unknown": "không rõ tổ chức cấp chứng thư số",
}

CHANGES_NAMES: Mapping[str, str] = {
    "none": "không có",
    "permitted": "có, thuộc loại được phép (ký thêm, thêm dấu thời gian)",
    "suspicious": "có thay đổi đáng ngờ",
}

TIME_SOURCE_NAMES: Mapping[str, str] = {
    "timestamp": "theo dấu thời gian tin cậy",
    "claimed": "theo lời người ký, chưa có dấu thời gian chứng minh",
    "none": "không rõ",
}

LEVEL_NAMES: Mapping[str, str] = {
    "B-B": "chữ ký cơ bản",
    "B-T": "có dấu thời gian",
    "B-LT": "có dấu thời gian và bằng chứng về chứng thư",
    "B-LTA": "có bằng chứng lưu trữ lâu dài",
    "PKCS#7": "kiểu PKCS#7",
    "RFC 3161": "dấu thời gian của cả tệp",
    "unknown": "không xác định",
}
"""PAdES levels (EN 319 142-1) as a person reads them."""

OUTCOME_NAMES: Mapping[str, str] = {
    "": "đang làm",
    "done": "xong",
    "failed": "không thành",
    "lost": "bị ngắt, giao lại",
}
"""How an attempt ended."""

STAGES: tuple[tuple[str, tuple[str, ...], frozenset[State]], ...] = (
    ("Nhận bản quét", ("Received", "Rescanned"), frozenset({State.RECEIVED})),
    (
        "Máy đọc",
        ("ReadDone", "FileRefused", "SecrecyFound", "FoundElectronic"),
        frozenset({State.TO_CHECK, State.REFUSED, State.QUARANTINED, State.ELECTRONIC}),
    ),
    (
        "Ký bản chụp",
        ("CaptureSigned",),
        frozenset({State.CAPTURE_ORDERED, State.CAPTURE_PREPARED, State.CAPTURE_TIMING, State.CAPTURE_SIGNED}),
    ),
    ("Xác nhận dữ liệu", ("Confirmed",), frozenset({State.TO_APPROVE, State.CONFIRMED, State.RETURNED})),
    ("Đóng dấu", ("Sealed",), frozenset({State.SEAL_ORDERED, State.SEAL_PREPARED, State.SEAL_TIMING, State.SEALED})),
    ("Công bố", ("Published",), frozenset({State.PUBLISHED})),
)
"""The stretches of the straight road: name, events that end them, states in which a document stands there."""

STANDING_NAMES: Mapping[str, str] = {
    "in_force": "còn hiệu lực",
    "revoked": "đã bị hủy bỏ",
    "superseded": "đã được thay thế",
}


NO_KIND = "Không rõ loại"
"""Stands where a kind would."""


@cache
def kind_names() -> Mapping[str, str]:
    """Return the kinds of paper by code, as the catalogue orders them."""
    return {entry.code: entry.name for entry in reading.kinds()}


def kind_name(code: str) -> str:
    """Return a kind's name; an honest "không rõ" when there is none."""
    if code in {"", UNKNOWN_KIND}:
        return NO_KIND
    return kind_names().get(code, code)


LANE_NAMES: Mapping[str, str] = {
    "read": "Đọc bản quét", "seal": "Ký, đóng dấu", "timestamp": "Lấy dấu thời gian", "deliver": "Công bố, trả kết quả",
    "verify": "Kiểm tra văn bản", "table": "Mở bảng tính",
}  # fmt: skip
"""By the lane's name."""

PART_NAMES: Mapping[str, str] = {
    **LANE_NAMES, "sweep": "Điều phối (sweep)", "notify": "Báo tin cho hệ thống khác", "exchange": "Đồng bộ với cổng",
}  # fmt: skip
"""By the name in the sign of life of a process."""
