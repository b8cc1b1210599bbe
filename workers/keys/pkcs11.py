"""A signer whose key lies on one or several tokens (PKCS#11)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, ObjectClass
from pyhanko.sign.pkcs11 import select_pkcs11_signing_params

from digitize.errors import KeyUnavailable, Misconfigured, SohoaError
from digitize.sign.key_signer import KeySigner
from digitize.sign.rules import RsaPadding
from workers.keys.token import OpenSession, Token
from workers.keys.turns import Urgency

_TRIAL = b"sohoa: does this key belong to its certificate? "
"""Begins what a key signs to prove itself; no signed attributes of a CMS begin so."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class KeyName:
    """How a key is found on its token; at least one of the two."""

    label: str | None = None
    """CKA_LABEL."""
    id: bytes | None = None
    """CKA_ID."""

    def criteria(self, kind: ObjectClass) -> dict[Attribute, object]:
        """Return what an object of that kind must have."""
        wanted: dict[Attribute, object] = {Attribute.CLASS: kind}
        if self.label is not None:
            wanted[Attribute.LABEL] = self.label
        if self.id is not None:
            wanted[Attribute.ID] = self.id
        return wanted


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key and where it may be used."""

    tokens: tuple[Token, ...]
    """All hold the same key; the first that lives is used."""
    name: KeyName
    patience_s: float = 60.0
    """How long a signature waits for a session."""


class TokenSigner(KeySigner):
    """Signs on a token."""

    def __init__(
        self,
        key: TokenKey,
        certificates: Sequence[x509.Certificate],
        rsa_padding: RsaPadding,
        urgency: Urgency,
    ) -> None:
        """Keep what is needed to sign; see :func:`open_token_key`.

        Args:
            key: the key and its tokens.
            certificates: the signer's own first, its issuers after it.
            rsa_padding: how RSA signatures are padded.
            urgency: who waits for the signatures.
        """
        super().__init__(certificates[0], tuple(certificates[1:]), rsa_padding)
        self._key = key
        self._urgency = urgency
        self._proven: set[Token] = set()

    async def compute(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign on the first token that lives, and check the value.

        Raises:
            KeyUnavailable: no token lives, or all sessions are busy for too long.
            Misconfigured: a PIN is wrong, the key is missing, or the token cannot sign so.
            SigningRefused: the key does not belong to the certificate.
        """
        value = await asyncio.to_thread(self._sign, data, digest_algorithm)
        self.refuse_foreign(value, data, digest_algorithm)
        return value

    def prove(self) -> dict[str, SohoaError | None]:
        """Have every token show that its key belongs to the certificate; by name of the token, None where it does."""
        shown: dict[str, SohoaError | None] = {}
        for token in self._key.tokens:
            try:
                token.run(partial(self._private_key, token), self._urgency, self._key.patience_s)
                shown[token.place.name] = None
            except SohoaError as fault:
                shown[token.place.name] = fault
        return shown

    def _sign(self, data: bytes, digest_algorithm: str) -> bytes:
        def work(token: Token, opened: OpenSession) -> bytes:
            return self._raw(opened, self._private_key(token, opened), data, digest_algorithm)

        return on_a_living(self._key.tokens, work, self._urgency, self._key.patience_s)

    def _private_key(self, token: Token, opened: OpenSession) -> pkcs11.SignMixin:
        """Return the key in a session; before its first use on a token it signs something harmless."""
        key = opened.keys.get(self._key.name)
        if key is None:
            key = opened.keys[self._key.name] = _only(opened, self._key.name)
        if token not in self._proven:
            trial = _TRIAL + os.urandom(16)
            self.refuse_foreign(self._raw(opened, key, trial, self.digest), trial, self.digest)
            self._proven.add(token)
        return key

    def _raw(self, opened: OpenSession, key: pkcs11.SignMixin, data: bytes, digest_algorithm: str) -> bytes:
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
        choose = partial(select_pkcs11_signing_params, mechanism, digest_algorithm, sign_kwargs={})
        # CKM_ECDSA on a digest is known everywhere, CKM_ECDSA_SHA256 not even in SoftHSM
        how = choose(use_raw_mechanism=self.elliptic)
        if not self.prefer_pss and how.sign_kwargs["mechanism"] not in opened.mechanisms:
            how = choose(use_raw_mechanism=True)
        if how.pre_sign_transform is not None:
            data = how.pre_sign_transform(data)
        value: bytes = key.sign(data, **how.sign_kwargs)
        return value if how.post_sign_transform is None else how.post_sign_transform(value)


