"""Codes for a document: serial numbers that are given once and never again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize import codes
from digitize.codes import DocCode
from digitize.lifecycle import Actor, Coded, Office
from storage.registry import Document
from storage.tables import dossiers, series, units

CODER = Actor("sohoa", Office.WORKER)
"""Codes are given by the system in the transaction that confirms the data."""


def next_serial(connection: sa.Connection, name: str) -> int:
    """Take the next number of a series, from 1; it is given back only if the transaction is.

    Two transactions wait for each other, so no number is given twice and none is left out.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    taken = (
        dialect.insert(series)
        .values(name=name, last=1)
        .on_conflict_do_update(index_elements=[series.c.name], set_={"last": series.c.last + 1})
        .returning(series.c.last)
    )
    number: int = connection.execute(taken).scalar_one()
    return number


def code(
    connection: sa.Connection, document: Document, kind_code: str, *, number: str, holder_id: str
) -> tuple[Coded, str]:
    """Return the event that gives a confirmed document its codes, and the digitization code, which is private.

    A document that was coded before (it was returned, or scanned again) keeps agency, type and serial number where they
    still fit, and PB counts its scans.

    Args:
        connection: a writing transaction.
        document: as it stands.
        kind_code: of the confirmed kind.
        number: confirmed number and notation of the paper, or empty.
        holder_id: confirmed number of the holder; empty: that of the dossier, if it has one.

    Raises:
        InvalidInput: a code does not fit into the room that its rule gives it.
    """
    unit_code = connection.execute(sa.select(units.c.code).where(units.c.id == document.unit_id)).scalar_one()
    dossier = connection.execute(
        sa.select(dossiers.c.procedure_code, dossiers.c.holder_id).where(dossiers.c.id == document.dossier_id)
    ).one()
    event = Coded(
        actor=CODER,
        result_code=codes.result_code(document.dossier_code, document.ordinal),
        doc_code=_doc_code(connection, document, unit_code, codes.document_type(kind_code)).text,
    )
    return event, codes.digitization_code(
        owner_id=holder_id or dossier.holder_id or "",
        kind_code=kind_code,
        procedure_code=dossier.procedure_code,
        number=number,
        ordinal=document.ordinal,
    )


def _doc_code(connection: sa.Connection, document: Document, agency: str, of_type: str) -> DocCode:
    version = document.record.capture
    if document.doc_code is not None:
        given = codes.parse_doc_code(document.doc_code)
        if (given.agency, given.type) == (agency, of_type):
            return DocCode(agency, of_type, given.serial, version)
    return DocCode(agency, of_type, next_serial(connection, f"doc_code/{agency}/{of_type}"), version)
