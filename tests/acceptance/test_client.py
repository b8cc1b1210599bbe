"""The client as an integrator has it: the package, its typed calls, and every example of the documentation."""

from __future__ import annotations

import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from playwright._impl._driver import compute_driver_executable

from api.app import create
from api.client import (
    DamagedDownload,
    Patience,
    StillWaiting,
    connect,
    download,
    follow,
    given,
)
from api.client.problems import Invalid, NotIdentified, NotThere, TooOften
from api.client_package import NAME, make
from api.holders import BELIEVED_FOR
from storage.clients import Limits
from storage.dossiers.events import DossierEvent
from storage.tables import dossier_events, tokens
from tests.door.living import Living, living
from tests.door.plugin import Settled
from tests.door.town import picture

EXAMPLES = Path(__file__).parents[2] / "docs" / "api.md"
SCOPES = ("dossiers:write", "results:write", "results:read", "reuse:read")
OWNER = "001099012345"
CODE = "H99.12-210401-0009"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated, built into a wheel and unpacked, as an installation does it."""
    source = make(create(), tmp_path_factory.mktemp("client"))
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=source, check=True, timeout=60)
    (wheel,) = (source / "dist").glob("*.whl")
    installed = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(installed)
    return installed


@pytest.fixture(scope="module")
def sohoa_client(package: Path) -> Iterator[ModuleType]:
    """The package, imported."""
    sys.path.insert(0, str(package))
    yield importlib.import_module(NAME)
    sys.path.remove(str(package))


@pytest.fixture(scope="module")
def office(settled: Settled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A living server with a published result of the owner at another commune."""
    folder = shutil.copytree(settled.folder, tmp_path_factory.mktemp("living") / "data")
    with living(folder, settled.tokens) as served:
        served.town.dossier("H99-1")
        served.town.to(served.town.upload(served.town.visitor("canbo"), "H99-1"), "published")
        yield served


def reused(office: Living) -> int:
    """Count the papers that a result replaced, by what was recorded."""
    with office.town.parts.storage.database.read() as connection:
        names = connection.execute(dossier_events.select()).mappings().all()
    return [row["name"] for row in names].count(DossierEvent.COMPONENT_REUSED)


