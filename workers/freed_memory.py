"""What a document needed goes back to the system when the document is done.

A long scan is some ten megabytes of words and small pictures in a worker, for a second. Python and the C library keep
such memory for later, scattered, and a worker that has read a hundred pages once would hold a third more for ever.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable

_MMAP_THRESHOLD = -3
"""``M_MMAP_THRESHOLD`` (mallopt(3))."""
BLOCK_BYTES = 256 * 1024
"""From this size on, a block of memory is the system's again as soon as it is freed; glibc by itself raises that size
to 32 MiB once such a block was freed, and then keeps them between smaller ones that are still used."""


def settled() -> None:
    """Say that everything a process works with is loaded: no later collection walks through it."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc's own; other C libraries give large blocks back anyway
        libc.mallopt(_MMAP_THRESHOLD, BLOCK_BYTES)
    gc.collect()
    gc.freeze()


def giving_back(work: Callable[[str], None]) -> Callable[[str], None]:
    """Let a lane collect after each document.

    That also empties Python's lists of tuples and numbers kept for reuse, each of which holds on to a whole arena.

    Args:
        work: what the lane does with a subject's id.
    """

    def done(subject_id: str) -> None:
        try:
            work(subject_id)
        finally:
            gc.collect()

    return done
