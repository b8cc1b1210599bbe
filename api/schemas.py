"""The bodies of requests and answers about people, units, dossiers and targets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Header, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from digitize.halves import MOST_CERTIFICATE_BYTES, MOST_CERTIFICATES

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Line = Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTABLE)]
"""One line without control characters (PostgreSQL keeps no NUL)."""
FieldValue = Annotated[str, Field(max_length=2000, pattern=TEXT)]
_EARLIEST, _LATEST = datetime(1945, 9, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Instant = Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)]
"""A moment with its zone: nothing of the state is older, and what is much later is a slip of the pen."""
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=TEXT)]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Ordinal = Annotated[int, Field(ge=1, le=999)]
DossierCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z./-]{0,63}$")]

BASE64 = r"^[A-Za-z0-9+/]+={0,2}$"
Certificates = Annotated[
    list[Annotated[str, Field(max_length=(MOST_CERTIFICATE_BYTES + 2) // 3 * 4, pattern=BASE64)]],
    Field(
        max_length=MOST_CERTIFICATES,
        description="Chứng thư số trên thiết bị ký (DER, base64), của người ký đứng đầu; bỏ trống: khóa ở máy chủ ký.",
    ),
]
"""Of a token at a person's machine; what they are, a worker finds out."""

DocumentPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
DossierPath = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z./-]{0,63}$")]
PagePath = Annotated[int, Path(ge=1, le=100_000)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$",
        description="Cùng khóa, cùng nội dung: chỉ thực hiện một lần.",
    ),
]  # fmt: skip
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=100, description="ETag của văn bản mà bạn đã đọc.")]


class Sent(BaseModel):
    """A request's body: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ProblemBody(BaseModel):
    """RFC 9457 with our stable ``code``."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] | None = None


Code = Annotated[str, Field(max_length=40, description="Mã của lớp xác thực thứ hai, hoặc một mã dự phòng.")]
"""A one-time code; empty: none."""


class LogIn(Sent):
    """Who wants to work."""

    username: Line
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Code = ""


class Proof(Sent):
    """The password once more."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Code = ""


class PersonBody(Given):
    """A person, or the name of a system."""

    id: str
    name: str
    office: str
    unit: str | None = None


class SessionBody(Given):
    """A session that began."""

    person: PersonBody
    expires_at: datetime


class TokenBody(Given):
    """RFC 6749 §5.1."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the name of a scheme
    expires_in: int
    """Seconds."""
    scope: str


class ResultSent(Sent):
    """A result in the register of a dossier."""

    title: Annotated[str, Field(min_length=1, max_length=2000, pattern=PRINTABLE)]
    issued_on: date
    kind_code: Annotated[str | None, Field(max_length=80, pattern=r"^[a-z0-9_]+$")] = None
    valid_until: date | None = None
    cancelled_on: date | None = None
    result_type_code: Annotated[str | None, Field(max_length=40, pattern=PRINTABLE)] = None
    number: Annotated[str | None, Field(max_length=200, pattern=PRINTABLE)] = None
    secret: bool = False
    from_elsewhere: bool = False
    source_ref: Annotated[str | None, Field(max_length=200, pattern=PRINTABLE)] = None


class ComponentSent(Sent):
    """A paper that was handed in with a dossier."""

    name: Annotated[str, Field(min_length=1, max_length=4000, pattern=PRINTABLE)]
    code: Annotated[str | None, Field(max_length=80, pattern=PRINTABLE)] = None
    copy_kind: Annotated[int | None, Field(ge=0, le=2)] = None
    source_ref: Annotated[str | None, Field(max_length=200, pattern=PRINTABLE)] = None
    removed: bool = False


DossierStatus = Annotated[int, Field(ge=1, le=10, description="TrangThaiHoSo, 1-10.")]


class DossierSent(Sent):
    """A dossier as the one-stop system knows it; what is left out takes nothing away."""

    code: DossierCode
    unit: Annotated[Line, Field(description="Mã đơn vị giải quyết.")]
    procedure_code: Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE)]
    procedure_name: Line
    holder_name: Annotated[str | None, Field(max_length=300, pattern=PRINTABLE)] = None
    holder_id: Annotated[str | None, Field(max_length=40, pattern=PRINTABLE)] = None
    received_on: date | None = None
    resolved_on: date | None = None
    results: Annotated[list[ResultSent], Field(max_length=100)] = []
    field_code: Annotated[str | None, Field(max_length=40, pattern=PRINTABLE)] = None
    holder_type: Annotated[int | None, Field(ge=1, le=4)] = None
    channel: Annotated[int | None, Field(ge=1, le=3, description="1 trực tiếp, 2 trực tuyến, 3 bưu chính.")] = None
    due_at: Annotated[Instant | None, Field(description="NgayHenTra.")] = None
    status: DossierStatus | None = None
    status_at: Instant | None = None
    finished_at: Annotated[Instant | None, Field(description="NgayKetThucXuLy.")] = None
    returned_at: Instant | None = None
    handler_name: Annotated[str | None, Field(max_length=300, pattern=PRINTABLE)] = None
    vneid_verified: bool | None = None
    population_linked: bool | None = None
    fee_vnd: Annotated[int | None, Field(ge=0, le=10**12)] = None
    paid_how: Annotated[
        int | None, Field(ge=1, le=3, description="1 trực tiếp, 2 cổng của tỉnh, 3 Cổng Dịch vụ công quốc gia.")
    ] = None
    components: Annotated[list[ComponentSent], Field(max_length=200)] = []
    told_at: Annotated[
        Instant | None, Field(description="Thời điểm của số liệu ở hệ thống nguồn; tin cũ không đè tin mới.")
    ] = None


