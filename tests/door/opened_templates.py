"""Every template of the pages is opened by some test: a run of the whole suite names those that were not, and fails.

Jinja's environment keeps each template that it opened, included and imported ones too, so nothing is recorded on the
way; the workers of ``-n`` tell their share when they end.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "api" / "web" / "templates"

_opened: set[str] = set()
_never: list[str] = []


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Gather what was opened; hold the rule when all tests ran."""
    rendering = sys.modules.get("api.web.rendering")
    if rendering is not None:
        _opened.update(name for _, name in rendering._TEMPLATES.cache)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["templates"] = sorted(_opened)
    elif _is_whole(session.config):
        every = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
        _never.extend(sorted(every - _opened))
        if _never and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  # xdist gives its controllers no public type
    """Take over what a worker's tests opened."""
    _opened.update(getattr(node, "workeroutput", {}).get("templates", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what no test opened."""
    for name in _never:
        terminalreporter.write_line(f"no test opened the template {name}", red=True)


def _is_whole(config: pytest.Config) -> bool:
    """Tell whether everything was asked for: no paths, no names, no marks."""
    chosen = (config.getoption(name, default=None) for name in ("keyword", "markexpr", "lf", "collectonly"))
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(chosen)
