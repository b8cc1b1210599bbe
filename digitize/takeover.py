"""A manifest of files that earlier software holds: each row names a file, its result and where both come from.

Its columns about the dossier and the result are those of ``sohoa dossiers import``; beside them stand the file, the
source system, the source's own id and the hash of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath

from digitize.dossiers import columns as known
from digitize.dossiers.columns import Columns
from digitize.dossiers.rows import Office, RowFault, tell, veiled
from digitize.dossiers.told import NewDossier, NewResult
from digitize.errors import InvalidInput
from digitize.vietnamese import bare, tidy

OWN: Mapping[str, tuple[str, ...]] = {
    "file": ("Tệp", "Đường dẫn tệp", "Tên tệp", "Đường dẫn", "File"),
    "source_system": ("Hệ thống nguồn", "Phần mềm nguồn", "Nguồn"),
    "source_id": ("Mã ở hệ thống nguồn", "Mã nguồn", "ID nguồn", "ID"),
    "sha256": ("SHA-256", "Mã băm", "Mã băm SHA-256"),
}
"""Columns of a manifest beside those of dossiers, and the headers under which they stand."""

MOST_ROWS = 500_000
MOST_PATH, MOST_SYSTEM, MOST_ID = 1000, 40, 200
"""Letters of a path, of the name of a system, of an id there."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Cells = Sequence[str] | None
"""The texts of a row; None: it could not be read at all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that is to be taken over, with what is told of it."""

    row: int
    """As a person counts them in the manifest, the header included; from 1."""
    file: str
    """Path below the manifest's folder, with slashes; leads nowhere else by itself (a link still may)."""
    source_system: str
    source_id: str
    """The source's own id; the path where it tells none."""
    sha256: str | None
    """Of the file, lower-case hex; None: not told."""
    dossier: NewDossier
    """Without results."""
    result: NewResult


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a manifest."""

    row: int
    piece: Piece | None
    """None when the row is at fault."""
    faults: tuple[RowFault, ...] = ()


def read_manifest(rows: Iterable[Cells], office: Office, source: str | None, *, first: int = 1) -> Iterator[Line]:
    """Read a manifest; the first row with two known headers is its heading.

    Args:
        rows: of the table, from the first.
        office: the units that may be told of, and the names of procedures.
        source: the source system of rows that name none.
        first: number of the first row; 0 for :func:`json_rows`, whose heading stands in no line.

    Raises:
        InvalidInput: there is no heading, or a column is missing.
    """
    numbered = enumerate(rows, start=first)
    headers = _heading(numbered)
    own, columns = _columns(headers, unit_given=office.unit is not None)
    if "source_system" not in own and source is None:
        raise InvalidInput(
            "thiếu cột Hệ thống nguồn (source_system)", remedy="Hãy thêm cột đó hoặc ghi --source khi chạy lệnh."
        )
    reading = _Reading(headers, own, columns, office, source)
    rows_of: dict[tuple[str, str], int] = {}
    for number, cells in numbered:
        if number > MOST_ROWS:
            raise InvalidInput(f"bảng kê có hơn {MOST_ROWS} dòng", remedy="Hãy chia thành nhiều bảng kê.")
        if cells is None:
            yield Line(number, None, (RowFault(number, "", "", "dòng không đọc được"),))
        elif any(cell.strip() for cell in cells):
            yield _only_once(_line(number, cells, reading), rows_of)


def json_rows(lines: Iterable[bytes]) -> Iterator[Cells]:
    """Turn NDJSON into rows under the names of the fields; a line that is no flat object comes out as None."""
    names = (*OWN, *known.fields())
    yield names
    for line in lines:
        yield _flat(line.removeprefix(b"\xef\xbb\xbf"), names) if line.strip() else ()


def inside(path: str) -> str:
    """Return a path of a manifest with slashes, whichever system wrote it.

    Raises:
        InvalidInput: it is empty, or leads out of the manifest's folder.
    """
    told = PureWindowsPath(path)
    if told.anchor or ".." in told.parts or not told.parts:
        raise InvalidInput("phải là đường dẫn tương đối, không ra ngoài thư mục của bảng kê")
    return str(PurePosixPath(*told.parts))


@dataclass(frozen=True, slots=True)
class _Reading:
    headers: Sequence[str]
    own: Mapping[str, int]
    """Index of a manifest's own columns, from 0."""
    columns: Columns
    office: Office
    source: str | None


