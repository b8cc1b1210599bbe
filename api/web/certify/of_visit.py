"""The copy that an address names, when it is one of the visit that the same address names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from api.auth import Right
from api.parts import PartsOf
from api.schemas_copies import CertificationPath, CopyPath
from api.web.visiting import Visitor
from digitize.errors import NotFound
from storage import certifications


def _copy_of_visit(certification_id: CertificationPath, copy_id: CopyPath, caller: Visitor, parts: PartsOf) -> str:
    """Return the id of the copy.

    Raises:
        MissingScope: the caller does not read copies.
        NotFound: it is not in the caller's units, or belongs to another visit.
    """
    caller.need(Right.READ_COPIES)
    with parts.storage.database.read() as connection:
        copy = certifications.find(connection, copy_id, caller.scope)
    if copy.certification_id != certification_id:
        raise NotFound("bản sao này của phiên")
    return copy.id


CopyOfVisit = Annotated[str, Depends(_copy_of_visit)]
"""Id of the copy that a step is about; a step under the address of another visit is not found."""
