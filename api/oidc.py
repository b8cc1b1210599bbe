"""People come in through an identity provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0).

The library builds the requests and checks the identity token; the rules that are ours are that only asymmetric
signatures count, that an account is never made here, and that signing still asks for a fresh proof.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from digitize.errors import IdentityUnavailable, NotIdentified
from storage.oidc_logins import Login
from storage.settings import Settings

CALLBACK = "/login/oidc/callback"

_TIMEOUT_S = 10
_REMEMBERED_S = 3600.0
_LEEWAY_S = 60
_ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "PS384", "PS512", "ES512", "EdDSA", "Ed25519")
"""Asymmetric ones: a secret that both know proves nothing about who signed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is, verified."""

    subject: str
    """Value of the claim that names people."""
    authenticated_at: datetime | None
    """When they last proved themselves there; None: it does not say."""


class Provider:
    """The identity provider of the settings."""

    def __init__(self, settings: Settings) -> None:
        """Contact nobody yet."""
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._redirect = settings.pages + CALLBACK
        self._claim = settings.oidc_claim
        self._longest_s = int(settings.session_hours * 3600)
        self._lock = threading.Lock()
        self._known: tuple[float, Mapping[str, Any], KeySet] | None = None

    def address(self, login: Login, *, again: bool) -> str:
        """Return where the browser goes; ``again``: the person must prove themselves anew.

        Raises:
            IdentityUnavailable: the provider does not say where.
        """
        metadata, _ = self._read()
        fresh = {"prompt": "login", "max_age": "0"} if again else {"max_age": str(self._longest_s)}
        with self._session() as session:
            url, _ = session.create_authorization_url(
                metadata["authorization_endpoint"], state=login.state, code_verifier=login.verifier, nonce=login.nonce,
                **fresh,
            )  # fmt: skip
        return str(url)

    def identify(self, code: str, nonce: str, verifier: str, issuer: str | None, now: datetime) -> Identity:
        """Exchange a code and check the identity token.

        Args:
            code: from the provider.
            nonce: that the token must hold.
            verifier: of PKCE.
            issuer: who answered, where the provider says so (RFC 9207).
            now: when.

        Raises:
            NotIdentified: the code or the token are not good.
            IdentityUnavailable: the provider does not answer.
        """
        metadata, keys = self._read()
        if issuer is not None and issuer != self._issuer:
            raise NotIdentified("câu trả lời đến từ một nhà cung cấp định danh khác")
        try:
            with self._session() as session:
                answer = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
        except requests.RequestException as error:
            raise IdentityUnavailable from error
        except AuthlibBaseError as error:
            raise NotIdentified("nhà cung cấp định danh không chấp nhận lần đăng nhập này") from error
        return self._checked(answer, nonce, keys, now)

    def _checked(self, answer: Mapping[str, Any], nonce: str, keys: KeySet, now: datetime) -> Identity:
        try:
            word = str(answer["id_token"])
            token = self._decoded(word, keys)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": nonce, "client_id": self._client_id, "access_token": answer.get("access_token")},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
            subject = claims.get(self._claim)
        except (JoseError, KeyError, ValueError) as error:
            raise NotIdentified("thẻ định danh của nhà cung cấp không hợp lệ") from error
        if not isinstance(subject, str) or not subject:
            raise NotIdentified(f"thẻ định danh thiếu thông tin “{self._claim}”")
        at = claims.get("auth_time")
        return Identity(subject, None if at is None else datetime.fromtimestamp(at, UTC))

    def _decoded(self, word: str, keys: KeySet) -> jwt.Token:
        """Check the signature; a key that is not known yet makes the keys be read once more."""
        try:
            return jwt.decode(word, keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            _, keys = self._read(anew=True)
            return jwt.decode(word, keys, algorithms=_ALGORITHMS)

    def _session(self) -> OAuth2Session:
        secret = "" if self._secret is None else self._secret.get_secret_value()
        return OAuth2Session(
            self._client_id, secret, scope="openid", redirect_uri=self._redirect, code_challenge_method="S256",
            default_timeout=_TIMEOUT_S,
        )  # fmt: skip

    def _read(self, *, anew: bool = False) -> tuple[Mapping[str, Any], KeySet]:
        """Return what the provider says of itself (OpenID Connect Discovery 1.0) and its keys."""
        with self._lock:
            if self._known is None or anew or time.monotonic() - self._known[0] > _REMEMBERED_S:
                metadata = _get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                try:
                    if metadata["issuer"] != self._issuer:
                        raise IdentityUnavailable("nhà cung cấp định danh tự xưng bằng tên khác với SOHOA_OIDC_ISSUER")
                    keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))  # type: ignore[arg-type]  # checked by it
                except (KeyError, ValueError, JoseError) as error:
                    raise IdentityUnavailable("thông tin của nhà cung cấp định danh không đọc được") from error
                self._known = time.monotonic(), metadata, keys
            return self._known[1], self._known[2]


def _get(url: str) -> Mapping[str, Any]:
    try:
        answer = requests.get(url, timeout=_TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise IdentityUnavailable from error
    if not isinstance(told, dict):
        raise IdentityUnavailable("thông tin của nhà cung cấp định danh không đọc được")
    return told
