"""A manifest is read and its files are taken over, or only tried; whatever is wrong with one of them stops no other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from digitize.dossiers.rows import Office, RowFault
from digitize.dossiers.tables import TableKind, kind_of
from digitize.errors import Conflict, InvalidInput, SohoaError, TooLarge
from digitize.lifecycle import Actor
from digitize.media import media_type_of
from digitize.takeover import Cells, Line, Piece, json_rows, read_manifest
from storage import takeovers
from storage.connect import Storage
from storage.dossiers.offices import procedure_names, units_by_name
from storage.registry import Scope
from storage.takeovers import Found, Manifest, Outcome, Taken, Taking
from workers.dossier_tables import MOST_BYTES, rows_of
from workers.spreadsheets import MOST_XLSX_BYTES

_PIECE_BYTES = 1024 * 1024
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Opened:
    """A manifest as it was read."""

    manifest: Manifest
    root: Path
    """Its folder: paths in it lead nowhere else."""
    lines: tuple[Line, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What can be taken over, as far as the manifest tells."""
        return tuple(line.piece for line in self.lines if line.piece is not None)

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """What is wrong with rows, in their order."""
        return tuple(fault for line in self.lines for fault in line.faults)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes over, and what it is done with."""

    storage: Storage
    actor: Actor
    scope: Scope
    clock: Callable[[], datetime]
    most_bytes: int
    """Of one file."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row."""

    piece: Piece
    outcome: Outcome | None
    """None: it was refused."""
    document: str | None = None
    """None: it was refused, or only tried."""
    size_bytes: int = 0
    problem: SohoaError | None = None


def open_manifest(path: Path, storage: Storage, scope: Scope, *, source: str | None, unit: str | None) -> Opened:
    """Read a manifest; nothing of the files that it names is touched.

    Raises:
        DocumentAtFault: it cannot be used as a whole.
        NotFound: there is no unit of that code in the scope.
    """
    from storage import units

    with storage.database.read() as connection:
        whole = None if unit is None else units.find_by_code(connection, unit, scope).id
        office = Office(units_by_name(connection, scope), procedure_names(connection), whole)
    with _file(path) as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        kind = kind_of(file)
        if kind is TableKind.XLSX and path.stat().st_size > MOST_XLSX_BYTES:
            raise TooLarge(f"bảng tính nặng hơn {MOST_XLSX_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều bảng kê.")
        lines = tuple(_lines(file, kind, office, source))
    return Opened(Manifest(sha256, path.name), path.parent.resolve(), lines)


def begin(opened: Opened, hand: Hand) -> str:
    """Enter the take-over; the same manifest again is the same one."""
    with hand.storage.database.write() as connection:
        return takeovers.begin(connection, opened.manifest, hand.actor, hand.clock())


def try_out(opened: Opened, hand: Hand) -> Iterator[Done]:
    """Do with each row what a run would do, and keep nothing: no object, no row.

    Raises:
        WorldAtFault: a part of the service does not answer.
    """
    for piece in opened.pieces:
        try:
            found = _look(opened.root, piece, hand)
            with hand.storage.database.write() as connection:
                trial = connection.begin_nested()
                try:
                    takeover = takeovers.begin(connection, opened.manifest, hand.actor, hand.clock())
                    taken = takeovers.take(connection, piece, found, _taking(takeover, opened, hand))
                finally:
                    trial.rollback()
        except SohoaError as problem:
            yield _refused(piece, problem)
            continue
        document = taken.document if taken.outcome is not Outcome.ENTERED else None
        yield Done(piece, taken.outcome, document, found.size_bytes)


