"""Peak memory of a read worker, its nursery and its child, on a long colour PDF, and what stays after many pages.

    python -m bench.memory [--pages 100] [--documents 5] [--folder SCANS]

Targets: 800 MB at most for all three processes together, what they share counted once, and what they keep in files of
memory counted whole, mapped or not; after 500 pages the worker and the nursery are not above their start + 15 %. A
worker's start is the moment at which it could take its first document; a first page starts its nursery. The pages of a
document repeat 10 different ones, each as a stream of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from bench.material import as_pdf, jpeg_pages
from storage.objects_folder import FolderStore

DIFFERENT = 10
SAMPLE_SECONDS = 0.15
BLOCK_BYTES = 512
"""Unit of ``st_blocks`` (stat(2))."""
MEMORY_FILE = "/memfd:sohoa"
"""How the kernel shows such a file among the open ones of a process."""


class Watch:
    """Samples the memory of a worker and of its descendants while a document is read."""

    def __init__(self, worker: int) -> None:
        """Look at this process."""
        self._worker = worker
        self.peaks = dict.fromkeys(("worker", "nursery", "child", "files of memory", "strict sum"), 0.0)
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
            nursery = child_of(self._worker)
            named = {"worker": self._worker, "nursery": nursery, "child": child_of(nursery)}
            found = {name: memory(pid) for name, pid in named.items()}
            held = {name: each["Rss"] for name, each in found.items()}
            held["files of memory"] = memory_files(list(named.values()))
            own = sum(each["Pss"] - each["Pss_Shmem"] for each in found.values())
            held["strict sum"] = own + held["files of memory"]
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
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        measure(Path(folder), store.put(different[0]), store.put(as_pdf(pages)), asked.pages, asked.documents)


def measure(folder: Path, first: str, scan: str, pages: int, documents: int) -> None:
    """Let a worker that is ready read the other scan again and again; the nursery starts with the first one."""
    size = FolderStore(folder).size(scan)
    print(f"{pages} pages, {size / 1e6:.0f} MB")
    command = [sys.executable, "-m", "bench.read_worker", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        if worker.stdout is None or worker.stdout.readline() != "ready\n":
            raise SystemExit("the worker did not start")
        ready = memory(worker.pid)["Rss"]
        read(worker, first)
        nursery = child_of(worker.pid)
        start = (ready, memory(nursery)["Rss"])
        for number in range(documents):
            began = time.perf_counter()
            with Watch(worker.pid) as watch:
                ratio = read(worker, scan) / size
            peaks = ", ".join(f"{name} {peak:.0f} MB" for name, peak in watch.peaks.items())
            seconds = time.perf_counter() - began
            print(f"document {number + 1}: peak {peaks}; {seconds:.0f} s; archive {ratio:.3f} x scan", flush=True)
        end = (memory(worker.pid)["Rss"], memory(nursery)["Rss"])
    for name, before, after in zip(("worker", "nursery"), start, end, strict=True):
        grown = (after / before - 1) * 100
        print(f"{name}: {before:.0f} MB at the start, {after:.0f} MB after {pages * documents} pages ({grown:+.1f} %)")


def read(worker: subprocess.Popen[str], key: str) -> int:
    """Let the worker read a scan; return the bytes of the archive file."""
    if worker.stdin is None or worker.stdout is None:
        raise SystemExit("the pipes were asked for")
    print(key, file=worker.stdin, flush=True)
    return int(worker.stdout.readline())


def child_of(process: int) -> int:
    """Return the first child of a process, 0 when there is none."""
    children = _read(f"/proc/{process}/task/{process}/children").split() if process else []
    return int(children[0]) if children else 0


def memory(process: int) -> dict[str, float]:
    """Return the resident memory of a process, MB: ``Rss`` whole, ``Pss`` with shared pages divided (proc(5))."""
    found = dict.fromkeys(("Rss", "Pss", "Pss_Shmem"), 0.0)
    for line in _read(f"/proc/{process}/smaps_rollup").splitlines() if process else ():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = int(rest.split()[0]) / 1024
    return found


def memory_files(processes: list[int]) -> float:
    """Return what the files of memory hold that any of the processes has open, MB, each file once."""
    blocks: dict[int, int] = {}
    for process in filter(None, processes):
        try:
            for handle in Path(f"/proc/{process}/fd").iterdir():
                if str(handle.readlink()).startswith(MEMORY_FILE):
                    found = handle.stat()
                    blocks[found.st_ino] = found.st_blocks
        except OSError:
            continue
    return sum(blocks.values()) * BLOCK_BYTES / 1024**2


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, ValueError):
        return ""


if __name__ == "__main__":
    main()
