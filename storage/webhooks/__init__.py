"""Webhooks: announcements brought to the endpoints of other systems, by Standard Webhooks 1.0.

:mod:`dispatch` turns an announcement into one message for each endpoint that may know of it, :mod:`messages` is the
line in which the messages wait for the sender (``workers.notify``), :mod:`replay` puts them there again.
:mod:`address` says where the service may go at all, :mod:`keys` with what it signs.
"""
