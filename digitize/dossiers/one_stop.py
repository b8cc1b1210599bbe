"""Dossiers and their progress in the shape in which one-stop systems tell the national portal (DongBoHoSoMC).

What the source says of scanning and reuse is kept as its claim and never counted: our own events alone are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from digitize.dossiers import terms
from digitize.dossiers.lines import Text40, Text200, Text300, Text500, Text2000, Text4000, unit_of
from digitize.dossiers.told import NewComponent, NewDossier, NewResult
from digitize.errors import InvalidInput, SohoaError
from digitize.vietnamese import bare

MOST_DOSSIERS = 500
"""In one request; the systems send batches of 10."""


class SentPaper(msgspec.Struct, frozen=True):
    """TaiLieuNop."""

    TenTepDinhKem: Text4000
    TepDinhKemId: Text200 | int | None = None
    MaThanhPhanHoSo: str | int | None = None
    IsDeleted: bool | int | str | None = None
    DuongDanTaiTepTin: str | None = None
    LoaiBan: int | None = None
    DuocSoHoa: Any = None
    DuocTaiSuDung: Any = None
    DuocLayTuKhoDMQG: Any = None
    MaKetQuaThayThe: str | None = None


class SentResult(msgspec.Struct, frozen=True):
    """DanhSachGiayToKetQua."""

    TenGiayTo: Text2000
    MaThanhPhanHoSo: str | int | None = None
    GiayToId: Text200 | int | None = None
    DuongDanTepTinKetQua: str | None = None
    MaGiayToKetQua: Text40 | None = None


class SentFee(msgspec.Struct, frozen=True):
    """DanhSachLePhi."""

    Gia: int | float = 0


class SentLink(msgspec.Struct, frozen=True):
    """DSKetNoiCSDL."""

    MaCSDL: str = ""


class SentDossier(msgspec.Struct, frozen=True):
    """A dossier; what is sent beyond these fields is of no use here and passed over."""

    MaHoSo: str
    MaTTHC: Text40
    TenTTHC: Text500
    MaDonVi: str | None = None
    DonViXuLy: str | None = None
    MaLinhVuc: Text40 | None = None
    KenhThucHien: int | None = None
    ChuHoSo: Text300 | None = None
    SoGiayToChuHoSo: str | int | None = None
    LoaiDoiTuong: int | None = None
    NgayTiepNhan: str | None = None
    NgayHenTra: str | None = None
    TrangThaiHoSo: int | None = None
    NgayTra: str | None = None
    NgayKetThucXuLy: str | None = None
    NgayTuChoi: str | None = None
    HoSoCoThanhPhanSoHoa: Any = None
    TaiKhoanDuocXacThucVoiVNeID: bool | int | str | None = None
    DuocThanhToanTrucTuyen: int | str | None = None
    DSKetNoiCSDL: list[SentLink] | None = None
    TaiLieuNop: list[SentPaper] | None = None
    DanhSachGiayToKetQua: list[SentResult] | None = None
    DanhSachLePhi: list[SentFee] | None = None


class SentStep(msgspec.Struct, frozen=True):
    """A step of the work on a dossier (CapNhatTienDoHoSoMC)."""

    MaHoSo: str
    TrangThai: int
    ThoiDiemXuLy: str
    NguoiXuLy: Text300 | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What a request carries."""

    data: list[msgspec.Raw]
    madonvi: str | None = None
    service: str | None = None
    session: str | None = None
    isUpdating: bool | str | None = None  # noqa: N815  # the portal's name for it


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the sources mean by values on which they disagree, as it was agreed with them."""

    units: Mapping[str, str]
    """Ids of the units that may be told of, by code and by bare name."""
    unit: str | None
    """Code of the unit that a whole request is for."""
    paid: Mapping[str, int]
    """DuocThanhToanTrucTuyen to :class:`digitize.dossiers.words.PaidHow`; what is not listed stays a claim."""
    population: frozenset[str]
    """Values of MaCSDL that mean the population database."""
    today: date


def open_envelope(body: bytes) -> Envelope:
    """Read a request as far as its list.

    Raises:
        InvalidInput: it is no JSON of that shape, or holds too much.
    """
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput('yêu cầu phải là JSON dạng {"madonvi": …, "data": […]}') from None
    if len(envelope.data) > MOST_DOSSIERS:
        raise InvalidInput(f"một yêu cầu có nhiều nhất {MOST_DOSSIERS} hồ sơ")
    return envelope


def read_dossier(raw: msgspec.Raw, agreed: Agreement) -> NewDossier:
    """Read a dossier.

    Raises:
        InvalidInput: a field cannot be used; its name is said.
    """
    sent = _converted(raw, SentDossier)
    finished = _moment(sent, "NgayKetThucXuLy") or _moment(sent, "NgayTuChoi")
    received, returned, due = (_moment(sent, name) for name in ("NgayTiepNhan", "NgayTra", "NgayHenTra"))
    papers = sent.DanhSachGiayToKetQua or []
    day = next((terms.day_of(moment) for moment in (finished, returned, received) if moment), agreed.today)
    return NewDossier(
        code=sent.MaHoSo,
        unit_id=_unit(sent, agreed),
        procedure_code=sent.MaTTHC,
        procedure_name=sent.TenTTHC,
        field_code=sent.MaLinhVuc,
        holder_name=sent.ChuHoSo,
        holder_id=_short(sent.SoGiayToChuHoSo, "SoGiayToChuHoSo", 40),
        holder_type=_listed(sent.LoaiDoiTuong, "LoaiDoiTuong", 4),
        channel=_listed(sent.KenhThucHien, "KenhThucHien", 3),
        received_on=terms.day_of(received) if received else None,
        due_at=terms.last_moment(terms.day_of(due)) if due and _is_day(sent.NgayHenTra) else due,
        status=_listed(sent.TrangThaiHoSo, "TrangThaiHoSo", 10),
        finished_at=finished,
        returned_at=returned,
        vneid_verified=_flag(sent.TaiKhoanDuocXacThucVoiVNeID, "TaiKhoanDuocXacThucVoiVNeID"),
        population_linked=_linked(sent, agreed),
        fee_vnd=None if sent.DanhSachLePhi is None else int(sum(fee.Gia for fee in sent.DanhSachLePhi)),
        paid_how=agreed.paid.get(str(sent.DuocThanhToanTrucTuyen)),
        claims=_claims(
            sent, ("HoSoCoThanhPhanSoHoa", "DuocThanhToanTrucTuyen"),
            {"KetQua": [link for paper in papers if (link := _claims(paper, ("GiayToId", "DuongDanTepTinKetQua")))]},
        ),
        results=tuple(_result(paper, place, day) for place, paper in enumerate(papers, 1)),
        components=tuple(_component(paper) for paper in sent.TaiLieuNop or ()),
    )  # fmt: skip


def code_of(raw: msgspec.Raw) -> str:
    """Return the code that an item names, as far as it can be a dossier's; else nothing."""
    try:
        code = msgspec.json.decode(raw, type=_Named).MaHoSo
    except msgspec.DecodeError:
        return ""
    return code if terms.is_code(code) else ""


