"""A lane does for each subject the work of its kind."""

from __future__ import annotations

import pytest

from digitize.errors import Impossible
from storage import subjects
from storage.outbox import Lane
from storage.subjects import SubjectKind
from tests.faults.town import now
from tests.unit.workers.conftest import Place
from workers.dispatch import do_by_kind


def enter_copy(place: Place) -> str:
    with place.town.storage.database.write() as connection:
        return subjects.enter(connection, SubjectKind.COPY, "Opened", place.post.actor, {}, Lane.SEAL, now())


def test_each_kind_has_its_own_work(place: Place) -> None:
    document, copy = place.town.hand_in(b"scan"), enter_copy(place)
    done: list[tuple[str, str]] = []
    works = {
        SubjectKind.DOCUMENT: lambda subject: done.append(("document", subject)),
        SubjectKind.COPY: lambda subject: done.append(("copy", subject)),
    }
    for subject in (document, copy, "no-such-subject"):
        do_by_kind(place.post, works, subject)
    assert done == [("document", document), ("copy", copy)]


def test_a_kind_that_the_lane_has_no_work_for_is_a_bug(place: Place) -> None:
    with pytest.raises(Impossible):
        do_by_kind(place.post, {}, enter_copy(place))
