"""The log of a worker process: one JSON object a line on standard output, ids and codes only.

A command that does workers' work keeps its standard output for its answer: its log goes to standard error.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog


def open_journal(level: str) -> None:
    """Set the log up for this process.

    Args:
        level: the least level that is written, such as ``info``.
    """
    # Libraries write what they please, pyHanko the names of signers and RQ the message of every exception.
    logging.disable(logging.CRITICAL)
    structlog.configure(**_lines(level), cache_logger_on_first_use=True)


@contextmanager
def journal_aside(level: str) -> Iterator[None]:
    """Let whatever is logged in the block go to standard error.

    Args:
        level: the least level that is written, such as ``info``.
    """
    before = structlog.get_config()
    structlog.configure(**_lines(level), logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)


def _lines(level: str) -> dict[str, Any]:
    return {
        "processors": [
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        "wrapper_class": structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
    }
