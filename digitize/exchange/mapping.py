"""From facts to messages. Statuses go as they are, flags come from events, and nothing is invented (law.md §8.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from digitize.dossiers import terms
from digitize.dossiers.words import Status
from digitize.exchange.facts import ComponentFacts, DossierFacts, ResultFacts, StatusFacts
from digitize.exchange.rules import Rules
from digitize.exchange.wire import DinhDanh, GiayToKetQua, HoSo, KetNoiCSDL, TaiLieuNop, TienDo

_IDENTIFIER_KINDS = ((re.compile(r"\d{12}"), "1"), (re.compile(r"\d{9}"), "2"))


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a portal is told of a dossier, or why it is not."""

    message: HoSo
    lacks: tuple[str, ...]
    """Vietnamese; with any of them the dossier is not sent."""
    results: tuple[ResultFacts, ...]
    """Which of them are in the message."""
    results_lack: tuple[str, ...]
    """Vietnamese; why the others are not."""


def dossier_message(facts: DossierFacts, rules: Rules) -> Mapped:
    """Return the message on a dossier."""
    told = tuple(each for each in facts.results if each.type_code)
    message = HoSo(
        MaHoSo=facts.code,
        MaTTHC=facts.procedure_code or None,
        TenTTHC=facts.procedure_name or None,
        MaLinhVuc=facts.field_code,
        TenLinhVuc=facts.field_name,
        KenhThucHien=_number(facts.channel),
        ChuHoSo=facts.holder_name,
        SoGiayToChuHoSo=facts.holder_id,
        LoaiDoiTuong=None if facts.holder_type is None else rules.holder_types.get(facts.holder_type),
        NgayTiepNhan=moment(facts.received_on),
        NgayHenTra=moment(facts.due_at),
        TrangThaiHoSo=_number(facts.status),
        NgayTra=moment(facts.returned_at),
        NgayKetThucXuLy=moment(facts.finished_at),
        NgayTuChoi=moment(facts.status_at) if facts.status == Status.NOT_RECEIVED else None,
        DonViXuLy=facts.unit_name or None,
        HoSoCoThanhPhanSoHoa=_flag(any(each.scanned for each in facts.components)),
        TaiKhoanDuocXacThucVoiVNeID=None if facts.vneid_verified is None else _flag(facts.vneid_verified),
        DuocThanhToanTrucTuyen=None if facts.paid_how is None else rules.paid_online.get(facts.paid_how),
        DinhDanhCHS=_identifiers(facts.holder_id),
        DSKetNoiCSDL=_databases(facts, rules),
        TaiLieuNop=tuple(_component(each, rules) for each in facts.components),
        DanhSachGiayToKetQua=tuple(_result(each, rules) for each in told),
    )
    lacks = tuple(rules.lacks(field) for field in rules.required if not getattr(message, field))
    without = tuple(f"{each.code} {rules.lacks('MaGiayToKetQua')}" for each in facts.results if not each.type_code)
    return Mapped(message, lacks, told, without)


def progress_messages(facts: DossierFacts, after: int, rules: Rules) -> Sequence[tuple[StatusFacts, TienDo]]:
    """Return the statuses that come after an event, in their order.

    Where the source does not say who handled a step, the unit is named: it did handle it, and no person is invented.
    """
    return [
        (
            each,
            TienDo(
                MaHoSo=facts.code,
                NguoiXuLy=_cut(each.handler or facts.unit_name, rules.lengths["NguoiXuLy"]),
                ThoiDiemXuLy=terms.stamp(each.at),
                NoiDungXuLy=terms.name_of(each.status),
                TrangThai=str(each.status),
                PhongBanXuLy=facts.unit_name,
                NgayKetThucTheoQuyDinh=moment(facts.due_at),
            ),
        )
        for each in facts.statuses
        if each.sequence > after
    ]


def moment(value: date | datetime | None) -> str | None:
    """Write a moment as ``yyyyMMddHHmmss`` in Vietnam; of a day alone its first second."""
    if value is None:
        return None
    return terms.stamp(value if isinstance(value, datetime) else terms.first_moment(value))


def _component(facts: ComponentFacts, rules: Rules) -> TaiLieuNop:
    return TaiLieuNop(
        TenTepDinhKem=_cut(facts.name, rules.lengths["TenTepDinhKem"]),
        DuocSoHoa=_flag(facts.scanned),
        DuocTaiSuDung=str(facts.reuse.value),
        DuocLayTuKhoDMQG=_flag(facts.from_personal_store),
        MaThanhPhanHoSo=facts.code,
        MaKetQuaThayThe=facts.replaced_by,
    )


def _result(facts: ResultFacts, rules: Rules) -> GiayToKetQua:
    return GiayToKetQua(
        TenGiayTo=_cut(facts.title, rules.lengths["TenGiayTo"]),
        GiayToId=facts.code,
        MaGiayToKetQua=facts.type_code or "",
        DuongDanTepTinKetQua=facts.link,
    )


def _identifiers(number: str | None) -> tuple[DinhDanh, ...]:
    """Return the owner's identifier where it is one that the portal knows; no other number takes its place."""
    return tuple(
        DinhDanh(LoaiDinhDanh=kind, SoDinhDanh=number)
        for pattern, kind in _IDENTIFIER_KINDS
        if number is not None and pattern.fullmatch(number)
    )


def _databases(facts: DossierFacts, rules: Rules) -> tuple[KetNoiCSDL, ...]:
    if not facts.population_linked or rules.population_code is None:
        return ()
    return (KetNoiCSDL(MaCSDL=rules.population_code),)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
