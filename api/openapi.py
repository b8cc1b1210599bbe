"""The description of the API: generated from the routes, committed as ``docs/openapi.json``.

``python -m api.openapi > docs/openapi.json`` writes it anew.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers import problem_documentation
from api.schemas import ProblemBody


def describe(app: FastAPI) -> None:
    """Let the application describe its problems as what they are.

    FastAPI documents its own 422; ours is a problem like every other.
    """

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI documents


def _schema(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = schema["components"]["schemas"]
    components[ProblemBody.__name__] = ProblemBody.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for path in schema["paths"].values():
        for operation in path.values():
            if "422" in operation["responses"]:
                operation["responses"]["422"] = problem_documentation(422)
    return schema


def as_text(app: FastAPI) -> str:
    """Return the description as it is committed."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    from api.app import create

    sys.stdout.write(as_text(create()))
