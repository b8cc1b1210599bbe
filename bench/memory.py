"""Peak memory of a read worker, its nursery and its child, on a long colour PDF, and what stays after many pages.

    python -m bench.memory [--pages 100] [--documents 5] [--folder SCANS]

Targets: 800 MB at most for nursery and child together, what they share counted once; after 500 pages the worker and
the nursery are not above their start + 15 %. The pages of a document repeat 10 different ones, each as a stream of its
own.
"""

from __future__ import annotations

import argparse
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from bench.material import as_pdf, jpeg_pages
from digitize.archive import Capture
from workers.sandbox import Sandbox

CAPTURE = Capture("bench", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)
DIFFERENT = 10
SAMPLE_SECONDS = 0.05


class Watch:
    """Samples the resident memory of processes while a document is read."""

    def __init__(self, nursery: int) -> None:
        """Look at this process, the nursery and its child."""
        self.nursery = nursery
        self.peaks = {"worker": 0.0, "nursery": 0.0, "child": 0.0, "nursery and child": 0.0, "all three": 0.0}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            children = _read(f"/proc/{self.nursery}/task/{self.nursery}/children").split()
            named = {"worker": "self", "nursery": str(self.nursery), "child": children[0] if children else ""}
            held = {name: resident(pid, "Rss") for name, pid in named.items()}
            shares = {name: resident(pid, "Pss") for name, pid in named.items()}
            held["nursery and child"] = shares["nursery"] + shares["child"]
            held["all three"] = sum(shares.values())
            for name, megabytes in held.items():
                self.peaks[name] = max(self.peaks[name], megabytes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="peak memory of reading")
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--documents", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    different = jpeg_pages(DIFFERENT, asked.folder)
    # A comment at the end of a JPEG makes each page a stream of its own, as in a real scan.
    pages = [different[index % len(different)] + f"{index:06}".encode() for index in range(asked.pages)]
    scan = as_pdf(pages)
    del pages
    print(f"{asked.pages} pages, {len(scan) / 1e6:.0f} MB")
    with Sandbox() as sandbox:
        sandbox.digitize(different[0], CAPTURE)
        nursery = sandbox.nursery_pid or 0
        start = (resident("self", "Rss"), resident(str(nursery), "Rss"))
        for number in range(asked.documents):
            began = time.perf_counter()
            with Watch(nursery) as watch:
                digitized = sandbox.digitize(scan, CAPTURE)
            size = len(digitized.archive or b"") / len(scan)
            del digitized
            peaks = ", ".join(f"{name} {peak:.0f} MB" for name, peak in watch.peaks.items())
            print(
                f"document {number + 1}: peak {peaks}; {time.perf_counter() - began:.0f} s; archive {size:.3f} x scan"
            )
        end = (resident("self", "Rss"), resident(str(nursery), "Rss"))
    for name, before, after in zip(("worker", "nursery"), start, end, strict=True):
        print(f"{name}: {before:.0f} MB at the start, {after:.0f} MB after {asked.pages * asked.documents} pages")


def resident(pid: str, kind: str) -> float:
    """Return the resident memory of a process: MB, ``Rss`` whole or ``Pss`` with shared pages divided."""
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines() if pid else ():
        if line.startswith(kind + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, ValueError):
        return ""


if __name__ == "__main__":
    main()
