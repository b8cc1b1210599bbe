"""A real mail server that keeps what it takes, and refuses whom it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port


class Mailbox:
    """Takes every message but those to the unknown."""

    def __init__(self) -> None:
        """Begin empty."""
        self.messages: list[EmailMessage] = []
        self.unknown: set[str] = set()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 taken"


@contextmanager
def mail_server(port: int | None = None) -> Iterator[tuple[Mailbox, int]]:
    """Run the server on a port of the loopback; give its mailbox and the port."""
    mailbox, chosen = Mailbox(), port or free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=chosen)
    controller.start()
    try:
        yield mailbox, chosen
    finally:
        controller.stop()
