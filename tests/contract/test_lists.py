"""The lists of the desks on either database: narrowed, counted, turned page by page, never beyond the scope."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import PurePath

import pytest

from digitize.errors import Conflict, NotFound
from digitize.lifecycle import State
from storage import certifications, registry, shown, views, watched_folders
from storage.certifications import CopyCursor
from storage.registry import EVERYTHING, Scope, Sought
from storage.watched_folders import Watching
from tests.registry.desk import Desk
from tests.registry.province import Province


def test_a_list_is_narrowed_to_a_unit_and_days_and_counted_by_the_same(province: Province) -> None:
    early = province.receive(province.dossier(resolved_on=date(2021, 5, 3)))
    province.now += timedelta(days=3)
    last = province.dossier(resolved_on=date(2021, 5, 4))
    late = province.receive(last)
    beside = province.receive(province.dossier(province.other, resolved_on=date(2021, 5, 1)))
    day = timedelta(days=1)
    sought = Sought(province.commune.code, province.now - day, province.now + day)
    with province.database.read() as connection:
        assert [each.id for each in registry.listing(connection, EVERYTHING, sought=sought)] == [late]
        assert registry.counts(connection, EVERYTHING, sought=sought) == {State.RECEIVED: 1}
        of_states = registry.listing(connection, EVERYTHING, states=[State.RECEIVED, State.TO_CHECK])
        assert {each.id for each in of_states} == {early, late, beside}
        other = Scope(province.other.path)
        assert [each.id for each in registry.listing(connection, other)] == [beside]
        with pytest.raises(NotFound):
            registry.listing(connection, other, sought=sought)
        assert shown.dossier_codes(connection, EVERYTHING, 1) == [last.code]
        assert len(shown.dossier_codes(connection, other)) == 1


def test_visits_are_turned_page_by_page_and_views_and_folders_are_kept(desk: Desk) -> None:
    entered = []
    for _ in range(5):
        entered.append(desk.visit().id)
        desk.province.now += timedelta(minutes=7)
    now, person = desk.province.now, desk.certifier.id
    inside, seen, after = Scope(desk.unit.path), [], None
    with desk.province.database.read() as connection:
        while page := certifications.visits(connection, inside, after=after, limit=2):
            seen += [visit.id for visit in page]
            after = CopyCursor(page[-1].opened_at, page[-1].id)
        assert seen == entered[::-1]
        waiting = certifications.on_the_desk(connection, inside)
        assert {visit.id for visit in waiting} == set(entered)
        assert list(waiting) == sorted(waiting, key=lambda visit: (visit.deadline.due_at, visit.id))
        assert not certifications.visits(connection, Scope(desk.province.other.path))
    with desk.province.database.write() as connection:
        kept = views.save(connection, person, " Chờ tôi ", "state=mine", now)
        with pytest.raises(Conflict):
            views.save(connection, person, "Chờ tôi", "", now)
        assert views.listing(connection, person) == [kept]
        with pytest.raises(NotFound):
            views.remove(connection, "of nobody", kept.id)
        for taken in (1, 2):
            told = Watching(waiting=0, taken=taken, refused=0, problem="")
            watched_folders.tell(connection, "may-1", PurePath("/quet"), person, told, now, now)
        [folder] = watched_folders.watched(connection, inside, now)
        assert folder.watching.taken == 2
