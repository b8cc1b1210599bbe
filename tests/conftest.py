"""What every test may ask for, and the order of the files."""

from __future__ import annotations

import pytest

pytest_plugins = [
    "tests.servers.plugin", "tests.registry.plugin", "tests.verapdf.plugin", "tests.door.plugin", "tests.keys.plugin",
]  # fmt: skip

WHOLE_SERVICES = (
    "tests/acceptance/test_main_job.py",
    "tests/faults/test_outages.py",
    "tests/faults/test_timestamps.py",
    "tests/faults/test_deaths.py",
    "tests/faults/test_copy_deaths.py",
    "tests/faults/test_supervisor.py",
    "tests/acceptance/test_anybodys_files.py",
    "tests/acceptance/test_compose_file.py",
)
"""Files whose tests start a whole service of a dozen processes and wait for it: one after the other, begun first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each file to one worker, and all that start whole services to the same one (``--dist loadgroup``)."""
    places = {name: place for place, name in enumerate(WHOLE_SERVICES)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(places)))
    for item in items:
        file = item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group("whole services" if file in places else file))
