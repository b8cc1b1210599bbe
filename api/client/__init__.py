"""What a generator cannot write of the client: tokens, retries, problems, waiting, webhooks.

Stands alone: ``python -m api.client_package`` copies this folder into the package that integrators install.
"""

from .door import Door, connect, given
from .files import DamagedDownload, download
from .following import StillWaiting, follow
from .patience import Patience
from .problems import Fault, Problem
from .webhooks import Told, WebhookRefused, verify_webhook

__all__ = [
    "DamagedDownload",
    "Door",
    "Fault",
    "Patience",
    "Problem",
    "StillWaiting",
    "Told",
    "WebhookRefused",
    "connect",
    "download",
    "follow",
    "given",
    "verify_webhook",
]
