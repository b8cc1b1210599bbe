"""What the service tells (Standard Webhooks), believed only when it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class WebhookRefused(Exception):
    """It is not from the service, too old, or not whole: answer 400 and do nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message whose signature holds."""

    message_id: str
    """The same at every attempt and replay: ignore what you know."""
    topic: str
    """As ``result.published``."""
    at: datetime
    data: Mapping[str, Any]
    """Thin on purpose: ask its ``url`` for the rest; ``version`` tells which of two is newer."""


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes) -> Told:
    """Return what a request to our endpoint tells.

    Args:
        secret: ``whsec_…``, shown when the endpoint was registered.
        headers: of the request.
        body: as it came, before anything parsed it.

    Raises:
        WebhookRefused: do not believe it.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        told = Webhook(secret).verify(body, lowered)
        return Told(lowered["webhook-id"], told["type"], datetime.fromisoformat(told["timestamp"]), told["data"])
    except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
        raise WebhookRefused("Tin báo không có chữ ký đúng hoặc đã quá năm phút: không tin, không xử lý.") from error
