"""One window a store: a locked file that the system frees when its process dies. Commands work beside it, but for restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storecrm.errors import Conflict
from storecrm.models import database


def hold(name: str) -> IO[str] | None:
    """Take the lock of a file store; keep what is returned as long as the window is open.

    Raises:
        Conflict: other_window.
    """
    if database.is_url(name):
        return None
    handle = Path(f"{name}.window-lock").open("w")  # noqa: SIM115 - held as long as the window
    try:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError as error:
        handle.close()
        raise Conflict("other_window", where=name) from error
    return handle


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Do something for which no window may be open.

    Raises:
        Conflict: other_window.
    """
    handle = hold(name)
    try:
        yield
    finally:
        if handle is not None:
            handle.close()
