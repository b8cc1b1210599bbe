"""How much larger an archive file is than the scan that it came from.

    python -m bench.size [--pages 8] [--folder SCANS]

Target: at most 16 KiB and 12 KiB a page.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from bench.material import as_fax, as_pdf, jpeg_pages, stamped
from digitize.archive import Capture
from digitize.errors import SohoaError
from digitize.image.limits import Limits
from digitize.route import digitize
from digitize.text.engine import OcrEngine, default_engine

CAPTURE = Capture("bench", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)
FILE_BYTES = 16 * 1024
PAGE_BYTES = 12 * 1024
STRIP_ROWS = 128
"""Of a page that its scanner stores as many pictures."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="bytes added by the archive file")
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="scans of any kind; specimens are rendered without it")
    asked = parser.parse_args()
    engine = default_engine()
    if asked.folder is not None:
        scans = {path.name: path.read_bytes() for path in sorted(asked.folder.iterdir()) if path.is_file()}
    else:
        pages = jpeg_pages(asked.pages, None)
        scans = {f"page {number}": page for number, page in enumerate(pages, 1)} | {"all as PDF": as_pdf(pages)}
        received = {"JPEG": as_pdf(pages), "G4": as_fax(pages), "G4 in strips": as_fax(pages, STRIP_ROWS)}
        scans |= {f"stamped, {name}": stamped(pdf) for name, pdf in received.items()}
    for name, scan in scans.items():
        print(f"{name:40} {measured(scan, engine)}")


def measured(scan: bytes, engine: OcrEngine) -> str:
    """Describe what was added to one scan."""
    archive = BytesIO()
    try:
        digitized = digitize(scan, CAPTURE, engine, Limits(), archive)
    except SohoaError as error:
        return error.code()
    if not archive.tell():
        return f"no archive file: {digitized.reading.nature.value}"
    count = len(digitized.reading.pages)
    added, allowed = archive.tell() - len(scan), FILE_BYTES + PAGE_BYTES * count
    return f"{count:3} pages {added / 1024:8.1f} KiB added, {added / allowed:5.2f} of what is allowed"


if __name__ == "__main__":
    main()
