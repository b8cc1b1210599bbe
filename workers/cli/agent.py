"""The command of the reference signing agent."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from digitize.errors import InvalidInput
from workers.cli.answer import print_json
from workers.cli.files import read_input

if TYPE_CHECKING:
    from workers.agent import Agent, Answered

POLL_S = 1.0
"""Seconds between two looks at what waits, while an order is being prepared."""


@click.command(help="Ký bằng thiết bị tại máy này: lấy những gì đang chờ mình ký, ký, rồi gửi lại máy chủ.")
@click.option("--server", required=True, help="Địa chỉ máy chủ, ví dụ https://sohoa.xa.gov.vn.")
@click.option("--as", "username", required=True, help="Tên đăng nhập.")
@click.option("--password-file", type=click.Path(path_type=Path), help="Tệp chứa mật khẩu đăng nhập; không có thì hỏi.")
@click.option("--p12", type=click.Path(path_type=Path), help="Tệp khóa PKCS#12 thay cho thiết bị.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Tệp chứa mật khẩu khóa; không có thì hỏi.")
@click.option("--keyring", type=click.Path(path_type=Path), help="Danh mục khóa ký có thiết bị PKCS#11.")
@click.option("--key", help="Mã của khóa trong danh mục khóa ký.")
@click.option(
    "--capture", multiple=True, metavar="ID", help="Ra lệnh ký bản chụp đã xem đủ trang, đúng thứ tự, rõ chữ."
)
@click.option("--attest", multiple=True, metavar="ID", help="Ra lệnh ký chứng thực bản sao đã đối chiếu với bản chính.")
@click.option("--seal", multiple=True, metavar="ID", help="Ra lệnh đóng dấu văn bản, bản sao.")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 900), default=60.0, show_default=True,
              help="Giây chờ máy chủ chuẩn bị các lệnh vừa ra.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def agent(
    server: str,
    username: str,
    password_file: Path | None,
    p12: Path | None,
    passphrase_file: Path | None,
    keyring: Path | None,
    key: str | None,
    capture: tuple[str, ...],
    attest: tuple[str, ...],
    seal: tuple[str, ...],
    wait_s: float,
    as_json: bool,
) -> int:
    """Order what is named, then sign what waits; 3 when something was refused."""
    import httpx

    from workers.agent import Agent
    from workers.cli.signing import open_key

    signer = open_key(p12, passphrase_file, keyring, key)
    with httpx.Client(base_url=address_of(server), timeout=60.0) as door:
        session = Agent(door, signer)
        session.log_in(username, _password(password_file))
        try:
            refused = dict(session.order_seal(seal).refused) if seal else {}
            for document in capture:
                session.order_capture(document)
            for copy in attest:
                session.order_attestation(copy)
            became = _answer(session, {*capture, *attest, *seal} - set(refused), wait_s)
        finally:
            door.delete("/api/v1/session")
    refused |= dict(became.refused)
    if as_json:
        print_json({"signed": list(became.accepted), "refused": refused})
    else:
        for document, message in refused.items():
            click.echo(f"{document}: {message}")
        click.echo(f"Đã gửi chữ ký của {len(became.accepted)} văn bản, {len(refused)} bị từ chối.")
    return 3 if refused else 0


def _answer(session: Agent, ordered: set[str], wait_s: float) -> Answered:
    """Answer what waits, until all that was ordered has been answered or the time is over."""
    from workers.agent import Answered

    until = time.monotonic() + wait_s
    accepted: list[str] = []
    refused: dict[str, str] = {}
    while True:
        became = session.answer_waiting()
        accepted.extend(became.accepted)
        refused.update(became.refused)
        missing = ordered - {*accepted, *refused}
        if not missing or time.monotonic() >= until:
            late = dict.fromkeys(missing, "Máy chủ chưa chuẩn bị xong; hãy chạy lại sau ít phút.")
            return Answered(tuple(accepted), tuple((refused | late).items()))
        time.sleep(POLL_S)


def address_of(server: str) -> str:
    """Return the address of a door to which a password may be told: over TLS, or on this very machine."""
    parts = urlsplit(server)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}):
        raise InvalidInput("địa chỉ máy chủ phải bắt đầu bằng https://")
    return server.rstrip("/")


def _password(file: Path | None) -> str:
    if file is not None:
        return read_input(file).decode().strip()
    answered: str = click.prompt("Mật khẩu đăng nhập", hide_input=True, err=True)
    return answered
