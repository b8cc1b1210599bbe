"""CPU seconds a page for clean + orient + read + PDF/A, beside OCRmyPDF and bare Tesseract in the same run.

    python -m bench.throughput [--pages 8] [--folder SCANS] [--ocrmypdf VENV/bin/ocrmypdf]

Targets: at most a quarter of OCRmyPDF 17, at most 1.6 times the bare recognition of the same pages.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np

from bench.material import DPI, as_pdf, jpeg_pages
from digitize.archive import Capture
from digitize.image.limits import Limits
from digitize.route import digitize
from digitize.text.engine import OcrEngine, default_engine

OCRMYPDF_OPTIONS = ("--rotate-pages", "--deskew", "--clean", "-l", "vie", "-j1", "-q")
CAPTURE = Capture("bench", datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="CPU seconds a page, beside two peers")
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--folder", type=Path, help="JPEG pages; specimens are rendered without it")
    parser.add_argument("--ocrmypdf", default="ocrmypdf", help="program of a virtual environment of its own")
    asked = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    pages = jpeg_pages(asked.pages, asked.folder)
    engine = default_engine()
    digitize(pages[0], CAPTURE, engine, Limits(), BytesIO())
    ours = own_seconds(pages, engine)
    bare = bare_seconds(pages, engine)
    print(f"{len(pages)} colour pages at {DPI} dpi, CPU seconds a page")
    print(f"sohoa: clean + orient + read + PDF/A   {ours:6.2f}")
    print(f"Tesseract, recognition alone           {bare:6.2f}   sohoa is {ours / bare:.2f} times that (target 1.6)")
    try:
        peer = ocrmypdf_seconds(pages, asked.ocrmypdf)
    except FileNotFoundError:
        print("OCRmyPDF is not installed; see requirements-bench.lock")
        return
    print(f"OCRmyPDF {' '.join(OCRMYPDF_OPTIONS)}   {peer:6.2f}   sohoa is {ours / peer:.2f} of that (target 0.25)")


def own_seconds(pages: list[bytes], engine: OcrEngine) -> float:
    """Take the whole route, one file after the other, the model loaded as in a worker."""
    began = time.process_time()
    for page in pages:
        digitize(page, CAPTURE, engine, Limits(), BytesIO())
    return (time.process_time() - began) / len(pages)


def bare_seconds(pages: list[bytes], engine: OcrEngine) -> float:
    """Recognise the same pages as gray pictures and do nothing else."""
    decoded = [cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_GRAYSCALE) for page in pages]
    began = time.process_time()
    for gray in decoded:
        if gray is None:
            raise SystemExit("a page is no JPEG")
        engine.recognise(gray.astype(np.uint8, copy=False), DPI)
    return (time.process_time() - began) / len(pages)


def ocrmypdf_seconds(pages: list[bytes], program: str) -> float:
    """Let OCRmyPDF make its PDF/A of the same pages, in one file."""
    with tempfile.TemporaryDirectory() as folder:
        scan, result = Path(folder, "scan.pdf"), Path(folder, "result.pdf")
        scan.write_bytes(as_pdf(pages))
        before = children_seconds()
        subprocess.run([program, *OCRMYPDF_OPTIONS, str(scan), str(result)], check=True)
        print(f"OCRmyPDF: {result.stat().st_size / scan.stat().st_size:.2f} times the size of the scan")
        return (children_seconds() - before) / len(pages)


def children_seconds() -> float:
    """CPU time of all programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
