"""Files of people: a TOML file read with clear complaints, a file written whole or not at all."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storecrm.errors import BadFile, StorageTrouble

MOST = 200_000
"""Bytes of a TOML file; nobody writes more by hand."""


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says, with or without a byte order mark.

    Raises:
        BadFile: no_file, not_toml.
    """
    try:
        return tomllib.loads(path.read_bytes()[:MOST].decode("utf-8-sig"))
    except OSError as error:
        raise BadFile("no_file", where=str(path), reason=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise BadFile("not_toml", where=str(path), reason=str(error)[:120]) from error


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Gives a place to write to; it becomes `file` when everything went well, and is gone when not.

    Raises:
        StorageTrouble: cannot_write, disk_full.
    """
    part = file.with_name(file.name + ".part")
    try:
        yield part
        part.replace(file)
    except OSError as error:
        raise StorageTrouble("disk_full" if error.errno == 28 else "cannot_write", where=str(file), reason=error.strerror or "") from error
    finally:
        part.unlink(missing_ok=True)
