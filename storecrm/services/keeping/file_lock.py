"""Locked files that the system frees when their process dies: one window a store, one import at a time. Commands work beside a window,
but for restore."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

from storecrm import paths
from storecrm.errors import Conflict, StorageTrouble
from storecrm.services import files

HELD_BY_ANOTHER = {"window": "other_window", "import": "import_running"}


def hold(name: str, purpose: str) -> IO[str] | None:
    """Take a file store's lock for a purpose (window, import); keep what is returned as long as it lasts. A server needs none.

    Raises:
        Conflict: other_window, import_running.
        StorageTrouble: read_only (the folder takes no file).
    """
    if paths.is_url(name):
        return None
    file = Path(f"{name}.{purpose}-lock")
    try:
        # appending: whatever lies under that name is never cut
        handle = file.open("a")
    except OSError as error:
        raise StorageTrouble("read_only", where=str(file.parent)) from error
    try:
        files.lock(handle)
    except OSError as error:
        handle.close()
        raise Conflict(HELD_BY_ANOTHER[purpose], where=name) from error
    return handle


@contextmanager
def exclusive(name: str, purpose: str) -> Iterator[None]:
    """Do something that only one process may do at a time.

    Raises:
        Conflict: other_window, import_running.
        StorageTrouble: read_only.
    """
    with hold(name, purpose) or nullcontext():
        yield
