"""The command line: ``sohoa``, one program for reading, signing, running and operating.

Exit codes: 0 ok, 1 the world failed (try again), 2 the input is at fault, 3 refused by a rule, 130 interrupted.
"""

from workers.cli.program import main

__all__ = ["main"]
