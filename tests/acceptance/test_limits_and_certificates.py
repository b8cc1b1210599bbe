"""Systems have limits that are never exceeded, and may be bound to a TLS certificate (RFC 8705), for real."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.allowances import Allowances
from api.certificates import ShowingProtocol
from api.holders import BELIEVED_FOR, Holders
from digitize.errors import NotIdentified, TooOften
from storage import clients
from storage.clients import Client, Limits
from storage.settings import Settings
from tests.door.plugin import Settled
from tests.door.town import Clock, Town, open_town
from tests.servers.process import free_port
from workers.cli.running import _tls

NOW = datetime(2021, 4, 30, 16, 30, tzinfo=UTC)
"""Half an hour before May in Vietnam."""


def client_with(town: Town, **limits: int) -> Client:
    with town.parts.storage.database.write() as connection:
        return clients.add_client(
            connection, name="Một cửa", unit_id=town.units["xa"].id, scopes=("reuse:read",), limits=Limits(**limits)
        )[0]


def asked(allowances: Allowances, client: Client, now: datetime, times: int) -> int:
    """Ask so often; return how often it was allowed."""
    allowed = 0
    for _ in range(times):
        try:
            allowances.admit(client, now, 10_000)
        except TooOften:
            continue
        allowed += 1
    return allowed


@pytest.mark.parametrize(
    ("limits", "most", "later"),
    [
        ({"per_minute": 7}, 7, timedelta(minutes=1)),
        ({"per_day": 250}, 250, timedelta(minutes=30)),
        ({"per_month": 250}, 250, timedelta(minutes=30)),
    ],
)
def test_a_limit_is_never_exceeded_by_several_processes_and_begins_anew(
    town: Town, limits: dict[str, int], most: int, later: timedelta
) -> None:
    client = client_with(town, **limits)
    processes = [Allowances(town.parts.storage.database) for _ in range(2)]
    assert sum(asked(each, client, NOW, most) for each in processes) == most
    assert asked(processes[0], client, NOW, 1) == 0
    assert asked(processes[0], client, NOW + later, 1) == 1


def test_a_token_is_believed_for_seconds_and_not_past_its_end(town: Town) -> None:
    with town.parts.storage.database.write() as connection:
        client, secret = clients.add_client(
            connection, name="Một cửa", unit_id=town.units["xa"].id, scopes=("reuse:read",)
        )
        lasting, short = (clients.grant(connection, client.id, secret, (), NOW, minutes) for minutes in (60, 0.05))
    holders = Holders(town.parts.storage.database)
    assert holders.known(lasting, NOW) is None
    for token in (lasting, short):
        holders.ask(token, NOW)
    with town.parts.storage.database.write() as connection:
        connection.execute(clients.clients.update().where(clients.clients.c.id == client.id).values(active=False))
    believed = {
        seconds: [holders.known(token, NOW + timedelta(seconds=seconds)) is not None for token in (lasting, short)]
        for seconds in (-1, 2, 3, 5)
    }
    assert believed == {-1: [False, False], 2: [True, True], 3: [True, False], 5: [False, False]}
    with pytest.raises(NotIdentified):
        holders.ask(lasting, NOW + BELIEVED_FOR)


def test_who_asks_too_often_is_told_when_to_come_back_and_everybody_where_they_stand(town: Town) -> None:
    client = client_with(town, per_minute=2)
    with town.parts.storage.database.write() as connection:
        secret = "s"
        connection.execute(clients.clients.update().values(secret_hash=hashlib.sha256(secret.encode()).hexdigest()))
        token = clients.grant(connection, client.id, secret, (), town.clock(), 60)
    system = town.visitor()
    system.headers["Authorization"] = f"Bearer {token}"
    first, _, third = (system.get("/api/v1/me") for _ in range(3))
    assert first.headers["ratelimit"] == '"minute";r=1;t=60'
    assert first.headers["ratelimit-policy"] == '"minute";q=2'
    assert (third.status_code, third.json()["code"], third.headers["retry-after"]) == (429, "too_often", "60")


@contextmanager
def serving(town: Town, port: int, **tls: object) -> Iterator[str]:
    """Run the application behind real TLS, or behind none."""
    config = uvicorn.Config(town.app, port=port, http=ShowingProtocol, log_level="error", **tls)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"{'https' if tls else 'http'}://localhost:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and what it certified: the server, a system, another system."""
    folder = tmp_path_factory.mktemp("tls")
    authority = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    for name in ("authority", "server", "system", "other"):
        key = authority if name == "authority" else ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        today = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(x509.BasicConstraints(name == "authority", None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(authority, hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return folder


def thumbprint(file: Path) -> str:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex()


def bound_client(town: Town, papers: Path) -> tuple[str, str]:
    with town.parts.storage.database.write() as connection:
        client, secret = clients.add_client(
            connection, name="Một cửa", unit_id=town.units["xa"].id, scopes=("results:read",),
            certificate=thumbprint(papers / "system.pem"),
        )  # fmt: skip
    return client.id, secret


def asking_by(call: Callable[..., requests.Response], home: str, credentials: tuple[str, str]) -> tuple[int, str]:
    """Ask for a token; return the status and the token."""
    answer = call("POST", f"{home}/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
    return answer.status_code, answer.json().get("access_token", "")


def test_a_bound_token_opens_nothing_without_its_certificate_over_real_tls(town: Town, papers: Path) -> None:
    credentials = bound_client(town, papers)

    def calling(name: str | None) -> Callable[..., requests.Response]:
        own = None if name is None else (str(papers / f"{name}.pem"), str(papers / f"{name}.key"))

        def call(method: str, url: str, **sent: object) -> requests.Response:
            return requests.request(method, url, cert=own, verify=str(papers / "authority.pem"), timeout=10, **sent)  # type: ignore[arg-type]

        return call

    settings = Settings(
        tls_certificate=papers / "server.pem", tls_key=papers / "server.key", tls_client_ca=papers / "authority.pem"
    )
    tls = _tls(settings)
    assert tls.pop("http") == "api.certificates:ShowingProtocol"
    with serving(town, free_port(), **tls) as home:
        assert asking_by(calling(None), home, credentials)[0] == 401
        assert asking_by(calling("other"), home, credentials)[0] == 401
        status, token = asking_by(calling("system"), home, credentials)
        assert status == 200
        bearer = {"Authorization": f"Bearer {token}"}
        answers = [calling(name)("GET", f"{home}/api/v1/me", headers=bearer) for name in ("system", "other", None)]
        assert [answer.status_code for answer in answers] == [200, 401, 401]
        assert "chứng thư TLS" in answers[1].json()["detail"]


def test_a_header_is_believed_from_a_trusted_proxy_alone(settled: Settled, tmp_path: Path, papers: Path) -> None:
    pem = (papers / "system.pem").read_text()
    escaped = requests.utils.quote(pem, safe="")
    told = {"X-Client-Cert": escaped, "X-Forwarded-For": "203.0.113.7"}
    for proxies, status in (("127.0.0.0/8, ::1", 200), ("203.0.113.0/24", 401)):
        folder = tmp_path / str(status)
        town = open_town(
            shutil.copytree(settled.folder, folder), settled.tokens, Clock(), client_certificate_header="X-Client-Cert",
            trusted_proxies=proxies,
        )  # fmt: skip
        credentials = bound_client(town, papers)

        def call(method: str, url: str, **sent: object) -> requests.Response:
            return requests.request(method, url, headers=told, timeout=10, **sent)  # type: ignore[arg-type]

        with serving(town, free_port()) as home:
            assert asking_by(call, home, credentials)[0] == status
        town.parts.storage.close()
