"""The messages under the field names of the portal; what is absent is left out."""

from __future__ import annotations

import hashlib

import msgspec


class TaiLieuNop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A paper that was handed in."""

    TenTepDinhKem: str
    DuocSoHoa: str
    DuocTaiSuDung: str
    DuocLayTuKhoDMQG: str
    MaThanhPhanHoSo: str | None = None
    MaKetQuaThayThe: str | None = None


class GiayToKetQua(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A result."""

    TenGiayTo: str
    GiayToId: str
    MaGiayToKetQua: str
    DuongDanTepTinKetQua: str


class DinhDanh(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The owner's identifier: 1 = twelve digits, 2 = nine."""

    LoaiDinhDanh: str
    SoDinhDanh: str


class KetNoiCSDL(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A database that was asked."""

    MaCSDL: str


class HoSo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dossier."""

    MaHoSo: str
    MaTTHC: str | None = None
    TenTTHC: str | None = None
    MaLinhVuc: str | None = None
    TenLinhVuc: str | None = None
    KenhThucHien: str | None = None
    ChuHoSo: str | None = None
    SoGiayToChuHoSo: str | None = None
    LoaiDoiTuong: str | None = None
    NgayTiepNhan: str | None = None
    NgayHenTra: str | None = None
    TrangThaiHoSo: str | None = None
    NgayTra: str | None = None
    NgayKetThucXuLy: str | None = None
    NgayTuChoi: str | None = None
    DonViXuLy: str | None = None
    HoSoCoThanhPhanSoHoa: str | None = None
    TaiKhoanDuocXacThucVoiVNeID: str | None = None
    DuocThanhToanTrucTuyen: str | None = None
    DinhDanhCHS: tuple[DinhDanh, ...] = ()
    DSKetNoiCSDL: tuple[KetNoiCSDL, ...] = ()
    TaiLieuNop: tuple[TaiLieuNop, ...] = ()
    DanhSachGiayToKetQua: tuple[GiayToKetQua, ...] | None = None
    """Told even when empty: an update takes back what is no longer in force."""


class TienDo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A status that a dossier took."""

    MaHoSo: str
    NguoiXuLy: str
    ThoiDiemXuLy: str
    NoiDungXuLy: str
    TrangThai: str
    PhongBanXuLy: str | None = None
    NgayKetThucTheoQuyDinh: str | None = None


def encode(value: object) -> bytes:
    """Return JSON."""
    return msgspec.json.encode(value)


def digest(message: HoSo) -> str:
    """Return the SHA-256 of a message: what was told may be compared without being kept."""
    return hashlib.sha256(encode(message)).hexdigest()
