"""What a form says, as a body of the API; what does not fit is told in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import problem_of_validation
from api.web.visiting import iso_day
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
"""Names of the fields as the forms of certification show them."""


def checked(kind: type[Body], body: Mapping[str, object], names: Mapping[str, str] = _NAMES) -> Body:
    """Return a body of the API from what a form says.

    Args:
        kind: of the body.
        body: what the form says, by the API's names.
        names: of the fields as the form shows them.

    Raises:
        InvalidInput: something is missing or does not fit; the sentence says where.
    """
    try:
        return kind.model_validate(body)
    except ValidationError as fault:
        raise InvalidInput(_told(fault, names)) from fault


def moment(word: str, what: str) -> datetime | None:
    """Read a local moment of Vietnam as a form sends it; None when it is left empty.

    Args:
        word: ``23/11/2026 14:20`` as a person types it, or an ISO 8601 moment as a script does.
        what: Vietnamese name, for the message.

    Raises:
        InvalidInput: it is none.
    """
    typed = " ".join(word.split())
    if not typed:
        return None
    day, _, hour = typed.partition(" ")
    try:
        read = datetime.fromisoformat(f"{iso_day(day)}T{hour.zfill(5)}" if hour else typed)
    except ValueError as error:
        raise InvalidInput(f"{what} không đúng", remedy="Hãy gõ ngày rồi giờ, ví dụ 23/11/2026 14:20.") from error
    return read if read.tzinfo is not None else read.replace(tzinfo=VIETNAM_TIME)


def _told(fault: ValidationError, names: Mapping[str, str]) -> str:
    told = []
    for where, what in problem_of_validation([dict(each) for each in fault.errors()]).faults:
        *above, name = where.split(".")
        row = f" (bản chính {int(above[-1]) + 1})" if above and above[-1].isdigit() else ""
        told.append(f"{names.get(name, name)}{row} {what}")
    return "; ".join(told)
