"""The data folder of the demo: schema, province, people, register, keys; made once, kept afterwards."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

import msgspec
import sqlalchemy as sa

from digitize.errors import Impossible
from digitize.lifecycle import Office
from digitize.procedures import Defaults
from digitize.targets import Level
from storage import dossiers, people, procedures, units
from storage.database import Database
from storage.dossiers import NewDossier, NewResult
from storage.migrate import migrate
from storage.registry import EVERYTHING
from storage.settings import Settings
from storage.units import Unit
from workers.demo.course import course
from workers.demo.pki import address_of, make_pki
from workers.demo.province import DemoDossier, DemoPerson, DemoProvince, province

SEED = 2021
"""The register and the specimens are drawn from the same seed, so that they speak of the same people."""

FOUNDED = date(2004, 1, 1)
"""First day of every unit of the demo."""

LOGINS_FILE = "logins.json"
"""Accounts with their passwords, readable by the owner alone."""

_SIGNERS = frozenset({Office.CLERK, Office.SUPERVISOR})
"""Clerks sign captures; the supervisor of a commune certifies copies."""

SYSTEM = "demo"
"""Who entered the register."""


@dataclass(frozen=True, slots=True)
class Login:
    """A demo account."""

    username: str
    password: str
    """Made at the first start."""
    full_name: str
    office: Office
    unit_id: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A data folder that is ready to be served."""

    settings: Settings
    province: DemoProvince
    logins: tuple[Login, ...]
    unit_ids: Mapping[str, str]
    """By code."""
    timestamp_authority: tuple[str, ...]
    """Arguments of ``python -m`` that run the development timestamp authority."""

    def login(self, unit_id: str, office: Office) -> Login:
        """Return the account of an office in a unit."""
        return next(one for one in self.logins if (one.unit_id, one.office) == (unit_id, office))


def prepare(data: Path, port: int, now: datetime) -> DemoPlace:
    """Make what is missing of the data folder; what is there stays."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    invented = province(SEED)
    database = Database(Settings(data=data).database)
    migrate(database)
    logins = _load(database, data / LOGINS_FILE, invented, now)
    with database.read() as connection:
        known = {unit.code: unit for unit in units.subtree(connection, EVERYTHING)}
    database.close()
    stamp_port = _stamp_port(data / "pki")
    pki = make_pki(
        data / "pki",
        [(_person_id(database, one.username), one.full_name) for one in logins if one.office in _SIGNERS],
        [(unit.id, unit.name) for unit in known.values()],
        now,
        f"http://127.0.0.1:{stamp_port}",
    )
    settings = Settings(
        data=data, keyring=pki.keyring, qr_key=pki.qr_key, trust=pki.trust,
        tsa_url=f"http://127.0.0.1:{stamp_port}/", api_port=port, secure_cookies=False, demonstration=True,
        webhook_networks="127.0.0.0/8",
    )  # fmt: skip
    authority = ("workers.demo.tsa", "--folder", str(pki.folder.absolute()), "--port", str(stamp_port))
    return DemoPlace(settings, invented, logins, {code: unit.id for code, unit in known.items()}, authority)


def _load(database: Database, file: Path, invented: DemoProvince, now: datetime) -> tuple[Login, ...]:
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=tuple[Login, ...])
    with database.write() as connection:
        entered = _enter_units(connection, invented)
        _enter_catalogue(connection)
        logins = tuple(_new_login(person, entered[person.unit_code]) for person in invented.people)
        for login in logins:
            people.add_person(
                connection, username=login.username, full_name=login.full_name, office=login.office,
                unit_id=login.unit_id, password=login.password,
            )  # fmt: skip
        for dossier in invented.dossiers:
            dossiers.create(connection, _register_entry(dossier, entered), created_by=SYSTEM, scope=EVERYTHING, now=now)
        # The file is written before the commit: passwords without accounts do no harm, the reverse locks everybody out.
        _write_private(file, msgspec.json.encode(logins))
    return logins


def _new_login(person: DemoPerson, unit: Unit) -> Login:
    password = secrets.token_urlsafe(9)
    return Login(person.username, password, person.full_name, Office(person.role), unit.id, unit.name)


def _enter_units(connection: sa.Connection, invented: DemoProvince) -> dict[str, Unit]:
    entered: dict[str, Unit] = {}
    for unit in invented.units:
        entered[unit.code] = units.add_unit(
            connection, code=unit.code, name=unit.name, level=Level(unit.level),
            parent_id=entered[unit.parent].id if unit.parent else None, valid_from=FOUNDED, valid_to=unit.valid_to,
        )  # fmt: skip
    return entered


def _enter_catalogue(connection: sa.Connection) -> None:
    """Take in the tables of the demo, as an operator takes in those of the national database."""
    for table, take_in in (
        ("result_types.csv", procedures.import_result_types), ("procedures.csv", procedures.import_procedures),
    ):  # fmt: skip
        data = resources.files("workers.demo").joinpath(table).read_bytes()
        faults = take_in(connection, data, Defaults()).faults
        if faults:
            raise Impossible(f"{table}: {faults}")


def _register_entry(dossier: DemoDossier, entered: Mapping[str, Unit]) -> NewDossier:
    ran = course(dossier)
    return NewDossier(
        code=dossier.code, unit_id=entered[dossier.unit_code].id, procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name, holder_name=dossier.holder_name, holder_id=dossier.holder_id,
        received_on=dossier.received_on, resolved_on=dossier.resolved_at.date(), channel=ran.channel.value,
        due_at=ran.due_at, status=ran.status.value, status_at=ran.status_at, finished_at=ran.finished_at,
        returned_at=ran.returned_at, fee_vnd=ran.fee_vnd,
        paid_how=None if ran.paid_how is None else ran.paid_how.value,
        results=tuple(
            NewResult(one.title, one.issued_on, one.kind_code, one.valid_until, one.cancelled_on, number=one.number)
            for one in dossier.results
        ),
    )  # fmt: skip


def _person_id(database: Database, username: str) -> str:
    with database.read() as connection:
        return people.find_by_username(connection, username)[0].id


def _write_private(file: Path, data: bytes) -> None:
    partial = file.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_bytes(data)
    partial.rename(file)


def _stamp_port(pki: Path) -> int:
    """Return the port that the certificates name for revocation while it is free, else any: timestamps come first."""
    known = address_of(pki)
    if known is not None:
        try:
            return _free_port(int(known.rpartition(":")[2]))
        except OSError:
            pass
    return _free_port(0)


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", wanted))
        port: int = probe.getsockname()[1]
    return port
