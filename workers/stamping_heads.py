"""The timestamp of a daily head: asked for by the timestamp lane, beside its work on subjects.

Nothing waits for a head, and a head waits for its timestamp in the open: the lane is told again until it has one.
"""

from __future__ import annotations

import structlog
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import NotFound, SigningRefused, WorldAtFault
from digitize.sign.lone_token import stamp_digest
from storage import heads
from workers.attempt import Post
from workers.dispatch import Works, do_by_kind
from workers.guarded_timestamper import resting

log = structlog.get_logger(__name__)


def stamp_or_do(post: Post, timestamper: TimeStamper | None, works: Works, hinted: str) -> None:
    """Do what the timestamp lane was told of: stamp a head, or work on a subject."""
    number = heads.number_in(hinted)
    if number is None:
        do_by_kind(post, works, hinted)
    else:
        stamp_head(post, timestamper, number)


def stamp_head(post: Post, timestamper: TimeStamper | None, number: int) -> bool:
    """Give a head its timestamp; False when it still waits for one."""
    if timestamper is None or resting(post, timestamper):
        log.info("head_waits", number=number)
        return False
    try:
        with post.storage.database.read() as connection:
            kept = heads.find_head(connection, number)
        if kept.token is None:
            token = stamp_digest(bytes.fromhex(kept.head.hash), timestamper, post.clock())
            with post.storage.database.write() as connection:
                heads.keep_token(connection, number, token.der, token.stamped_at)
            log.info("head_stamped", number=number)
    except (WorldAtFault, SigningRefused, NotFound) as error:
        log.warning("head_not_stamped", number=number, code=error.code())
        return False
    return True
