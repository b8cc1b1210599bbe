"""An administrator connects a portal, sees what became of every message, and everybody sees the measured share."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage.exchange import connectors
from storage.tables import connectors as rows
from storage.tables import results
from tests.door.plugin import Settled
from tests.door.town import Town, open_town
from tests.portal.simulator import PASSWORD, Portal, standing
from workers.cli.program import run
from workers.compose import open_post
from workers.doctor_exchange import exchange as examined
from workers.exchange.exchanger import Exchanger

UNIT = "000.00.00.H99"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with standing() as opened:
        yield opened


@pytest.fixture
def told_town(settled: Settled, tmp_path: Path) -> Iterator[Town]:
    """A town that may speak to portals on the loopback."""
    folder = shutil.copytree(settled.folder, tmp_path / "data")
    (folder / "connectors").mkdir()
    (folder / "connectors" / "cong").write_text(PASSWORD, encoding="utf-8")
    opened = open_town(folder, settled.tokens, exchange_networks="127.0.0.0/8", public_url="http://127.0.0.1:8000")
    yield opened
    opened.parts.storage.close()


def wanted(portal: Portal, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  # of the body
    options = {"madonvi": UNIT, "username": "tinh", "secret_file": "cong"}
    return {"kind": "dvcqg", "name": "Cổng thử", "unit": UNIT, "url": portal.url, "options": options} | changes


def bring(town: Town) -> None:
    """Let the exchange worker look three times."""
    post = open_post(town.parts.settings)

    async def work() -> None:
        exchanger = Exchanger(post, town.parts.settings)
        for _ in range(3):
            with town.parts.storage.database.write() as connection:  # as if the minute between two counts had gone by
                connection.execute(rows.update().values(measured_at=None))
            await exchanger.look()
            await exchanger.idle()

    asyncio.run(work())
    post.storage.close()


def enter(town: Town, code: str, **more: Any) -> None:  # noqa: ANN401  # of the body
    """Enter a dossier as the one-stop system does."""
    body = {
        "code": code, "unit": "000.11.31.H99", "procedure_code": "1.001193", "procedure_name": "Đăng ký khai sinh",
        "holder_name": "Lò Văn Mẫu", "received_on": "2021-03-01", "status": 4, "status_at": "2021-03-02T01:00:00Z",
        "field_code": "HT", "holder_type": 1,
    } | more  # fmt: skip
    answer = town.system("dossiers:write").post("/api/v1/dossiers", json=body)
    assert answer.is_success, answer.text


def test_a_portal_is_connected_told_and_measured(
    told_town: Town, portal: Portal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    administrator = told_town.visitor("quantri")
    made = administrator.post("/api/v1/connectors", json=wanted(portal))
    assert made.status_code == 201, made.text
    assert PASSWORD not in made.text
    address = f"/api/v1/connectors/{made.json()['id']}"
    enter(told_town, "H99-1")
    enter(told_town, "H99-2", field_code=None)
    bring(told_town)

    assert portal.statuses() == {"H99-1": "4"}
    first = administrator.get(f"{address}/messages", params={"limit": 3}).json()
    rest = administrator.get(f"{address}/messages", params={"limit": 3, "after": first["next"]}).json()
    everything = first["messages"] + rest["messages"]
    assert rest["next"] is None
    assert len({each["id"] for each in everything}) == 4
    (lacking,) = administrator.get(f"{address}/messages", params={"state": "lacking"}).json()["messages"]
    assert (lacking["dossier"], "MaLinhVuc" in lacking["lacks"]) == ("H99-2", True)
    done = next(each for each in everything if (each["dossier"], each["service"]) == ("H99-1", "DongBoHoSoMC"))
    (logged,) = administrator.get(f"{address}/messages/{done['id']}/log").json()
    assert (logged["outcome"], logged["code"]) == ("taken", "0")

    shares = told_town.visitor("lanhdao").get("/api/v1/exchange/share").json()
    assert (shares["percent"], "NQ" in shares["source"] or "Nghị quyết" in shares["source"]) == (100, True)
    (share,) = shares["units"]
    assert (share["statuses"]["numerator"], share["statuses"]["denominator"], share["lacking"]) == (1, 2, 1)
    page = told_town.visitor("lanhdao").get("/targets").text
    assert "Cổng thử" in page
    figures = told_town.visitor("quantri").get("/metrics").text
    assert 'sohoa_exchange_in_step{connector="' in figures

    queued = administrator.post(f"{address}/replay", json={"message": done["id"]})
    assert (queued.status_code, queued.json()) == (202, {"messages": 1})
    bring(told_town)
    assert len(administrator.get(f"{address}/messages/{done['id']}/log").json()) == 2

    monkeypatch.setenv("SOHOA_DATA", str(told_town.parts.settings.data))
    assert run(["exchange", "status", "--measure"]) == 0
    assert "50,0 %" in capsys.readouterr().out
    assert run(["exchange", "replay", made.json()["id"]]) == 0
    assert "0 tin" in capsys.readouterr().out
    monkeypatch.setenv("SOHOA_EXCHANGE_NETWORKS", "127.0.0.0/8")
    connect = ["exchange", "connect", "--kind", "dvcqg", "--name", "Cổng hai", "--unit", UNIT, "--madonvi", UNIT]
    more = ["--option", "username=tinh", "--option", 'paid_online={"3":"1"}']
    assert run([*connect, "--url", f"{portal.url}/hai", *more]) == 0
    assert "Đặt mật khẩu vào tệp" in capsys.readouterr().out
    assert run([*connect, "--url", portal.url, *more]) == 3, "there is one to this address"
    (check,) = examined(told_town.parts.settings, told_town.clock())
    assert "1 hồ sơ thiếu dữ liệu" in check.sentence
    assert "mật khẩu của “Cổng hai”" in check.sentence


def test_who_may_not_is_refused_and_what_lies_outside_is_not_found(told_town: Town, portal: Portal) -> None:
    administrator = told_town.visitor("quantri")
    made = administrator.post("/api/v1/connectors", json=wanted(portal)).json()
    for name in ("canbo", "vanthu", "lanhdao"):
        visitor = told_town.visitor(name)
        for path in ("/api/v1/connectors", f"/api/v1/connectors/{made['id']}"):
            assert visitor.get(path).status_code == 403
        assert visitor.post("/api/v1/connectors", json=wanted(portal)).status_code == 403
    assert told_town.system().get("/api/v1/connectors").status_code == 403
    assert administrator.get("/api/v1/connectors/khong").status_code == 404
    with told_town.parts.storage.database.read() as connection:
        assert connectors.listing(connection, told_town.units["xa"].scope) == []
    assert administrator.post("/api/v1/connectors", json=wanted(portal)).status_code == 409
    for wrong in (
        {"url": "http://10.0.0.1/"}, {"options": {"madonvi": UNIT, "password": "x"}}, {"options": {}},
        {"options": {"madonvi": UNIT, "secret_file": "../x"}},
    ):  # fmt: skip
        assert administrator.post("/api/v1/connectors", json=wanted(portal, **wrong)).status_code == 422, wrong
    assert administrator.post("/api/v1/connectors", json=wanted(portal, unit="H98")).status_code == 404
    off = administrator.patch(f"/api/v1/connectors/{made['id']}", json={"active": False})
    assert off.json()["active"] is False
    assert administrator.post(f"/api/v1/connectors/{made['id']}/replay", json={}).status_code == 409
    assert administrator.delete(f"/api/v1/connectors/{made['id']}").status_code == 204


def test_the_link_that_a_portal_gets_shows_the_standing_and_nothing_personal(told_town: Town) -> None:
    told_town.dossier("H99-1")
    document = told_town.upload(told_town.visitor("canbo"), "H99-1")
    told_town.to(document, "published")
    with told_town.parts.storage.database.read() as connection:
        result = connection.execute(sa.select(results.c.id)).scalar_one()

    shown = told_town.visitor().get(f"/ket-qua/{result}")
    assert shown.status_code == 200
    assert "Còn hiệu lực" in shown.text
    assert "H99-1-KQ(1)" in shown.text
    assert not any(word in shown.text for word in ("Lò Văn Mẫu", "001099012345", "Quyết định 1"))
    assert told_town.visitor().get("/ket-qua/khong").status_code == 404
