"""A PostgreSQL server of its own; each test gets a fresh database in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.servers.process import Child, as_user, free_port, program

_USER = "postgres"


@dataclass(slots=True)
class PostgresServer:
    """May be stopped and started again; what was committed is kept."""

    folder: Path
    """Its data; made anew."""
    port: int = field(default_factory=free_port)
    """On the loopback."""
    _child: Child | None = field(default=None, repr=False)

    def prepare(self) -> None:
        """Make the cluster. PostgreSQL refuses to run as root, so then it runs as the user ``postgres``."""
        self.folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self.folder, _USER, _USER)
        subprocess.run(
            [
                *as_user(_USER), _binary("initdb"), "--pgdata", self.folder, "--username", _USER, "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions",
            ],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
            "max_connections": "60",
            # A killed server loses nothing that it committed; only a power cut would need the disk to be flushed.
            "fsync": "off",
            "full_page_writes": "off",
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._child = Child(
            [_binary("postgres"), "-D", self.folder, "-p", str(self.port), *settings],
            self.folder.with_suffix(".log"),
            user=_USER,
        )
        self._child.wait_until(self._answers)

    def stop(self) -> None:
        """Break all connections off and end it: SIGINT is the fast shutdown, SIGTERM would wait for every client."""
        if self._child is not None and self._child.running:
            os.kill(self._child.pid, signal.SIGINT)
            self._child.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child is not None:
            self._child.kill()

    def create_database(self, like: str | None = None) -> str:
        """Make a fresh database, or a copy of the one with a URL that nobody holds open; return its SQLAlchemy URL."""
        name = f"t{uuid4().hex}"
        template = "template1" if like is None else like.rsplit("/", 1)[1]
        with self._connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Remove a database, also one that somebody still holds open."""
        name = url.rsplit("/", 1)[1]
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=_USER, dbname="postgres", autocommit=True, connect_timeout=5
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


def _binary(name: str) -> Path:
    """Find the newest installed version's program."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return program(name, "postgresql", *versions)
