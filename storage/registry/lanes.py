"""Which workers a document waits for."""

from __future__ import annotations

from collections.abc import Mapping

from digitize.lifecycle import State
from storage.outbox import Lane

LANES: Mapping[State, Lane] = {
    State.RECEIVED: Lane.READ,
    State.CAPTURE_ORDERED: Lane.SEAL,
    State.CAPTURE_TIMING: Lane.TIMESTAMP,
    State.SEAL_ORDERED: Lane.SEAL,
    State.SEAL_TIMING: Lane.TIMESTAMP,
    State.SEALED: Lane.DELIVER,
}
"""Which lane works on a document in that state; the other states wait for a person or for nobody. A published document
waits for the sealing lane too, once the signature over its corrected data was ordered."""
