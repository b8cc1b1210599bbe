"""Who asks says why and is recorded; what is restricted waits; only an accepted result counts. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digitize.dossiers.told import NewComponent
from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound, WrongOwner
from digitize.lifecycle import Actor, State
from digitize.reuse import Access, Holding, RequestState
from storage import confirmation, ending, reuse
from storage.dossiers import events
from storage.registry import EVERYTHING, Scope
from storage.reuse import Answered, Asker, CallerKind, Question
from storage.tables import components, file_links, reuse_acceptances, reuse_events, reuse_requests
from tests.registry.province import CLERK, FIELDS, OFFICER, SUPERVISOR, Province
from tests.registry.races import at_once

OWNER = FIELDS["holder_id"]
QUESTION = Question(OWNER, "Giải quyết hộ khẩu", "Luật Cư trú 2020 Điều 21", "H99.02-210601-0001")
CRIMINAL_RECORD = "phieu_ly_lich_tu_phap"


def asker(province: Province, *, name: str = "mot-cua") -> Asker:
    return Asker(name, CallerKind.SYSTEM, province.other.scope)


def ask(province: Province, question: Question = QUESTION, who: Asker | None = None) -> Answered:
    with province.database.write() as connection:
        return reuse.ask(connection, question, who or asker(province), province.now)


def published(province: Province, kind: str | None = None) -> str:
    """Publish a result of the commune; return the document."""
    if kind is None:
        return province.document(State.PUBLISHED)
    document = province.document(State.CAPTURE_SIGNED)
    with province.database.write() as connection:
        confirmation.confirm(connection, province.objects, document, kind, FIELDS, CLERK, province.now, None)
    return province.advance(document, State.PUBLISHED)


def decide(province: Province, asked: Answered, actor: Actor, scope: Scope, *, grant: bool = True) -> Access:
    with province.database.write() as connection:
        return reuse.decide(
            connection, asked.id, asked.answers[0].result.id, grant=grant, reason="cần cho hồ sơ", actor=actor,
            scope=scope, now=province.now,
        )  # fmt: skip


def test_an_owner_is_found_by_the_whole_number_on_the_paper_or_on_the_dossier_and_by_nothing_else(
    province: Province,
) -> None:
    province.document(State.PUBLISHED, dossier=province.dossier(holder_id="001088000111"))
    province.document(State.SEALED)
    for number in (OWNER, "001088000111"):
        found = ask(province, replace(QUESTION, owner=number))
        assert [each.access for each in found.answers] == [Access.GRANTED]
        assert found.answers[0].result.validity.holding is Holding.IN_FORCE
    assert ask(province, replace(QUESTION, owner="001088000112")).answers == ()
    assert ask(province, replace(QUESTION, kind_code="giay_phep_xay_dung")).answers == ()
    with province.database.read() as connection:
        rows = connection.execute(sa.select(reuse_requests)).all()
        told = connection.execute(sa.select(reuse_events.c.name, reuse_events.c.details)).all()
    assert len(rows) == len(told) == 4
    assert {row.purpose for row in rows} == {QUESTION.purpose}
    assert not any(OWNER in str(row) or "001088000111" in str(row) for row in (*rows, *told))


def test_a_restricted_result_waits_for_an_officer_of_its_unit_and_the_decision_holds_for_the_dossier(
    province: Province,
) -> None:
    published(province, CRIMINAL_RECORD)
    asked = ask(province)
    assert (asked.state, asked.answers[0].access) == (RequestState.PENDING, Access.PENDING)
    assert "chưa kiểm chứng" in asked.answers[0].reason
    with province.database.read() as connection:
        assert reuse.waiting(connection, province.other.scope, province.now, after=None, limit=9) == []
        (waiting,) = reuse.waiting(connection, province.commune.scope, province.now, after=None, limit=9)
        assert reuse.waiting(connection, EVERYTHING, province.now, after=waiting.place, limit=9) == []
    assert (waiting.purpose, waiting.kind_code) == (QUESTION.purpose, CRIMINAL_RECORD)
    with pytest.raises(NotFound):
        decide(province, asked, OFFICER, province.other.scope)
    with pytest.raises(Forbidden):
        decide(province, asked, CLERK, province.commune.scope)
    assert decide(province, asked, OFFICER, province.commune.scope) is Access.GRANTED
    assert decide(province, asked, OFFICER, province.commune.scope) is Access.GRANTED
    with pytest.raises(Conflict):
        decide(province, asked, SUPERVISOR, province.commune.scope, grant=False)
    with province.database.write() as connection:
        again = reuse.ask_again(connection, asked.id, asker(province), province.now)
    assert (again.state, again.answers[0].access) == (RequestState.ANSWERED, Access.GRANTED)
    assert ask(province).answers[0].access is Access.GRANTED
    assert ask(province, replace(QUESTION, dossier_code="H99.02-210601-0002")).answers[0].access is Access.PENDING
    assert ask(province, who=asker(province, name="khac")).answers[0].access is Access.PENDING
    own = Asker("noi-bo", CallerKind.PERSON, province.commune.scope)
    assert ask(province, who=own).answers[0].access is Access.GRANTED


def test_what_was_revoked_is_told_with_its_decision_and_gives_no_file(province: Province) -> None:
    document = published(province)
    asked = ask(province)
    with province.database.write() as connection:
        reuse.make_link(connection, asked.id, asked.answers[0].result.id, asker(province), province.now, timedelta(1))
        ending.revoke(
            connection, document, decision_number="7/QĐ", reason="sai", effective_at=province.now, actor=SUPERVISOR,
            now=province.now, version=None,
        )  # fmt: skip
    (answer,) = ask(province, replace(QUESTION, in_force_on=province.now.date())).answers
    assert (answer.result.validity.holding, answer.result.validity.decision_number) == (Holding.REVOKED, "7/QĐ")
    with province.database.write() as connection, pytest.raises(Forbidden, match="7/QĐ"):
        reuse.make_link(connection, asked.id, answer.result.id, asker(province), province.now, timedelta(1))
    with pytest.raises(Forbidden, match="7/QĐ"):
        accept(province, asked)


def test_a_link_ends_keeps_no_secret_and_notes_one_fetch(province: Province) -> None:
    published(province)
    asked = ask(province)
    result = asked.answers[0].result.id
    with province.database.write() as connection:
        link = reuse.make_link(connection, asked.id, result, asker(province), province.now, timedelta(minutes=10))
        with pytest.raises(NotFound):
            reuse.make_link(connection, asked.id, result, asker(province, name="khac"), province.now, timedelta(1))
    for _ in range(2):
        with province.database.write() as connection:
            assert reuse.open_link(connection, link.secret, province.now).id == result
    with province.database.read() as connection:
        row = connection.execute(sa.select(file_links)).one()
        names = connection.execute(sa.select(reuse_events.c.name).order_by(reuse_events.c.sequence)).scalars().all()
    assert (row.downloads, link.secret in str(row)) == (2, False)
    assert names == ["Asked", "Linked", "Fetched"]
    with province.database.write() as connection, pytest.raises(NotFound):
        reuse.open_link(connection, link.secret, link.expires_at)
    with province.database.write() as connection:
        assert reuse.forget_ended(connection, link.expires_at) == 1


def accept(province: Province, asked: Answered, component: str = "1", **changes: str) -> reuse.Acceptance:
    with province.database.write() as connection:
        return reuse.accept(
            connection, asked.id, asked.answers[0].result.id, component=component, asker=asker(province),
            now=province.now, **{"dossier_code": asked.dossier_code, **changes},
        )  # fmt: skip


def test_only_an_accepted_result_counts_and_each_once_however_often_it_is_sent(province: Province) -> None:
    published(province)
    asked = ask(province)
    with pytest.raises(InvalidInput):
        accept(province, asked, dossier_code="H99.02-210601-0009")
    made, same = at_once(lambda: accept(province, asked), lambda: accept(province, asked))
    assert made == same
    assert not made.in_our_dossier
    with pytest.raises(Conflict):
        accept(province, ask(province))
    with province.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(reuse_acceptances)).scalar_one() == 1


def test_a_dossier_of_ours_says_itself_that_a_result_replaced_its_paper(province: Province) -> None:
    published(province)
    paper = NewComponent(name="Giấy khai sinh", code="GKS")
    ours = province.dossier(province.other, code=QUESTION.dossier_code, components=(paper,))
    theirs = province.dossier(province.commune, components=(paper,))
    asked = ask(province)
    with pytest.raises(NotFound, match="thành phần"):
        accept(province, asked, "khác")
    assert accept(province, asked, "GKS").in_our_dossier
    elsewhere = ask(province, replace(QUESTION, dossier_code=theirs.code))
    assert not accept(province, elsewhere, "GKS").in_our_dossier
    with province.database.read() as connection:
        names = {each.name.value for each in events.history(connection, ours.id)}
        assert "ComponentReused" in names
        assert "ComponentReused" not in {each.name.value for each in events.history(connection, theirs.id)}
        reused = connection.execute(sa.select(components.c.dossier_id, components.c.reused_result_id)).tuples()
        assert dict(reused.all()) == {ours.id: asked.answers[0].result.id, theirs.id: None}


def test_an_owner_sees_who_looked_and_guessing_closes_the_list(province: Province) -> None:
    document = province.find(published(province))
    asked = ask(province)
    accept(province, asked)
    code = asked.answers[0].result.code

    def listed(fact: str) -> list[reuse.Lookup]:
        with province.database.write() as connection:
            return list(reuse.of_owner(connection, OWNER, code, fact, province.now))

    (lookup,) = listed(FIELDS["number"])
    assert (lookup.purpose, lookup.legal_basis, lookup.dossier_code) == (
        QUESTION.purpose, QUESTION.legal_basis, QUESTION.dossier_code,
    )  # fmt: skip
    assert (lookup.results[0].shown, lookup.results[0].accepted_at) == ("data", province.now)
    with province.database.write() as connection:
        staff = Asker("can-bo", CallerKind.PERSON, province.commune.scope)
        assert len(reuse.on_behalf(connection, OWNER, "Luật Bảo vệ dữ liệu", staff, province.now)) == 2
    for _ in range(5):
        with pytest.raises(WrongOwner):
            listed("99/2021")
    with pytest.raises(WrongOwner):
        listed(FIELDS["number"])
    assert document.state is State.PUBLISHED
