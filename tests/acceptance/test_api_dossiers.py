"""Dossiers by the API: one, a batch, and the shape of a one-stop system."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx import Response

from api.routes import dossier_batches
from api.schemas import ComponentSent, DossierSent, ResultSent
from digitize.dossiers.lines import ComponentLine, DossierLine, ResultLine
from tests.door.town import Town

CODE = "000.11.31.H99-210312-0001"


def unit(town: Town) -> str:
    return town.units["xa"].code


def sent(town: Town, code: str = CODE, **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "code": code, "unit": unit(town), "procedure_code": "1.001776", "procedure_name": "Trợ cấp hàng tháng",
        "holder_name": "Lò Văn Mẫu", "holder_id": "001099012345", "received_on": "2021-03-01", "channel": 2,
        "due_at": "2021-03-10T17:00:00+07:00", "status": 9, "finished_at": "2021-03-12T09:00:00+07:00",
        "results": [{"title": "Quyết định", "issued_on": "2021-03-12"}],
    } | facts  # fmt: skip


def test_a_line_of_a_batch_has_the_fields_of_a_single_body() -> None:
    for line, body in ((DossierLine, DossierSent), (ResultLine, ResultSent), (ComponentLine, ComponentSent)):
        assert set(line.__struct_fields__) == set(body.model_fields)


def test_a_dossier_shows_its_state_channel_and_lateness_and_masks_its_holder(town: Town) -> None:
    system = town.system()
    assert system.post("/api/v1/dossiers", json=sent(town)).status_code == 201
    told = system.get(f"/api/v1/dossiers/{CODE}").json()
    assert (told["status_name"], told["channel_name"], told["timeliness"]) == ("Đã xử lý xong", "Trực tuyến", "late")
    assert (told["holder_name"], told["holder_id"]) == ("L. V. M.", "•••345")
    assert told["results"][0]["code"] == f"{CODE}-KQ(1)"


def test_an_amendment_stands_in_the_history_with_old_and_new_masked(town: Town) -> None:
    system = town.system()
    for name in ("Lò Văn Mẫu", "Lò Thị Mẫu"):
        assert system.post("/api/v1/dossiers", json=sent(town, holder_name=name)).status_code == 201
    events = system.get(f"/api/v1/dossiers/{CODE}/events").json()
    assert [event["name"] for event in events] == ["Entered", "Amended"]
    assert events[1]["details"] == {"changes": {"holder_name": ["L. V. M.", "L. T. M."]}}
    assert "Văn" not in json.dumps(events, ensure_ascii=False)


def test_a_state_is_changed_under_the_version_that_was_seen(town: Town) -> None:
    system = town.system()
    system.post("/api/v1/dossiers", json=sent(town))
    path = f"/api/v1/dossiers/{CODE}/status"
    seen = system.get(f"/api/v1/dossiers/{CODE}").headers["etag"]
    assert system.patch(path, json={"status": 10}).status_code == 428
    changed = system.patch(path, json={"status": 10}, headers={"If-Match": seen})
    assert (changed.status_code, changed.json()["status"]) == (200, 10)
    assert system.patch(path, json={"status": 10}, headers={"If-Match": seen}).status_code == 412
    back = system.patch(path, json={"status": 4}, headers={"If-Match": changed.headers["etag"]})
    assert (back.status_code, back.json()["code"]) == (409, "conflict")
    assert system.patch(f"{path}x/status", json={"status": 10}, headers={"If-Match": "*"}).status_code == 404


def test_every_line_of_a_batch_is_answered_in_its_order_and_sending_it_again_adds_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_batches, "TOGETHER", 2)
    lines = [
        json.dumps(sent(town)), "không phải JSON", "", json.dumps(sent(town, "A-2", status=11)),
        json.dumps(sent(town, "A-3", unit="H00")), json.dumps(sent(town, "A-4")), json.dumps(sent(town, fee_vnd=1)),
    ]  # fmt: skip
    system = town.system()

    def send() -> list[dict[str, Any]]:
        answer = system.post("/api/v1/dossiers/batch", content="\n".join(lines).encode())
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    first = send()
    assert [line["line"] for line in first] == [1, 2, 3, 4, 5, 6]
    assert [line["outcome"] for line in first] == ["created", "refused", "refused", "refused", "created", "amended"]
    assert "status" in first[2]["error"]["message"]
    assert [line["outcome"] for line in send()] == ["same", "refused", "refused", "refused", "same", "same"]


def test_a_batch_beyond_its_limit_says_where_it_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier_batches, "TOGETHER", 1)
    monkeypatch.setattr(dossier_batches, "BATCH_LINES", 2)
    system = town.system()
    body = "\n".join(json.dumps(sent(town, f"A-{n}")) for n in range(4))
    told = [json.loads(line) for line in system.post("/api/v1/dossiers/batch", content=body).text.splitlines()]
    assert [line["outcome"] for line in told] == ["created", "created", "refused"]
    assert told[2]["error"]["code"] == "too_large"
    assert town.visitor("lanhdao").post("/api/v1/dossiers/batch", content=body).status_code == 403


def one_stop(**facts: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "MaHoSo": CODE, "MaTTHC": "1.001776", "TenTTHC": "Trợ cấp hàng tháng", "KenhThucHien": "2",
        "ChuHoSo": "Lò Văn Mẫu", "NgayTiepNhan": "20210301080000", "NgayHenTra": "20210310170000",
        "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20210309160000", "TaiKhoanDuocXacThucVoiVNeID": "1",
        "TaiLieuNop": [{"TepDinhKemId": 7, "TenTepDinhKem": "Tờ khai", "DuocSoHoa": 1, "DuocTaiSuDung": 1}],
        "DanhSachGiayToKetQua": [{"TenGiayTo": "Quyết định", "GiayToId": "5", "MaGiayToKetQua": "KQ.G15.000031"}],
    } | facts  # fmt: skip


def test_a_one_stop_system_tells_in_its_own_shape_and_its_flags_stay_claims(town: Town) -> None:
    system = town.system()
    body = {"madonvi": unit(town), "service": "DongBoHoSoMC", "data": [one_stop(), {"MaHoSo": "A-1"}]}
    told = system.post("/api/v1/one-stop/dossiers", json=body).json()
    assert told["error_code"] == "1"
    assert [(one["MaHoSo"], one["error_code"]) for one in told["result"]] == [(CODE, "0"), ("A-1", "2")]
    dossier = system.get(f"/api/v1/dossiers/{CODE}").json()
    assert (dossier["status"], dossier["timeliness"]) == (9, "on_time")
    assert [(one["scanned_at"], one["reused"]) for one in dossier["components"]] == [(None, False)]
    assert dossier["results"][0]["result_type_code"] == "KQ.G15.000031"
    again = system.post("/api/v1/one-stop/dossiers", json=body | {"data": [one_stop()]}).json()
    assert (again["error_code"], again["result"][0]["outcome"]) == ("0", "same")


def test_progress_moves_the_state_and_a_step_that_lies_before_it_changes_nothing(town: Town) -> None:
    system = town.system()
    body = {"madonvi": unit(town), "data": [one_stop(TrangThaiHoSo=2, NgayKetThucXuLy="")]}
    assert system.post("/api/v1/one-stop/dossiers", json=body).json()["error_code"] == "0"
    steps = [
        {"MaHoSo": CODE, "TrangThai": status, "ThoiDiemXuLy": at, "NguoiXuLy": "Lê Văn Sim"}
        for status, at in ((4, "20210302080000"), (9, "20210309090000"), (5, "20210303080000"), (4, "20210320080000"))
    ]
    steps.append({"MaHoSo": "KHÔNG-CÓ", "TrangThai": 4, "ThoiDiemXuLy": "20210302080000"})
    told = system.post("/api/v1/one-stop/progress", json={"data": steps}).json()["result"]
    assert [one["error_code"] for one in told] == ["0", "0", "0", "3", "2"]
    assert [one["outcome"] for one in told[:3]] == ["amended", "amended", "older"]
    assert system.get(f"/api/v1/dossiers/{CODE}").json()["status"] == 9


def test_results_components_payments_and_terms_are_added_by_their_own_doors(town: Town) -> None:
    system = town.system()
    system.post("/api/v1/dossiers", json=sent(town))
    any_version = {"If-Match": "*"}
    path = f"/api/v1/dossiers/{CODE}"
    result = {"title": "Biên lai", "issued_on": "2021-03-12"}
    component = {"name": "Tờ khai"}
    cancelled = {"on": "2021-03-15", "reason": "cấp nhầm"}
    answers = [
        system.post(f"{path}/expected-results", json=result, headers={"Idempotency-Key": "k"}),
        system.post(f"{path}/expected-results", json=result, headers={"Idempotency-Key": "k"}),
        system.post(f"{path}/results/2/cancellation", json=cancelled),
        system.post(f"{path}/components", json=component),
        system.patch(f"{path}/due", json={"due_at": "2021-03-20T17:00:00+07:00", "reason": "x"}, headers=any_version),
        system.patch(f"{path}/payment", json={"fee_vnd": 5000, "paid_how": 2}, headers=any_version),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 201, 200, 200]
    told = answers[-1].json()
    assert [one["cancelled_on"] for one in told["results"]] == [None, "2021-03-15"]
    assert (told["timeliness"], told["fee_vnd"], len(told["components"])) == ("on_time", 5000, 1)


def test_a_table_is_looked_at_then_tried_then_entered(town: Town) -> None:
    table = (
        "Số HS,Mã TTHC,Tên thủ tục,Ngày tiếp nhận,Tên kết quả,Ngày cấp\n"
        f"{CODE},1.001776,Trợ cấp hàng tháng,01/03/2021,Quyết định,12/03/2021\n"
        f"{CODE}2,1.001776,Trợ cấp hàng tháng,31/02/2021,,\n"
    ).encode()
    system = town.system()

    def send(path: str = "", content: bytes = table, **form: str) -> Response:
        return system.post(f"/api/v1/dossier-uploads{path}", files={"file": ("x.csv", content)}, data=form)

    assert [one["field"] for one in send("/columns").json()["columns"]][:2] == ["code", "procedure_code"]
    assert "Mã đơn vị" in send().json()["detail"]
    how = {"unit": unit(town), "columns": json.dumps({"code": "Số HS"})}
    tried = send(**how).json()
    assert (tried["dry_run"], tried["outcomes"]["created"], tried["bad_rows"]) == (True, 1, 1)
    assert tried["faults"] == [
        {"row": 3, "column": "Ngày tiếp nhận", "value": "31/02/2021", "reason": "không có ngày này trên lịch"}
    ]
    assert system.get(f"/api/v1/dossiers/{CODE}").status_code == 404
    assert send(**how, dry_run="false").json()["outcomes"]["created"] == 1
    assert send(**how, dry_run="false").json()["outcomes"]["same"] == 1
