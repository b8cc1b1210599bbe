"""Commands that take scans from a folder."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from digitize.errors import Forbidden, WorldAtFault
from digitize.lifecycle import Actor, Office
from storage import people, watched_folders
from storage.connect import Storage, open_storage
from storage.registry import Scope
from storage.settings import load_settings
from storage.watched_folders import Watching
from workers import folder
from workers.cli.answer import print_json
from workers.folder import Taken

POLL_S = 1.0
"""How often a watched folder is looked at, seconds; a network share tells nobody of a new file."""

TELL_S = 10.0
"""How often the pages learn how a watched folder stands, seconds."""

_FOLDER = click.argument("root", type=click.Path(path_type=Path), metavar="FOLDER")
_AS = click.option("--as", "username", required=True, help="Cán bộ chịu trách nhiệm về các bản quét (tên đăng nhập).")


@click.command("import", help="Nhận mọi bản quét trong một thư mục; tệp gốc được giữ nguyên.")
@_FOLDER
@_AS
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def import_folder(root: Path, username: str, as_json: bool) -> int:
    """Receive every scan of a folder."""
    folder.check_folder(root)
    settings = load_settings()
    storage = open_storage(settings)
    actor, scope = clerk_of(storage, username)
    taken: dict[Path, Taken] = {}
    for path in folder.scans(root):
        taken[path] = folder.take(
            storage, path, folder.destination(path, root), actor=actor, scope=scope, limit=settings.upload_max_bytes,
            now=datetime.now(UTC),
        )  # fmt: skip
        if not as_json:
            click.echo(_line(taken[path], root))
    new, known, refused = folder.tally(taken)
    if as_json:
        print_json(
            {"new": new, "known": known, "refused": refused, "files": [_row(one, root) for one in taken.values()]}
        )
    else:
        click.echo(f"Nhận mới {new}, đã có từ trước {known}, từ chối {refused}.")
    return 2 if refused else 0


@click.command(help="Canh một thư mục: nhận từng bản quét khi đã ghi xong, rồi mới xóa khỏi thư mục.")
@_FOLDER
@_AS
def watch(root: Path, username: str) -> None:
    """Receive scans as they come, until told to stop."""
    folder.check_folder(root)
    settings = load_settings()
    storage = open_storage(settings)
    actor, scope = clerk_of(storage, username)
    stillness = folder.Stillness()
    telling = _Telling(storage, root, actor.id)
    click.echo(f"Đang canh {root}; Ctrl-C để dừng.")
    while True:
        present = list(folder.scans(root))
        stillness.keep_only(set(present))
        telling.tell(waiting=len(present))
        for path in present:
            if not stillness.is_whole(path, time.monotonic()):
                continue
            try:
                taken = folder.take(
                    storage, path, folder.destination(path, root), actor=actor, scope=scope,
                    limit=settings.upload_max_bytes, now=datetime.now(UTC),
                )  # fmt: skip
            except WorldAtFault as fault:
                click.echo(f"{path.name}: {fault.message}", err=True)
                telling.trouble(fault.message)
                break
            click.echo(_line(taken, root))
            telling.count(taken)
            folder.clear(taken, root)
        time.sleep(POLL_S)


class _Telling:
    """Tells the service how the watching goes; a service that does not answer hears it the next time."""

    def __init__(self, storage: Storage, root: Path, person: str) -> None:
        self._storage = storage
        self._root = root.absolute()
        self._person = person
        self._started = datetime.now(UTC)
        self._told_at = 0.0
        self._watching = Watching()

    def count(self, taken: Taken) -> None:
        """Count a file."""
        now = self._watching
        refused = taken.problem is not None
        self._watching = replace(
            now, taken=now.taken + (not refused), refused=now.refused + refused,
            problem=taken.problem.message if taken.problem is not None else now.problem,
        )  # fmt: skip
        self._told_at = 0.0

    def trouble(self, problem: str) -> None:
        """Remember why nothing can be received now."""
        self._watching = replace(self._watching, problem=problem)

    def tell(self, *, waiting: int) -> None:
        """Tell how it stands, every few seconds and after each file."""
        if time.monotonic() - self._told_at < TELL_S:
            return
        self._told_at = time.monotonic()
        told = replace(self._watching, waiting=waiting)
        with suppress(WorldAtFault), self._storage.database.write() as connection:
            watched_folders.tell(
                connection, socket.gethostname(), self._root, self._person, told, self._started, datetime.now(UTC)
            )


def clerk_of(storage: Storage, username: str) -> tuple[Actor, Scope]:
    """Return a clerk as the history names them, and what they see.

    Raises:
        NotFound: there is no such account.
        Forbidden: it is not a clerk's.
    """
    with storage.database.read() as connection:
        person, scope = people.find_by_username(connection, username)
    if person.office is not Office.CLERK:
        raise Forbidden("chỉ cán bộ số hóa mới nhận bản quét", remedy="Hãy dùng tài khoản của cán bộ số hóa.")
    return Actor(person.id, Office.CLERK), scope


def _line(taken: Taken, root: Path) -> str:
    name = taken.path.relative_to(root)
    if taken.problem is not None:
        return f"{name}: {taken.problem.message}"
    return f"{name}: {'đã nhận' if taken.created else 'đã có từ trước'} ({taken.document})"


def _row(taken: Taken, root: Path) -> dict[str, object]:
    return {
        "file": str(taken.path.relative_to(root)),
        "document": taken.document,
        "created": taken.created,
        "error": None if taken.problem is None else {"code": taken.problem.code(), "message": taken.problem.message},
    }
