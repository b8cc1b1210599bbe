"""Results as another agency sees them: never without validity and assurance, never more than it may see."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from api.auth import Caller
from api.masking import masked_name
from api.schemas_reuse import (
    AssuranceBody,
    LookupBody,
    LookupList,
    MetadataBody,
    ReuseBody,
    ReusedResultBody,
    SeenBody,
    ValidityBody,
    WaitingResultBody,
)
from digitize.metadata import kind_name
from digitize.reuse import Access
from storage.reuse import Answer, Answered, Asker, CallerKind, Lookup, Waiting


def asker(caller: Caller) -> Asker:
    """Return the caller as one who asks for results."""
    kind = CallerKind.SYSTEM if caller.session is None else CallerKind.PERSON
    return Asker(caller.actor.id, kind, caller.scope)


def answered_body(answered: Answered) -> ReuseBody:
    """Describe a request."""
    return ReuseBody(
        request=answered.id,
        state=answered.state,
        asked_at=answered.asked_at,
        dossier_code=answered.dossier_code,
        results=[result_body(each) for each in answered.answers],
        more=answered.more,
    )


def result_body(answer: Answer) -> ReusedResultBody:
    """Describe one result of a request."""
    result = answer.result
    shown = answer.access is Access.GRANTED
    return ReusedResultBody(
        result=result.id,
        access=answer.access,
        reason=answer.reason,
        kind=result.kind_code,
        kind_name=kind_name(result.kind_code),
        unit=result.unit_code,
        unit_name=result.unit_name,
        validity=ValidityBody.model_validate(result.validity),
        assurance=AssuranceBody.model_validate(result.assurance),
        code=result.code if shown else None,
        result_type=result.result_type_code,
        title=result.title if shown else None,
        holder_name=masked_name(result.holder_name) if shown else None,
        data=MetadataBody.model_validate(result.metadata.as_dict()) if shown else None,
    )


def tag_of(told: str) -> str:
    """Return the strong validator of a body as it is told."""
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def waiting_body(waiting: Waiting, names: Mapping[str, str]) -> WaitingResultBody:
    """Describe what waits for a decision."""
    return WaitingResultBody(
        request=waiting.place.request_id, result=waiting.place.result_id, asked_at=waiting.place.asked_at,
        caller=names.get(waiting.caller_id, ""), caller_unit=waiting.caller_unit, purpose=waiting.purpose,
        legal_basis=waiting.legal_basis, dossier_code=waiting.dossier_code, title=waiting.title,
        kind=waiting.kind_code, unit=waiting.unit_code, ground=waiting.ground,
    )  # fmt: skip


def lookups_body(found: Sequence[Lookup]) -> LookupList:
    """Describe who looked: systems by name, people by their initials."""
    return LookupList(
        accesses=[
            LookupBody(
                at=each.at,
                caller=masked_name(each.caller) if each.is_person else each.caller,
                unit_name=each.unit_name,
                purpose=each.purpose,
                legal_basis=each.legal_basis,
                dossier_code=each.dossier_code,
                results=[SeenBody.model_validate(one) for one in each.results],
            )
            for each in found
        ]
    )