def open_token_key(
    key: TokenKey,
    certificates: Sequence[x509.Certificate] | None,
    rsa_padding: RsaPadding = RsaPadding.PKCS1V15,
    urgency: Urgency = Urgency.COUNTER,
) -> TokenSigner:
    """Return a signer for a key on a token.

    Args:
        key: the key and its tokens.
        certificates: the signer's own first, its issuers after it; None: they are on the token.
        rsa_padding: how RSA signatures are padded.
        urgency: who waits for the signatures.

    Raises:
        KeyUnavailable: no token lives.
        Misconfigured: a PIN is wrong, or the token holds no certificate for the key.
        SigningRefused: the certificate is for a kind of key that we do not sign with.
    """
    if certificates is None:

        def read(_: Token, opened: OpenSession) -> list[x509.Certificate]:
            return _certificates(opened, key.name)

        certificates = on_a_living(key.tokens, read, urgency, key.patience_s)
    return TokenSigner(key, certificates, rsa_padding, urgency)


def on_a_living(
    tokens: Sequence[Token], work: Callable[[Token, OpenSession], Result], urgency: Urgency, patience_s: float
) -> Result:
    """Do something on the first token that can; one that failed is left out for a while and tried again later.

    Raises:
        KeyUnavailable: none lives.
        Misconfigured: those that live need the operator.
    """
    fault: SohoaError = KeyUnavailable("mọi thiết bị giữ khóa này vừa hỏng, sẽ thử lại sau ít giây")
    for token in tokens:
        if token.is_resting():
            continue
        try:
            return token.run(partial(work, token), urgency, patience_s)
        except (KeyUnavailable, Misconfigured) as failed:
            fault = failed
    raise fault


def _only(opened: OpenSession, name: KeyName) -> pkcs11.SignMixin:
    found = list(opened.session.get_objects(name.criteria(ObjectClass.PRIVATE_KEY)))
    if not found:
        raise pkcs11.NoSuchKey
    if len(found) > 1:
        raise Misconfigured("thiết bị có nhiều khóa cùng nhãn; hãy ghi thêm mã khóa (key_id)")
    key = found[0]
    if not isinstance(key, pkcs11.SignMixin):
        raise pkcs11.NoSuchKey
    return key


def _certificates(opened: OpenSession, name: KeyName) -> list[x509.Certificate]:
    """Return the key's certificate and, after it, its issuers as far as the token has them."""
    own = [
        _parsed(found[Attribute.VALUE]) for found in opened.session.get_objects(name.criteria(ObjectClass.CERTIFICATE))
    ]
    if len(own) != 1:
        raise Misconfigured(
            "thiết bị không có đúng một chứng thư số cho khóa này", remedy="Hãy ghi tệp chứng thư (certificates)."
        )
    every = [
        _parsed(found[Attribute.VALUE])
        for found in opened.session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    ]
    chain, left = own, [one for one in every if one.sha256 != own[0].sha256]
    while issuer := next((one for one in left if one.subject == chain[-1].issuer), None):
        chain.append(issuer)
        left.remove(issuer)
    return chain


def _parsed(der: bytes) -> x509.Certificate:
    try:
        return x509.Certificate.load(der, strict=True)
    except ValueError as fault:
        raise Misconfigured("chứng thư số trên thiết bị không đọc được") from fault
