"""The guides of the desks: all are found from the index, and what they point at is there."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
POINTS_AT = re.compile(r"\]\(([\w./-]+\.(?:md|png))\)")


def test_the_index_and_the_readme_name_every_guide() -> None:
    guides = {path.name for path in DOCS.glob("guide-*.md")}
    assert set(POINTS_AT.findall((DOCS / "guides.md").read_text(encoding="utf-8"))) == guides
    of_readme = POINTS_AT.findall((DOCS.parent / "README.md").read_text(encoding="utf-8"))
    assert {Path(target).name for target in of_readme} >= guides | {"guides.md"}


def test_every_picture_of_a_guide_is_there() -> None:
    missing = [
        f"{guide.name}: {target}"
        for guide in (DOCS.parent / "README.md", *sorted(DOCS.glob("guide*.md")))
        for target in POINTS_AT.findall(guide.read_text(encoding="utf-8"))
        if not (guide.parent / target).is_file()
    ]
    assert missing == []
