"""The daily heads are made by the sweep, a little in each of its rounds, so that nothing else waits for them."""

from __future__ import annotations

import time

import structlog

from storage.heads import HeadMaker
from workers.attempt import Post

log = structlog.get_logger(__name__)

BUDGET_S = 0.25
"""Seconds of a round that may go into heads; one step is finished whatever it takes."""


def make_heads(post: Post, maker: HeadMaker) -> int:
    """Go on with the heads that are due; return how many were written. The timestamp lane is told of them.

    Raises:
        RegistryUnavailable: the database does not answer; the next round goes on.
    """
    made, begun = 0, time.monotonic()
    while not maker.is_idle(post.clock()):
        head = maker.step(post.clock())
        if head is not None:
            made += 1
            log.info("head_made", number=head.number, day=head.day, leaves=head.leaves)
        if time.monotonic() - begun >= BUDGET_S:
            break
    return made
