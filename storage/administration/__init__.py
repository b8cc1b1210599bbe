"""What administrators change, each written into the journal of changes in the same transaction.

Desk and command line call these functions; they call those that keep the rules of each thing (:mod:`storage.units`,
:mod:`storage.people`, :mod:`storage.clients` …) and add who, when, why, and how to take it back.
"""
