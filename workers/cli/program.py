"""The program itself: its commands, and how errors become sentences and exit codes."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from digitize.errors import SohoaError
from workers.cli.answer import print_json

COMMANDS = {
    "read": ("reading", "read"),
    "archive": ("reading", "archive"),
    "sign": ("signing", "sign"),
    "verify": ("signing", "verify"),
    "agent": ("agent", "agent"),
    "agent-listen": ("agent_listening", "agent_listen"),
    "demo": ("running", "demo"),
    "serve": ("running", "serve"),
    "worker": ("running", "worker"),
    "sweep": ("running", "sweep"),
    "migrate": ("running", "migrate"),
    "health": ("running", "health"),
    "doctor": ("operating", "doctor"),
    "import": ("intake", "import_folder"),
    "watch": ("intake", "watch"),
    "dossiers": ("dossiers", "dossiers"),
    "takeover": ("taking_over", "taking_over"),
    "backfill": ("backfilling", "backfill"),
    "targets": ("operating", "targets"),
    "report": ("reporting", "report"),
    "indicators": ("counting", "indicators"),
    "snapshot": ("counting", "snapshot"),
    "recount": ("counting", "recount"),
    "reconcile": ("operating", "reconcile"),
    "purge": ("operating", "purge"),
    "heads": ("proving", "heads"),
    "audit": ("proving", "audit"),
    "evidence": ("proving", "evidence"),
    "fixity": ("keeping", "fixity"),
    "orphans": ("keeping", "orphans"),
    "signatures": ("archive", "signatures"),
    "renew": ("archive", "renew"),
    "backup": ("keeping", "backup"),
    "restore": ("keeping", "restore"),
    "keys": ("keys", "keys"),
    "unit": ("registering", "unit"),
    "units": ("units", "units"),
    "catalogue": ("catalogue", "catalogue"),
    "person": ("registering", "person"),
    "client": ("registering", "client"),
    "link-person": ("registering", "link_person"),
    "reset-factor": ("registering", "reset_factor"),
    "webhooks": ("webhooks", "webhooks"),
    "exchange": ("exchange", "exchange"),
    "search": ("searching", "search"),
}
"""Command → (module, function); a module is imported when its command is called, so that help is quick."""


class Program(click.Group):
    """Knows its commands by name and loads the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click calls it so
        """Return the commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click calls it so
        """Import the command's module and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"workers.cli.{module}"), function)
        return command


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sohoa", message="sohoa %(version)s")
def program() -> None:
    """Số hóa kết quả giải quyết thủ tục hành chính: quét, đọc, ký, đóng dấu, lưu, đếm."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code; no traceback ever reaches the user."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:  # noqa: PLR0911  # one way out for each family of errors
    """Run the program and return its exit code."""
    called = list(sys.argv[1:] if arguments is None else arguments)
    try:
        answer: Any = program.main(args=called, prog_name="sohoa", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except click.UsageError as error:
        _tell(called, "usage", _in_vietnamese(error))
        return 2
    except SohoaError as error:
        _tell(called, error.code(), error.message)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        _tell(called, "operating_system", f"Hệ điều hành báo lỗi: {error.strerror or error} ({error.filename or ''}).")
        return 1
    except Exception as error:  # noqa: BLE001  # a bug is told by its place; a traceback helps no clerk
        _tell(called, "bug", f"Lỗi bên trong sohoa: {_place(error)}. Hãy báo người vận hành câu này.")
        return 1
    return answer if isinstance(answer, int) else 0


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} ở {Path(frame.filename).name}:{frame.lineno}"


def _tell(called: Sequence[str], code: str, message: str) -> None:
    if "--json" in called:
        print_json({"error": {"code": code, "message": message}})
    else:
        click.echo(f"sohoa: {message}", err=True)


def _in_vietnamese(error: click.UsageError) -> str:
    name = f"`{error.ctx.command_path} --help`" if error.ctx else "`sohoa --help`"
    match error:
        case click.NoSuchOption():
            told = f"không có tùy chọn {error.option_name}"
        case click.MissingParameter():
            told = f"thiếu {error.param.human_readable_name if error.param else 'tham số'}"
        case click.BadParameter():
            told = f"giá trị không dùng được: {error.message}"
        case _ if error.message.startswith("No such command"):
            told = "không có lệnh này"
        case _:
            told = error.message.rstrip(".")
    return f"{told[0].upper()}{told[1:]}. Xem {name}."
