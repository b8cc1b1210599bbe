"""The words of the journal of administrative changes: kinds of things, what was done to them, the fields of states."""

from __future__ import annotations

from collections.abc import Mapping

from api.admin_words import MEASURE_NAMES
from api.words import OFFICE_NAMES, RIGHT_NAMES
from digitize.targets import LEVEL_NAMES
from digitize.territory import BRANCH_NAMES
from storage.changes import Kind

KIND_NAMES: Mapping[str, str] = {
    Kind.UNIT.value: "Đơn vị",
    Kind.PERSON.value: "Người dùng",
    Kind.CLIENT.value: "Hệ thống kết nối",
    Kind.KEY.value: "Khóa ký",
    Kind.TARGET.value: "Chỉ tiêu",
    Kind.PROCEDURE.value: "Thủ tục",
    Kind.RESULT_TYPE.value: "Loại kết quả",
    Kind.AGENCY.value: "Cơ quan",
}

CHANGE_NAMES: Mapping[str, str] = {
    "entered": "Thêm",
    "renamed": "Đổi tên",
    "moved": "Chuyển đơn vị cấp trên",
    "ended": "Thôi, có đơn vị kế thừa",
    "four_eyes": "Đổi việc duyệt hai người",
    "put_back": "Trả lại như trước",
    "removed": "Bỏ, chưa từng dùng",
    "appointed": "Giao vai trò",
    "appointment_removed": "Bỏ vai trò",
    "locked": "Khóa tài khoản",
    "unlocked": "Mở khóa tài khoản",
    "password_given": "Cấp mật khẩu dùng một lần",
    "factor_reset": "Gỡ lớp xác thực thứ hai",
    "sessions_ended": "Kết thúc mọi phiên",
    "linked": "Đổi liên kết với nhà cung cấp định danh",
    "limits_changed": "Đổi giới hạn",
    "rotated": "Đổi khóa bí mật",
    "revoked": "Thu hồi",
    "readmitted": "Cho dùng lại",
    "changed": "Sửa",
    "target_ended": "Thôi áp dụng",
    "withdrawn": "Rút",
    "imported": "Nhập bảng",
    "import_undone": "Bỏ đợt nhập bảng",
    "retired": "Thôi áp dụng",
    "restored": "Áp dụng lại",
    "barred": "Ngừng dùng chứng thư",
    "allowed": "Cho dùng lại chứng thư",
}
"""By the name of the change in the journal."""

FIELD_NAMES: Mapping[str, str] = {
    "code": "Mã",
    "name": "Tên",
    "names": "Tên qua các thời kỳ",
    "level": "Cấp",
    "branch": "Ngành",
    "parent": "Dưới",
    "parents": "Đơn vị cấp trên",
    "heirs": "Đơn vị kế thừa",
    "unit": "Đơn vị",
    "since": "Từ ngày",
    "until": "Đến ngày",
    "principal": "Chính",
    "source": "Căn cứ",
    "four_eyes": "Cần người thứ hai duyệt",
    "username": "Tên đăng nhập",
    "full_name": "Họ tên",
    "active": "Được vào",
    "office": "Vai trò",
    "roles": "Vai trò theo thời gian",
    "factors": "Số lớp xác thực thứ hai",
    "sessions": "Số phiên đã kết thúc",
    "linked": "Có liên kết",
    "password_until": "Mật khẩu một lần dùng được đến",
    "scopes": "Quyền",
    "per_minute": "Yêu cầu mỗi phút",
    "per_day": "Yêu cầu mỗi ngày",
    "per_month": "Yêu cầu mỗi tháng",
    "certificate": "Dấu vân tay chứng thư",
    "secret_number": "Lần cấp khóa bí mật",
    "unit_code": "Đơn vị",
    "year": "Năm",
    "measure": "Đo bằng",
    "percent": "Phần trăm",
    "withdrawn": "Đã rút",
    "entered": "Dòng thêm",
    "changed": "Dòng sửa",
    "same": "Dòng giữ nguyên",
    "serial": "Số hiệu chứng thư",
    "barred": "Ngừng dùng",
}
"""By the name of the field in a state."""

ADDRESSES: Mapping[str, str] = {
    Kind.UNIT.value: "/admin/units/",
    Kind.PERSON.value: "/admin/people/",
    Kind.CLIENT.value: "/admin/clients/",
    Kind.KEY.value: "/admin/keys/",
    Kind.TARGET.value: "/admin/targets/",
    Kind.PROCEDURE.value: "/admin/catalogues/procedures/",
    Kind.RESULT_TYPE.value: "/admin/catalogues/result_types/",
    Kind.AGENCY.value: "/admin/catalogues/units/",
}
"""Where a thing of a kind has its own page; its id follows."""

VALUE_NAMES: Mapping[str, Mapping[str, str]] = {
    "level": {word.value: name for word, name in LEVEL_NAMES.items()},
    "branch": {word.value: name for word, name in BRANCH_NAMES.items()},
    "office": OFFICE_NAMES,
    "scopes": RIGHT_NAMES,
    "measure": MEASURE_NAMES,
}
"""Words for the values of a field that has few of them."""
