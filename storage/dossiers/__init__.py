"""Dossiers and their results: the register against which scans are received and counted."""

from __future__ import annotations

from storage.dossiers.dossier import Dossier, NewDossier, NewResult, Result
from storage.dossiers.entering import create
from storage.dossiers.finding import find_by_code
from storage.dossiers.uploads import result_for_upload

__all__ = ["Dossier", "NewDossier", "NewResult", "Result", "create", "find_by_code", "result_for_upload"]
