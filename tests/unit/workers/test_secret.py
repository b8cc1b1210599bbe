"""A PIN comes from a file that only its owner reads, or from a descriptor; a wrong one is not offered twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digitize.errors import Misconfigured
from workers.keys.secret import OneTry, SecretDescriptor, SecretFile


def _file(folder: Path, content: bytes = b" 482913\n", mode: int = 0o600) -> Path:
    file = folder / "hsm.pin"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_file_gives_its_content_without_the_line_end(tmp_path: Path) -> None:
    assert SecretFile(_file(tmp_path)).read() == "482913"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(Misconfigured, match=r"hsm\.pin.*chmod 600") as caught:
        SecretFile(_file(tmp_path, mode=mode)).read()
    assert "482913" not in caught.value.message


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"x" * 5000])
def test_a_file_without_a_usable_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Misconfigured):
        SecretFile(_file(tmp_path, content)).read()


def test_neither_a_missing_file_nor_a_folder_nor_a_pipe_without_a_writer_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("missing", ".", "pipe"):
        with pytest.raises(Misconfigured):
            SecretFile(tmp_path / name).read()


def test_a_descriptor_is_read_once_and_closed() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"739154\n")
    os.close(writing)
    secret = SecretDescriptor(reading)
    assert (secret.read(), secret.read()) == ("739154", "739154")
    assert "739154" not in repr(secret)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(reading)
    with pytest.raises(Misconfigured):
        SecretDescriptor(reading)


def test_a_refused_secret_is_not_offered_again_until_the_file_changes(tmp_path: Path) -> None:
    file = _file(tmp_path)
    first = OneTry(SecretFile(file), "token a")
    assert not first.was_refused()
    first.refuse(SecretFile(file).version())

    assert first.was_refused()
    assert OneTry(SecretFile(file), "token a").was_refused()  # another process
    assert not OneTry(SecretFile(file), "token b").was_refused()

    file.write_bytes(b"482914\n")
    assert not first.was_refused()
    assert all(b"482913" not in each.read_bytes() for each in tmp_path.iterdir())


def test_where_nothing_can_be_noted_the_process_remembers(tmp_path: Path) -> None:
    file = _file(tmp_path)
    offered = OneTry(SecretFile(file), "token a")
    (tmp_path / f".{file.name}.refused").mkdir()
    offered._note = tmp_path / f".{file.name}.refused"

    offered.refuse(SecretFile(file).version())

    assert offered.was_refused()
