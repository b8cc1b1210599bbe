"""Rules of the house that a machine can hold."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("digitize", "storage", "workers", "api")
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "service", "misc"}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_nothing_is_called_after_nothing() -> None:
    named = [path for path in _tracked() if BANNED_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}]
    assert named == []


def test_no_address_of_a_package_index_and_no_path_of_a_machine_is_committed() -> None:
    told = re.compile(
        rb"files\.pythonhosted|pypi\.org/simple|registry\.npmjs|--index-url|file:///|/(home|work|root)/\w"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _tracked()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if told.search(line)
    ]
    assert found == []


def test_only_the_settings_read_our_variables_from_the_environment() -> None:
    asks = re.compile(r"(environ(\.get)?[\[(]|getenv\()\s*[\"']SOHOA_")
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in _sources()
        if path.relative_to(ROOT).as_posix() != "storage/settings.py" and asks.search(path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in _sources()
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    ]
    assert long == []


def test_digitize_never_reads_a_clock() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "digitize").rglob("*.py"))
        if re.search(r"datetime\.now|date\.today|time\.time\(|utcnow", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    word = re.compile(r"pytest\.(skip|importorskip|xfail)|mark\.(skip|skipif|xfail)")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__).resolve() and word.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
