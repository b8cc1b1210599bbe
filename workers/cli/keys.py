"""The command that opens every signing key of this machine and tells administrators what became of it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from digitize.errors import Misconfigured, SohoaError
from storage.database import Database
from storage.settings import load_settings
from storage.signing_keys import Told, Where
from workers.cli.answer import print_json
from workers.cli.table import print_table


@click.command(help="Mở từng khóa ký của máy này, cho biết chứng thư, hạn, lỗi; trang Quản trị hiện kết quả.")
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def keys(as_json: bool) -> int:
    """Open the keys; 1 when one of them may not sign."""
    settings = load_settings()
    if settings.keyring is None:
        raise Misconfigured("thiếu SOHOA_KEYRING: máy này không giữ khóa ký")
    with closing(Database(settings.database)) as database:
        found = _opened(database, settings.keyring)
    if as_json:
        print_json([_told(each) for each in found])
    else:
        print_table(
            ("Của (mã người hoặc đơn vị)", "Cách giữ", "Cấp cho", "Hết hạn", "Lỗi"),
            [
                (
                    each.holder, each.adapter.value,
                    "" if each.certificate is None else each.certificate.subject,
                    "" if each.certificate is None else f"{each.certificate.valid_to:%d/%m/%Y}", each.fault,
                )
                for each in found
            ],
        )  # fmt: skip
    return 1 if any(each.fault for each in found) else 0


def _opened(database: Database, keyring: Path) -> tuple[Told, ...]:
    from workers.key_roll import KeyRoll, adapters, closed, fault_of, opened
    from workers.keyring import Keyring
    from workers.keys.entries import index_file, read_index

    ring, now = Keyring(keyring), datetime.now(UTC)
    roll = KeyRoll(database, lambda: datetime.now(UTC))
    found: list[Told] = []
    for holder, adapter in adapters(read_index(index_file(keyring))).items():
        try:
            signer = ring.signer(holder)
        except SohoaError as fault:
            told = closed(holder, adapter, fault)
        else:
            if signer.signing_cert is None:
                continue
            fault_now = fault_of(signer.signing_cert, signer.prefer_pss, now)
            told = opened(holder, Where.KEYRING, adapter, signer.signing_cert, fault_now)
        roll.tell(told)
        found.append(told)
    return tuple(found)


def _told(each: Told) -> dict[str, object]:
    certificate = each.certificate
    return {
        "holder": each.holder, "adapter": each.adapter, "fault": each.fault, "advice": each.advice,
        "subject": certificate and certificate.subject, "issuer": certificate and certificate.issuer,
        "serial": certificate and certificate.serial, "fingerprint": certificate and certificate.fingerprint,
        "valid_from": certificate and certificate.valid_from, "valid_to": certificate and certificate.valid_to,
    }  # fmt: skip
