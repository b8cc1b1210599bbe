"""The shape of what a child can be asked to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from digitize.mapped import Content

Progress = Callable[[], None]
"""Called before every picture that is recognised: the work goes on, and a new allowance of time begins."""


Task = Callable[[bytes, Content, Progress, BinaryIO], bytes]
"""Takes the encoded arguments, the file, what to call as the work goes on, and where to write the attachment: bytes
that go with the answer and need no encoding. Returns the answer, encoded by msgspec."""
