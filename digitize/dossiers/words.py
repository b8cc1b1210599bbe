"""The code lists of a dossier (law: the national portal's TrangThaiHoSo, KenhThucHien, LoaiDoiTuong, LoaiBan)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class Status(IntEnum):
    """TrangThaiHoSo; the names and the steps between them are data (``catalogue/dossiers.toml``)."""

    REGISTERED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_WORK = 4
    PAPERS_WANTED = 5
    FEE_WANTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


class Channel(IntEnum):
    """KenhThucHien: how the dossier was handed in."""

    COUNTER = 1
    ONLINE = 2
    POST = 3


class HolderType(IntEnum):
    """LoaiDoiTuong."""

    CITIZEN = 1
    BUSINESS = 2
    AGENCY = 3
    OTHER = 4


class CopyKind(IntEnum):
    """LoaiBan: what was handed in of a component."""

    ORIGINAL = 0
    COPY = 1
    ELECTRONIC = 2


class PaidHow(IntEnum):
    """Where the fee was paid."""

    COUNTER = 1
    PROVINCE_PORTAL = 2
    NATIONAL_PORTAL = 3


class DossierEvent(StrEnum):
    """What can happen to a dossier."""

    ENTERED = "Entered"
    STATUS_CHANGED = "StatusChanged"
    AMENDED = "Amended"
    DUE_MOVED = "DueMoved"
    PAID = "Paid"
    COMPONENT_ADDED = "ComponentAdded"
    COMPONENT_SCANNED = "ComponentScanned"
    COMPONENT_REUSED = "ComponentReused"
    RESULT_ADDED = "ResultAdded"
    RESULT_CANCELLED = "ResultCancelled"
    SYNCED_DOSSIER = "SyncedDossier"
    SYNCED_STATUS = "SyncedStatus"
    SYNCED_RESULT = "SyncedResult"
    APOLOGY_SENT = "ApologySent"
    LATENESS_EXPLAINED = "LatenessExplained"
    SCAN_INSISTED = "ScanInsisted"


CHANNEL_NAMES: Mapping[Channel, str] = {
    Channel.COUNTER: "Trực tiếp",
    Channel.ONLINE: "Trực tuyến",
    Channel.POST: "Bưu chính",
}
HOLDER_NAMES: Mapping[HolderType, str] = {
    HolderType.CITIZEN: "Công dân",
    HolderType.BUSINESS: "Doanh nghiệp",
    HolderType.AGENCY: "Cơ quan nhà nước",
    HolderType.OTHER: "Tổ chức khác",
}
PAID_NAMES: Mapping[PaidHow, str] = {
    PaidHow.COUNTER: "Trực tiếp",
    PaidHow.PROVINCE_PORTAL: "Trực tuyến trên cổng của tỉnh",
    PaidHow.NATIONAL_PORTAL: "Trực tuyến trên Cổng Dịch vụ công quốc gia",
}
COPY_NAMES: Mapping[CopyKind, str] = {
    CopyKind.ORIGINAL: "Bản chính",
    CopyKind.COPY: "Bản sao",
    CopyKind.ELECTRONIC: "Bản điện tử",
}
EVENT_NAMES: Mapping[DossierEvent, str] = {
    DossierEvent.ENTERED: "Vào sổ",
    DossierEvent.STATUS_CHANGED: "Đổi trạng thái",
    DossierEvent.AMENDED: "Sửa thông tin",
    DossierEvent.DUE_MOVED: "Dời ngày hẹn trả",
    DossierEvent.PAID: "Nộp phí, lệ phí",
    DossierEvent.COMPONENT_ADDED: "Thêm thành phần hồ sơ",
    DossierEvent.COMPONENT_SCANNED: "Số hóa thành phần hồ sơ",
    DossierEvent.COMPONENT_REUSED: "Tái sử dụng kết quả đã số hóa",
    DossierEvent.RESULT_ADDED: "Thêm kết quả",
    DossierEvent.RESULT_CANCELLED: "Hủy kết quả",
    DossierEvent.SYNCED_DOSSIER: "Đã đồng bộ hồ sơ",
    DossierEvent.SYNCED_STATUS: "Đã đồng bộ tiến độ",
    DossierEvent.SYNCED_RESULT: "Đã đồng bộ kết quả",
    DossierEvent.APOLOGY_SENT: "Đã gửi thư xin lỗi",
    DossierEvent.LATENESS_EXPLAINED: "Giải trình trễ hạn",
    DossierEvent.SCAN_INSISTED: "Vẫn quét dù quy định không cho",
}
