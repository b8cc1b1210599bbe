"""Takes scans in, shows them for review, answers and reads."""
