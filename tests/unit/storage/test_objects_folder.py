"""What only a folder can do wrong."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from digitize.errors import StoreUnavailable
from storage.objects import key_of
from storage.objects_folder import FolderStore


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    os.umask(0)
    store = FolderStore(tmp_path / "objects")
    store.put(b"private")

    for path in [tmp_path / "objects", *(tmp_path / "objects").rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    script = """
import resource, signal, sys
from pathlib import Path
from digitize.errors import StoreUnavailable
from storage.objects_folder import FolderStore
store = FolderStore(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    store.put(bytes(3_000_000))
except StoreUnavailable as error:
    print(error.message)
"""
    told = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)

    assert "Kho tệp không trả lời hoặc đã đầy" in told.stdout
    assert list(store.stored()) == []
    assert _files(tmp_path) == []


def test_what_a_killed_put_left_is_no_object_and_is_cleared_when_old(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    script = """
import os, sys
from pathlib import Path
from storage.objects_folder import FolderStore
class Killing:
    def __init__(self): self.given = False
    def read(self, size):
        if self.given: os.kill(os.getpid(), 9)
        self.given = True
        return bytes(size)
FolderStore(Path(sys.argv[1])).put_stream(Killing(), 10**9)
"""
    assert subprocess.run([sys.executable, "-c", script, tmp_path], check=False).returncode == -9

    assert list(store.stored()) == []
    assert len(_files(tmp_path)) == 1
    now = datetime.now(UTC)
    assert store.discard_unfinished(now - timedelta(hours=1)) == 0
    assert store.discard_unfinished(now + timedelta(hours=1)) == 1
    assert _files(tmp_path) == []


def test_what_a_killed_removal_took_away_is_given_back(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    key = store.put(b"referenced after all")
    (tmp_path / key[:2] / key[2:4] / key).rename(tmp_path / ".leaving" / key)

    store.discard_unfinished(datetime.now(UTC) + timedelta(hours=1))

    assert store.get(key) == b"referenced after all"


def test_an_old_object_put_again_survives_the_collection(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    key = store.put(b"orphan for a day")
    day_ago = datetime.now(UTC) - timedelta(days=1)
    os.utime(tmp_path / key[:2] / key[2:4] / key, (0, 0))

    store.put(b"orphan for a day")

    assert store.remove(key, stored_before=day_ago) is False
    assert store.get(key) == b"orphan for a day"


def test_a_put_that_races_with_a_removal_always_ends_with_the_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    key = store.put(b"raced")
    path = tmp_path / key[:2] / key[2:4] / key
    touch = os.utime

    def removed_just_before(name: Path) -> None:
        monkeypatch.setattr(os, "utime", touch)
        touch(name, (0, 0))
        assert store.remove(key, stored_before=datetime.now(UTC) - timedelta(days=1)) is True
        touch(name)

    monkeypatch.setattr(os, "utime", removed_just_before)

    assert store.put(b"raced") == key
    assert path.read_bytes() == b"raced"


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")

    with pytest.raises(StoreUnavailable, match="lỗi đĩa"):
        FolderStore(tmp_path / "taken")


def test_foreign_files_in_the_folder_are_not_listed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    key, _ = store.put_stream(BytesIO(b"ours"), 4)
    (tmp_path / key[:2] / key[2:4] / "note.txt").write_bytes(b"not ours")
    (tmp_path / "README").write_bytes(b"not ours")

    assert [stored.key for stored in store.stored()] == [key_of(b"ours")]
