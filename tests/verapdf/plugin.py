"""The fixture that judges an archive file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.verapdf.validator import PdfaVerdict, VeraPdf

PdfaJudge = Callable[[Path | bytes], PdfaVerdict]
"""Takes a file or its bytes."""


@pytest.fixture(scope="session")
def pdfa_verdict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PdfaJudge]:
    """Give the judge of PDF/A-2b: its verdict on a file says whether it is compliant."""
    vera = VeraPdf()
    folder = tmp_path_factory.mktemp("verapdf")

    def judge(file: Path | bytes) -> PdfaVerdict:
        if isinstance(file, Path):
            return vera.judge(file)
        place = folder / "judged.pdf"
        place.write_bytes(file)
        return vera.judge(place)

    yield judge
    vera.close()
