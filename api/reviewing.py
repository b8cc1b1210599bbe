"""The review desk, for the JSON routes and for the pages alike: held documents, drafts, and what was checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from api import steps
from api.auth import Caller
from api.errors import MissingScope
from api.parts import Parts
from api.steps import Hand, Target
from digitize.errors import Forbidden, SohoaError
from digitize.lifecycle import Office, State
from storage import registry
from storage.registry import Document
from storage.reviewing import drafts, holding
from storage.reviewing.holding import Holding
from storage.sealing import RefusedDocument

TO_REVIEW = frozenset({State.TO_CHECK, State.CAPTURE_SIGNED, State.RETURNED})
"""States in which a clerk looks at a document."""

TO_CONFIRM = frozenset({State.CAPTURE_SIGNED, State.RETURNED})
"""States in which a checked draft can be confirmed."""

ON_THE_WAY = frozenset({State.CAPTURE_ORDERED, State.CAPTURE_PREPARED, State.CAPTURE_TIMING})
"""States in which a checked draft waits for the signature on its capture."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a person's checked drafts."""

    confirmed: tuple[str, ...]
    refused: tuple[RefusedDocument, ...]
    waiting: int


def need_clerk(caller: Caller) -> None:
    """Refuse who does not check documents.

    Raises:
        MissingScope: the caller is no clerk.
    """
    if caller.actor.office is not Office.CLERK:
        raise MissingScope("chỉ cán bộ số hóa kiểm tra văn bản")


def hold(
    connection: sa.Connection, caller: Caller, document_id: str, now: datetime, *, over: bool
) -> tuple[Document, Holding]:
    """Open a document to check it.

    Raises:
        MissingScope: the caller is no clerk.
        NotFound: it is not in the caller's units.
        Forbidden: there is nothing to check.
    """
    need_clerk(caller)
    document = registry.find(connection, document_id, caller.scope)
    if document.state not in TO_REVIEW | ON_THE_WAY:
        raise Forbidden("văn bản không chờ kiểm tra")
    return document, holding.take(connection, document_id, caller.actor.id, now, over=over)


def keep(
    connection: sa.Connection,
    caller: Caller,
    document_id: str,
    number: int,
    kind: str,
    fields: Mapping[str, str],
    now: datetime,
    *,
    checked: bool,
) -> datetime:
    """Keep what was typed; return until when the document is held.

    Raises:
        MissingScope, NotFound, Forbidden: as :func:`hold`.
        NotHeld: somebody else took the document over.
    """
    need_clerk(caller)
    document = registry.find(connection, document_id, caller.scope)
    if document.state not in TO_REVIEW:
        raise Forbidden("văn bản không còn chờ kiểm tra")
    until = holding.prolong(connection, document_id, caller.actor.id, number, now)
    drafts.save(connection, document, caller.actor.id, kind, fields, now, checked=checked)
    return until


def reopen(connection: sa.Connection, caller: Caller, document_id: str) -> None:
    """Take back the decision that a document is checked; what was typed stays.

    A signature that was ordered meanwhile is made all the same: a key is not called back. The data wait for the person.

    Raises:
        MissingScope, NotFound: as :func:`hold`.
        Forbidden: the data are confirmed.
    """
    need_clerk(caller)
    document = registry.find(connection, document_id, caller.scope)
    if document.state not in TO_REVIEW | ON_THE_WAY:
        raise Forbidden("dữ liệu đã được xác nhận", remedy="Nếu sai, hãy nhờ văn thư hoặc lãnh đạo trả lại.")
    drafts.uncheck(connection, document_id, caller.actor.id)


def order_captures(
    connection: sa.Connection, parts: Parts, caller: Caller, documents: Sequence[str], certificates: Sequence[str] = ()
) -> tuple[list[str], list[RefusedDocument]]:
    """Order the clerk's own signature on many captures; each must have been checked by this very person.

    Raises:
        MissingScope: the caller is no clerk.
    """
    need_clerk(caller)
    checked = {draft.document for draft in drafts.checked_by(connection, caller.actor.id)}
    accepted: list[str] = []
    refused: list[RefusedDocument] = []
    for document in dict.fromkeys(documents):
        hand = Hand(connection, parts.storage.objects, caller, Target(document, None), parts.now())
        try:
            with connection.begin_nested():
                if document not in checked:
                    raise Forbidden("bạn chưa kiểm tra văn bản này", remedy="Hãy mở văn bản, xem từng trang rồi ký.")
                steps.order_capture_signature(hand, certificates)
            accepted.append(document)
        except SohoaError as error:
            refused.append(RefusedDocument(document, error.code(), error.message))
    return accepted, refused


def finish(parts: Parts, caller: Caller) -> Finished:
    """Confirm what the caller checked and whose capture is signed by now, each in a transaction of its own.

    What cannot be confirmed becomes a draft again, with the reason told once.

    Raises:
        MissingScope: the caller is no clerk.
    """
    need_clerk(caller)
    with parts.storage.database.read() as connection:
        checked = drafts.checked_by(connection, caller.actor.id)
        found = registry.several(connection, [each.document for each in checked], caller.scope)
        states = {document.id: document.state for document in found}
    confirmed: list[str] = []
    refused: list[RefusedDocument] = []
    for draft in checked:
        if states.get(draft.document) not in TO_CONFIRM:
            continue
        try:
            with steps.transaction(parts, caller, Target(draft.document, None)) as hand:
                if not drafts.still_checked(hand.connection, draft.document, caller.actor.id):
                    continue
                steps.confirm(hand, draft.kind_code, draft.fields)
            confirmed.append(draft.document)
        except SohoaError as error:
            refused.append(RefusedDocument(draft.document, error.code(), error.message))
            if not error.retryable:
                with parts.storage.database.write() as connection:
                    drafts.uncheck(connection, draft.document, caller.actor.id)
    waiting = sum(1 for state in states.values() if state in ON_THE_WAY)
    return Finished(tuple(confirmed), tuple(refused), waiting)
