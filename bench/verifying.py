"""CPU per verification: our verifier against pyHanko's own validation, on the same files in the same run.

    python -m bench.verifying [--rounds N]

The files are small: a page signed once with RSA-2048 (B-B), the same with a timestamp (B-T), and sealed by two
signatures with timestamps as the service releases them. pyHanko's validation knows one signature at a time and gives
neither a verdict nor a sentence; the work of reading the file and of the cryptography is the same. Rounds alternate.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bench.signing import one_page
from digitize.archive.signature_fields import add_signature_fields
from digitize.model import Role, Verdict
from digitize.page_frame import PageFrame
from digitize.sign.apply import sign
from digitize.sign.keys import open_pkcs12
from digitize.sign.order import SigningOrder
from digitize.sign.trust import TrustAnchors, load_trust
from digitize.sign.verify import verify
from workers.demo.pki import make_pki
from workers.demo.tsa import AuthorityInProcess, TimestampAuthority

MOST_CPU_S = 0.015
"""What the project promises for a small file with one signature."""


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; exit status 1 when the promise is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        now = datetime.now(UTC)
        files, anchors = material(Path(folder), now)
        spent = measure(files, anchors, now, options.rounds)
    for name, (ours, theirs) in spent.items():
        print(f"{name:<28} ours {ours * 1e3:6.1f} ms CPU   pyHanko's {theirs * 1e3:6.1f} ms CPU")
    print(f"promised for one signature: {MOST_CPU_S * 1e3:.0f} ms CPU")
    single = [ours for name, (ours, _) in spent.items() if name.startswith("one signature")]
    return 0 if max(single) <= MOST_CPU_S else 1


def material(folder: Path, now: datetime) -> tuple[Mapping[str, bytes], TrustAnchors]:
    """Return the files, and whom to believe."""
    pki = make_pki(folder, [("clerk", "Nguyễn Thị Hương")], [("office", "UBND xã Hòa Bình")], now)
    clerk, office = (open_pkcs12(*pki.signers[name].read()) for name in ("clerk", "office"))
    authority = AuthorityInProcess(TimestampAuthority.open(pki.timestamp), lambda: now)
    page = with_fields(one_page())
    first = SigningOrder(Role.CLERK, "Nguyễn Thị Hương", scanned_at=now - timedelta(minutes=3))
    stamped = sign(page, first, clerk, authority, now).pdf
    files = {
        "one signature, B-B": sign(page, first, clerk, None, now).pdf,
        "one signature, B-T": stamped,
        "two signatures, B-T": sign(stamped, SigningOrder(Role.AGENCY, "UBND xã"), office, authority, now).pdf,
    }
    return files, load_trust(pki.trust)


def with_fields(pdf: bytes) -> bytes:
    """Return the page with both signature fields."""
    import pikepdf

    saved = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        left, bottom, right, top = (float(each) for each in page.mediabox)
        add_signature_fields(opened, page, PageFrame(right - left, top - bottom, 0))
        opened.save(saved)
    return saved.getvalue()


def measure(
    files: Mapping[str, bytes], anchors: TrustAnchors, now: datetime, rounds: int
) -> Mapping[str, tuple[float, float]]:
    """Return the median CPU seconds of both, by file."""
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in files}
    for _ in range(rounds):
        for name, pdf in files.items():
            ours, theirs = spent[name]
            ours.append(cpu(lambda pdf=pdf: judge(pdf, anchors, now)))  # type: ignore[misc]
            theirs.append(cpu(lambda pdf=pdf: stock(pdf, anchors)))  # type: ignore[misc]
    return {name: (median(ours), median(theirs)) for name, (ours, theirs) in spent.items()}


def judge(pdf: bytes, anchors: TrustAnchors, now: datetime) -> None:
    """Verify by our own verifier."""
    if verify(pdf, anchors, now).verdict is not Verdict.VALID:
        raise SystemExit("our verifier does not call the file valid")


def stock(pdf: bytes, anchors: TrustAnchors) -> None:
    """Verify by pyHanko's own validation."""
    reader = PdfFileReader(BytesIO(pdf))
    for signature in reader.embedded_signatures:
        context = ValidationContext(trust_roots=anchors.certificates(), allow_fetching=False)
        if not validate_pdf_signature(signature, context).bottom_line:
            raise SystemExit("pyHanko does not call the file valid")


def cpu(work: Callable[[], None]) -> float:
    """Return the CPU seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
