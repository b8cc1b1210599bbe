"""Sessions opened, proved and ended: for the JSON routes and for the pages alike."""

from __future__ import annotations

from api.parts import Parts
from digitize.errors import Forbidden
from storage import people
from storage.people import Session


def open_session(parts: Parts, username: str, password: str) -> tuple[str, Session]:
    """Begin a session.

    Raises:
        NotIdentified: name and password do not belong together, or the account is closed; the failure is counted.
        Forbidden: people come in through the identity provider alone.
    """
    _need_passwords(parts)
    with parts.storage.database.write() as connection:
        return people.log_in(connection, username, password, parts.now(), parts.settings)


def renew_proof(parts: Parts, token: str, password: str) -> Session:
    """Note that the password was given again.

    Raises:
        NotIdentified: there is no such session, or the password is wrong; the failure is counted.
        Forbidden: people prove themselves at the identity provider alone.
    """
    _need_passwords(parts)
    with parts.storage.database.write() as connection:
        return people.prove(connection, token, password, parts.now())


def end_session(parts: Parts, token: str | None) -> None:
    """End a session; one that is not there changes nothing."""
    if token is None:
        return
    with parts.storage.database.write() as connection:
        people.log_out(connection, token)


def _need_passwords(parts: Parts) -> None:
    if not parts.settings.password_login:
        raise Forbidden(
            "đăng nhập bằng mật khẩu đã tắt", remedy="Hãy đăng nhập tại /login/oidc; trước khi ký, thêm ?again=1."
        )
