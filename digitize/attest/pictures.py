"""A fingerprint of the pictures of a copy, the same before and after attestation and signatures."""

from __future__ import annotations

import hashlib
import io

import pikepdf
from pikepdf import Name

from digitize.errors import DamagedFile


def pictures_digest(pdf: bytes) -> bytes:
    """Return SHA-256 over the picture streams of all pages as they are stored, page by page, by their names.

    The offline payload carries its beginning, so that who has the file can see whether the QR belongs to it.

    Raises:
        DamagedFile: the file cannot be parsed.
    """
    digest = hashlib.sha256()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            for page in file.pages:
                shown = page.resources.get(Name.XObject, pikepdf.Dictionary())
                pictures = [shown[name] for name in sorted(shown.keys()) if shown[name].Subtype == Name.Image]
                for picture in pictures:
                    for part in (picture, picture.get(Name.SMask), picture.get(Name.Mask)):
                        if isinstance(part, pikepdf.Stream):
                            data = part.read_raw_bytes()
                            digest.update(len(data).to_bytes(8, "big") + data)
    except pikepdf.PdfError as fault:
        raise DamagedFile("không đọc được hình ảnh trong bản sao") from fault
    return digest.digest()
