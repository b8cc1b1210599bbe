"""A small register to search in, and questions to it in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from digitize.lifecycle import ReadDone
from digitize.model import Block, Box, Kind, Line, MediaType, Nature, Page, Reading, Word, to_json
from digitize.search import parse
from storage import dossiers, registry, search
from storage.dossiers import NewDossier, NewResult
from storage.registry import EVERYTHING, Scope
from storage.reuse.owners import owner_hash
from storage.search.finding import Filters, Found, Position, find
from storage.search.reach import reach_of
from storage.search.rounds import owned_by
from storage.units import Unit
from tests.registry.province import ISSUED, WORKER, Province


@dataclass
class SearchDesk:
    """Enters results and looks for them; each has a name of its own in the test."""

    province: Province
    ids: dict[str, str] = field(default_factory=dict)
    """Id of the result by its name in the test."""

    def enter(
        self, called: str, holder: str, *, number: str | None = None, day: date = ISSUED, unit: Unit | None = None,
        kind: str | None = None, holder_id: str | None = None, text: str | None = None, secret: bool = False,
    ) -> str:  # fmt: skip
        """Enter a dossier with one result, scanned when a text is given; return the id of the result."""
        count = len(self.ids)
        new = NewDossier(
            code=f"H99.01-210520-{count:04d}", unit_id=(unit or self.province.commune).id,
            procedure_code="1.001193", procedure_name="Đăng ký khai sinh", holder_name=holder, holder_id=holder_id,
            received_on=day - timedelta(days=3), resolved_on=day,
            results=(NewResult(title=called, issued_on=day, kind_code=kind, number=number, secret=secret),),
        )  # fmt: skip
        with self.province.database.write() as connection:
            dossier = dossiers.create(connection, new, created_by="test", scope=EVERYTHING, now=self.province.now)
        self.ids[called] = dossier.results[0].id
        if text is not None:
            self.scan(dossier.code, text)
        return self.ids[called]

    def scan(self, code: str, text: str) -> str:
        """Take a scan in and let it be read as the text."""
        with self.province.database.read() as connection:
            dossier = dossiers.find_by_code(connection, code, EVERYTHING)
        document = self.province.receive(dossier)
        reading = reading_of(text)
        key = self.province.objects.put(to_json(reading))
        archive = self.province.objects.put(b"archive " + document.encode())
        event = ReadDone(actor=WORKER, reading_key=key, archive_key=archive)
        lease = self.province.claim(document)
        with self.province.database.write() as connection:
            changes = {"reading_key": key, "archive_key": archive}
            registry.record(connection, document, event, self.province.now, lease=lease, changes=changes)
            search.index_text(connection, document, reading)
        return document

    def page(
        self, typed: str, *, scope: Scope = EVERYTHING, filters: Filters | None = None, after: Position | None = None,
        limit: int = 20, unit_name: str | None = None,
    ) -> Found:  # fmt: skip
        """Search for a typed line."""
        query = parse(typed)
        of_person = None
        with self.province.database.write() as connection:
            if query.person_number is not None:
                hashed = owner_hash(connection, query.person_number, self.province.now)
                of_person = owned_by(query.person_number, hashed)
        chosen = filters or Filters(kind_codes=frozenset(query.kind_codes), first_day=query.day, last_day=query.day)
        with self.province.database.read() as connection:
            reach = reach_of(connection, scope.path, name=unit_name)
            return find(connection, query, reach, chosen, owned=of_person, after=after, limit=limit)

    def found(self, typed: str, *, scope: Scope = EVERYTHING, unit_name: str | None = None) -> list[str]:
        """Return what a line finds, by the names of the test."""
        called = {result: name for name, result in self.ids.items()}
        return [called[hit.result_id] for hit in self.page(typed, scope=scope, unit_name=unit_name).hits]


def reading_of(text: str) -> Reading:
    """Return what reading a page with these lines gives."""
    lines = tuple(
        Line(tuple(Word(word, Box(0, 0, 1, 1), 0.9) for word in line.split()), Box(0, 0, 1, 1))
        for line in text.split("\n")
        if line.split()
    )
    page = Page(1, 2480, 3508, 300, 0, 0.0, (Block(lines, Box(0, 0, 1, 1)),))
    return Reading(
        nature=Nature.SCAN, media_type=MediaType.PNG, source_sha256="0" * 64, pages=(page,),
        kind=Kind("khong_ro", "Không rõ", 0.1), fields={}, findings=(), secrecy=None, engine="test",
    )  # fmt: skip
