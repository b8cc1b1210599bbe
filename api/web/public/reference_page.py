"""The description of the API for people, made of ``/openapi.json`` on the spot: offline, without a script, printable.

The well-known viewers write styles into the page, which the content security policy forbids, and weigh megabytes; a
description is a list of operations and of bodies, and that much a template can show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from api.web.rendering import page

router = APIRouter()

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_OTHERS = "Khác"
_FRAMEWORKS_DONE, _DONE = "Successful Response", "Thành công."


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value looks like."""

    words: str
    """Such as ``string (date)`` or ``list of``."""
    body: str = ""
    """Name of the body that it is or holds; empty: none."""


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body."""

    name: str
    where: str
    """``path``, ``query``, ``header`` or ``cookie``; empty for a member."""
    shape: Shape
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a program may ask."""

    name: str
    """``operationId``; the anchor on the page."""
    method: str
    path: str
    summary: str
    description: str
    members: tuple[Member, ...]
    sent: tuple[tuple[str, Shape], ...]
    """(media type, shape) of what is sent."""
    answers: tuple[tuple[str, str, Shape | None], ...]
    """(status, description, shape)."""


@dataclass(frozen=True, slots=True)
class Body:
    """A named body."""

    name: str
    description: str
    members: tuple[Member, ...]
    values: tuple[str, ...]
    """Of an enumeration; empty for others."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole description."""

    title: str
    version: str
    groups: Mapping[str, tuple[Operation, ...]]
    """By tag, in the order of the routes."""
    bodies: tuple[Body, ...]


@router.get("/docs")
def show_reference(request: Request) -> Response:
    """Show what programs may ask."""
    return page(request, "public/reference.html", reference=_of(request.app))


@cache
def _of(app: FastAPI) -> Reference:
    return reference(app.openapi())


def reference(schema: Mapping[str, Any]) -> Reference:
    """Return a description (OpenAPI 3.1) as the page shows it."""
    groups: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method in _METHODS:
            if method in operations:
                told = operations[method]
                groups.setdefault(told.get("tags", [_OTHERS])[0], []).append(_operation(method, path, told))
    bodies = schema.get("components", {}).get("schemas", {})
    return Reference(
        schema["info"]["title"],
        schema["info"]["version"],
        {tag: tuple(operations) for tag, operations in groups.items()},
        tuple(_body(name, bodies[name]) for name in sorted(bodies)),
    )


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    members = tuple(
        Member(
            each["name"], each["in"], _shape(each.get("schema", {})), each.get("required", False),
            each.get("description", ""),
        )
        for each in told.get("parameters", ())
    )  # fmt: skip
    sent = told.get("requestBody", {}).get("content", {})
    summary, _, more = told.get("description", "").partition("\n")
    return Operation(
        told["operationId"], method.upper(), path, summary or told.get("summary", ""), more.strip(), members,
        tuple((media, _shape(each.get("schema", {}))) for media, each in sent.items()),
        tuple(_answers(told.get("responses", {}))),
    )  # fmt: skip


def _answers(told: Mapping[str, Any]) -> Iterator[tuple[str, str, Shape | None]]:
    for status, each in sorted(told.items()):
        content = each.get("content", {})
        shapes = [_shape(one.get("schema", {})) for one in content.values()]
        description = each.get("description", "")
        yield status, _DONE if description == _FRAMEWORKS_DONE else description, shapes[0] if shapes else None


def _body(name: str, told: Mapping[str, Any]) -> Body:
    needed = told.get("required", ())
    members = tuple(
        Member(each, "", _shape(shape), each in needed, shape.get("description", ""))
        for each, shape in told.get("properties", {}).items()
    )
    return Body(name, told.get("description", ""), members, tuple(str(one) for one in told.get("enum", ())))


def _shape(schema: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return Shape("", schema["$ref"].rsplit("/", 1)[1])
    for either in ("anyOf", "oneOf", "allOf"):
        if either in schema:
            shapes = [_shape(each) for each in schema[either]]
            words = " | ".join(each.words for each in shapes if each.words)
            return Shape(words, next((each.body for each in shapes if each.body), ""))
    if schema.get("type") == "array":
        inner = _shape(schema.get("items", {}))
        return Shape(f"{inner.words}[]", inner.body)
    if "const" in schema or "enum" in schema:
        return Shape(
            " | ".join(json.dumps(one, ensure_ascii=False) for one in schema.get("enum", [schema.get("const")]))
        )
    kind = schema.get("format") or schema.get("type") or "any"
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("maxLength", "≤"), ("minimum", "≥"), ("maximum", "≤"), ("pattern", "~"))
        if key in schema
    ]
    return Shape(" ".join([str(kind), *limits]))
