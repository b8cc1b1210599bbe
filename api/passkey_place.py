"""Where a browser stands when it shows a passkey: the name and the origin that the passkey was made for."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from api.parts import Parts
from storage.second_factor.passkeys import Place


def place_of(request: Request, parts: Parts) -> Place:
    """Tell where the browser stands: as the settings name the service, else as the browser itself does."""
    address = urlsplit(parts.settings.public_url or str(request.base_url))
    return Place(address.hostname or "", f"{address.scheme}://{address.netloc}")
