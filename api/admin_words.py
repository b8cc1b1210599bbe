"""The words of what administrators keep: what targets measure, how keys are used and stand, what tables are about."""

from __future__ import annotations

from collections.abc import Mapping

from digitize import indicators
from digitize.targets import FLOW, STOCK
from storage.administration.imports import What
from storage.signing_keys import Adapter, Standing

MEASURE_NAMES: Mapping[str, str] = {
    STOCK: "Tỷ lệ tồn",
    FLOW: "Tỷ lệ kỳ",
    **{each.code: each.name for each in indicators.indicators()},
}
"""By what a local target measures."""

ADAPTER_NAMES: Mapping[str, str] = {
    Adapter.PKCS12.value: "Tệp khóa PKCS#12",
    Adapter.PKCS11.value: "Thiết bị PKCS#11 (HSM, USB Token) ở máy chủ ký",
    Adapter.CSC.value: "Dịch vụ ký số từ xa (CSC)",
    Adapter.AGENT.value: "USB Token tại máy của người ký",
}

KEY_STANDINGS: Mapping[str, str] = {
    Standing.USABLE.value: "dùng được",
    Standing.EXPIRING.value: "sắp hết hạn",
    Standing.EXPIRED.value: "đã hết hạn",
    Standing.WRONG.value: "có lỗi",
    Standing.BARRED.value: "đã ngừng dùng",
    Standing.UNOPENED.value: "chưa mở lần nào",
}

TABLE_NAMES: Mapping[str, str] = {
    What.PROCEDURES.value: "Thủ tục hành chính",
    What.RESULT_TYPES.value: "Loại giấy tờ kết quả",
    What.UNITS.value: "Cơ quan, đơn vị",
}
