"""What a form says, as a body of the API; what does not fit is told in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import problem_of_validation
from digitize.errors import InvalidInput
from digitize.targets import VIETNAM_TIME

Body = TypeVar("Body", bound=BaseModel)

_NAMES: Mapping[str, str] = {
    "full_name": "họ tên người yêu cầu",
    "id_number": "số giấy tờ tùy thân",
    "address": "địa chỉ",
    "email": "thư điện tử",
    "phone": "điện thoại",
    "originals": "danh sách bản chính",
    "title": "tên bản chính",
    "pages": "số trang",
    "quantity": "số bản sao",
    "number": "số, ký hiệu",
    "issued_on": "ngày cấp",
    "issuer": "nơi cấp",
    "certifier": "người thực hiện chứng thực",
    "received_at": "giờ tiếp nhận",
    "amount_vnd": "số tiền",
    "receipt_number": "số biên lai",
    "working_days": "số ngày kéo dài",
    "reason": "lý do",
    "ground": "căn cứ từ chối",
    "decision_number": "số quyết định",
    "effective_at": "thời điểm có hiệu lực",
    "year": "năm",
}
"""Names of the fields as the forms show them."""


def checked(kind: type[Body], body: Mapping[str, object]) -> Body:
    """Return a body of the API from what a form says.

    Raises:
        InvalidInput: something is missing or does not fit; the sentence says where.
    """
    try:
        return kind.model_validate(body)
    except ValidationError as fault:
        raise InvalidInput(_told(fault)) from fault


def moment(word: str, what: str) -> datetime | None:
    """Read a local moment of Vietnam as a form sends it; None when it is left empty.

    Args:
        word: ``2026-11-23T14:20``.
        what: Vietnamese name, for the message.

    Raises:
        InvalidInput: it is none.
    """
    if not word:
        return None
    try:
        read = datetime.fromisoformat(word)
    except ValueError as error:
        raise InvalidInput(f"{what} không đúng") from error
    return read if read.tzinfo is not None else read.replace(tzinfo=VIETNAM_TIME)


def _told(fault: ValidationError) -> str:
    told = []
    for where, what in problem_of_validation([dict(each) for each in fault.errors()]).faults:
        *above, name = where.split(".")
        row = f" (bản chính {int(above[-1]) + 1})" if above and above[-1].isdigit() else ""
        told.append(f"{_NAMES.get(name, name)}{row} {what}")
    return "; ".join(told)
