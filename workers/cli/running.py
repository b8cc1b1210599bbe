"""Commands that run the service or one of its parts."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import click

from storage.settings import Settings, load_settings

LANES = ("read", "seal", "timestamp", "deliver", "verify", "table")
"""As in :class:`storage.outbox.Lane`, which is imported only when a lane is run."""

NOTIFY = "notify"
"""The sender of webhooks, which reads the database and takes no hints."""

EXCHANGE = "exchange"
"""Brings dossiers to portals; it reads the database, too."""

_PARTS = (*LANES, NOTIFY, EXCHANGE)


@click.command(help="Chạy máy chủ API và trang làm việc.")
def serve() -> None:
    """Serve until told to stop."""
    import uvicorn

    settings = load_settings()
    uvicorn.run(
        "api.app:create", factory=True, host=settings.api_host, port=settings.api_port, access_log=False,
        server_header=False, log_level="warning", **_tls(settings),
    )  # fmt: skip


def _tls(settings: Settings) -> dict[str, Any]:
    """Return how uvicorn speaks TLS and tells which certificate a system showed; people show none, so nobody must."""
    told: dict[str, Any] = {}
    if settings.tls_certificate is not None or settings.client_certificate_header is not None:
        told["http"] = "api.certificates:ShowingProtocol"
    if settings.tls_certificate is not None:
        told |= {"ssl_certfile": settings.tls_certificate, "ssl_keyfile": settings.tls_key}
    if settings.tls_client_ca is not None:
        told |= {"ssl_ca_certs": str(settings.tls_client_ca), "ssl_cert_reqs": ssl.CERT_OPTIONAL}
    return told


@click.command(help="Chạy một tiến trình làm việc của một làn.")
@click.argument("lane", type=click.Choice(_PARTS), metavar="|".join(_PARTS))
def worker(lane: str) -> None:
    """Work on one lane until told to stop."""
    if lane == NOTIFY:
        from workers import notify

        notify.run(load_settings())
        return
    if lane == EXCHANGE:
        from workers.exchange import exchanger

        exchanger.run(load_settings())
        return
    from storage.outbox import Lane
    from workers import lane as lanes

    lanes.run(load_settings(), Lane(lane))


@click.command(help="Nhắc hàng đợi việc đến hạn, thu lại việc của tiến trình đã chết.")
def sweep() -> None:
    """Sweep until told to stop."""
    from workers import sweep as sweeping

    sweeping.run(load_settings())


@click.command(help="Đưa cơ sở dữ liệu lên phiên bản mới nhất.")
def migrate() -> None:
    """Apply the missing migrations."""
    from storage.database import Database
    from storage.migrate import migrate as bring_up

    bring_up(Database(load_settings().database))
    click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@click.command(help="Hỏi một thành phần còn chạy tốt không (dùng cho health check).")
@click.argument("part", type=click.Choice(["api", *(f"worker-{part}" for part in (*_PARTS, "sweep"))]))
def health(part: str) -> int:
    """Return 0 when the part is well, 1 otherwise."""
    from workers.health import ask

    sentence, well = ask(load_settings(), part)
    click.echo(sentence)
    return 0 if well else 1


@click.command(help="Dựng một tỉnh thử nghiệm và làm trọn việc chính trước mắt bạn.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--once", is_flag=True, help="Làm xong các văn bản mẫu (hoặc đọc xong FILES) thì dừng.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path(".sohoa"), show_default=True,
              help="Thư mục dữ liệu; giữ lại giữa các lần chạy.")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Cổng của trang làm việc.")
def demo(files: tuple[Path, ...], once: bool, data: Path, port: int) -> int:
    """Run the demo province; FILES are the user's own scans."""
    from workers.demo.show import show

    return show(files, once=once, data=data, port=port)
