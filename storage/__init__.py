"""Keeps things: the registry, the objects, the queue, the settings."""
