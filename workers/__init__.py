"""Entry points that join digitize and storage, and hold the keys."""
