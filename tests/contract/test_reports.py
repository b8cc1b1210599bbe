"""What a report counts, on both databases: the period's own, beside the stock of its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from digitize.lifecycle import State
from digitize.reports.report import ClerkLine, LateCounts, Report
from digitize.targets import Level, Rate
from storage import apologies, targets
from storage.apologies import Lateness, SentHow
from storage.reports import gather, report_period
from storage.tables import revisions
from tests.registry.province import CLERK, START, Province

NOW = datetime(2021, 10, 5, tzinfo=UTC)


def published(province: Province, signer: str = "Nguyễn Thị Hương") -> str:
    """Publish a result that a clerk signed."""
    document = province.document(State.PUBLISHED)
    with province.database.write() as connection:
        connection.execute(
            revisions.insert().values(
                document_id=document, capture=1, number=1, key="0" * 64, role="clerk", signer=signer,
                signed_at=province.now, level="B-T", verdict="valid",
            )
        )  # fmt: skip
    return document


def report(province: Province, quarter: int | None) -> Report:
    """Gather the report of the province as of October."""
    with province.database.read() as connection:
        return gather(connection, province.top, report_period(2021, quarter, NOW), NOW)


def test_a_quarter_shows_its_own_dossiers_beside_the_stock_of_its_last_day(province: Province) -> None:
    published(province)
    published(province)
    published(province, "Trần Văn Bình")
    province.dossier()
    second, third, year = (report(province, quarter) for quarter in (2, 3, None))
    [commune] = [each for each in second.units if each.code == province.commune.code]
    assert (commune.depth, commune.stock, commune.flow) == (1, Rate(3, 4), Rate(3, 4))
    assert [each.code for each in second.units] == [province.top.code, province.commune.code, province.other.code]
    [level] = [each for each in third.levels if each.level is Level.XA]
    assert (level.stock, level.flow) == (Rate(3, 4), Rate(0, 0))
    assert second.clerks == (
        ClerkLine(province.commune.code, province.commune.name, "Nguyễn Thị Hương", 2, 2),
        ClerkLine(province.commune.code, province.commune.name, "Trần Văn Bình", 1, 1),
    )
    assert third.clerks == ()
    with province.database.read() as connection:
        counted = targets.progress(connection, 2021, province.top.scope, NOW)
    assert [(each.stock, each.flow) for each in year.units] == [
        (each.stock, each.flow) for each in sorted(counted, key=lambda each: each.unit_code) if each.unit_id
    ]


def test_a_period_that_has_not_begun_has_no_report() -> None:
    with pytest.raises(InvalidInput, match="chưa bắt đầu"):
        report_period(2021, 4, NOW - timedelta(days=30))


def test_who_was_late_is_listed_and_an_apology_counts_only_when_it_was_sent(province: Province) -> None:
    due = START - timedelta(days=3)
    late = province.dossier(due_at=due, status=9, finished_at=START)
    province.dossier(due_at=START, status=9, finished_at=START)
    waiting = province.dossier(due_at=due, resolved_on=None, results=())
    assert report(province, 2).late == LateCounts(1, 0)
    since, until = START - timedelta(days=30), START + timedelta(days=30)
    with province.database.write() as connection:
        listed = {
            which: [
                each.code
                for each in apologies.late(connection, province.top.scope, which, NOW, since=since, until=until)
            ]
            for which in Lateness
        }
        assert listed == {Lateness.ENDED: [late.code], Lateness.OPEN: [waiting.code]}
        assert apologies.late(connection, province.other.scope, Lateness.ENDED, NOW, since=since, until=until) == []
        dossier, told = apologies.need_late(connection, late.code, province.top.scope, NOW)
        assert told.finished_at == START
        sent = (dossier, "1" * 64, date(2021, 6, 2), SentHow.POST, CLERK.id, NOW)
        assert apologies.note_sent(connection, *sent) == apologies.note_sent(connection, *sent)
        with pytest.raises(Conflict):
            apologies.note_sent(connection, dossier, "2" * 64, date(2021, 6, 2), SentHow.POST, CLERK.id, NOW)
        with pytest.raises(InvalidInput, match="tương lai"):
            apologies.note_sent(connection, dossier, "2" * 64, date(2022, 6, 2), SentHow.POST, CLERK.id, NOW)
        [one] = apologies.late(connection, province.top.scope, Lateness.ENDED, NOW, since=since, until=until)
        assert one.apologised_on == date(2021, 6, 2)
    assert report(province, 2).late == LateCounts(1, 1)


def test_nobody_apologises_for_what_was_in_time(province: Province) -> None:
    timely = province.dossier(due_at=START, status=9, finished_at=START)
    undated = province.dossier()
    with province.database.read() as connection:
        for code, sentence in ((timely.code, "không trễ hẹn"), (undated.code, "không có ngày hẹn")):
            with pytest.raises(Forbidden, match=sentence):
                apologies.need_late(connection, code, province.top.scope, NOW)
        with pytest.raises(NotFound):
            apologies.need_late(connection, timely.code, province.other.scope, NOW)
