"""The command that lets pages of the service sign with the token at this machine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.sign.eligibility import common_name

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer

    from workers.agent_listener import Pairing

DEFAULT_PORT = 14790
"""As ``SOHOA_AGENT_PORT`` of the service."""


@click.command(help="Cho trang web của hệ thống ký bằng thiết bị cắm ở máy này; chạy đến khi bấm Ctrl-C.")
@click.option("--server", required=True, help="Địa chỉ hệ thống, ví dụ https://sohoa.xa.gov.vn; chỉ trả lời trang này.")
@click.option("--p12", type=click.Path(path_type=Path), help="Tệp khóa PKCS#12 thay cho thiết bị.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Tệp chứa mật khẩu khóa; không có thì hỏi.")
@click.option("--keyring", type=click.Path(path_type=Path), help="Danh mục khóa ký có thiết bị PKCS#11.")
@click.option("--key", help="Mã của khóa trong danh mục khóa ký.")
@click.option("--port", type=click.IntRange(1024, 65535), default=DEFAULT_PORT, show_default=True,
              help="Cổng trên 127.0.0.1.")  # fmt: skip
@click.option("--paired", type=click.Path(path_type=Path), help="Tệp nhớ các trình duyệt đã ghép.")
def agent_listen(
    server: str,
    p12: Path | None,
    passphrase_file: Path | None,
    keyring: Path | None,
    key: str | None,
    port: int,
    paired: Path | None,
) -> int:
    """Listen until somebody stops it."""
    from workers.agent_listener import Listener
    from workers.agent_server import listening, remembered, remembering
    from workers.cli.agent import address_of

    token = _Token(p12, passphrase_file, keyring, key)
    if p12 is not None:
        token.open()
    file = paired or Path(click.get_app_dir("sohoa-agent")) / "paired.json"
    pairing = remembered(file)
    keep = remembering(file)

    def told(pairing: Pairing) -> None:
        keep(pairing)
        click.echo(f"Đã ghép thêm một trình duyệt. Mã ghép tiếp theo: {pairing.code}")

    listener = Listener(address_of(server), token.open, pairing, told)
    with listening(listener, port):
        click.echo(f"Đang chờ trang {listener.origin} ở 127.0.0.1:{port}. Mã ghép: {pairing.code}")
        threading.Event().wait()
    return 0


class _Token:
    """Opens the key when it is first asked for, and again after the token was pulled out."""

    def __init__(self, p12: Path | None, passphrase_file: Path | None, keyring: Path | None, key: str | None) -> None:
        self._options = (p12, passphrase_file, keyring, key)
        self._open: Signer | None = None

    def open(self) -> Signer:
        """Return the open key.

        Raises:
            KeyUnavailable: the token is not plugged in.
            SigningRefused: it cannot be opened.
        """
        from workers.cli.signing import open_key

        if self._open is None:
            self._open = open_key(*self._options)
            click.echo(f"Thiết bị của {common_name(self._open.signing_cert)} đã mở.")
        return self._open
