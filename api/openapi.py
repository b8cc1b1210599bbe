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
    return _named_apart(schema)


def _named_apart(schema: dict[str, Any]) -> dict[str, Any]:
    """Name two bodies of one name after their subjects, not after our modules: generators make classes of names."""
    text = json.dumps(schema)
    for name in schema["components"]["schemas"]:
        if "__" in name:
            text = text.replace(f'"{name}"', f'"{_by_subject(name)}"').replace(f'/{name}"', f'/{_by_subject(name)}"')
    named: dict[str, Any] = json.loads(text)
    for name, body in named["components"]["schemas"].items():
        body["title"] = name
    return named


def _by_subject(name: str) -> str:
    """``api__schemas_reuse__LinkBody`` is ``ReuseLinkBody``; what stands in ``api.schemas`` keeps its plain name."""
    *modules, own = name.split("__")
    words = [word for module in modules[1:] for word in module.split("_") if word not in {"routes", "schemas"}]
    return "".join(word.capitalize() for word in words) + own


def as_text(app: FastAPI) -> str:
    """Return the description as it is committed."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    from api.app import create

    sys.stdout.write(as_text(create()))
