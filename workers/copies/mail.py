"""E-mail to a requester: where the copy can be fetched and until when, and nothing about anybody."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

from digitize.errors import InvalidInput, MailUnavailable

PATIENCE_S = 30.0
"""For the mail server, seconds for each of its answers."""


@dataclass(frozen=True, slots=True)
class Postman:
    """A mail server and the account at it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    username: str | None = None
    password: str | None = None

    def post(self, write: Callable[[], EmailMessage]) -> None:
        """Hand a message over; return when the server has taken it.

        Args:
            write: makes the message, once the server is there: one that is away costs no download link.

        Raises:
            InvalidInput: the server will never take it: the address is wrong.
            MailUnavailable: it does not take it now.
        """
        try:
            with self._connected() as server:
                message = write()
                message["From"] = self.sender
                _hand_over(server, message)
        except smtplib.SMTPRecipientsRefused as fault:
            worst = max(code for code, _ in fault.recipients.values())
            if worst >= 500:
                raise InvalidInput(f"máy chủ thư không nhận địa chỉ này (mã {worst})") from fault
            raise MailUnavailable(f"máy chủ thư trả lời mã {worst}") from fault
        except smtplib.SMTPResponseException as fault:
            raise MailUnavailable(f"máy chủ thư trả lời mã {fault.smtp_code}") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise MailUnavailable(type(fault).__name__) from fault

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_S)
            if self.security == "starttls":
                server.starttls(context=context)
        if self.username is not None:
            server.login(self.username, self.password or "")
        return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError as fault:
        raise InvalidInput("máy chủ thư không nhận địa chỉ có dấu") from fault


def notice(to: str, identity: str, unit: str, number: str, link: str, until: str, status_page: str) -> EmailMessage:
    """Write the message: no name, no title of a paper, no file.

    Args:
        to: the requester's address.
        identity: the message's id (RFC 5322 §3.6.4); the same delivery sent twice is one message to a mail program.
        unit: name of the certifying agency.
        number: số chứng thực with its book.
        link: where the copy can be fetched.
        until: last day of the link, as a person reads it.
        status_page: where anybody sees whether the copy still stands.
    """
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = f"Bản sao điện tử có chứng thực, số {number}"
    message["Message-ID"] = f"<{identity}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        f"{unit} đã cấp bản sao điện tử có chứng thực từ bản chính, số chứng thực {number}.\n\n"
        f"Tải bản sao (đến hết {until}):\n{link}\n\n"
        f"Ai nhận bản sao cũng kiểm tra được tại:\n{status_page}\n\n"
        "Thư này được gửi tự động. Không chuyển tiếp đường dẫn tải cho người không cần bản sao.\n"
    )
    return message
