"""What every step's route has in common: version, idempotency, one transaction, the document as it is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from api import once, steps
from api.auth import Caller, PersonOnly
from api.parts import Parts, PartsOf
from api.schemas import DocumentPath, IdempotencyKey, IfMatch
from api.steps import Hand, Target
from api.versions import etag, wanted_version
from api.view import document_body
from storage import registry
from storage.idempotency import Stored


@dataclass(frozen=True, slots=True)
class StepCall:
    """A person's request to take a step with a document."""

    parts: Parts
    caller: Caller
    target: Target
    path: str
    key: str | None
    """Idempotency-Key."""

    def take(self, content: str, act: Callable[[Hand], None], *, status: int = 200) -> Response:
        """Take the step once and answer with the document, commit included.

        Args:
            content: what the body asks for, equal when the request is.
            act: the step.
            status: 202 when a worker has to go on.
        """
        asked = once.Request(self.caller.actor.id, "POST", self.path, self.key, content)
        with steps.transaction(self.parts, self.caller, self.target) as hand:

            def stored() -> Stored:
                act(hand)
                document = registry.find(hand.connection, self.target.document, self.caller.scope)
                body = document_body(hand.connection, document, masked=True)
                return Stored(status, {"ETag": etag(document.record.version)}, body.model_dump_json())

            return once.answer(hand.connection, asked, self.parts.now(), stored)


def _step_call(
    document_id: DocumentPath,
    caller: PersonOnly,
    parts: PartsOf,
    request: Request,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> StepCall:
    return StepCall(parts, caller, Target(document_id, wanted_version(if_match)), request.url.path, key)


StepOf = Annotated[StepCall, Depends(_step_call)]
"""The call of a step, for a route."""
