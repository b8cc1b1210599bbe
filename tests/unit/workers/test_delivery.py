"""A sealed result is published once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from digitize.lifecycle import State
from storage import outbox
from storage.outbox import Lane
from storage.tables import announcements, documents
from tests.faults.town import now
from tests.unit.workers.conftest import Place, at_once
from workers.delivery import deliver_document


def test_a_sealed_document_is_published_and_announced_once(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    with place.town.storage.database.write() as connection:
        connection.execute(documents.update().values(state=State.SEALED.value))
        outbox.put(connection, document, Lane.DELIVER, 7, now())
    at_once(*[lambda: deliver_document(place.post, 0, document)] * 3)
    found = place.town.document(document)
    assert found.state is State.PUBLISHED
    assert found.published_at is not None
    with place.town.storage.database.read() as connection:
        rows = connection.execute(sa.select(announcements)).all()
    assert [(row.subject_id, row.topic, row.dispatched_at) for row in rows] == [(document, "result.published", None)]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_store_without_locks_does_not_stop_the_publication(place: Place) -> None:
    document = place.town.hand_in(b"scan")
    key = place.town.storage.objects.put(b"sealed")
    with place.town.storage.database.write() as connection:
        connection.execute(documents.update().values(state=State.SEALED.value, sealed_key=key))
        outbox.put(connection, document, Lane.DELIVER, 7, now())
    deliver_document(place.post, 30, document)
    assert place.town.stands(document, State.PUBLISHED)
