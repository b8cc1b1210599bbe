"""A backlog in bulk: :mod:`sampling` reads a sample of it for real, :mod:`feeding` feeds it in behind live work."""
