"""What anybody may ask of a copy, counted at the door: for the JSON routes and for the pages alike."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request

from api.parts import Parts
from api.verifying import asker_of
from digitize.attest.codes import parse_verification_code
from storage import deliveries, lookup, throttle
from storage.certifications import Copy
from storage.lookup import CopyStatus, FullView

WINDOW = timedelta(minutes=10)
"""In which look-ups are counted."""


def status_of(request: Request, parts: Parts, typed: str) -> CopyStatus:
    """Return what the short code alone shows.

    Raises:
        TooOften: this address asked too often.
        InvalidInput: the code was mistyped.
        NotFound: no copy of that code was given out.
    """
    admit(request, parts)
    code = parse_verification_code(typed)
    with parts.storage.database.read() as connection:
        return lookup.status(connection, code)


def full_view_of(request: Request, parts: Parts, typed: str, fact: str) -> FullView:
    """Return what the code and a fact from the paper show; a wrong fact is counted, and committed as such.

    Raises:
        TooOften: this address asked too often.
        InvalidInput: the code was mistyped.
        NotFound: no copy of that code was given out.
        WrongFact: the fact does not agree, or too many did not before.
    """
    admit(request, parts)
    code = parse_verification_code(typed)
    with parts.storage.database.write() as connection:
        return lookup.full_view(connection, code, fact, parts.now())


def copy_behind(request: Request, parts: Parts, secret: str) -> Copy:
    """Return the copy behind a download link, and count the download.

    Raises:
        TooOften: this address asked too often.
        NotFound: there is no such link (any more).
        Forbidden: the copy was cancelled.
    """
    admit(request, parts)
    with parts.storage.database.write() as connection:
        return deliveries.open_link(connection, secret, parts.now())


def admit(request: Request, parts: Parts) -> None:
    """Count a look-up, or refuse it.

    Raises:
        TooOften: there were more within the window.
    """
    name = f"lookup/{asker_of(request, parts).name}"
    with parts.storage.database.write() as connection:
        throttle.admit(connection, name, parts.now(), most=parts.settings.lookups_per_address, window=WINDOW)
