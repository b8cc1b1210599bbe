"""Dossiers of a whole file go into the register, in portions; a dry run does the same and keeps nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from digitize.dossiers.columns import Suggestion, columns, header_row, suggest
from digitize.dossiers.deciding import Outcome, Telling
from digitize.dossiers.lines import read_line
from digitize.dossiers.rows import Office, RowFault, Told, tell
from digitize.dossiers.tables import TableKind
from digitize.errors import InvalidInput
from storage import units
from storage.database import Database
from storage.dossiers.entering import enter
from storage.dossiers.offices import procedure_names, units_by_name
from storage.registry import Scope

TOGETHER = 20_000
"""Dossiers in one transaction."""
HEADER_ROWS = 20
SOURCE = "bang-tinh"
"""Who tells, where nobody says whose file it is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a file."""

    actor: str
    """Who answers for it."""
    scope: Scope
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header by field, where the suggestion is not right."""
    unit: str | None = None
    """Code of the unit that the whole file belongs to."""
    source: str = SOURCE
    told_at: datetime | None = None
    """Of when the file is; None: of now."""
    dry_run: bool = False
    together: int = TOGETHER


@dataclass(slots=True)
class Report:
    """What came of a file."""

    kind: TableKind
    suggestions: tuple[Suggestion, ...] = ()
    """What each column was taken for."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header by field, as the file was read."""
    dossiers: int = 0
    """Told of by the file; what rows at fault tell of included."""
    results: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    bad_rows: int = 0


class Importing:
    """Takes one file in."""

    def __init__(
        self, database: Database, order: Order, clock: Callable[[], datetime], say: Callable[[RowFault], None]
    ) -> None:
        """Get ready.

        Args:
            database: the register.
            order: what is to be done.
            clock: gives the present moment.
            say: is told of every bad row, in the order of the file.

        Raises:
            NotFound: there is no unit of the order's code in its scope.
        """
        self._database = database
        self._order = order
        self._clock = clock
        self._say = say
        with database.read() as connection:
            unit = None if order.unit is None else units.find_by_code(connection, order.unit, order.scope).id
            self._office = Office(
                units_by_name(connection, order.scope), procedure_names(connection), unit, order.told_at
            )

    def rows(self, rows: Iterable[Sequence[str]], kind: TableKind) -> Report:
        """Enter the dossiers of a table.

        Raises:
            InvalidInput: it has no header, or lacks a column without which nothing can be entered.
            RegistryUnavailable: the database does not answer; what was entered stays, and entering it again is safe.
        """
        report = Report(kind)
        numbered = enumerate(rows, start=1)
        first = list(islice(numbered, HEADER_ROWS))
        headers, rest = _headed(first)
        report.suggestions = suggest(headers)
        found = columns(headers, self._order.columns, unit_given=self._order.unit is not None)
        report.columns = {name: found.headers[column] for name, column in found.places.items()}
        self._enter(tell(chain(rest, numbered), found, self._office), report)
        return report

    def lines(self, lines: Iterable[bytes]) -> Report:
        """Enter the dossiers of an NDJSON.

        Raises:
            RegistryUnavailable: as :meth:`rows`.
        """
        report = Report(TableKind.NDJSON)
        self._enter(_told(lines, self._office), report)
        return report

    def _enter(self, told: Iterable[Told], report: Report) -> None:
        waiting = iter(told)

        def read() -> list[Told]:
            return list(islice(waiting, self._order.together))

        # The next portion is read while the database works on this one.
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(read)
            while portion := coming.result():
                coming = ahead.submit(read)
                self._take(portion, report)

    def _take(self, portion: Sequence[Told], report: Report) -> None:
        faults = self._enter_portion(portion, report)
        report.dossiers += len(portion)
        for fault in faults:
            self._say(fault)

    def _enter_portion(self, portion: Sequence[Told], report: Report) -> Sequence[RowFault]:
        """Enter some dossiers in one transaction; return what is wrong with them, in the order of the file."""
        order, now = self._order, self._clock()
        good = [(one, one.dossier) for one in portion if one.dossier is not None]
        telling = Telling(order.source, order.told_at or now, order.actor, now)
        with self._database.write() as connection:
            trial = connection.begin_nested() if order.dry_run else None
            answers = enter(connection, [dossier for _, dossier in good], telling, order.scope)
            if trial is not None:
                trial.rollback()
        refused = [
            RowFault(one.row, "", "", answer.fault.message)
            for (one, _), answer in zip(good, answers, strict=True)
            if answer.fault is not None
        ]
        bad = [one for one in portion if one.dossier is None]
        report.outcomes.update(answer.outcome for answer in answers)
        report.outcomes[Outcome.REFUSED] += len(bad)
        report.results += sum(len(dossier.results) for _, dossier in good)
        faults = [fault for one in bad for fault in one.faults] + refused
        report.bad_rows += len({fault.row for fault in faults})
        return sorted(faults, key=lambda fault: fault.row)


def look(rows: Iterable[Sequence[str]]) -> tuple[Suggestion, ...]:
    """Return what the columns of a table seem to stand for; nothing is entered.

    Raises:
        InvalidInput: it has no header.
    """
    headers, _ = _headed(list(islice(enumerate(rows, start=1), HEADER_ROWS)))
    return suggest(headers)


_Numbered = list[tuple[int, Sequence[str]]]


def _headed(first: _Numbered) -> tuple[Sequence[str], _Numbered]:
    """Divide the first rows into the header and what stands below it.

    Raises:
        InvalidInput: none of them is a header.
    """
    place = header_row([cells for _, cells in first])
    if place is None:
        raise InvalidInput(
            f"không tìm thấy dòng tiêu đề trong {HEADER_ROWS} dòng đầu",
            remedy="Hãy để tên cột ở dòng đầu tiên của bảng.",
        )
    return first[place][1], first[place + 1 :]


def _told(lines: Iterable[bytes], office: Office) -> Iterator[Told]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        told = Told(number)
        try:
            told.dossier = read_line(line.removeprefix(b"\xef\xbb\xbf"), office.units)
        except InvalidInput as fault:
            told.faults.append(RowFault(number, "", "", fault.detail))
        yield told


def confirmed(pairs: Iterable[str]) -> dict[str, str]:
    """Read ``field=header``, as the command line takes it; an empty header takes the column out.

    Raises:
        InvalidInput: a pair has no equals sign, or a field comes twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, header = pair.partition("=")
        if not sign or not name.strip() or name.strip() in found:
            raise InvalidInput("--map viết: mục=tên cột, mỗi mục một lần, ví dụ --map 'code=Số hồ sơ'")
        found[name.strip()] = header.strip()
    return found
