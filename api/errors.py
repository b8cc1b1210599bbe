"""Errors at the door: every one is an RFC 9457 problem with a stable code and a Vietnamese sentence.

The classes of :mod:`digitize.errors` and those below are mapped to statuses in one table; what the framework raises by
itself (unknown path, wrong method, a body that does not parse) is turned into the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException

from digitize import errors
from digitize.errors import Conflict, DocumentAtFault, Forbidden, NotFound, Refused, SohoaError

PROBLEM_JSON = "application/problem+json"

RETRY_AFTER_S = 10
"""What ``Retry-After`` says when something around us failed, seconds."""


class ProofRequired(Refused):
    """Signing asks for the password again."""

    sentence = "Cần nhập lại mật khẩu trước khi ký."
    remedy = "Hãy gửi mật khẩu tới /api/v1/session/proof rồi làm lại."


class FactorRequired(Refused):
    """The password was right; the person's second factor is missing."""

    sentence = "Cần thêm mã xác thực thứ hai."
    remedy = "Hãy gửi kèm `code`: mã 6 chữ số trong ứng dụng tạo mã, hoặc một mã dự phòng."


class FactorMissing(Refused):
    """Signing asks for a second factor, and the person has none."""

    sentence = "Vai trò ký phải có lớp xác thực thứ hai, tài khoản của bạn chưa có."
    remedy = "Hãy mở trang Bảo mật của tài khoản (/security) để thêm, rồi làm lại."


class PasswordNotChosen(Refused):
    """The password is one that an administrator gave; its owner must choose another before anything else."""

    sentence = "Mật khẩu này do quản trị cấp, chỉ dùng một lần."
    remedy = "Hãy đặt mật khẩu của riêng bạn tại /security/password."


class MissingScope(Forbidden):
    """The caller's office or token does not cover this."""

    sentence = "Vai trò hoặc quyền của bạn không làm được việc này."


class CrossSite(Forbidden):
    """A browser sent this on behalf of another site."""

    sentence = "Yêu cầu đến từ một trang web khác nên bị từ chối."
    remedy = "Hãy mở lại trang của hệ thống và làm lại từ đó."


class WrongState(Forbidden):
    """The document is not where this step begins."""

    sentence = "Văn bản không ở trạng thái làm được bước này."
    remedy = "Hãy tải lại để xem trạng thái hiện tại."


class VersionMismatch(Conflict):
    """If-Match names an older version."""

    sentence = "Văn bản đã thay đổi kể từ khi bạn mở."


class VersionMissing(Refused):
    """If-Match is asked for where two people could clash."""

    sentence = "Thiếu phiên bản của văn bản (tiêu đề If-Match)."
    remedy = "Hãy đọc văn bản, lấy ETag rồi gửi lại trong If-Match."


class MalformedHeader(DocumentAtFault):
    """A header of the upload protocol is missing or cannot be read."""

    sentence = "Tiêu đề của lượt gửi không đúng giao thức tus 1.0."
    remedy = "Hãy xem mô tả giao thức tus 1.0 rồi gửi lại."


class OtherProtocolVersion(Refused):
    """``Tus-Resumable`` names a version that is not spoken here."""

    sentence = "Phiên bản giao thức gửi tiếp (Tus-Resumable) không được hỗ trợ."
    remedy = "Hãy dùng phiên bản nêu trong tiêu đề Tus-Version."


class OtherContent(DocumentAtFault):
    """A piece of an upload comes under another media type."""

    sentence = "Phần dữ liệu phải có kiểu application/offset+octet-stream."


class ChecksumMismatch(DocumentAtFault):
    """What came is not what was sent; nothing of it was kept."""

    sentence = "Dữ liệu nhận được khác với dữ liệu đã gửi (sai tổng kiểm)."
    remedy = "Hãy gửi lại phần này."


class UploadEnded(NotFound):
    """The term of an upload is over."""

    sentence = "Lượt gửi đã hết hạn."
    remedy = "Hãy gửi lại từ đầu."


class BeyondTheEnd(Refused):
    """A part of a file was asked for that begins after its last byte."""

    sentence = "Phần tệp được yêu cầu (tiêu đề Range) nằm ngoài tệp."
    remedy = "Hãy tải lại từ đầu tệp."

    def __init__(self, size_bytes: int) -> None:
        """Keep how long the file is."""
        super().__init__()
        self.size_bytes = size_bytes


STATUS: Mapping[type[SohoaError], int] = {
    errors.DocumentAtFault: 422,
    errors.UnknownType: 415,
    errors.TooLarge: 413,
    errors.Refused: 403,
    errors.NotFound: 404,
    errors.TooOften: 429,
    errors.Conflict: 409,
    errors.SigningRefused: 409,
    errors.NotIdentified: 401,
    WrongState: 409,
    VersionMismatch: 412,
    VersionMissing: 428,
    BeyondTheEnd: 416,
    MalformedHeader: 400,
    OtherProtocolVersion: 412,
    OtherContent: 415,
    ChecksumMismatch: 460,
    UploadEnded: 410,
    errors.WorldAtFault: 503,
}
"""Status by class; a class that is not listed has that of its nearest ancestor."""

