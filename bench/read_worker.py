"""A read worker without registry and queue, for :mod:`bench.memory`: it has loaded what the lane loads.

Says in a line that it is ready, reads keys of scans from its standard input, and answers each with a line once the
archive file and the reading are stored.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import workers.lane
from digitize.archive.capture import Capture
from digitize.model import to_json
from storage.objects_folder import FolderStore
from workers import reading
from workers.freed_memory import giving_back, settled
from workers.memory_file import sealed
from workers.sandbox import Sandbox

LOADED = (workers.lane, reading)
"""What the lane of a real worker brings along besides."""

CAPTURE = Capture("bench", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


def main() -> None:
    """Read what is asked for."""
    store = FolderStore(Path(sys.argv[1]))
    with Sandbox() as sandbox:
        sizes: list[int] = []
        work = giving_back(partial(read, store, sandbox, sizes))
        settled()
        print("ready", flush=True)
        for line in sys.stdin:
            work(line.strip())
            print(sizes.pop(), flush=True)


def read(store: FolderStore, sandbox: Sandbox, sizes: list[int], key: str) -> None:
    """Read a scan, keep what a real worker keeps of it, and note the bytes of the archive file."""
    with sealed(store.open(key)) as scan:
        digitized, archive = sandbox.digitize(scan, CAPTURE)
        if archive is None:
            raise SystemExit("no archive file was made")
        with archive:
            made = store.put_file(archive)
    store.put(to_json(digitized.reading))
    for preview in digitized.previews:
        store.put(preview.jpeg)
    sizes.append(store.size(made))


if __name__ == "__main__":
    main()
