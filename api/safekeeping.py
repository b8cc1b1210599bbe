"""Whether a paper may be given back: what the store gives back just now, held against what the sender has.

The word is given only when all of this was seen: the stored bytes were read back and their SHA-256 is the one that the
sender's own machine worked out, and the picture of every page came out of the store whole. That the browser can show
those pictures, it sees for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from api.files import is_closed
from api.schemas_uploads import SafekeepingBody, SafekeepingWord
from digitize.errors import ObjectDamaged, ObjectMissing
from digitize.lifecycle import STATE_NAMES, State
from digitize.model import Finding, Reading, Severity, from_json
from storage import page_plans, shown
from storage.objects import ObjectStore
from storage.registry import Document

SENTENCES: Mapping[SafekeepingWord, str] = {
    SafekeepingWord.SAFE: "An toàn để trả lại bản giấy.",
    SafekeepingWord.POOR: "Đã lưu đúng tệp, nhưng nên quét lại trước khi trả bản giấy.",
    SafekeepingWord.READING: "Máy đang đọc bản quét; hãy giữ bản giấy thêm một lát.",
    SafekeepingWord.DIFFERENT: "Tệp trong kho KHÔNG giống tệp đã gửi. Hãy giữ bản giấy và gửi lại.",
    SafekeepingWord.LOST: "Kho không trả lại được bản quét hoặc ảnh trang. Hãy giữ bản giấy và báo người vận hành.",
}
"""What is said of each; why a document was stopped, its own history says."""

_STOPPED = frozenset({State.REFUSED, State.QUARANTINED, State.WITHDRAWN, State.PURGED})


@dataclass(frozen=True, slots=True)
class Kept:
    """What the registry names of a document's capture in force."""

    scans: tuple[str, ...]
    """Keys of the scans it is made of."""
    previews: tuple[str, ...]
    """Keys of the pictures of its pages."""


def kept_of(connection: sa.Connection, document: Document) -> Kept:
    """Look up what the capture in force is made of."""
    plan = page_plans.plan_of(connection, document.id, document.record.capture)
    scans = (document.scan_key,) if plan is None else plan.scans
    return Kept(scans, tuple(preview.key for preview in shown.page_previews(connection, document)))


def prove(objects: ObjectStore, document: Document, kept: Kept, told: Sequence[str]) -> SafekeepingBody:
    """Read back what is kept, and say whether the paper may be given back.

    Args:
        objects: where it is kept.
        document: whose paper it is.
        kept: what the registry names.
        told: SHA-256 of the files as their sender has them.
    """
    if is_closed(document) or document.state in _STOPPED:
        problem = document.summary.problem or f"Văn bản {STATE_NAMES[document.state]}."
        return _nothing_kept(document, SafekeepingWord.STOPPED, problem)
    try:
        read = {key: _read_back(objects, key) for key in kept.scans}
        for key in kept.previews:
            objects.get(key)
    except (ObjectMissing, ObjectDamaged):
        return _nothing_kept(document, SafekeepingWord.LOST, SENTENCES[SafekeepingWord.LOST])
    same = set(told) <= set(read) and bool(told)
    findings = _findings(objects, document)
    rescan = any(finding.severity is Severity.RESCAN for finding in findings)
    if not same:
        word = SafekeepingWord.DIFFERENT
    elif not kept.previews:
        word = SafekeepingWord.READING
    else:
        word = SafekeepingWord.POOR if rescan else SafekeepingWord.SAFE
    return SafekeepingBody(
        word=word, safe=word is SafekeepingWord.SAFE, state=document.state.value, sha256=",".join(read),
        size_bytes=sum(read.values()), same=same, pages=len(kept.previews), rescan=rescan, sentence=SENTENCES[word],
        remarks=[finding.message for finding in findings if finding.severity is not Severity.NOTE],
    )  # fmt: skip


def _read_back(objects: ObjectStore, key: str) -> int:
    """Read an object to its end; return its size.

    Raises:
        ObjectDamaged: the bytes kept are not those that were put.
    """
    digest, size = hashlib.sha256(), 0
    for piece in objects.open(key):
        digest.update(piece)
        size += len(piece)
    if digest.hexdigest() != key:
        raise ObjectDamaged
    return size


def _findings(objects: ObjectStore, document: Document) -> tuple[Finding, ...]:
    if document.reading_key is None:
        return ()
    return from_json(objects.get(document.reading_key), Reading).findings


def _nothing_kept(document: Document, word: SafekeepingWord, sentence: str) -> SafekeepingBody:
    return SafekeepingBody(
        word=word, safe=False, state=document.state.value, sha256="", size_bytes=0, same=False, pages=0, rescan=False,
        sentence=sentence, remarks=[],
    )  # fmt: skip
