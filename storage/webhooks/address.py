"""Where a webhook may lead: the guard against requests forged through us (SSRF; Standard Webhooks 1.0, "SSRF").

The name is resolved once and every address that it has is judged; whoever connects goes to the very address that was
judged, so that a name that changes its meaning in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from digitize.errors import AddressRefused
from storage.settings import Network

IP = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
"""As :func:`socket.getaddrinfo` with a host and a port."""

_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_ENDS_IN_A_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?\Z")
"""Such a host is an IPv4 address in some spelling, decimal, octal or hexadecimal (WHATWG URL, "ends in a number")."""

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Prefixes that lead to the IPv4 address in their last bits (RFC 6052, RFC 8215)."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked destination."""

    host: str
    """Name or literal as the URL has it: for ``Host``, for SNI and for the certificate."""
    ip: IP
    """Where to connect; judged."""
    port: int
    tls: bool

    @property
    def ip_host(self) -> str:
        """The address as a URL takes it."""
        return f"[{self.ip}]" if self.ip.version == 6 else str(self.ip)


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges addresses."""

    inside: tuple[Network, ...] = ()
    """Private networks that the operator opens."""
    resolve: Resolve = socket.getaddrinfo

    def check(self, url: str) -> Address:
        """Return where a URL leads now.

        Raises:
            AddressRefused: it is no address of a web server, has no meaning now, or leads where we must not go.
        """
        parts, port = _parts(url)
        host = parts.hostname or ""
        found = [_literal(host)] if _is_literal(host) else self._resolved(host, port)
        for ip in found:
            if not self.may_connect(ip):
                raise AddressRefused("máy chủ nằm trong mạng nội bộ hoặc dải địa chỉ dành riêng")
        if parts.scheme == "http" and not all(ip.is_loopback for ip in found):
            raise AddressRefused("phải dùng https (http chỉ cho chính máy này)")
        return Address(host, found[0], port, tls=parts.scheme == "https")

    def may_connect(self, ip: IP) -> bool:
        """Tell whether an address is a public one, or lies in a network that the operator opened."""
        meant = _meant(ip)
        if meant is None or meant.is_link_local or meant.is_multicast or meant.is_unspecified:
            return False
        if any(meant.version == network.version and meant in network for network in self.inside):
            return True
        site_local = isinstance(meant, IPv6Address) and meant.is_site_local
        return meant.is_global and not (meant.is_private or meant.is_reserved or meant.is_loopback or site_local)

    def _resolved(self, host: str, port: int) -> list[IP]:
        try:
            found = self.resolve(host, port)
            ips = list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
        except (OSError, UnicodeError, ValueError) as error:
            raise AddressRefused("không tìm thấy máy chủ có tên này") from error
        if not ips:
            raise AddressRefused("không tìm thấy máy chủ có tên này")
        return ips


def _parts(url: str) -> tuple[SplitResult, int]:
    if len(url) > 500 or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise AddressRefused("địa chỉ dài quá 500 ký tự hoặc có ký tự không dùng được")
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as error:
        raise AddressRefused("địa chỉ sai dạng") from error
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise AddressRefused("địa chỉ phải có dạng https://máy-chủ/đường-dẫn")
    if "@" in parts.netloc or "#" in url:
        raise AddressRefused("địa chỉ không được có tên, mật khẩu hay phần sau dấu #")
    return parts, port


def _is_literal(host: str) -> bool:
    if ":" in host or _ENDS_IN_A_NUMBER.search(host):
        return True
    if not _NAME.fullmatch(host):
        raise AddressRefused("tên máy chủ sai dạng")
    return False


def _literal(host: str) -> IP:
    """Read an address in its one plain spelling; other spellings are tricks."""
    try:
        return ip_address(host)
    except ValueError as error:
        raise AddressRefused("địa chỉ IP viết khác thường") from error


def _meant(ip: IP) -> IP | None:
    """Return the address that is really reached; None where it cannot be told, or a zone is named."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.scope_id is not None or ip.teredo is not None:
        return None
    if any(ip in network for network in _NAT64):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
