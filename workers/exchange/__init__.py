"""The exchange worker: brings dossiers, progress and results to portals.

:mod:`exchanger` gives each connector a lane of its own behind a circuit breaker, :mod:`lane` is the work of one lane,
:mod:`portals` speaks the two dialects, :mod:`calling` is one request within limits.
"""
