"""Files that commands read and write."""

from __future__ import annotations

import os
from pathlib import Path

from digitize.errors import InvalidInput


def read_input(path: Path) -> bytes:
    """Read a file that the user named.

    Raises:
        InvalidInput: there is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(f"không có tệp {path}") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path} là một thư mục, không phải tệp") from None
    except PermissionError:
        raise InvalidInput(f"không có quyền đọc {path}") from None


def write_output(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet: whole or not at all.

    Raises:
        InvalidInput: the file exists already, or its folder does not.
    """
    if path.exists():
        raise InvalidInput(f"{path} đã có", remedy="Hãy chọn tên khác; không tệp nào bị ghi đè.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileNotFoundError:
        raise InvalidInput(f"không có thư mục {path.parent}") from None
    except FileExistsError:
        raise InvalidInput(f"{path} đã có", remedy="Hãy chọn tên khác; không tệp nào bị ghi đè.") from None
    except PermissionError:
        raise InvalidInput(f"không có quyền ghi vào {path.parent}") from None
    finally:
        partial.unlink(missing_ok=True)
