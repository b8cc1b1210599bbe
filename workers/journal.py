"""The log of a worker process: one JSON object a line on standard output, ids and codes only."""

from __future__ import annotations

import logging

import structlog


def open_journal(level: str) -> None:
    """Set the log up for this process.

    Args:
        level: the least level that is written, such as ``info``.
    """
    # Libraries write what they please, pyHanko the names of signers and RQ the message of every exception.
    logging.disable(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
