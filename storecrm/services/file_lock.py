"""Locked files that the system frees when their process dies: one window a store, one import and
one copy at a time. Commands work beside a window, but for restore and for the upgrade of an older
store."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import IO

from storecrm import paths
from storecrm.errors import Conflict
from storecrm.services import files

HELD_BY_ANOTHER = {"window": "other_window", "import": "import_running", "copy": "copy_running"}
COPY_WAIT = 60.0
"""Seconds that one who copies, restores or upgrades a store waits for another who does."""


def hold(name: str, purpose: str, *, wait: float = 0.0) -> IO[str] | None:
    """Take a file store's lock for a purpose (window, import, copy), waiting up to some seconds for
    whoever has it; keep what is returned as long as it lasts. A server needs none. A store that is
    reached through a link has the lock of where it leads.

    Raises:
        Conflict: other_window, import_running, copy_running.
        StorageTrouble: read_only (the folder takes no file).
    """
    if paths.is_url(name):
        return None
    # beside the store, where every program that opens it looks
    handle = files.lock_beside(name, purpose, wait=wait)
    if handle is None:
        raise Conflict(HELD_BY_ANOTHER[purpose], where=name)
    return handle


@contextmanager
def exclusive(name: str, purpose: str, *, wait: float = 0.0) -> Iterator[None]:
    """Do something that only one process may do at a time, waiting up to some seconds for its turn.

    Raises:
        Conflict: other_window, import_running, copy_running.
        StorageTrouble: read_only.
    """
    with hold(name, purpose, wait=wait) or nullcontext():
        yield
