"""Signatures per second: a key kept loaded against pyHanko's stock signer, on the same file in the same run.

    python -m bench.signing [--file PDF] [--rounds N] [--processes N]

Prints one line each for the stock signer, the same invisible B-B by our signer, a signature as released (visible, with
a timestamp from an authority in this process, verified by our own verifier), its two halves as the lanes do them, and
the raw operation of the key. The ratios are what counts; rounds of the contenders alternate, so that a noisy machine is
noisy for all of them. At the end two processes seal at once, by the wall clock.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median

from fpdf import FPDF
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from digitize.model import SIGNATURE_FIELDS, Role
from digitize.sign.apply import sign, sign_untimed
from digitize.sign.keys import open_pkcs12
from digitize.sign.order import SigningOrder
from digitize.sign.timing import add_time
from digitize.sign.trust import load_trust
from digitize.sign.verify import self_check
from workers.demo.pki import DevelopmentPki, make_pki, open_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority

TARGETS = {"loaded key, invisible B-B": 4.5, "as released: visible B-T, self-checked": 2.0}
"""How many times faster than the stock signer each must be."""

FILE_BYTES = 1_000_000
"""Of the file that is signed unless another is given: a page scanned at 300 dpi."""


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; exit status 1 when the ratio is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, help="a PDF to sign; one megabyte of page unless given")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--processes", type=int, default=2, help="seal at once, by the wall clock")
    options = parser.parse_args(arguments)
    pdf = options.file.read_bytes() if options.file else one_page(FILE_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        now = datetime.now(UTC)
        pki = make_pki(Path(folder), [("clerk", "Nguyễn Thị Hương")], [("office", "UBND xã Hòa Bình")], now)
        seconds = measure(contenders(pdf, pki), options.rounds)
        pace = {count: seals_per_second(pdf, pki, count) for count in (1, options.processes)}
    for name, spent in seconds.items():
        print(f"{name:<40} {spent * 1e3:7.2f} ms CPU  {1 / spent:6.1f} /s")
    ratios = {name: seconds["stock, invisible B-B"] / seconds[name] for name in TARGETS}
    for name, ratio in ratios.items():
        print(f"{ratio:.2f} x the stock signer: {name} (promised: {TARGETS[name]})")
    for count, each in pace.items():
        print(f"{count} seal process{'es at once' if count > 1 else ''}: {each:.1f} released signatures /s wall clock")
    return 0 if all(ratio >= TARGETS[name] for name, ratio in ratios.items()) else 1


def one_page(size: int = 0) -> bytes:
    """Return a PDF/A-2b with a page that carries so many bytes of incompressible picture."""
    page = FPDF(enforce_compliance="PDF/A-2B")
    page.add_page()
    if size:
        side = int((size / 3) ** 0.5)
        noise = Random(7).randbytes(side * side * 3)
        page.set_image_filter("FlateDecode")
        page.image(Image.frombytes("RGB", (side, side), noise), 20, 40, 170, 170)
    return bytes(page.output())


def seals_per_second(pdf: bytes, pki: DevelopmentPki, processes: int, seconds: float = 5.0) -> float:
    """Return how many released signatures so many processes make together in a second of wall clock."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_seal_for, [(pdf, pki.folder, 0.0)] * processes))
        begun = time.perf_counter()
        made = sum(pool.map(_seal_for, [(pdf, pki.folder, seconds)] * processes))
        return made / (time.perf_counter() - begun)


def _seal_for(task: tuple[bytes, Path, float]) -> int:
    """Seal for so long, at least once, and return how often."""
    pdf, folder, seconds = task
    act = contenders(pdf, open_pki(folder))["as released: visible B-T, self-checked"]
    act()
    begun, made = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        act()
        made += 1
    return made


def contenders(pdf: bytes, pki: DevelopmentPki) -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    bundle, passphrase = pki.signers["clerk"].read()
    stock = SimpleSigner.load_pkcs12_data(bundle, [], passphrase.encode())
    loaded = open_pkcs12(bundle, passphrase)
    authority = AuthorityInProcess(TimestampAuthority.open(pki.timestamp), lambda: datetime.now(UTC))
    trust = load_trust(pki.trust)
    settings = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELDS[Role.CLERK], subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )

    def by_stock() -> None:
        PdfSigner(settings, stock).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))

    def by_loaded() -> None:
        now = datetime.now(UTC)
        sign(pdf, SigningOrder(Role.CLERK, "Nguyễn Thị Hương", now), loaded, None, now, visible=False)

    def as_released() -> None:
        now = datetime.now(UTC)
        revision = sign(pdf, SigningOrder(Role.CLERK, "Nguyễn Thị Hương", now), loaded, authority, now)
        self_check(revision.pdf, Role.CLERK, trust, datetime.now(UTC))

    def in_the_seal_lane() -> None:
        now = datetime.now(UTC)
        sign_untimed(pdf, SigningOrder(Role.CLERK, "Nguyễn Thị Hương", now), loaded, now)

    now = datetime.now(UTC)
    waiting = sign_untimed(pdf, SigningOrder(Role.CLERK, "Nguyễn Thị Hương", now), loaded, now)

    def in_the_timestamp_lane() -> None:
        add_time(waiting, pdf, authority, datetime.now(UTC))

    def by_the_key_alone() -> None:
        asyncio.run(loaded.async_sign_raw(b"x" * 200, "sha256"))

    return {
        "stock, invisible B-B": by_stock,
        "loaded key, invisible B-B": by_loaded,
        "as released: visible B-T, self-checked": as_released,
        "  its key and block (sign_untimed)": in_the_seal_lane,
        "  its timestamp (add_time)": in_the_timestamp_lane,
        "raw operation of the key": by_the_key_alone,
    }


def measure(timed: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median CPU seconds of each contender; the first round of each is thrown away."""
    spent: dict[str, list[float]] = {name: [] for name in timed}
    for round_number in range(rounds + 1):
        for name, act in timed.items():
            begun = time.process_time()
            act()
            if round_number:
                spent[name].append(time.process_time() - begun)
    return {name: median(each) for name, each in spent.items()}


if __name__ == "__main__":
    sys.exit(main())
