"""What every test may ask for."""

from __future__ import annotations

pytest_plugins = [
    "tests.servers.plugin", "tests.registry.plugin", "tests.verapdf.plugin", "tests.door.plugin", "tests.keys.plugin",
]  # fmt: skip
