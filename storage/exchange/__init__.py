"""What portals are owed and were told: connectors, the line of messages, and the measured share.

Whoever changes a fact of a dossier calls :func:`owe` in the same transaction; it is a hint and holds no payload. The
exchange worker reads the newest facts (:mod:`gathering`), sends them, and writes down what was taken (:mod:`telling`).
A daily review (:mod:`reviewing`) finds what no hint spoke of. :mod:`measuring` compares what was told with what is.
"""

from __future__ import annotations

from storage.exchange.owing import owe, owe_many, owe_results

__all__ = ["owe", "owe_many", "owe_results"]