def api(group: str, function: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.api.{group}.{function}")


def test_a_one_stop_systems_day_by_typed_calls(office: Living, sohoa_client: ModuleType) -> None:
    models = importlib.import_module(f"{NAME}.models")
    door = connect(office.address, *office.enter_system(*SCOPES, unit="xa khác"))
    client = sohoa_client.Client(base_url=office.address).set_httpx_client(door)

    sent = models.DossierSent(
        code=CODE, unit="000.12.31.H99", procedure_code="1.001776", procedure_name="Trợ cấp hàng tháng",
        holder_name="Lò Văn Mẫu", holder_id=OWNER, received_on=date(2021, 4, 1),
        components=[models.ComponentSent(name="Quyết định cũ", code="QDTC")],
        results=[models.ResultSent(title="Quyết định trợ cấp", issued_on=date(2021, 4, 9))],
    )  # fmt: skip
    entered = given(api("ho_so", "create_dossier").sync(client=client, body=sent))
    assert (entered.code, entered.results[0].issued_on) == (CODE, date(2021, 4, 9))
    advice = given(api("ho_so", "advise_on_scanning").sync(client=client, body=models.AdviceSent(dossier=CODE)))
    assert {paper.name for paper in advice} == {"Quyết định cũ", "Quyết định trợ cấp"}
    assert all(isinstance(paper.verdict, models.ScanningVerdict) for paper in advice)

    question = models.SearchSent(owner=OWNER, purpose="Trợ cấp", legal_basis="NĐ 20/2021/NĐ-CP", dossier_code=CODE)
    asked = given(api("tai_su_dung", "search_for_reuse").sync(client=client, body=question))
    (found,) = asked.results
    assert (found.access, found.validity.holds, found.data.code_number) == ("granted", True, "15")
    requested = models.LinkSent(request=asked.request)
    link = given(api("tai_su_dung", "link_to_result").sync(found.result, client=client, body=requested))
    fetched = io.BytesIO()
    assert download(door, link.url, link.sha256, fetched) == len(fetched.getvalue()) > 0
    with pytest.raises(DamagedDownload):
        download(door, link.url, "0" * 64, io.BytesIO())
    accepted = models.AcceptanceSent(result=found.result, component="QDTC", dossier_code=CODE)
    before = reused(office)
    assert given(api("tai_su_dung", "accept").sync(asked.request, client=client, body=accepted)).in_our_dossier
    assert reused(office) == before + 1

    scan = importlib.import_module(f"{NAME}.types").File(io.BytesIO(picture("quét")), "quét.jpg")
    upload = models.BodyUploadResult(file=scan)
    taken = api("ho_so", "upload_result").sync_detailed(CODE, client=client, body=upload)
    document = given(taken.parsed)
    with pytest.raises(StillWaiting):
        follow(door, taken.headers["Location"], lambda body: body["state"] != "received", patience_s=0)
    read = follow(
        door, taken.headers["Location"], lambda body: body["state"] != "received",
        sleep=lambda _: office.town.read(document.id),
    )  # fmt: skip
    assert (document.state, read["state"]) == ("received", "to_check")

    sent.unit = "000.99.99.H99"
    with pytest.raises(NotThere) as gone:
        api("ho_so", "create_dossier").sync(client=client, body=sent)
    assert (gone.value.code, "đơn vị" in str(gone.value).lower()) == ("not_found", True)
    sent.procedure_code = ""
    with pytest.raises(Invalid) as invalid:
        api("ho_so", "create_dossier").sync(client=client, body=sent)
    assert [(fault.where, fault.message) for fault in invalid.value.faults] == [("body.procedure_code", "quá ngắn")]


def test_a_token_that_ended_is_fetched_anew_and_a_wrong_secret_is_said(office: Living) -> None:
    name, secret = office.enter_system("results:read", unit="xa khác")
    door = connect(office.address, name, secret)
    door.get("/api/v1/documents")
    first = door.get("/api/v1/documents").request.headers["Authorization"]
    with office.town.parts.storage.database.write() as connection:
        connection.execute(tokens.update().values(expires_at=office.town.clock() - timedelta(minutes=1)))
    office.town.clock.advance(BELIEVED_FOR)
    assert door.get("/api/v1/documents").request.headers["Authorization"] != first
    with pytest.raises(NotIdentified):
        connect(office.address, name, "sai").get("/api/v1/documents")


def test_a_limit_is_waited_for_as_long_as_the_service_says_and_no_longer_than_patience(office: Living) -> None:
    name, secret = office.enter_system("results:read", unit="xa khác", limits=Limits(per_minute=2))
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        office.town.clock.advance(timedelta(seconds=seconds))

    patient = connect(office.address, name, secret, patience=Patience(sleep=wait))
    assert [patient.get("/api/v1/documents").status_code for _ in range(3)] == [200, 200, 200]
    assert waited
    patient.get("/api/v1/documents")
    hasty = connect(office.address, name, secret, patience=Patience(longest_wait_s=0, sleep=wait))
    with pytest.raises(TooOften) as often:
        [hasty.get("/api/v1/documents") for _ in range(3)]
    assert often.value.retry_after_s


def example(language: str) -> str:
    text = EXAMPLES.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_types_of_the_package_hold_in_the_python_example(package: Path, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(example("python"), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "example.py"],
        cwd=tmp_path, env=os.environ | {"MYPYPATH": str(package)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


NODE = str(compute_driver_executable()[0])


@pytest.mark.parametrize(
    ("language", "program"),
    [("python", (sys.executable,)), ("bash", ("bash",)), ("javascript", (NODE, "--input-type=module"))],
)
def test_an_example_of_the_documentation_does_what_it_says(
    office: Living, package: Path, tmp_path: Path, language: str, program: tuple[str, ...]
) -> None:
    name, secret = office.enter_system(*SCOPES, unit="xa khác")
    (tmp_path / "quet.jpg").write_bytes(picture(language))
    before = reused(office)
    told = subprocess.run(
        program, input=example(language), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {
            "SOHOA_URL": office.address, "SOHOA_CLIENT_ID": name, "SOHOA_CLIENT_SECRET": secret,
            "PYTHONPATH": str(package), "PYTHONUTF8": "1",
        },
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    component, result, document, refusal = told.stdout.splitlines()
    assert "Quyết định trợ cấp ở nơi cũ →" in component
    assert "Quyết định trợ cấp →" in result
    assert document.endswith(" received")
    assert refusal.startswith("not_found ")
    assert (tmp_path / "ket-qua.pdf").read_bytes().startswith(b"%PDF-1.7 revision 2")
    assert reused(office) == before + 1
