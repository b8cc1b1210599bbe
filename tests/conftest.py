"""What every test may ask for, and the order of the files."""

from __future__ import annotations

import pytest

pytest_plugins = [
    "tests.servers.plugin", "tests.registry.plugin", "tests.verapdf.plugin", "tests.door.plugin", "tests.keys.plugin",
    "tests.browser.plugin",
]  # fmt: skip

LONGEST = (
    "tests/acceptance/test_main_job.py",
    "tests/faults/test_outages.py",
    "tests/faults/test_deaths.py",
    "tests/faults/test_timestamps.py",
    "tests/faults/test_copy_deaths.py",
    "tests/acceptance/test_anybodys_files.py",
    "tests/acceptance/test_compose_file.py",
    "tests/faults/test_supervisor.py",
)
"""Files that take a minute or more: who took one of them last would leave the other worker idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; ``--no-loadscope-reorder`` keeps the order when workers share the files."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(LONGEST)))
