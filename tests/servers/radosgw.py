"""A living S3 server of its own: Ceph's radosgw with one monitor and one OSD in memory, without systemd.

Only Debian's ``ceph-mon``, ``ceph-osd``, ``radosgw`` are needed; it runs as any user. Ceph's own authentication stays
on: with ``auth none`` the gateway of Ceph 16 waits for five minutes and fails.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.servers.process import Child, answers, free_port, program

_PACKAGES = "ceph-mon ceph-osd radosgw ceph-common"

# Without the cache there is no watcher: the watchers of a killed gateway hold up the next one for half a minute.
_CONFIG = """\
[global]
fsid = {fsid}
mon initial members = a
mon host = [v2:127.0.0.1:{mon_v2},v1:127.0.0.1:{mon_v1}]
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = true
mon allow pool size one = true
mon pg warn min per osd = 0
mon max pg per osd = 1000
mon warn on insecure global id reclaim = false
mon warn on insecure global id reclaim allowed = false
mon data avail crit = 1
paxos propose interval = 0.02
paxos min wait = 0.01
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = {folder}
admin socket = {folder}/$name.asok
pid file =
log file = {folder}/$name.log
mon data = {folder}/mon
osd data = {folder}/osd
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw dns name = localhost
rgw run sync thread = false
rgw cache enabled = false
"""


@dataclass(slots=True)
class RadosGateway:
    """May be stopped and started again; the objects live in the OSD, which goes on."""

    folder: Path
    """All its files; a short path, because it holds unix sockets (at most 108 characters)."""
    port: int = field(default_factory=free_port)
    """Of the S3 interface, on the loopback, without TLS."""
    access_key: str = "sohoa-test"
    secret_key: str = field(default_factory=lambda: uuid4().hex, repr=False)
    _children: list[Child] = field(default_factory=list, repr=False)
    _gateway: Child | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Start the cluster below the gateway and make the user."""
        for name in ("osd", "rgw"):
            (self.folder / name).mkdir(parents=True)
        self._write_config()
        self._write_keys()
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", self.folder / "monmap")
        self._start("ceph-mon", "-i", "a")
        osd = uuid4()
        self._run("ceph", "osd", "new", osd)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        self._start("ceph-osd", "-i", "0")
        self._run(
            "radosgw-admin", *_AS_GATEWAY, "user", "create", "--uid=sohoa", "--display-name=sohoa",
            f"--access-key={self.access_key}", f"--secret={self.secret_key}",
        )  # fmt: skip

    def start(self) -> None:
        """Start the gateway and wait until it answers."""
        self._gateway = self._start("radosgw", *_AS_GATEWAY)
        self._gateway.wait_until(lambda: answers(self.port))

    def stop(self) -> None:
        """End the gateway at once; what it acknowledged is kept."""
        if self._gateway is not None:
            self._gateway.kill()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let the gateway take connections and answer nothing."""
        if self._gateway is None:
            raise RuntimeError("the gateway was never started")
        os.kill(self._gateway.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._gateway.pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything and remove the files."""
        self.stop()
        for child in reversed(self._children):
            child.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_config(self) -> None:
        text = _CONFIG.format(
            fsid=uuid4(), mon_v1=(v1 := free_port()), mon_v2=(v2 := free_port()), folder=self.folder, port=self.port
        )
        (self.folder / "ceph.conf").write_text(text, encoding="utf-8")
        monitors = f"[v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]"
        self._run("monmaptool", "--create", "--addv", "a", monitors, self.folder / "monmap")

    def _write_keys(self) -> None:
        keyring = self.folder / "keyring"
        every = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"]
        self._run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        for name in ("client.admin", "client.rgw.a", "osd.0"):
            self._run("ceph-authtool", keyring, "--gen-key", "-n", name, *every)

    def _run(self, name: str, *words: object) -> None:
        done = subprocess.run(
            [program(name, _PACKAGES), "-c", self.folder / "ceph.conf", *map(str, words)],
            capture_output=True, timeout=60, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace')[-2000:]}")

    def _start(self, name: str, *words: str) -> Child:
        child = Child(
            [program(name, _PACKAGES), "-c", self.folder / "ceph.conf", "-f", *words], self.folder / f"{name}.out"
        )
        self._children.append(child)
        return child


_AS_GATEWAY = ("-n", "client.rgw.a")
