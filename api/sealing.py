"""The seal's order, for the JSON route and for the pages alike."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from api.auth import Caller
from api.errors import MissingScope
from api.parts import Parts
from digitize.lifecycle import Office
from storage import sealing
from storage.sealing import SealOrder


def order_seal(
    connection: sa.Connection, parts: Parts, caller: Caller, documents: Sequence[str], certificates: Sequence[str] = ()
) -> SealOrder:
    """Order the agency's signature on each document of a list that may have it.

    Args:
        connection: a writing transaction.
        parts: the service.
        caller: the officer.
        documents: ids.
        certificates: of the token that will sign, DER in base64; none: the key is held by the sealing worker.

    Raises:
        MissingScope: the caller is no sealing officer.
    """
    if caller.actor.office is not Office.OFFICER:
        raise MissingScope("chỉ văn thư được yêu cầu đóng dấu")
    return sealing.order_seal(connection, documents, caller.actor, caller.scope, parts.now(), certificates)
