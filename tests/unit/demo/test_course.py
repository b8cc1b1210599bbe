"""The demo's dossiers run as real ones do: some late, some online, some paid at the national portal."""

from __future__ import annotations

from collections import Counter

from digitize.dossiers import terms
from digitize.dossiers.terms import Timeliness
from digitize.dossiers.words import Channel, PaidHow, Status
from workers.demo.course import course
from workers.demo.province import province
from workers.demo.setup import SEED


def test_every_kind_of_course_occurs_and_none_contradicts_its_dossier() -> None:
    ran = [(dossier, course(dossier)) for dossier in province(SEED).dossiers]
    judged = Counter(terms.timeliness(one.due_at, one.finished_at, one.status, one.finished_at) for _, one in ran)
    assert 0 < judged[Timeliness.LATE] < judged[Timeliness.ON_TIME]
    assert {one.channel for _, one in ran} == set(Channel)
    assert {one.status for _, one in ran} == {Status.STOPPED, Status.FINISHED, Status.RETURNED}
    assert {PaidHow.COUNTER, PaidHow.NATIONAL_PORTAL, PaidHow.PROVINCE_PORTAL, None} == {one.paid_how for _, one in ran}
    for dossier, one in ran:
        assert (one.status is Status.STOPPED) == (not dossier.results)
        assert (one.returned_at is None) == (one.status is not Status.RETURNED)
        assert terms.day_of(one.due_at) >= dossier.received_on
