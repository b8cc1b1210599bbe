"""What every test may ask for, and the order of the files."""

from __future__ import annotations

import pytest

pytest_plugins = [
    "tests.servers.plugin", "tests.registry.plugin", "tests.verapdf.plugin", "tests.door.plugin", "tests.keys.plugin",
    "tests.browser.plugin", "tests.door.opened_templates",
]  # fmt: skip

LONGEST = (
    "tests/acceptance/test_main_job.py",
    "tests/faults/test_outages.py",
    "tests/browser/test_public.py",
    "tests/faults/test_timestamps.py",
    "tests/faults/test_deaths.py",
    "tests/faults/test_copy_deaths.py",
    "tests/faults/test_supervisor.py",
    "tests/browser/test_review.py",
    "tests/acceptance/test_anybodys_files.py",
    "tests/unit/storage/test_backup.py",
    "tests/acceptance/test_certified_copies.py",
    "tests/browser/test_boards.py",
    "tests/browser/test_certify.py",
    "tests/unit/storage/test_audit.py",
    "tests/acceptance/test_compose_file.py",
    "tests/acceptance/test_openapi.py",
    "tests/acceptance/test_token_signing.py",
    "tests/acceptance/test_off_the_road.py",
    "tests/unit/archive/test_archive_file.py",
    "tests/unit/intake/test_marks_over_scans.py",
    "tests/browser/test_plain_page.py",
)
"""Files that take half a minute or more: who took one of them last would leave the other workers idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; ``--no-loadscope-reorder`` keeps the order when workers share the files."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(LONGEST)))
