"""Letters of an office about its dossiers, typeset on demand.

The typesetting libraries cost a process a quarter of a second, so they are imported when the first letter is asked for.
"""

from __future__ import annotations

from api.schemas_reports import LetterSent
from digitize.place_name import place_of
from digitize.reports.report import LateDossier
from storage.units import Unit


def apology_letter(unit: Unit, dossier: LateDossier, sent: LetterSent) -> bytes:
    """Return the letter of apology of a unit, dated the day on which it goes out."""
    from digitize.official_paper import Letterhead, Signer
    from digitize.reports.apology import letter

    head = Letterhead(unit.name, place_of(unit.name), sent.sent_on, number=sent.number)
    return letter(head, dossier, sent.reason, sent.new_day, Signer(sent.title, sent.signer))
