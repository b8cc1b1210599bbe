"""Which workers a copy waits for."""

from __future__ import annotations

from collections.abc import Mapping

from digitize.attest.lifecycle import CopyState
from storage.outbox import Lane

COPY_LANES: Mapping[CopyState, Lane] = {
    CopyState.CAPTURED: Lane.READ,
    CopyState.ATTEST_ORDERED: Lane.SEAL,
    CopyState.ATTEST_TIMING: Lane.TIMESTAMP,
    CopyState.SEAL_ORDERED: Lane.SEAL,
    CopyState.SEAL_TIMING: Lane.TIMESTAMP,
    CopyState.SEALED: Lane.DELIVER,
}
"""Which lane works on a copy in that state; the other states wait for a person or for nobody."""
