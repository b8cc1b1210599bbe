"""Sessions opened, proved and ended: for the JSON routes and for the pages alike.

Whenever what a session may do rises, it gets another token; the routes hand it to the browser (:func:`api.auth.carry`).
"""

from __future__ import annotations

from api.errors import FactorRequired
from api.parts import Parts
from digitize.errors import Forbidden
from storage import logins, people
from storage.logins import Session
from storage.second_factor import one_time_codes, passkeys
from storage.second_factor.passkeys import Place


def open_session(parts: Parts, username: str, password: str, before: str | None = None) -> tuple[str, Session]:
    """Begin a session, or half of one when the person has a second factor; what the browser held before ends.

    Raises:
        NotIdentified: name and password do not belong together, or the account is closed; the failure is counted.
        Forbidden: people come in through the identity provider alone.
    """
    _need_passwords(parts)
    with parts.storage.database.write() as connection:
        opened = logins.log_in(connection, username, password, parts.now(), parts.settings)
        if before is not None:
            logins.log_out(connection, before)
        return opened


def pass_with_code(parts: Parts, token: str, code: str) -> tuple[str, Session]:
    """Complete half a session with a one-time code or a recovery code.

    Raises:
        NotIdentified: the code is wrong, or there is no such half session; the failure is counted.
    """
    with parts.storage.database.write() as connection:
        half = logins.session(connection, token, parts.now(), awaits_factor=True)
        one_time_codes.take(connection, parts.settings, half.person.id, code, parts.now())
        return logins.fulfil(connection, token, parts.now(), parts.settings)


def pass_with_key(parts: Parts, token: str, credential: str, place: Place) -> tuple[str, Session]:
    """Complete half a session with a passkey.

    Raises:
        NotIdentified: the proof is wrong, or there is no such half session; the failure is counted.
    """
    with parts.storage.database.write() as connection:
        half = logins.session(connection, token, parts.now(), awaits_factor=True)
        passkeys.take(connection, token, half.person.id, credential, place, parts.now())
        return logins.fulfil(connection, token, parts.now(), parts.settings)


def renew_proof(parts: Parts, token: str, password: str, code: str = "") -> tuple[str, Session]:
    """Note that the password was given again, and the code with it by who has a second factor.

    Raises:
        NotIdentified: there is no such session, or password or code is wrong; the failure is counted.
        FactorRequired: the code is missing.
        Forbidden: people prove themselves at the identity provider alone.
    """
    _need_passwords(parts)
    now = parts.now()
    with parts.storage.database.write() as connection:
        found = logins.check_password(connection, token, password, now)
        if not people.has_factor(connection, found.person.id):
            return logins.renew(connection, logins.token_hash(token), now, proved_at=now, factor_at=found.factor_at)
        if not code:
            raise FactorRequired
        one_time_codes.take(connection, parts.settings, found.person.id, code, now)
        return logins.renew(connection, logins.token_hash(token), now, proved_at=now, factor_at=now)


def renew_proof_by_key(parts: Parts, token: str, credential: str, place: Place) -> tuple[str, Session]:
    """Note that a passkey was shown again; the device has asked for the person, so no password is needed.

    Raises:
        NotIdentified: there is no such session, or the proof is wrong; the failure is counted.
    """
    now = parts.now()
    with parts.storage.database.write() as connection:
        found = logins.session(connection, token, now)
        passkeys.take(connection, token, found.person.id, credential, place, now)
        return logins.renew(connection, logins.token_hash(token), now, proved_at=now, factor_at=now)


def end_session(parts: Parts, token: str | None) -> None:
    """End a session; one that is not there changes nothing."""
    if token is None:
        return
    with parts.storage.database.write() as connection:
        logins.log_out(connection, token)


def _need_passwords(parts: Parts) -> None:
    if not parts.settings.password_login:
        raise Forbidden(
            "đăng nhập bằng mật khẩu đã tắt", remedy="Hãy đăng nhập tại /login/oidc; trước khi ký, thêm ?again=1."
        )
