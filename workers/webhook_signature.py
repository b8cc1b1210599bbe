"""The headers that let a receiver know a message: Standard Webhooks 1.0, ``v1`` (HMAC-SHA256) and ``v1a`` (Ed25519)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook

from storage.webhooks.keys import EndpointKeys


def signed_headers(message_id: str, body: str, keys: Sequence[EndpointKeys], now: datetime) -> Mapping[str, str]:
    """Sign a message with all keys that are in force.

    Args:
        message_id: the same at every attempt.
        body: as it will be sent, to the letter.
        keys: those that the receiver was shown last come first.
        now: of this attempt, UTC; receivers refuse what is older than some minutes.
    """
    seconds = int(now.timestamp())
    signed = f"{message_id}.{seconds}.{body}".encode()
    signatures = [Webhook(each.secret).sign(message_id, now, body) for each in keys]
    signatures += [f"v1a,{base64.b64encode(each.private.sign(signed)).decode()}" for each in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }
