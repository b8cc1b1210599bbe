"""Reading beside Tesseract's command line, in one run.

    python bench/reading.py --set FOLDER

The folder holds the scans, ``text/index.json`` (pages: file, page, text) and the texts. Printed are, for each page,
the characters wrong of both and, at the end, their ratio and the CPU seconds a page of each. Every true line is
compared with the nearest stretch of the text, so reading order does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from digitize.image.intake import open_scan
from digitize.image.limits import Limits
from digitize.image.sheet import Sheet
from digitize.route import read_sheet
from digitize.text.engine import default_engine

SAME = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "’": "'", "‘": "'", "\t": " "})
"""Signs that no reader is asked to tell apart."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A page whose text is known."""

    file: Path
    """The scan."""
    page: int
    """1-based."""
    lines: tuple[str, ...]
    """Printed lines."""


def normal(text: str) -> str:
    """Fold what does not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(SAME)).strip()


def wrong(lines: tuple[str, ...], text: str) -> tuple[int, int]:
    """Count the wrong characters and all characters of the true lines."""
    errors = total = 0
    for line in filter(lambda each: len(each) >= 4, map(normal, lines)):
        total += len(line)
        errors += 0 if line in text else _distance(line, text)
    return errors, total


def _distance(line: str, text: str) -> int:
    """Give the distance of a line from its nearest stretch of the text."""
    found = fuzz.partial_ratio_alignment(line, text) if text else None
    if found is None:
        return len(line)
    nearby = range(-3, 4)
    return min(
        Levenshtein.distance(line, text[max(0, found.dest_start + left) : max(0, found.dest_end + right)].strip())
        for left in nearby
        for right in nearby
    )


def truths(folder: Path) -> Iterator[Truth]:
    """Read the index of the set."""
    for entry in json.loads((folder / "text" / "index.json").read_text(encoding="utf-8"))["pages"]:
        lines = (folder / entry["text"]).read_text(encoding="utf-8").splitlines()
        yield Truth(folder / entry["file"], entry["page"], tuple(lines))


def sheet_of(truth: Truth) -> Sheet:
    """Decode the page that a truth speaks of."""
    sheets = open_scan(truth.file.read_bytes(), Limits()).sheets()
    return next(sheet for sheet in sheets if sheet.number == truth.page)


def by_command_line(sheet: Sheet, folder: Path) -> tuple[str, float]:
    """Read a page as it is stored by ``tesseract FILE out -l vie``; give the text and its CPU seconds."""
    picture = folder / "page.png"
    cv2.imwrite(str(picture), sheet.pixels)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        ["tesseract", str(picture), "-", "-l", "vie"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return normal(run.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="folder with the scans and their truth")
    folder = parser.parse_args().set
    cv2.setNumThreads(1)
    engine = default_engine()
    ours = peers = total = 0
    our_cpu = peer_cpu = 0.0
    pages = list(truths(folder))
    with tempfile.TemporaryDirectory() as scratch:
        for truth in pages:
            sheet = sheet_of(truth)
            begun = time.process_time()
            text = normal(read_sheet(sheet, engine).page.text)
            spent = time.process_time() - begun
            peer_text, peer_spent = by_command_line(sheet, Path(scratch))
            our_wrong, characters = wrong(truth.lines, text)
            peer_wrong, _ = wrong(truth.lines, peer_text)
            name, both = f"{truth.file.name} p{truth.page}", (our_wrong / characters, peer_wrong / characters)
            print(f"{name}: {both[0]:.2%} (tesseract {both[1]:.2%})")
            ours, peers, total = ours + our_wrong, peers + peer_wrong, total + characters
            our_cpu, peer_cpu = our_cpu + spent, peer_cpu + peer_spent
    print(f"characters wrong: {ours / total:.2%}, tesseract {peers / total:.2%}, ratio {ours / max(peers, 1):.2f}")
    ours_each, peers_each = our_cpu / len(pages), peer_cpu / len(pages)
    print(f"CPU s a page: {ours_each:.2f}, tesseract {peers_each:.2f}, ratio {ours_each / peers_each:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
