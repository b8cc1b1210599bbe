"""Write specimens as a set that can be scored: the files, ``fields.json`` and ``text/index.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workers.demo.specimens.model import Specimen

KEYS = {
    "number": "so_ky_hieu",
    "issued_date": "date",
    "organ_name": "issuing_authority",
    "parent_organ_name": "parent_authority",
    "place": "place",
    "subject": "trich_yeu",
    "signer_name": "signer_name",
    "signer_title": "signer_title",
    "holder_name": "holder_name",
    "holder_id": "holder_id",
    "holder_birth_date": "holder_birth_date",
}
"""Name of a field in the reading, and its key in ``fields.json``."""

CONVENTION = (
    "Rendered from content, so exact. so_ky_hieu has spaces removed; date ISO; handwritten lists the fields filled in "
    "by pen; uncertain lists what a scorer should weigh lightly. Text: one line per printed line, a header's left "
    "column before its right one, cells of a table row separated by TAB; seals, signatures and stamps are left out."
)


def document(specimen: Specimen) -> dict[str, Any]:
    """Return one entry of ``fields.json``."""
    truth = specimen.truth
    entry: dict[str, Any] = {
        "file": specimen.name,
        "page": 1,
        "doc_type": truth.kind_name,
        "kind": truth.kind_code,
        **{key: truth.fields.get(name) for name, key in KEYS.items()},
        "handwritten": sorted(KEYS[name] for name in truth.pen),
        "uncertain": sorted(KEYS[name] for name in truth.uncertain),
        "notes": truth.conditions,
    }
    return entry


def texts(specimen: Specimen) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield for each page its entry of ``text/index.json`` and its text."""
    stem = Path(specimen.name).stem
    for number, lines in enumerate(specimen.truth.pages, start=1):
        entry = {
            "file": specimen.name,
            "page": number,
            "text": f"text/{stem}.p{number}.txt",
            "conditions": specimen.truth.conditions,
        }
        yield entry, "\n".join(lines) + "\n"


def write(specimens: Iterable[Specimen], folder: Path) -> int:
    """Write specimens as they come and the two indexes at the end; return how many there were.

    Args:
        specimens: taken one at a time, so that a large set needs no large memory.
        folder: made when missing.
    """
    (folder / "text").mkdir(parents=True, exist_ok=True)
    documents, pages = [], []
    for specimen in specimens:
        (folder / specimen.name).write_bytes(specimen.data)
        documents.append(document(specimen))
        for entry, text in texts(specimen):
            (folder / entry["text"]).write_text(text, encoding="utf-8")
            pages.append(entry)
    save(folder / "fields.json", {"convention": CONVENTION, "documents": documents})
    save(folder / "text/index.json", {"convention": CONVENTION, "pages": pages})
    return len(documents)


def save(path: Path, value: dict[str, Any]) -> None:
    """Write one index."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
