"""What goes with an order to a child, beside the file."""

from __future__ import annotations

from dataclasses import dataclass

from digitize.archive.capture import Capture
from digitize.image.limits import Limits
from digitize.page_plan import JoinedScans


@dataclass(frozen=True, slots=True)
class DigitizeArguments:
    """Beside the scan itself."""

    capture: Capture
    limits: Limits
    cleared: bool = False
    """A supervisor found the paper's secrecy mark to be none."""
    joined: JoinedScans | None = None
    """How the file is made of several scans."""
