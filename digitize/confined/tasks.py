"""What a child can be asked to do with a file from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitize.confined import judging
from digitize.confined.frames import Setup, packed
from digitize.confined.orders import DigitizeArguments
from digitize.confined.task import Progress, Task
from digitize.mapped import Content
from digitize.route import digitize
from digitize.text.engine import Extent, OcrEngine, RawWord, default_engine


class PacedEngine:
    """A recogniser that tells that the work goes on, so that every page gets its own allowance of time."""

    def __init__(self, engine: OcrEngine, goes_on: Progress) -> None:
        """Stand before a recogniser."""
        self._engine = engine
        self._goes_on = goes_on

    @property
    def name(self) -> str:
        """Of the recogniser behind."""
        return self._engine.name

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:
        """Read a picture."""
        self._goes_on()
        return self._engine.recognise(gray, dpi, extent)


def prepare(setup: Setup) -> Mapping[str, Task]:
    """Load the recogniser's model and return the tasks.

    Raises:
        Misconfigured: the model is not installed.
    """
    engine = default_engine(setup.tessdata)

    def digitize_scan(arguments: bytes, data: Content, progress: Progress, attachment: BinaryIO) -> bytes:
        order = msgspec.msgpack.decode(arguments, type=DigitizeArguments)
        paced = PacedEngine(engine, progress)
        return packed(
            digitize(
                data, order.capture, paced, order.limits, attachment, cleared=order.cleared, joined=order.joined
            )
        )  # fmt: skip

    return {"digitize": digitize_scan, **judging.prepare(setup)}
