"""How near the plan of a bulk digitisation comes to what the rest of an archive really takes.

    python -m bench.backfill --sample 12 --held-out 24 [--folder FOLDER]

Without a folder, specimens of the project's generator in four conditions are the archive. A sample is drawn and
measured as ``sohoa backfill plan`` does; then the files that were not drawn are read too, and the estimate for them is
compared with what they took. CPU seconds of both are of the same minutes of one machine.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from digitize.backfill import Means, Measured, assumption, estimate
from workers.backfill.sampling import Archive, Scale, draw, of_folder
from workers.demo.specimens import Conditions, kinds, render
from workers.sandbox import Sandbox

CONDITIONS = (
    Conditions(media="image/jpeg", mode="colour", dpi=200, skew_degrees=0.8, noise=4.0, shade=0.06),
    Conditions(media="image/jpeg", mode="colour", dpi=300, skew_degrees=-0.5, noise=2.0, shade=0.0),
    Conditions(media="image/png", mode="grey", dpi=200, skew_degrees=0.2, noise=3.0, shade=0.03),
    Conditions(media="image/jpeg", mode="colour", dpi=150, skew_degrees=1.5, noise=6.0, shade=0.1),
)
"""Scanners of different offices and years."""


def main() -> None:
    """Print estimate, truth and error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=12)
    parser.add_argument("--held-out", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        archive = of_folder(options.folder or _specimens(Path(scratch), options.sample + options.held_out))
        _compare(archive, options.sample, options.held_out, options.seed)


def _compare(archive: Archive, sample: int, held_out: int, seed: int) -> None:
    drawn = draw(archive, sample, seed)
    rest = draw(replace(archive, files=tuple(file for file in archive.files if file not in drawn)), held_out, seed)
    with Sandbox() as sandbox:
        scale = Scale(sandbox)
        sampled = [scale.measure(archive.root, file) for file in drawn]
        truth = [scale.measure(archive.root, file) for file in rest]
    source_bytes = sum(one.source_bytes for one in truth)
    found = estimate(sampled, len(truth), source_bytes, Means(1, 1, 4, assumption("timestamp_seconds")))
    print(f"{len(sampled)} files sampled, {len(truth)} held out")
    for name, told, real in (
        ("pages", found.pages.expected, float(sum(one.pages for one in truth))),
        ("CPU seconds", found.machine_seconds.expected, sum(one.cpu_seconds for one in truth)),
        ("bytes kept", found.stored_bytes.expected, _kept(truth)),
        ("timestamps", found.timestamps.expected, 2.0 * sum(bool(one.archive_bytes) for one in truth)),
    ):
        print(f"{name}: estimated {told:,.0f}, real {real:,.0f}, error {(told - real) / real:+.1%}")


def _kept(truth: list[Measured]) -> float:
    """Return what the store keeps of files, signatures at their assumed size."""
    signatures = 3 * assumption("signature_bytes")
    copies = assumption("files_per_archive")
    return sum(
        one.source_bytes + one.other_bytes + (copies * one.archive_bytes + signatures if one.archive_bytes else 0)
        for one in truth
    )


def _specimens(folder: Path, count: int) -> Path:
    codes = kinds()
    for number in range(count):
        made = render(codes[number % len(codes)], 900 + number, CONDITIONS[number % len(CONDITIONS)])
        (folder / f"{number:03}.bin").write_bytes(made.data)
    return folder


if __name__ == "__main__":
    main()
