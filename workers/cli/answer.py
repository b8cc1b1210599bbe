"""What commands print: one JSON value, or lines for a person."""

from __future__ import annotations

import sys

import msgspec


def print_json(value: object) -> None:
    """Print one JSON value and nothing else; keys keep their order."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=1)
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()
