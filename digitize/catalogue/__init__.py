"""Data from law and practice, each entry with its source and validity; code reads it, people change it."""