class ResultBody(Given):
    """A result of a dossier."""

    ordinal: int
    code: str
    title: str
    issued_on: date
    kind_code: str | None
    valid_until: date | None
    cancelled_on: date | None
    result_type_code: str | None
    number: str | None


class ComponentBody(Given):
    """A paper that was handed in; what the source claims of it is not shown."""

    ordinal: int
    code: str | None
    name: str
    copy_kind: int | None
    scanned_at: datetime | None
    reused: bool
    removed_at: datetime | None


class DossierBody(Given):
    """A dossier; its holder is masked."""

    code: str
    unit: str
    procedure_code: str
    procedure_name: str
    holder_name: str
    holder_id: str
    received_on: date | None
    resolved_on: date | None
    results: list[ResultBody]
    status: int | None
    status_name: str
    """"không rõ" when it is not known."""
    status_at: datetime | None
    channel: int | None
    channel_name: str
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    timeliness: str
    """on_time, late, overdue, open or unknown."""
    timeliness_name: str
    fee_vnd: int | None
    paid_how: int | None
    version: int
    components: list[ComponentBody]


class DossierEventBody(Given):
    """Something that happened to a dossier; personal data in it are masked."""

    sequence: int
    name: str
    told: str
    """Vietnamese."""
    at: datetime
    details: dict[str, Any]


class StatusSent(Sent):
    """A state that a dossier came to."""

    status: DossierStatus
    at: Annotated[Instant | None, Field(description="Bỏ trống: bây giờ.")] = None
    reason: Reason | None = None


class DueSent(Sent):
    """A due date that was moved."""

    due_at: Instant
    reason: Reason


class PaymentSent(Sent):
    """A fee that was paid."""

    fee_vnd: Annotated[int, Field(ge=0, le=10**12)]
    paid_how: Annotated[int, Field(ge=1, le=3)]


class CancellationSent(Sent):
    """From which day on a result is no longer usable, and why."""

    on: date
    reason: Reason


class RateBody(Given):
    """A share of counted things."""

    numerator: int
    denominator: int
    percent: float | None
    """None when there is nothing to count."""
    text: str


class TargetBody(Given):
    """What the law asks for."""

    percent: int
    verified: bool
    mark: str
    """"chưa kiểm chứng" where no published text was found."""
    source: str


class LocalProgressBody(Given):
    """A local target and how the unit stands to it."""

    measure: str
    percent: int
    source: str
    reached: bool | None


class ProgressBody(Given):
    """Where a unit, or all units of a level, stand."""

    unit: str | None
    """None: all units of the level."""
    name: str
    level: str
    year: int
    until: datetime
    counted_until: datetime
    """Later than ``until`` when digitisation after the period was asked for."""
    stock: RateBody
    flow: RateBody
    target: TargetBody | None
    reached: bool | None
    missing: int | None
    """Results in force that must still be digitised to reach the target; None without one."""
    local: list[LocalProgressBody]
    """What the nearest authority asks beside."""


class WaitingBody(Given):
    """A document that has not finished its way."""

    document: str
    dossier_code: str
    unit_name: str
    state: str
    waiting_for: str
    since: datetime
    reason: str


class WaitingCopyBody(Given):
    """A certified copy that has not finished its way."""

    copy_id: Annotated[str, Field(alias="copy")]
    certification: str
    unit_name: str
    state: str
    waiting_for: str
    since: datetime
    reason: str


class CopyReconciliationBody(Given):
    """Opened = finished + waiting."""

    opened: int
    finished: dict[str, int]
    waiting: list[WaitingCopyBody]


class ReconciliationBody(Given):
    """Received = finished + waiting; the same of certified copies."""

    at: datetime
    received: int
    finished: dict[str, int]
    waiting: list[WaitingBody]
    copies: CopyReconciliationBody
    faults: list[str]
    """What does not fit, in Vietnamese, of either kind; empty: the proof holds."""


class HeadBody(Given):
    """The head of one day."""

    number: int
    day: date
    """The last one in Vietnam that it covers."""
    made_at: datetime
    leaves: int
    root: str
    previous: str
    hash: str
    """What the timestamp is over, and what the next head names."""
    timestamped_at: datetime | None
    timestamp_token: str | None
    """RFC 3161, DER in base64; none: it waits for the authority."""


class ReadyBody(Given):
    """Which parts answer: "ok", or what failed."""

    database: str
    objects: str
    redis: str