class _Named(msgspec.Struct, frozen=True):
    MaHoSo: str


def read_step(raw: msgspec.Raw) -> tuple[str, int, datetime, str | None]:
    """Read a step of the work: the dossier's code, its state, since when, and who works on it.

    Raises:
        InvalidInput: a field cannot be used; its name is said.
    """
    sent = _converted(raw, SentStep)
    status = _listed(sent.TrangThai, "TrangThai", 10)
    moment = _moment(sent, "ThoiDiemXuLy")
    if status is None or moment is None:
        raise InvalidInput("thiếu TrangThai hoặc ThoiDiemXuLy")
    return sent.MaHoSo, status, moment, sent.NguoiXuLy


def error_code(fault: SohoaError | None) -> str:
    """Return the answer's ``error_code``: "0" good, "2" the data are at fault, "3" what is known contradicts them."""
    if fault is None:
        return "0"
    return "3" if fault.code() == "conflict" else "2"


def _converted(raw: msgspec.Raw, kind: type[Any]) -> Any:  # noqa: ANN401  # one of the shapes above
    try:
        return msgspec.convert(msgspec.json.decode(raw), kind, strict=False)
    except msgspec.ValidationError as fault:
        told = str(fault)
        named = told.rpartition("$.")[2].rstrip("`") if "$." in told else told.split("`")[1] if "`" in told else ""
        reason = "thiếu" if "missing" in told else "giá trị không dùng được ở"
        raise InvalidInput(f"{reason} {named}".strip()) from None


