"""Turns bytes into values and knows no storage, no queue and no network."""
