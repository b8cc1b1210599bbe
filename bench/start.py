"""Seconds from ``./run`` to serving on a data folder that is there already, beside the import of the libraries.

    python -m bench.start [--data DIR] [--port N] [--rounds 3]

Target: a second start answers ``GET /health/ready`` with 200 within 10 s, and keeps the data. The peer is what no start
can avoid: a Python that imports the libraries of the service and ends. Rounds of both alternate. Seconds on the clock
grow with the machine's load, which is printed. Without ``--data`` a first start makes the province in a folder of its
own, which takes a minute or two.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from statistics import median

from storage import registry
from storage.database import Database
from storage.registry import EVERYTHING
from storage.settings import Settings

RUN = Path(__file__).resolve().parent.parent / "run"
LIBRARIES = "import fastapi, sqlalchemy, cv2, pikepdf, pyhanko"
TARGET_S = 10.0
PATIENCE_S = 120.0
"""Seconds after which a start counts as failed."""
STEP_S = 0.02
"""Seconds between two questions: they are the grain of the figure."""


def main() -> int:
    """Measure and print; exit status 1 when the target is missed or data are lost."""
    parser = argparse.ArgumentParser(description="Seconds of a second start, beside the import of the libraries")
    parser.add_argument("--data", type=Path, help="a folder of an earlier ./run; one is made without it")
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        data = asked.data or first_start(Path(folder, "data"))
        return compare(data.absolute(), asked.port or free_port(), asked.rounds)


def compare(data: Path, port: int, rounds: int) -> int:
    """Let both contenders start in turn; print the medians and the slowest start."""
    held = documents(data)
    starts, imports = [], []
    for _ in range(rounds):
        imports.append(import_seconds())
        starts.append(start_seconds(data, port))
    kept = documents(data) == held
    print(f"{median(starts):6.2f} s  second start of ./run to serving, slowest {max(starts):.2f} (target {TARGET_S:g})")
    print(f'{median(imports):6.2f} s  python -c "{LIBRARIES}"')
    print(f"{median(starts) / median(imports):6.2f}    times that")
    print(f"{os.getloadavg()[0]:6.2f}    load of the machine, {os.cpu_count()} cores")
    print(f"documents in the registry: {len(held)}, {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept and max(starts) < TARGET_S else 1


def first_start(data: Path) -> Path:
    """Make a data folder with the demo province and its published specimens."""
    began = time.perf_counter()
    subprocess.run([RUN, "--once", "--data", data, "--port", str(free_port())], check=True, stdout=subprocess.DEVNULL)
    print(f"{time.perf_counter() - began:6.1f} s  first start, to the end of the specimens' job")
    return data


def start_seconds(data: Path, port: int) -> float:
    """Run the program until it serves, then stop it as Ctrl-C does."""
    began = time.perf_counter()
    process = subprocess.Popen([RUN, "--data", data, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        while not serves(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise SystemExit("the service does not come up; its log lies in the data folder")
            time.sleep(STEP_S)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def serves(port: int) -> bool:
    """Ask the service whether it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def import_seconds() -> float:
    """Start a Python that imports what the service is made of, and wait for its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - began


def documents(data: Path) -> dict[str, str]:
    """Return the state of every document in the registry of a data folder."""
    with closing(Database(Settings(data=data).database)) as database, database.read() as connection:
        return {one.id: str(one.state) for one in registry.listing(connection, EVERYTHING, limit=500)}


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main())
