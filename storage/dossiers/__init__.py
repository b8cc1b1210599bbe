"""Dossiers and their results: the register against which scans are received and counted."""

from __future__ import annotations

from storage.dossiers.changing import add_component, add_result, cancel_result, change, component_scanned
from storage.dossiers.dossier import Component, Dossier, NewComponent, NewDossier, NewResult, Result
from storage.dossiers.entering import Answer, create, enter
from storage.dossiers.finding import find_by_code
from storage.dossiers.uploads import result_for_upload

__all__ = [
    "Answer",
    "Component",
    "Dossier",
    "NewComponent",
    "NewDossier",
    "NewResult",
    "Result",
    "add_component",
    "add_result",
    "cancel_result",
    "change",
    "component_scanned",
    "create",
    "enter",
    "find_by_code",
    "result_for_upload",
]
