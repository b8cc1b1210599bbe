"""How a unit is entered."""

from __future__ import annotations

import re
import uuid
from datetime import date

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput
from digitize.offices import read_name
from digitize.targets import Level
from digitize.territory import Branch
from storage.tables import unit_names, unit_parents, units
from storage.units.unit import Unit, find_unit

CODE = re.compile(r"[0-9A-Z][0-9A-Z.]{0,12}")
"""At most 13 characters: OrganId of NĐ 30/2020/NĐ-CP, Annex VI; patterns of QĐ 20/2020/QĐ-TTg."""


def add_unit(
    connection: sa.Connection,
    *,
    code: str,
    name: str,
    level: Level,
    parent_id: str | None,
    valid_from: date,
    valid_to: date | None = None,
    four_eyes: bool = False,
    branch: Branch = Branch.LOCAL,
) -> Unit:
    """Enter a unit below its parent.

    Raises:
        InvalidInput: the code is none, the name is missing, or it ends before it begins, or begins before or after its
            parent's time.
        NotFound: there is no such parent.
        Conflict: the code is taken.
    """
    if not CODE.fullmatch(code):
        raise InvalidInput("mã đơn vị gồm tối đa 13 chữ số, chữ hoa và dấu chấm")
    if not name.strip():
        raise InvalidInput("thiếu tên đơn vị")
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput("ngày cuối của đơn vị trước ngày đầu")
    parent = None if parent_id is None else find_unit(connection, parent_id)
    if parent is not None and parent.valid_from > valid_from:
        raise InvalidInput(f"đơn vị cấp trên {parent.code} chưa có vào ngày {valid_from:%d/%m/%Y}")
    if parent is not None and parent.valid_to is not None and parent.valid_to < valid_from:
        raise InvalidInput(f"đơn vị cấp trên {parent.code} đã thôi trước ngày {valid_from:%d/%m/%Y}")
    unit_id = uuid.uuid4().hex
    path = f"{parent.path if parent else '/'}{unit_id}/"
    unit = Unit(unit_id, code, name, Level(level), parent_id, path, four_eyes, valid_from, valid_to, branch)
    try:
        with connection.begin_nested():
            connection.execute(
                units.insert().values(
                    id=unit.id, code=unit.code, name=unit.name, level=unit.level.value, branch=unit.branch.value,
                    parent_id=unit.parent_id, path=unit.path, four_eyes=unit.four_eyes, valid_from=unit.valid_from,
                    valid_to=unit.valid_to,
                )
            )  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Conflict(f"mã đơn vị {code} đã có", remedy="") from error
    period = {"unit_id": unit.id, "valid_from": valid_from, "valid_to": valid_to}
    connection.execute(unit_names.insert().values(name=name, folded=read_name(name).key, **period))
    connection.execute(unit_parents.insert().values(parent_id=parent_id, **period))
    return unit
