"""A webhook leads to public web servers over TLS, and into the networks that the operator opened; nowhere else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from digitize.errors import AddressRefused
from storage.settings import Settings
from storage.webhooks.address import Guard
from storage.webhooks.messages import MessageState
from tests.webhooks.conftest import LOOPBACK, Yard, bring
from tests.webhooks.receiver import Receiver, receiving
from workers.posting import trusted_authorities

ANY = "0.0.0.0"  # noqa: S104  # refused, not bound

PUBLIC = "93.184.216.34"
NAME = "nhan-tin.example"


class Names:
    """A name server that answers with the next of its answers, the last one for ever, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        """Answer with these addresses, one answer a question."""
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[tuple[Any, ...]]:
        self.asked.append(host)
        ips = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]


def test_a_public_server_is_reached_at_the_address_that_was_judged() -> None:
    names = Names([PUBLIC])
    found = Guard(resolve=names).check(f"https://{NAME}:8443/nhan?a=1")
    assert (found.host, str(found.ip), found.port, found.tls) == (NAME, PUBLIC, 8443, True)
    assert names.asked == [NAME]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.255.255.254", "0", ANY, "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "100.64.0.1", "169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0x7f.1", "1.1",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]",
        "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
        "[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().check(f"https://{host}/")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "::ffff:192.168.0.1",
        "fe80::1%eth0",
        ANY,
        "2002:a00:1::",
    ],
)
def test_a_name_that_means_an_address_inside_is_refused(ip: str) -> None:
    with pytest.raises(AddressRefused):
        Guard(resolve=Names([ip])).check(f"https://{NAME}/")
    with pytest.raises(AddressRefused):
        Guard(resolve=Names([PUBLIC, ip])).check(f"https://{NAME}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "nhan.example", "//nhan.example/", "ftp://nhan.example/", "file://nhan.example/x", "gopher://nhan.example/",
        "javascript:alert(1)", "https://", "https:///x", "https://a:b@nhan.example/", "https://@nhan.example/",
        "https://nhan.example#@10.0.0.1/", "https://nhan.example\\@10.0.0.1/", "https://nhan.example:0x50/",
        "https://nhan.example:99999/", "https://nhận.example/", "https://nhan .example/",
        "https://nhan.example/\r\nX: y",
        "https://nhan_tin.example/", "https://-nhan.example/", "https://nhan..example/", "https://[::1/", "https://[]/",
        "https://nhan.example/" + "a" * 500, "http://nhan.example/",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_of_a_web_server_over_tls_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Guard(resolve=Names([PUBLIC])).check(url)


def test_a_name_without_meaning_is_refused() -> None:
    def nowhere(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")

    with pytest.raises(AddressRefused, match="không tìm thấy"):
        Guard(resolve=nowhere).check(f"https://{NAME}/")


def test_the_operator_opens_a_network_and_nothing_beside_it() -> None:
    guard = Guard(Settings(webhook_networks="10.20.0.0/16, 127.0.0.0/8").inside)
    assert str(guard.check("https://10.20.3.4/").ip) == "10.20.3.4"
    assert str(guard.check("http://127.0.0.1:8080/").ip) == "127.0.0.1"
    for url in ("https://10.21.0.1/", "http://10.20.3.4/", "https://169.254.169.254/"):
        with pytest.raises(AddressRefused):
            guard.check(url)


def test_not_even_the_operator_opens_the_addresses_of_the_link() -> None:
    guard = Guard(Settings(webhook_networks="0.0.0.0/0,::/0").inside)
    for host in ("169.254.169.254", ANY, "224.0.0.1", "[fe80::1]", "[::ffff:169.254.169.254]"):
        with pytest.raises(AddressRefused):
            guard.check(f"https://{host}/")


@given(st.ip_addresses())
def test_whatever_may_be_reached_is_a_public_address(ip: IPv4Address | IPv6Address) -> None:
    if Guard().may_connect(ip):
        assert ip.is_global
        assert not any((ip.is_private, ip.is_loopback, ip.is_link_local, ip.is_multicast, ip.is_unspecified))
    if isinstance(ip, IPv4Address):
        assert Guard().may_connect(ip) == Guard().may_connect(ip_address(f"::ffff:{ip}"))


def test_a_name_that_changes_its_meaning_after_the_registration_is_not_followed(yard: Yard) -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    guard = Guard(resolve=names)
    url = f"https://{NAME}:{yard.receiver.port}/"
    guard.check(url)
    yard.endpoint(url)
    yard.announce()

    bring(yard.sender(guard))

    assert yard.receiver.got == []
    assert (yard.only().state, yard.only().failures) == (MessageState.WAITING, 1)


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[tuple[Receiver, ssl.SSLContext]]:
    """A receiver whose certificate names it, and what trusts that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, secret = tmp_path / "may-nhan.pem", tmp_path / "may-nhan.key"
    chain.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    authorities = trusted_authorities()
    authorities.load_verify_locations(chain)
    with receiving(chain, secret) as receiver:
        yield receiver, authorities


def test_over_tls_the_name_is_proved_although_the_connection_goes_to_the_judged_address(
    yard: Yard, over_tls: tuple[Receiver, ssl.SSLContext]
) -> None:
    receiver, authorities = over_tls
    names = Names(["127.0.0.1"])
    yard.endpoint(receiver.url(host=NAME))
    yard.announce()

    bring(yard.sender(Guard(LOOPBACK, names), authorities=authorities))

    (got,) = receiver.got
    assert got.headers["host"] == f"{NAME}:{receiver.port}"
    assert names.asked == [NAME], "asked once: whoever answers differently the second time is not heard"


def test_over_tls_a_server_of_another_name_gets_nothing(yard: Yard, over_tls: tuple[Receiver, ssl.SSLContext]) -> None:
    receiver, authorities = over_tls
    yard.endpoint(receiver.url(host="khac.example"))
    yard.announce()

    bring(yard.sender(Guard(LOOPBACK, Names(["127.0.0.1"])), authorities=authorities))

    assert receiver.got == []
    assert yard.only().state is MessageState.WAITING


def test_a_proxy_of_the_environment_is_not_asked(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1/")
    yard.endpoint()
    yard.announce()

    bring(yard.sender())

    assert len(yard.receiver.got) == 1


def test_a_setting_that_names_no_network_is_told() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        Settings(webhook_networks="10.0.0.1/8")
    assert Settings(webhook_networks="").inside == ()
    assert Settings(webhook_networks=" 10.0.0.0/8 ,").inside == (ip_network("10.0.0.0/8"),)