def _heading(numbered: Iterator[tuple[int, Cells]]) -> Sequence[str]:
    for number, cells in numbered:
        if cells is not None and sum(_own_name(cell) is not None for cell in cells) + len(_suggested(cells)) >= 2:
            return [tidy(cell) for cell in cells]
        if number >= known.HEADER_WITHIN:
            break
    raise InvalidInput(
        f"không tìm thấy dòng tiêu đề trong {known.HEADER_WITHIN} dòng đầu", remedy="Hãy để tên cột ở dòng đầu tiên."
    )


def _suggested(cells: Sequence[str]) -> list[str]:
    return [one.field for one in known.suggest(cells) if one.field is not None]


def _own_name(header: str) -> str | None:
    wanted = bare(header)
    names = ((name, known_as) for name, told in OWN.items() for known_as in (name, *told))
    return next((name for name, known_as in names if wanted and bare(known_as) == wanted), None)


def _columns(headers: Sequence[str], *, unit_given: bool) -> tuple[Mapping[str, int], Columns]:
    own: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = _own_name(header)
        if name is not None:
            own.setdefault(name, place)
    if "file" not in own:
        raise InvalidInput(
            "thiếu cột Tệp (file)", remedy="Hãy ghi đường dẫn của từng tệp, tính từ thư mục của bảng kê."
        )
    others = ["" if place in own.values() else header for place, header in enumerate(headers)]
    return own, known.columns(others, {}, unit_given=unit_given)


def _line(number: int, cells: Sequence[str], reading: _Reading) -> Line:
    faults: list[RowFault] = []
    values: dict[str, str] = {}
    for name in OWN:
        place = reading.own.get(name)
        text = tidy(cells[place]) if place is not None and place < len(cells) else ""
        try:
            values[name] = _checked(name, text, reading.source)
        except InvalidInput as fault:
            header = OWN[name][0] if place is None else reading.headers[place]
            faults.append(RowFault(number, header, veiled(text), fault.detail))
    [told] = tell([(number, cells)], reading.columns, reading.office)
    faults += told.faults
    if told.dossier is not None and not told.dossier.results:
        faults.append(RowFault(number, known.shown_name("result_title"), "", "còn trống"))
    if faults or told.dossier is None:
        return Line(number, None, tuple(faults))
    source_id = values["source_id"] or values["file"][-MOST_ID:]
    [result] = told.dossier.results
    piece = Piece(
        number, values["file"], values["source_system"], source_id, values["sha256"].lower() or None,
        replace(told.dossier, results=()), replace(result, source_ref=source_id),
    )  # fmt: skip
    return Line(number, piece)


def _only_once(line: Line, rows_of: dict[tuple[str, str], int]) -> Line:
    """Refuse a row that names what an earlier one has named."""
    if line.piece is None:
        return line
    earlier = rows_of.setdefault((line.piece.source_system, line.piece.source_id), line.row)
    if earlier == line.row:
        return line
    fault = RowFault(line.row, "", "", f"cùng hệ thống nguồn và mã nguồn với dòng {earlier}")
    return Line(line.row, None, (fault,))


def _checked(name: str, text: str, source: str | None) -> str:
    if _CONTROL.search(text):
        raise InvalidInput("có ký tự điều khiển")
    match name:
        case "file":
            if len(text) > MOST_PATH:
                raise InvalidInput(f"dài quá {MOST_PATH} ký tự")
            return inside(text)
        case "source_system":
            system = text or (source or "")
            if not 1 <= len(system) <= MOST_SYSTEM:
                raise InvalidInput(f"phải có từ 1 đến {MOST_SYSTEM} ký tự")
            return system
        case "source_id" if len(text) > MOST_ID:
            raise InvalidInput(f"dài quá {MOST_ID} ký tự")
        case "sha256" if text and not _SHA256.fullmatch(text):
            raise InvalidInput("không phải mã băm SHA-256 (64 chữ số hệ 16)")
    return text


def _flat(line: bytes, names: Sequence[str]) -> Cells:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    flat = isinstance(told, dict) and all(isinstance(one, str | int | None) for one in told.values())
    if not flat or not told.keys() <= set(names):
        return None
    return ["" if told.get(name) is None else str(told[name]) for name in names]
