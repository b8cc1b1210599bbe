"""A read worker without registry and queue, for :mod:`bench.memory`: it has loaded what the lane loads.

Reads keys of scans from its standard input, and answers each with a line once the archive file is stored.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import workers.lane
from digitize.archive.capture import Capture
from storage.objects_folder import FolderStore
from workers import reading
from workers.memory_file import sealed
from workers.sandbox import Sandbox

LOADED = (workers.lane, reading)
"""What the lane of a real worker brings along besides."""

CAPTURE = Capture("bench", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


def main() -> None:
    """Read what is asked for."""
    store = FolderStore(Path(sys.argv[1]))
    with Sandbox() as sandbox:
        for line in sys.stdin:
            with sealed(store.open(line.strip())) as scan:
                digitized, archive = sandbox.digitize(scan, CAPTURE)
                if archive is None:
                    raise SystemExit("no archive file was made")
                with archive:
                    key = store.put_file(archive)
            del digitized
            print(store.size(key), flush=True)


if __name__ == "__main__":
    main()
