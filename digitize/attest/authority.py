"""Who may certify: by office, or by a delegation that cannot be passed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digitize.attest.visit import Act
from digitize.errors import Forbidden, InvalidInput
from digitize.targets import VIETNAM_TIME


class Basis(StrEnum):
    """On what an authority rests (NĐ 23/2015/NĐ-CP Art 2(9) as amended by NĐ 280/2025/NĐ-CP)."""

    OFFICE = "office"
    """By law, for the holder of an office: chairman or vice-chairman of a commune, notary, consular officer."""
    DELEGATED = "delegated"
    """Ủy quyền by one who holds it by office."""
    ASSIGNED = "assigned"
    """Phân công, likewise."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One person's power to certify: at one unit, for some acts, for a time."""

    id: str
    person: str
    """Opaque id."""
    title: str
    """Chức danh under which they sign: ``Phó Chủ tịch Ủy ban nhân dân xã``."""
    unit: str
    """Opaque id."""
    acts: frozenset[Act]
    basis: Basis
    legal_basis: str
    """Number and date of the decision or delegation."""
    starts_at: datetime
    """With offset; the first moment."""
    ends_at: datetime | None = None
    """The first moment after it; None: without an end."""
    granted_by: str | None = None
    """Id of the authority of the one who delegated or assigned; None by office."""
    ended_early_at: datetime | None = None
    """When it was withdrawn; None: it was not."""

    def __post_init__(self) -> None:
        """Refuse an authority that cannot be.

        Raises:
            InvalidInput: it names no legal basis, no act or no grantor, a time has no offset, or it ends first.
        """
        if not self.legal_basis.strip():
            raise InvalidInput("thiếu căn cứ của thẩm quyền (số, ngày quyết định hoặc văn bản ủy quyền)")
        if not self.title.strip():
            raise InvalidInput("thiếu chức danh của người thực hiện chứng thực")
        if not self.acts:
            raise InvalidInput("thẩm quyền phải nêu ít nhất một việc chứng thực")
        if (self.granted_by is None) is not (self.basis is Basis.OFFICE):
            raise InvalidInput(
                "ủy quyền hoặc phân công phải nêu thẩm quyền của người giao; thẩm quyền theo chức vụ thì không"
            )
        times = (self.starts_at, self.ends_at, self.ended_early_at)
        if any(moment is not None and moment.utcoffset() is None for moment in times):
            raise InvalidInput("thời hạn của thẩm quyền thiếu múi giờ")
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise InvalidInput("thẩm quyền kết thúc trước khi bắt đầu")

    def in_force(self, at: datetime) -> bool:
        """Tell whether it holds at a moment: from its first one on, to just before its end."""
        ends = [moment for moment in (self.ends_at, self.ended_early_at) if moment is not None]
        return self.starts_at <= at and all(at < end for end in ends)


def may_certify(authorities: Iterable[Authority], person: str, act: Act, unit: str, at: datetime) -> Authority:
    """Return the authority on which a person may do an act at a unit at a moment.

    Checked at the very moment of signing, not only when the order is given.

    Args:
        authorities: all that could matter: the person's own, and those that granted them.
        person: opaque id.
        act: what is to be certified.
        unit: where.
        at: with offset.

    Raises:
        Forbidden: none covers it; the sentence says what is missing.
    """
    known = {authority.id: authority for authority in authorities}
    own = [each for each in known.values() if each.person == person and each.unit == unit and act in each.acts]
    if not own:
        raise Forbidden("bạn chưa được giao thẩm quyền chứng thực bản sao tại đơn vị này")
    holding = [each for each in own if each.in_force(at)]
    if not holding:
        raise Forbidden(f"thẩm quyền chứng thực của bạn chưa có hiệu lực hoặc đã hết ({_terms(own)})")
    for authority in sorted(holding, key=lambda each: (each.basis is not Basis.OFFICE, each.starts_at, each.id)):
        if _fault(authority, known) is None:
            return authority
    raise Forbidden(_fault(holding[0], known) or "")


def admit(authorities: Iterable[Authority], new: Authority) -> None:
    """Refuse an authority that may not be granted: passed on, or beyond what its grantor holds.

    Args:
        authorities: those that exist.
        new: the one to be written down.

    Raises:
        Forbidden: the grantor's own is delegated, unknown, narrower, or not in force when the new one begins.
    """
    fault = _fault(new, {authority.id: authority for authority in authorities})
    if fault is not None:
        raise Forbidden(fault)


def _fault(authority: Authority, known: dict[str, Authority]) -> str | None:
    """Say what is wrong with where an authority comes from."""
    if authority.granted_by is None:
        return None
    grantor = known.get(authority.granted_by)
    if grantor is None:
        return "không rõ thẩm quyền của người ủy quyền hoặc phân công"
    if grantor.basis is not Basis.OFFICE:
        return "người được ủy quyền hoặc phân công chứng thực không được ủy quyền lại"
    if grantor.unit != authority.unit or not authority.acts <= grantor.acts:
        return "ủy quyền vượt quá phạm vi thẩm quyền của người ủy quyền"
    if not grantor.in_force(authority.starts_at):
        return "khi ủy quyền, thẩm quyền của người ủy quyền chưa có hiệu lực hoặc đã hết"
    return None


def _terms(own: Iterable[Authority]) -> str:
    return "; ".join(f"{each.legal_basis}: {_day(each.starts_at)} - {_day(each.ends_at)}" for each in own)


def _day(moment: datetime | None) -> str:
    return "không thời hạn" if moment is None else f"{moment.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
