"""Letters of an office about its dossiers, typeset on demand.

The typesetting libraries cost a process a quarter of a second, so they are imported when the first letter is asked for.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from api.auth import Caller
from api.parts import Parts
from api.schemas_reports import ApologyBody, ApologySent, LetterSent
from digitize.place_name import place_of
from storage import apologies, units


def apology_for(parts: Parts, caller: Caller, code: str, sent: LetterSent) -> bytes:
    """Return the letter for a late dossier of the caller's units; nothing is recorded.

    Raises:
        NotFound: there is no such dossier in the caller's units.
        Forbidden: it is not late, or the register knows no day for it.
    """
    from digitize.official_paper import Letterhead, Signer
    from digitize.reports.apology import letter

    with parts.storage.database.read() as connection:
        dossier, told = apologies.need_late(connection, code, caller.scope, parts.now())
        unit = units.find_unit(connection, dossier.unit_id)
    head = Letterhead(unit.name, place_of(unit.name), sent.sent_on, number=sent.number)
    return letter(head, told, sent.reason, sent.new_day, Signer(sent.title, sent.signer))


def note_apology(
    connection: sa.Connection, caller: Caller, code: str, sent: ApologySent, letter_key: str, now: datetime
) -> ApologyBody:
    """Record that a letter went out; the same letter sent the same way again is the same.

    Args:
        connection: of a writing transaction.
        caller: who records it.
        code: of the dossier.
        sent: the letter, and how it went out.
        letter_key: of the stored letter.
        now: with offset.

    Raises:
        NotFound: there is no such dossier in the caller's units.
        Forbidden: it is not late, or the register knows no day for it.
        InvalidInput: the day of sending lies ahead, or before the dossier was due.
        Conflict: another letter was recorded for that day.
    """
    standing, _ = apologies.need_late(connection, code, caller.scope, now)
    made = apologies.note_sent(connection, standing, letter_key, sent.sent_on, sent.sent_how, caller.actor.id, now)
    return ApologyBody(id=made, dossier=code, sent_on=sent.sent_on, sent_how=sent.sent_how, letter_sha256=letter_key)
