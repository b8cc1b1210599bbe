"""Write a scored set of specimens: ``python -m workers.demo.specimens --count 40 --seed 1 -o FOLDER``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from digitize.errors import SohoaError
from workers.demo.specimens import folder, kinds, render
from workers.demo.specimens.model import Specimen


def drawn(count: int, seed: int) -> Iterator[Specimen]:
    """Yield specimens of all kinds in turn, under conditions drawn from the seed."""
    for index in range(count):
        yield render(kinds()[index % len(kinds())], seed * 100_000 + index)


@click.command()
@click.option("--count", type=click.IntRange(min=1), default=28, show_default=True, help="Số bản mẫu.")
@click.option("--seed", type=int, default=1, show_default=True, help="Cùng hạt giống cho cùng bản mẫu.")
@click.option("-o", "out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Thư mục ghi ra.")
def main(count: int, seed: int, out: Path) -> None:
    """Vẽ các bản quét mẫu (giấy tờ hư cấu) kèm đáp án để chấm điểm việc đọc."""
    try:
        written = folder.write(drawn(count, seed), out)
    except SohoaError as error:
        click.echo(error.message, err=True)
        sys.exit(error.exit_code)
    click.echo(f"Đã ghi {written} bản mẫu vào {out}")


if __name__ == "__main__":
    main()
