"""Files without a name and without a disk (memfd_create(2)): what they hold exists once, whoever looks at it.

Their memory counts for the control group of the process that wrote them and for the proportional share (PSS) of those
that have them mapped; it is given back when the last of them is gone, however that process ended.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from typing import BinaryIO

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


def memory_file() -> BinaryIO:
    """Make an empty file."""
    return os.fdopen(os.memfd_create("sohoa", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "w+b")


def sealed(pieces: Iterable[bytes]) -> BinaryIO:
    """Make a file that nobody can change any more, whoever it is handed to."""
    file = memory_file()
    try:
        for piece in pieces:
            file.write(piece)
        file.flush()
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file
