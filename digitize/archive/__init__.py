"""Pages and words become a two-layer PDF/A-2b.

``srgb.icc`` is the sRGB profile that LittleCMS generates (``PIL.ImageCms.createProfile("sRGB")``), with a fixed date
in its header so that the same input gives the same bytes on every day and machine.
"""

from __future__ import annotations

from digitize.archive.capture import Capture
from digitize.archive.writer import ArchiveWriter

__all__ = ["ArchiveWriter", "Capture"]
