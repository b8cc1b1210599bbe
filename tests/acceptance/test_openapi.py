"""The description of the API: committed, true, and no request finds a hole behind it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.openapi import as_text
from tests.door.bureau import desk_ids
from tests.door.town import Town

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"

schemathesis.serializer.alias("application/x-ndjson", "text/plain")

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


def test_the_committed_description_is_what_the_routes_say(town: Town) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == as_text(town.app), "chạy: python -m api.openapi > docs/openapi.json"


def test_every_operation_documents_its_problems_and_nothing_but_problems(town: Town) -> None:
    for path, operations in town.app.openapi()["paths"].items():
        for method, operation in operations.items():
            refusals = {status: told for status, told in operation["responses"].items() if status >= "400"}
            assert refusals or path in {"/health/live", "/metrics"}, (method, path)
            assert all(list(told["content"]) == ["application/problem+json"] for told in refusals.values())


def test_no_address_has_room_for_a_personal_number(town: Town) -> None:
    parameters = {
        parameter["name"]
        for operations in town.app.openapi()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] in {"path", "query"}
    }
    assert parameters == {
        "code", "document_id", "page", "name", "state", "dossier", "cursor", "limit", "year", "unit", "counted_until",
        "verification_id", "endpoint_id", "waiting", "certification_id", "copy_id", "book_id",
        "authority_id", "month", "form", "above", "measure", "side", "quarter", "level", "target_id",
        "request", "request_id", "result_id", "secret", "after", "connector_id", "message_id", "query_id", "ordinal",
        "named", "on", "since", "until", "which", "capture", "upload_id", "sha256", "table", "username",
    }  # fmt: skip


@pytest.mark.timeout(120)
def test_no_request_that_fits_the_description_finds_a_hole(town: Town) -> None:
    """Schemathesis sends what the description allows, as a clerk, an officer, a supervisor and a system."""
    town.dossier("H99-1", results=3)
    clerk = town.visitor("canbo")
    document = town.upload(clerk, "H99-1")
    town.read(document)
    ids = {"document_id": document, **desk_ids(town)}
    schema = schemathesis.openapi.from_asgi("/openapi.json", town.app)
    callers = [
        {"Cookie": f"__Host-sohoa={town.tokens[name]}", "If-Match": "*"} for name in ("canbo", "vanthu", "lanhdao")
    ] + [{"Authorization": town.system().headers["Authorization"]}]
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        _try_operation(result.ok(), callers, ids)


def _try_operation(operation: Any, callers: list[dict[str, str]], ids: Mapping[str, str]) -> None:  # noqa: ANN401  # schemathesis exports no type for it
    @hypothesis.settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(), turn=hypothesis.strategies.integers(0, len(callers) - 1))
    def send(case: Any, turn: int) -> None:  # noqa: ANN401  # as above
        doc_coded = "_" in str(case.path_parameters.get("document_id"))  # a DocCode names no document by our id
        known = {name: ids[name] for name in case.path_parameters.keys() & ids.keys()}
        case.path_parameters.update({} if doc_coded else known)
        if "/copies/status/" not in operation.path and "code" in case.path_parameters:
            case.path_parameters["code"] = "H99-1"
        case.call_and_validate(headers=callers[turn], checks=CHECKS)

    send()
