"""The schema of the registry, step by step."""
