"""The TLS certificate of a system (RFC 8705): told by our own TLS, or by a proxy that the settings trust.

Both need uvicorn with :class:`ShowingProtocol`, which ``sohoa serve`` then takes. The proxy hands the certificate over
in a header: as ``Client-Cert`` (RFC 9440, base64 between colons), or as PEM with percent signs (nginx
``$ssl_client_escaped_cert``). Nobody else's header is believed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ssl
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import Request
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.parts import Parts

if TYPE_CHECKING:
    import asyncio

SHOWN, PEER = "peer_certificate", "peer_address"
"""Names in the state of a request: the certificate's hash, and who is at the other end of the connection itself, which
``X-Forwarded-For`` does not change."""


class ShowingProtocol(HttpToolsProtocol):
    """Uvicorn's protocol, which also tells the application which certificate the caller showed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Keep the hash of the certificate that TLS has verified, for all requests of the connection."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        shown = None if tls is None else tls.getpeercert(binary_form=True)
        told = {PEER: "" if self.client is None else self.client[0]}
        if shown:
            told[SHOWN] = hashlib.sha256(shown).hexdigest()
        self.app_state = {**self.app_state, **told}


def shown_certificate(request: Request, parts: Parts) -> str | None:
    """Return the SHA-256 of the caller's certificate in hex; None: none was shown, or nobody trusted says so."""
    direct: str | None = getattr(request.state, SHOWN, None)
    if direct is not None:
        return direct
    header = parts.settings.client_certificate_header
    if header is None or not _is_trusted(request, parts):
        return None
    told = request.headers.get(header, "")
    encoded = _encoded(told) if told else None
    return None if encoded is None else hashlib.sha256(encoded).hexdigest()


def _is_trusted(request: Request, parts: Parts) -> bool:
    try:
        address = ip_address(getattr(request.state, PEER, ""))
    except ValueError:
        return False
    return any(address in network for network in parts.settings.proxies)


def _encoded(told: str) -> bytes | None:
    """Return the certificate as DER; None: it is none."""
    text = told.strip()
    try:
        if text.startswith(":") and text.endswith(":"):
            return base64.b64decode(text[1:-1], validate=True)
        return ssl.PEM_cert_to_DER_cert(unquote(text).strip())
    except (binascii.Error, ValueError):
        return None
