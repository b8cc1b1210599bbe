"""People who come in through an identity provider: a login that is under way, and the account that it leads to.

Nobody gets an account by logging in: an administrator links a person to the provider's name for them, and who is not
linked stays outside. A login is used once, within minutes, by the browser that began it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from digitize.errors import Conflict, InvalidInput, NotFound, NotIdentified
from storage import logins
from storage.logins import Session
from storage.settings import Settings
from storage.tables import oidc_logins, sessions
from storage.tables import people as persons

LIVES = timedelta(minutes=10)
"""How long a person may take at the identity provider."""

NOT_LINKED = "Tài khoản của nhà cung cấp định danh chưa được liên kết với người dùng nào đang hoạt động."


@dataclass(frozen=True, slots=True)
class Login:
    """A login that is under way; all four go out, and only hashes of two stay."""

    state: str
    browser: str
    """For a cookie of the browser that asks."""
    nonce: str
    verifier: str
    """PKCE (RFC 7636)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that came back."""

    nonce: str
    verifier: str
    began_at: datetime
    session_hash: str | None
    """Whose proof is renewed; None: a session begins."""


def begin(connection: sa.Connection, now: datetime, session_token: str | None = None) -> Login:
    """Begin a login, or the renewal of a session's proof."""
    state, browser, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    login = Login(state, browser, nonce, secrets.token_urlsafe(48))
    connection.execute(
        oidc_logins.insert().values(
            state_hash=_hash(login.state),
            browser_hash=_hash(login.browser),
            nonce=login.nonce,
            verifier=login.verifier,
            session_hash=None if session_token is None else _hash(session_token),
            expires_at=now + LIVES,
        )
    )
    return login


def take(connection: sa.Connection, state: str, browser: str, now: datetime) -> Pending:
    """Return the login of a state, which is used up whatever comes of it.

    Raises:
        NotIdentified: there is no such login, it took too long, or another browser began it; committed all the same.
    """
    row = connection.execute(
        oidc_logins.delete().where(oidc_logins.c.state_hash == _hash(state)).returning(oidc_logins)
    ).one_or_none()
    if row is None or row.expires_at <= now or not secrets.compare_digest(row.browser_hash, _hash(browser)):
        raise NotIdentified("lần đăng nhập này đã hết hạn hoặc không bắt đầu từ trình duyệt này",
                            remedy="Hãy mở lại trang đăng nhập và làm lại từ đầu.")  # fmt: skip
    return Pending(row.nonce, row.verifier, row.expires_at - LIVES, row.session_hash)


def log_in(
    connection: sa.Connection, subject: str, authenticated_at: datetime | None, now: datetime, settings: Settings
) -> tuple[str, Session]:
    """Begin a session of the person that is linked to a subject.

    Args:
        connection: a writing transaction.
        subject: the provider's name for the person, verified.
        authenticated_at: when the person last proved themselves there; None: it does not say, so that signing asks.
        now: when.
        settings: how long a session lasts.

    Raises:
        NotIdentified: nobody active is linked to it.
    """
    person = connection.execute(
        sa.select(persons.c.id).where(persons.c.oidc_subject == subject, persons.c.active)
    ).scalar_one_or_none()
    if person is None:
        raise NotIdentified(NOT_LINKED, remedy="Hãy nhờ quản trị liên kết tài khoản của bạn.")
    proved_at = min(authenticated_at, now) if authenticated_at else now - timedelta(minutes=settings.reauth_minutes * 2)
    # How strongly people prove themselves there is the provider's to ask; its word counts for both factors.
    token = logins.open_session(connection, person, now, proved_at, settings, factor_at=proved_at)
    return token, logins.session(connection, token, now)


def prove(connection: sa.Connection, pending: Pending, subject: str, authenticated_at: datetime | None, now: datetime
          ) -> str:  # fmt: skip
    """Note that the person behind a session proved themselves again at the provider; return the session's new token.

    Raises:
        NotIdentified: the session is over or somebody else's, or the provider asked for nothing.
    """
    if authenticated_at is None or authenticated_at < pending.began_at.replace(microsecond=0):
        raise NotIdentified("nhà cung cấp định danh không xác thực lại", remedy="Hãy đăng nhập lại từ đầu.")
    linked = sa.select(persons.c.id).where(persons.c.oidc_subject == subject, persons.c.active)
    kept = connection.execute(
        sa.select(sessions.c.token_hash).where(
            sessions.c.token_hash == pending.session_hash,
            sessions.c.expires_at > now,
            sessions.c.person_id.in_(linked),
        )
    ).scalar_one_or_none()
    if kept is None:
        raise NotIdentified
    proved_at = min(authenticated_at, now)
    token, _ = logins.renew(connection, kept, now, proved_at=proved_at, factor_at=proved_at)
    return token


def link(connection: sa.Connection, username: str, subject: str | None) -> None:
    """Link a person to the provider's name for them, or take the link away; open sessions go with it.

    Raises:
        InvalidInput: the name is empty or too long.
        NotFound: there is no such person.
        Conflict: somebody else is linked to it.
    """
    if subject is not None and not 0 < len(subject.strip()) <= 255:
        raise InvalidInput("định danh tại nhà cung cấp phải có từ 1 đến 255 ký tự")
    person = connection.execute(sa.select(persons.c.id).where(persons.c.username == username)).scalar_one_or_none()
    if person is None:
        raise NotFound("tài khoản có tên này")
    try:
        with connection.begin_nested():
            connection.execute(
                persons.update()
                .where(persons.c.id == person)
                .values(oidc_subject=None if subject is None else subject.strip())
            )
    except sa.exc.IntegrityError as error:
        raise Conflict("định danh này đã liên kết với người khác", remedy="Hãy gỡ liên kết cũ trước.") from error
    connection.execute(sessions.delete().where(sessions.c.person_id == person))


def forget_ended(connection: sa.Connection, now: datetime) -> int:
    """Remove the logins that nobody finished; return how many."""
    return connection.execute(oidc_logins.delete().where(oidc_logins.c.expires_at <= now)).rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
