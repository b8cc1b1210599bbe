"""A scan in a folder is taken once, and removed only when it is safe."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitize.lifecycle import Actor, Office
from storage.dossiers import find_by_code
from storage.registry import Scope
from tests.faults.town import CLERK, UNIT, scan_of
from tests.unit.workers.conftest import Place
from workers import folder
from workers.folder import Destination, Taken

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

SCOPE = Scope(f"/{UNIT}/")


def take(place: Place, path: Path, code: str) -> Taken:
    return folder.take(
        place.post.storage, path, Destination(code, None), actor=Actor(CLERK, Office.CLERK), scope=SCOPE,
        limit=10_000_000, now=datetime.now(UTC),
    )  # fmt: skip


@pytest.fixture
def code(place: Place) -> str:
    return place.town.open_dossier()[0]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "scan.png"
    path.parent.mkdir()
    path.write_bytes(scan_of(1))
    return path


def test_the_same_file_taken_again_is_one_document_and_enters_no_further_result(
    place: Place, code: str, scan: Path
) -> None:
    first, second = take(place, scan, code), take(place, scan, code)
    assert (first.created, second.created) == (True, False)
    assert first.document == second.document
    with place.post.storage.database.read() as connection:
        (result,) = find_by_code(connection, code, SCOPE).results
    assert result.documents == (first.document,)


def test_a_file_that_is_safe_is_removed(place: Place, code: str, scan: Path) -> None:
    taken = take(place, scan, code)
    folder.clear(taken, scan.parent)
    assert not scan.exists()
    found = place.town.document(taken.document or "")
    assert place.post.storage.objects.get(found.scan_key) == scan_of(1)


def test_a_file_that_was_written_anew_since_it_was_read_stays(place: Place, code: str, scan: Path) -> None:
    taken = take(place, scan, code)
    scan.write_bytes(scan_of(2))
    folder.clear(taken, scan.parent)
    assert scan.read_bytes() == scan_of(2)


def test_a_refused_file_is_put_aside_with_the_reason(place: Place, code: str, scan: Path) -> None:
    scan.write_bytes(b"<html>")
    folder.clear(take(place, scan, code), scan.parent)
    assert not scan.exists()
    aside = scan.parent / folder.REFUSED_FOLDER
    assert (aside / "scan.png").read_bytes() == b"<html>"
    assert "PDF, JPEG, PNG hay TIFF" in (aside / "scan.png.txt").read_text(encoding="utf-8")


def test_a_file_that_went_meanwhile_stops_nobody(place: Place, code: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone.png"
    assert not folder.Stillness().is_whole(gone, 0.0)
    taken = take(place, gone, code)
    assert taken.problem is not None
    folder.clear(taken, tmp_path)
