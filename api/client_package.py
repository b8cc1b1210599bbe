"""The Python client as a package to install: generated from the routes, joined with :mod:`api.client`.

``python -m api.client_package -o DIR`` makes it; ``pip install DIR`` installs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI

NAME = "sohoa_client"
_GENERATOR = "openapi_python_client"
_OWN = Path(__file__).with_name("client")
_BINARY = "application/octet-stream"
_OPTIONS = {
    "package_name_override": NAME,
    "content_type_overrides": dict.fromkeys(
        (
            "application/pdf", "image/jpeg", "application/x-ndjson", "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        _BINARY,
    ),
    "post_hooks": [],
}  # fmt: skip
"""Nobody reads 400 generated files, so nothing formats them."""


class GeneratorAtFault(Exception):
    """The package was not made."""


def make(app: FastAPI, folder: Path) -> Path:
    """Make the package in a folder, anew; return the folder.

    Raises:
        GeneratorAtFault: the generator is missing or refused.
    """
    if find_spec(_GENERATOR) is None:
        raise GeneratorAtFault("Thiếu openapi-python-client: hãy cài sohoa[test] rồi chạy lại.")
    package = folder / NAME
    if folder.exists() and any(folder.iterdir()) and not package.is_dir():
        raise GeneratorAtFault(f"Thư mục {folder} có thứ khác ở trong: hãy chọn thư mục trống.")
    folder.mkdir(parents=True, exist_ok=True)
    _generate(for_generator(app.openapi()), package)
    shutil.copytree(_OWN, package / "connection", ignore=shutil.ignore_patterns("__pycache__", "*.toml"))
    (package / "py.typed").touch()
    described = (_OWN / "package.toml").read_text(encoding="utf-8").replace("VERSION", app.version)
    (folder / "pyproject.toml").write_text(described, encoding="utf-8")
    return folder


def _generate(description: dict[str, Any], package: Path) -> None:
    shutil.rmtree(package, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        source, options = Path(scratch, "openapi.json"), Path(scratch, "options.json")
        source.write_text(json.dumps(description), encoding="utf-8")
        options.write_text(json.dumps(_OPTIONS), encoding="utf-8")
        ran = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-m", _GENERATOR, "generate", "--meta", "none", "--fail-on-warning",
             "--path", source, "--config", options, "--output-path", package],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
    if ran.returncode != 0:
        raise GeneratorAtFault(f"Không sinh được thư viện:\n{ran.stdout}{ran.stderr}")


def for_generator(description: dict[str, Any]) -> dict[str, Any]:
    """Return the description as the generator makes the best of it.

    Refusals are left out because the connection raises them, so that a function returns one type; so is who may call,
    because the connection carries the token; groups get names that can be typed; what is bytes is said to be bytes in
    the older way too.
    """
    described: dict[str, Any] = json.loads(json.dumps(description))
    for operation in (operation for path in described["paths"].values() for operation in path.values()):
        operation.pop("security", None)
        operation["tags"] = [_typeable(tag) for tag in operation.get("tags", ["other"])]
        operation["responses"] = {code: told for code, told in operation["responses"].items() if code < "400"}
    for part in _parts(described):
        if part.get("contentMediaType") == _BINARY:
            part["format"] = "binary"
    return described


def _typeable(tag: str) -> str:
    letters = unicodedata.normalize("NFD", tag.lower().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "_".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def _parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _parts(each)


def main() -> int:
    """Make the package where the command line says."""
    from api.app import create

    parser = ArgumentParser(prog="python -m api.client_package", description="Sinh thư viện Python của giao diện.")
    parser.add_argument("-o", "--output", type=Path, required=True, help="thư mục của gói, trống hoặc đã sinh trước")
    folder: Path = parser.parse_args().output
    try:
        make(create(), folder)
    except GeneratorAtFault as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.write(f"Đã sinh {NAME}: pip install {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