def take_over(opened: Opened, takeover: str, piece: Piece, hand: Hand, also: Also | None = None) -> Done:
    """Take one file over: its object is stored first, then everything else enters in one transaction.

    Args:
        opened: the manifest.
        takeover: as :func:`begin` gave it.
        piece: of the manifest.
        hand: who does it.
        also: what the caller writes in the same transaction; may refuse all of it.

    Raises:
        WorldAtFault: a part of the service does not answer; nothing is lost, try again.
    """
    try:
        found = _look(opened.root, piece, hand)
        with hand.storage.database.read() as connection:
            known = takeovers.earlier(connection, piece, found.sha256)
        if known is None:
            _keep(opened.root, piece, found, hand)
        with hand.storage.database.write() as connection:
            if known is None:
                taken = takeovers.take(connection, piece, found, _taking(takeover, opened, hand))
            else:
                taken = Taken(known, Outcome.BEFORE)
            if also is not None:
                also(connection, taken)
    except SohoaError as problem:
        return _refused(piece, problem)
    return Done(piece, taken.outcome, taken.document, found.size_bytes)


Also = Callable[[sa.Connection, Taken], None]


def open_below(root: Path, file: str) -> BufferedReader:
    """Open a file of the manifest's folder.

    Raises:
        InvalidInput: it is none, or a link leads out of the folder.
    """
    try:
        path = (root / file).resolve(strict=True)
        if not path.is_relative_to(root) or not path.is_file():
            raise InvalidInput("không phải một tệp trong thư mục của bảng kê")
        return os.fdopen(_without_links(path), "rb")
    except FileNotFoundError:
        raise InvalidInput("không có tệp này trong thư mục của bảng kê") from None
    except (OSError, RuntimeError) as error:
        raise InvalidInput("không mở được tệp", remedy="Hãy kiểm tra quyền đọc và tên tệp.") from error


def _without_links(path: Path) -> int:
    """Open what is there itself: who puts a link in its place after it was looked at gains nothing."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _file(path: Path) -> BufferedReader:
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} là một thư mục, không phải bảng kê")
        if path.stat().st_size > MOST_BYTES:
            raise TooLarge(f"bảng kê nặng hơn {MOST_BYTES >> 20} MiB", remedy="Hãy chia thành nhiều bảng kê.")
        return path.open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"không có tệp {path}") from None
    except PermissionError:
        raise InvalidInput(f"không có quyền đọc {path}") from None


def _lines(file: BinaryIO, kind: TableKind, office: Office, source: str | None) -> Iterator[Line]:
    if kind is TableKind.NDJSON:
        yield from read_manifest(json_rows(file), office, source, first=0)
        return
    with rows_of(file, kind) as rows:
        told: Iterator[Cells] = iter(rows)
        yield from read_manifest(told, office, source)


def _look(root: Path, piece: Piece, hand: Hand) -> Found:
    """Look at a file without keeping it: its kind, its size, its hash.

    Raises:
        DocumentAtFault: it is missing, of no kind that is received, too large, or not the one that was meant.
    """
    with open_below(root, piece.file) as file:
        size = os.fstat(file.fileno()).st_size
        if size > hand.most_bytes:
            raise TooLarge(f"tệp nặng hơn {hand.most_bytes >> 20} MiB")
        media_type_of(file.read(_HEAD_BYTES))
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if piece.sha256 is not None and piece.sha256 != sha256:
        raise InvalidInput(
            "mã băm SHA-256 của tệp khác với bảng kê", remedy="Hãy chép lại tệp này từ hệ thống nguồn và so lại."
        )
    return Found(sha256, size)


def _keep(root: Path, piece: Piece, found: Found, hand: Hand) -> None:
    with open_below(root, piece.file) as file:
        key, _ = hand.storage.objects.put_stream(file, hand.most_bytes)
    if key != found.sha256:
        raise Conflict("tệp bị sửa trong lúc đang đọc", remedy="Hãy chờ ghi xong rồi chạy lại.")


def _taking(takeover: str, opened: Opened, hand: Hand) -> Taking:
    return Taking(takeover, opened.manifest, hand.actor, hand.scope, hand.clock())


def _refused(piece: Piece, problem: SohoaError) -> Done:
    if problem.retryable:
        raise problem
    return Done(piece, None, problem=problem)


def tally(done: Sequence[Done]) -> dict[str, int]:
    """Count what became of rows."""
    counted = {outcome.value: sum(one.outcome is outcome for one in done) for outcome in Outcome}
    return counted | {"refused": sum(one.outcome is None for one in done)}