def _unit(sent: SentDossier, agreed: Agreement) -> str:
    for told in (sent.MaDonVi, agreed.unit):
        if told:
            return unit_of(told, agreed.units)
    if sent.DonViXuLy:
        return unit_of(sent.DonViXuLy if sent.DonViXuLy in agreed.units else bare(sent.DonViXuLy), agreed.units)
    raise InvalidInput("thiếu madonvi")


def _result(sent: SentResult, place: int, day: date) -> NewResult:
    # The shape tells no day of the paper: that of the dossier stands for it until the data are confirmed.
    ref = _short(sent.GiayToId, "GiayToId", 200) or f"{sent.MaGiayToKetQua or ''}#{place}"
    return NewResult(sent.TenGiayTo, day, result_type_code=sent.MaGiayToKetQua, source_ref=ref[:200], day_guessed=True)


def _component(sent: SentPaper) -> NewComponent:
    said = ("DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG", "MaKetQuaThayThe", "DuongDanTaiTepTin")
    copy_kind = sent.LoaiBan if sent.LoaiBan in (0, 1, 2) else None
    return NewComponent(
        sent.TenTepDinhKem, _short(sent.MaThanhPhanHoSo, "MaThanhPhanHoSo", 80), copy_kind,
        _short(sent.TepDinhKemId, "TepDinhKemId", 200),
        removed=bool(_flag(sent.IsDeleted, "IsDeleted")), claims=_claims(sent, said),
    )  # fmt: skip


def _claims(sent: msgspec.Struct, names: Sequence[str], more: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return what the source says, by its own names."""
    told = {name: getattr(sent, name) for name in names} | dict(more or {})
    return {name: value for name, value in told.items() if value not in (None, "", [])} or None


def _moment(sent: msgspec.Struct, name: str) -> datetime | None:
    text = getattr(sent, name)
    if not text:
        return None
    try:
        return terms.parse_stamp(text)
    except InvalidInput:
        raise InvalidInput(f"{name} phải viết yyyyMMddHHmmss, giờ Việt Nam") from None


def _is_day(text: str | None) -> bool:
    return text is not None and len(text) == 8


def _listed(value: int | None, name: str, most: int) -> int | None:
    if value is not None and not 1 <= value <= most:
        raise InvalidInput(f"{name} phải từ 1 đến {most}")
    return value


def _short(value: str | int | None, name: str, most: int) -> str | None:
    value = "" if value is None else str(value)
    if value and (len(value) > most or any(ord(letter) < 32 for letter in value)):
        raise InvalidInput(f"{name} dài quá {most} ký tự hoặc có ký tự điều khiển")
    return value or None


def _flag(value: bool | int | str | None, name: str) -> bool | None:
    if value in (None, ""):
        return None
    said = str(value).lower()
    if said not in ("0", "1", "true", "false"):
        raise InvalidInput(f"{name} phải là 0 hoặc 1")
    return said in ("1", "true")


def _linked(sent: SentDossier, agreed: Agreement) -> bool | None:
    """Tell whether the population database is among those that the source connected; None: nothing was agreed."""
    if sent.DSKetNoiCSDL is None or not agreed.population:
        return None
    return any(link.MaCSDL in agreed.population for link in sent.DSKetNoiCSDL)
