"""What every step of a copy has in common: version, idempotency, one transaction, the copy as it is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response

from api import once
from api.auth import AnyCaller, Caller
from api.copies import CopyHand, copy_transaction
from api.copy_view import copy_body
from api.parts import Parts, PartsOf
from api.schemas import IdempotencyKey, IfMatch
from api.schemas_copies import CopyPath
from api.versions import etag, wanted_version
from storage.idempotency import Stored

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class CopyStepCall:
    """A request to take a step with a copy."""

    parts: Parts
    caller: Caller
    copy_id: str
    version: int | None
    path: str
    key: str | None
    """Idempotency-Key."""

    def take(self, content: str, act: Callable[[CopyHand], None], *, status: int = 200) -> Response:
        """Take the step once and answer with the copy, commit included.

        Args:
            content: what the body asks for, equal when the request is.
            act: the step.
            status: 202 when a worker has to go on.
        """
        asked = once.Request(self.caller.actor.id, "POST", self.path, self.key, content)
        with copy_transaction(self.parts, self.caller, self.copy_id, self.version) as hand:

            def stored() -> Stored:
                act(hand)
                copy = hand.copy()
                body = copy_body(hand.connection, copy)
                return Stored(status, {"ETag": etag(copy.record.version)}, body.model_dump_json())

            return once.answer(hand.connection, asked, self.parts.now(), stored)

    def look(self, ask: Callable[[CopyHand], Answer]) -> Answer:
        """Do beforehand what a step needs and what must not hold its transaction open: nothing is written here."""
        with self.parts.storage.database.read() as connection:
            return ask(CopyHand(
                connection, self.parts.storage.objects, self.caller, self.copy_id, self.version, self.parts.now()
            ))  # fmt: skip


def _step_call(
    copy_id: CopyPath,
    caller: AnyCaller,
    parts: PartsOf,
    request: Request,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> CopyStepCall:
    return CopyStepCall(parts, caller, copy_id, wanted_version(if_match), request.url.path, key)


CopyStepOf = Annotated[CopyStepCall, Depends(_step_call)]
"""The call of a step, for a route."""