_FRAMEWORK: Mapping[int, tuple[str, str, str]] = {
    400: ("malformed_request", "Yêu cầu không đọc được.", "Hãy kiểm tra định dạng của nội dung gửi lên."),
    404: ("not_found", "Không tìm thấy.", "Hãy kiểm tra lại địa chỉ."),
    405: ("method_not_allowed", "Địa chỉ này không nhận phương thức đó.", "Hãy xem tiêu đề Allow."),
    413: ("too_large", "Nội dung gửi lên quá lớn.", "Hãy tách thành nhiều tệp nhỏ hơn."),
    415: ("unknown_type", "Kiểu nội dung không được nhận.", "Hãy xem tài liệu của giao diện."),
    422: ("invalid_input", "Dữ liệu gửi lên chưa đúng.", "Hãy sửa các mục được nêu rồi gửi lại."),
    500: ("internal_error", "Hệ thống gặp lỗi ngoài dự kiến.", "Hãy báo người vận hành kèm mã yêu cầu."),
}
"""Code, title and remedy for what the framework raises by itself."""

_FAULTS: Mapping[str, str] = {
    "missing": "còn thiếu",
    "extra_forbidden": "không được nhận",
    "string_too_short": "quá ngắn",
    "string_too_long": "quá dài",
    "string_pattern_mismatch": "sai định dạng",
    "greater_than_equal": "quá nhỏ",
    "less_than_equal": "quá lớn",
    "too_short": "có quá ít mục",
    "too_long": "có quá nhiều mục",
    "json_invalid": "không phải JSON",
    "enum": "không nằm trong các giá trị được nhận",
    "literal_error": "không nằm trong các giá trị được nhận",
}
"""Vietnamese words for pydantic's kinds of fault; the input itself is never repeated."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What goes to the caller instead of an answer."""

    status: int
    code: str
    """Stable; programs decide by it."""
    title: str
    """What is wrong in general."""
    detail: str
    """What is wrong here and what to do."""
    headers: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()
    """(where, what) for each part of the request that is at fault."""
    particulars: str = ""
    """The half-sentence on this very case that :attr:`detail` holds."""
    advice: str = ""
    """What to do, as :attr:`detail` says it."""

    def body(self) -> dict[str, Any]:
        """Return the members of RFC 9457 and our ``code``."""
        told: dict[str, Any] = {
            "type": f"urn:sohoa:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.faults:
            told["errors"] = [{"where": where, "message": message} for where, message in self.faults]
        return told


def status_of(error: type[SohoaError]) -> int:
    """Return the status of an error class: its own, or that of its nearest ancestor."""
    return next((STATUS[cls] for cls in error.__mro__ if cls in STATUS), 500)


def problem_of(error: SohoaError) -> Problem:
    """Describe one of our errors."""
    status = status_of(type(error))
    headers: dict[str, str] = {}
    if error.retryable:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, errors.TooOften):
        headers["Retry-After"] = str(error.wait_s)
    if isinstance(error, BeyondTheEnd):
        headers["Content-Range"] = f"bytes */{error.size_bytes}"
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="sohoa"'
    return Problem(
        status, error.code(), error.sentence, error.message, headers, particulars=error.detail, advice=error.advice
    )


def problem_of_framework(error: HTTPException) -> Problem:
    """Describe what the framework raised by itself."""
    known = _FRAMEWORK.get(error.status_code)
    code, title, remedy = known or ("http_error", "Yêu cầu không thực hiện được.", "")
    return Problem(
        error.status_code, code, title, f"{title} {remedy}".strip(), dict(error.headers or {}), advice=remedy
    )


def problem_of_validation(faults: list[dict[str, Any]]) -> Problem:
    """Describe a request whose parts do not fit; where, and what is wrong, but never what was sent."""
    told = tuple(
        (".".join(str(part) for part in fault["loc"]), _FAULTS.get(fault["type"], "không hợp lệ")) for fault in faults
    )
    code, title, remedy = _FRAMEWORK[422]
    named = "; ".join(f"{where} {what}" for where, what in told)
    return Problem(422, code, title, f"{title.rstrip('.')}: {named}. {remedy}", faults=told, advice=remedy)


def unexpected() -> Problem:
    """Describe a bug of ours: no word about its inside leaves the house."""
    code, title, remedy = _FRAMEWORK[500]
    return Problem(500, code, title, f"{title} {remedy}", advice=remedy)
