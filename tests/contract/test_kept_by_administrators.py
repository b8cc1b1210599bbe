"""Targets, catalogues and keys as administrators keep them, each change with its way back, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound, SohoaError
from digitize.lifecycle import Office
from digitize.procedures import Defaults
from digitize.targets import STOCK, Level, LocalTarget
from digitize.targets import period as period_of
from storage import changes, local_targets, people, procedures, signing_keys
from storage.administration import entries, imports, keys, targets
from storage.administration.imports import File, What
from storage.administration.undoing import REVERSALS
from storage.changes import Deed
from storage.database import Database
from storage.procedures import PROCEDURES
from storage.registry import EVERYTHING, Scope
from storage.signing_keys import Adapter, Certificate, Standing, Told, Where
from storage.tables import changes as journal
from tests.registry.province import Province

NOW = datetime(2022, 6, 1, 3, tzinfo=UTC)
DEED = Deed("quan-tri", NOW, "theo kế hoạch")
BEGUN = date(2021, 1, 1)
DEFAULTS = Defaults(BEGUN, "QĐ 1")
FIRST = (
    "mã,tên,mã kết quả\n1.001193,Đăng ký khai sinh,KQ.G15.000031;KQ.G15.000004\n1.000656,Đăng ký khai tử,\n".encode()
)
SECOND = "mã,tên,từ ngày\n1.001193,Khai sinh,2022-01-01\n2.000635,Cấp bản sao,2022-01-01\n".encode()


def undo_last(connection: sa.Connection, scope: Scope = EVERYTHING) -> None:
    """Take the newest change back."""
    last = sa.select(journal.c.id).order_by(journal.c.at.desc(), journal.c.sequence.desc()).limit(1)
    changes.undo(connection, connection.execute(last).scalar_one(), scope, Deed("quan-tri", NOW, "nhầm"), REVERSALS)


def asked_of(connection: sa.Connection, province: Province) -> tuple[LocalTarget, ...]:
    """Return what the first commune is asked for."""
    period = period_of(2022, NOW)
    return local_targets.asking(connection, [province.commune], (STOCK,), period).get(province.commune.id, ())


def test_a_target_is_changed_withdrawn_and_put_back_and_never_lost(province: Province) -> None:
    with province.database.write() as connection:
        one = targets.enter(
            connection, province.top, DEED, year=2022, level=Level.XA, measure=STOCK, percent=40, source="KH 1"
        )
        two = targets.change(connection, one, DEED, level=None, percent=60, source="KH 2")
        assert [each.percent for each in asked_of(connection, province)] == [60]
        undo_last(connection)
        assert asked_of(connection, province) == (one,)
        gone = targets.withdraw(connection, one, DEED)
        assert asked_of(connection, province) == ()
        with pytest.raises(Forbidden):
            targets.change(connection, gone, DEED, level=None, percent=1, source="KH 3")
        undo_last(connection)
        assert asked_of(connection, province) == (one,)
        for wrong in ({"percent": 101}, {"source": " "}, {"since": date(2023, 1, 1)}, {"until": date(2021, 1, 1)}):
            given = {"level": None, "percent": 5, "source": "KH", **wrong}
            with pytest.raises(InvalidInput):
                targets.change(connection, one, DEED, **given)  # type: ignore[arg-type]  # each is one of them
    with province.database.read() as connection:
        assert two.id == one.id
        listed = local_targets.register(connection, 2022, province.commune.scope)
        assert listed.targets == ()
        with pytest.raises(NotFound):
            local_targets.find(connection, one.id, province.commune.scope)


def test_targets_are_listed_a_page_at_a_time_each_once(province: Province) -> None:
    with province.database.write() as connection:
        for unit in (province.top, province.commune, province.other):
            for percent in (10, 20, 30):
                targets.enter(connection, unit, DEED, year=2022, level=None, measure=STOCK, percent=percent, source="K")
    seen: list[str] = []
    after = None
    with province.database.read() as connection:
        while True:
            page = local_targets.register(connection, 2022, EVERYTHING, after=after, limit=2)
            seen += [each.target.id for each in page.targets]
            after = page.following
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 9


def catalogue(connection: sa.Connection) -> Mapping[tuple[str, date], object]:
    """Return all procedures."""
    return procedures.everything(connection, PROCEDURES)


def test_an_import_is_recorded_row_by_row_and_taken_back_only_while_nothing_changed_since(province: Province) -> None:
    with province.database.write() as connection:
        first = imports.take_in(connection, What.PROCEDURES, FIRST, DEFAULTS, File("một.csv"), DEED)
        before = catalogue(connection)
        again = imports.take_in(connection, What.PROCEDURES, FIRST, DEFAULTS, File("một.csv"), DEED)
        assert (first.entered, again.entered, again.changed, again.same) == (2, 0, 0, 2)
        later = Deed("quan-tri", NOW + timedelta(seconds=1))
        done = imports.take_in(connection, What.PROCEDURES, SECOND, DEFAULTS, File("hai.csv"), later)
        assert (done.entered, done.changed) == (2, 1)
        rows = imports.rows_of(connection, done.id or "")
        assert [(row.code, row.since.year, row.before is None) for row in rows] == [
            ("1.001193", 2021, False), ("1.001193", 2022, True), ("2.000635", 2022, True),
        ]  # fmt: skip
        entries.retire(connection, What.PROCEDURES, "2.000635", date(2022, 1, 1), date(2022, 3, 1), later)
        newest = sa.select(journal.c.id).where(journal.c.subject_id == done.id)
        with pytest.raises(Conflict):
            changes.undo(connection, connection.execute(newest).scalar_one(), EVERYTHING, later, REVERSALS)
        entries.restore(connection, What.PROCEDURES, "2.000635", date(2022, 1, 1), later)
        changes.undo(connection, connection.execute(newest).scalar_one(), EVERYTHING, later, REVERSALS)
        assert catalogue(connection) == before
        assert [each.undone for each in imports.imports(connection)] == [True, False, False]
        bad = imports.take_in(connection, What.PROCEDURES, b"m\xc3\xa3,t\xc3\xaan\n1.1,A\n", DEFAULTS, File(), later)
        assert bad.id is None
        assert [fault.row for fault in bad.faults] == [2]


def test_an_entry_is_retired_and_restored_within_its_time(province: Province) -> None:
    with province.database.write() as connection:
        imports.take_in(connection, What.PROCEDURES, FIRST, DEFAULTS, File(), DEED)
        imports.take_in(connection, What.PROCEDURES, SECOND, DEFAULTS, File(), DEED)
        old = "1.001193", BEGUN
        for wrong in (date(2020, 1, 1), date(2021, 12, 31)):
            with pytest.raises(InvalidInput):
                entries.retire(connection, What.PROCEDURES, *old, wrong, DEED)
        entries.retire(connection, What.PROCEDURES, *old, date(2021, 6, 30), DEED)
        assert procedures.procedure_on(connection, "1.001193", date(2021, 8, 1)) is None
        entries.restore(connection, What.PROCEDURES, *old, DEED)
        assert [each.until for each in entries.versions(connection, What.PROCEDURES, "1.001193")] == [
            date(2021, 12, 31), None,
        ]  # fmt: skip
        with pytest.raises(Forbidden):
            entries.restore(connection, What.PROCEDURES, *old, DEED)
        with pytest.raises(NotFound):
            entries.retire(connection, What.RESULT_TYPES, *old, date(2021, 6, 30), DEED)


def test_a_catalogue_is_searched_without_marks_and_paged(province: Province) -> None:
    with province.database.write() as connection:
        imports.take_in(connection, What.PROCEDURES, FIRST, DEFAULTS, File(), DEED)
        imports.take_in(connection, What.PROCEDURES, SECOND, DEFAULTS, File(), DEED)
        day = date(2022, 2, 1)
        for named, codes in {
            "khai sinh": ["1.001193"], "KHAI": ["1.000656", "1.001193"], "2.0006": ["2.000635"], "ai sinh": [],
            "đăng ký": ["1.000656"], "_": ["1.000656", "1.001193", "2.000635"],
        }.items():  # fmt: skip
            assert [each.code for each in procedures.listed(connection, PROCEDURES, day, named=named).entries] == codes
        page = procedures.listed(connection, PROCEDURES, None, limit=2)
        rest = procedures.listed(connection, PROCEDURES, None, after=page.following, limit=2)
        assert [(each.code, each.since.year) for each in (*page.entries, *rest.entries)] == [
            ("1.000656", 2021), ("1.001193", 2021), ("1.001193", 2022), ("2.000635", 2022),
        ]  # fmt: skip
        assert page.entries[1].result_types == ("KQ.G15.000004", "KQ.G15.000031")
        assert rest.following is None


def certificate(days: int, fingerprint: str = "a") -> Certificate:
    """Return a certificate that ends in so many days."""
    ends = NOW + timedelta(days=days)
    return Certificate("UBND xã", "CA", "1f", fingerprint * 64, NOW - timedelta(days=400), ends, development=False)


def test_a_key_is_known_by_what_the_worker_told_and_barred_until_it_is_allowed_again(province: Province) -> None:
    holder = province.commune.id
    with province.database.write() as connection:
        officer = people.add_person(
            connection, username="vanthu", full_name="Lê Văn Thư", office=Office.OFFICER, unit_id=holder,
            password="mật khẩu đủ dài",
        )  # fmt: skip
        signing_keys.enter(connection, {holder: Adapter.PKCS11, officer.id: Adapter.PKCS12, "tsa": Adapter.CSC}, NOW)
        found = signing_keys.search(connection, EVERYTHING).keys
        assert {each.standing(NOW) for each in found} == {Standing.UNOPENED}
        assert {each.person for each in found} == {"", "Lê Văn Thư"}  # nobody's key is nobody's business
        for days, standing in ((400, Standing.USABLE), (29, Standing.EXPIRING), (-1, Standing.EXPIRED)):
            signing_keys.tell(connection, Told(holder, Where.KEYRING, Adapter.PKCS11, certificate(days)), NOW)
            assert signing_keys.find(connection, holder, Where.KEYRING).standing(NOW) is standing
        signing_keys.tell(connection, Told(holder, Where.KEYRING, Adapter.PKCS11, certificate(400)), NOW)
        away = Told(holder, Where.KEYRING, Adapter.PKCS11, None, "Thiết bị không trả lời.", "Hãy cắm lại.")
        signing_keys.tell(connection, away, NOW)
        key = signing_keys.find(connection, holder, Where.KEYRING)
        assert key.standing(NOW) is Standing.WRONG
        assert key.told.certificate == certificate(400)
        assert signing_keys.users(connection, key) == ["Lê Văn Thư"]
        assert [each.person for each in signing_keys.search(connection, EVERYTHING, named="le van").keys] == [
            "Lê Văn Thư"
        ]
        assert signing_keys.search(connection, province.other.scope).keys == ()


def test_barring_a_certificate_is_a_change_with_a_way_back(province: Province) -> None:
    holder = province.commune.id
    with province.database.write() as connection:
        signing_keys.tell(connection, Told(holder, Where.HOLDER, Adapter.AGENT, certificate(400)), NOW)
        keys.bar(connection, signing_keys.find(connection, holder, Where.HOLDER), DEED)
        assert signing_keys.is_barred(connection, "a" * 64)
        assert signing_keys.find(connection, holder, Where.HOLDER).standing(NOW) is Standing.BARRED
        with pytest.raises(Conflict):
            keys.bar(connection, signing_keys.find(connection, holder, Where.HOLDER), DEED)
        undo_last(connection, province.commune.scope)
        assert not signing_keys.is_barred(connection, "a" * 64)
        signing_keys.tell(connection, Told(holder, Where.HOLDER, Adapter.AGENT, certificate(400, "b")), NOW)
        with pytest.raises(SohoaError):
            keys.allow(connection, signing_keys.find(connection, holder, Where.HOLDER), DEED)


def test_nothing_is_lost_where_no_unit_keeps_the_catalogue(registry_database: Database) -> None:
    with registry_database.write() as connection:
        done = imports.take_in(connection, What.PROCEDURES, FIRST, DEFAULTS, File("một.csv"), DEED)
        assert imports.find(connection, done.id or "").entered == 2
        assert connection.execute(sa.select(sa.func.count()).select_from(journal)).scalar_one() == 0
