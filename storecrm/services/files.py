"""Files of people: the one door through which this program writes a file, and a TOML file read with
clear complaints.

A `Target` says what is to be written where. `require` refuses a place that must not be written,
`whole` gives a private place beside it to write to, which becomes the file at once when everything
went well and is gone when not:

    with files.whole(Target(path, "receipt", store.name)) as part:
        part.write_bytes(paper)

What must never be written over: the store, what belongs to it, this program's own folders, another
database, anything but a plain file (a folder, a link, a device), and a file that this program did
not write as the same kind, unless a person said so.
"""

import atexit
import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from storecrm.errors import BadFile, Conflict, NotPossible, StorageTrouble, StoreError
from storecrm.services import file_marks, store_places

MOST = 200_000
"""Bytes of a TOML file; nobody writes more by hand."""
MARK = file_marks.MARK
_PART = re.compile(r"\.storecrm-[0-9a-f]{12}\.part")
_TEMPORARY = "storecrm-run-"
_PURPOSES = ("print", "slip", "preview", "look", "sounds")
_FORMER = tuple(f"storecrm-{purpose}-" for purpose in _PURPOSES)
"""What earlier versions called their temporary folders."""
_HELD = "held"
_LEFT = 3600
"""Seconds after which a half-written file has nobody any more who writes it."""
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
"""Names that Windows takes for devices, whatever follows the dot."""


@dataclass(frozen=True)
class Target:
    """A file to be written as one `kind` of paper or list, for the store named `store`.
    `overwrite`: a person said that whatever file lies there may go. `begins` are the first bytes of
    kinds that are told by them (titles of a list); others bear a mark. `private` files are readable
    by their owner alone."""

    file: Path
    kind: str
    store: str = ""
    overwrite: bool = False
    begins: bytes = b""
    private: bool = True

    @property
    def mark(self) -> str:
        """What a file of this kind says of itself."""
        return MARK + self.kind


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says, with or without a byte order mark.

    Raises:
        BadFile: no_file, not_toml.
    """
    try:
        text = path.read_bytes()[:MOST].decode("utf-8-sig")
        return tomllib.loads(text)
    except OSError as error:
        raise BadFile("no_file", where=str(path), reason=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise BadFile("not_toml", where=str(path), reason=str(error)[:120]) from error


def require(target: Target) -> None:
    """Refuse a place that must not or could not be written, before anything is done that the file
    should show.

    Raises:
        NotPossible: own_file, not_plain_file.
        Conflict: file_exists (something else lies there, and nobody said that it may go).
        StorageTrouble: folder_missing, name_too_long, cannot_write.
    """
    file = target.file
    try:
        _require_folder(file)
        if store_places.belongs(file, target.store):
            raise NotPossible("own_file", where=str(file))
        _require_replaceable(target)
    except OSError as error:
        raise trouble(error, file) from error


@contextmanager
def whole(target: Target) -> Iterator[Path]:
    """Gives a private place to write to; it becomes the file when everything went well, and is gone
    when not.

    Raises:
        NotPossible: own_file, not_plain_file.
        Conflict: file_exists.
        StorageTrouble: folder_missing, name_too_long, cannot_write, disk_full.
    """
    require(target)
    file = target.file
    part = file.with_name(f".storecrm-{secrets.token_hex(6)}.part")
    try:
        _sweep(file.parent)
        rights = 0o600 if target.private else 0o666
        # made anew, so that no link laid in the way is ever followed
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, rights))
        yield part
        _to_disk(part)
        # whatever came to lie there meanwhile is looked at once more
        require(target)
        part.replace(file)
    except OSError as error:
        raise trouble(error, file) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def trouble(error: OSError, file: Path) -> StoreError:
    """What the system says of a file, as this program says it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageTrouble("disk_full", where=str(file))
    too_long = os.name == "nt" and len(str(file.absolute())) > _LONG_PATH
    if too_long or error.errno == errno.ENAMETOOLONG:
        return StorageTrouble("name_too_long", where=f"{file.name[:40]}…")
    return StorageTrouble("cannot_write", where=str(file), reason=error.strerror or "")


_LONG_NAME = 255
_LONG_PATH = 259
"""Signs of a name and of a whole path on Windows, which says of a longer one only that it is not
right."""


def _to_disk(part: Path) -> None:
    with part.open("rb+") as done:
        os.fsync(done.fileno())


def _sweep(folder: Path) -> None:
    """Half-written files of a program that was killed go when the next file is written beside
    them."""
    for left in folder.glob(".storecrm-*.part"):
        with suppress(OSError):
            found = left.lstat()
            mine = stat.S_ISREG(found.st_mode) and _is_mine(found)
            if mine and _PART.fullmatch(left.name) and _is_old(found):
                left.unlink()


def _is_mine(found: os.stat_result) -> bool:
    """True for what this user made; where the system knows no owners the place is the user's
    alone."""
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()


def _is_old(found: os.stat_result) -> bool:
    """True of what nobody writes any more."""
    return time.time() - found.st_mtime > _LEFT


def _names_no_file(name: str) -> bool:
    if not name or name == "..":
        return True
    # a colon opens a stream inside another file there
    return os.name == "nt" and (":" in name or _DEVICES.fullmatch(name) is not None)


def _require_folder(file: Path) -> None:
    if _names_no_file(file.name):
        raise NotPossible("not_plain_file", where=str(file))
    if os.name == "nt" and len(file.name.encode("utf-16-le")) > 2 * _LONG_NAME:
        raise StorageTrouble("name_too_long", where=f"{file.name[:40]}…")
    if not file.parent.is_dir():
        raise StorageTrouble("folder_missing", where=str(file.parent))


def _require_replaceable(target: Target) -> None:
    """Refuse what lies there already and may not be written over."""
    file = target.file
    try:
        found = file.lstat()
    except FileNotFoundError:
        _require_access(file.parent, os.W_OK | os.X_OK)
        return
    if not stat.S_ISREG(found.st_mode):
        raise NotPossible("not_plain_file", where=str(file))
    with file.open("rb") as there:
        head = there.read(len(store_places.DATABASE))
    if head == store_places.DATABASE:
        raise NotPossible("own_file", where=str(file))
    if not target.overwrite and not file_marks.is_ours(file, target.mark, target.begins):
        raise Conflict("file_exists", where=str(file))
    _require_access(file, os.W_OK)
    _require_access(file.parent, os.W_OK | os.X_OK)


def _require_access(place: Path, how: int) -> None:
    if not os.access(place, how):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """An empty folder of this program's own, gone at the end of the block.

    Raises:
        StorageTrouble: cannot_write, disk_full.
    """
    folder = temporary(purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary(purpose: str) -> Path:
    """An empty folder that nobody else can look into, gone when the program ends; after a kill,
    when it is started the next time.

    Raises:
        StorageTrouble: cannot_write, disk_full.
    """
    try:
        if not _own_temporary().is_dir():
            # whoever tidies this computer took it
            _own_temporary.cache_clear()
        folder = tempfile.mkdtemp(prefix=f"{purpose}-", dir=_own_temporary())
        return Path(folder)
    except OSError as error:
        raise trouble(error, Path(tempfile.gettempdir())) from error


@lru_cache(maxsize=1)
def _own_temporary() -> Path:
    """The one folder for everything temporary of this process; a lock that ends with the process
    says that somebody uses it."""
    sweep_temporary()
    folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY))
    handle = (folder / _HELD).open("a")
    lock(handle)
    atexit.register(_let_go, handle, folder)
    return folder


def _let_go(handle: IO[str], folder: Path) -> None:
    handle.close()
    shutil.rmtree(folder, ignore_errors=True)


def lock_beside(
    name: str, purpose: str, *, shared: bool = False, wait: float = 0.0
) -> IO[str] | None:
    """Take the lock of a file store for a purpose, waiting up to some seconds; None when somebody
    else has it. It lasts until the file that is returned is closed or the process ends; a `shared`
    one may be held by many. A store that is reached through a link has the lock of where it leads.

    Raises:
        StorageTrouble: read_only (the folder takes no file).
    """
    real = Path(name).resolve()
    file = real.with_name(f"{real.name}.{purpose}-lock")
    try:
        # appending: whatever lies under that name is never cut
        handle = file.open("a")
    except OSError as error:
        raise StorageTrouble("read_only", where=str(file.parent)) from error
    until = time.monotonic() + wait
    while True:
        try:
            lock(handle, shared=shared)
            return handle
        except OSError:
            if time.monotonic() >= until:
                handle.close()
                return None
        time.sleep(0.05)


def lock(handle: IO[str], *, shared: bool = False) -> None:
    """Lock an open file until it is closed or its process ends; a `shared` lock may be held by
    many.

    Raises:
        OSError: somebody else holds it.
    """
    try:
        import fcntl

        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except ImportError:
        _lock_bytes(handle, shared=shared)


_SHARES = 64
"""Where a lock cannot be shared there are many: each one of those who share holds one byte, who is
alone all of them."""


def _lock_bytes(handle: IO[str], *, shared: bool) -> None:
    import msvcrt

    number = handle.fileno()
    places = range(_SHARES) if shared else range(1)
    length = 1 if shared else _SHARES
    for place in places:
        os.lseek(number, place, os.SEEK_SET)
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, length)  # type: ignore[attr-defined]
            return
        except OSError:
            if place == places[-1]:
                raise


def sweep_temporary() -> None:
    """Remove the temporary folders of programs that were killed: this user's own, whose lock nobody
    holds."""
    for folder in Path(tempfile.gettempdir()).glob("storecrm-*"):
        with suppress(OSError):
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    found = folder.lstat()
    mine = stat.S_ISDIR(found.st_mode) and _is_mine(found)
    known = folder.name.startswith((_TEMPORARY, *_FORMER))
    if not mine or not known:
        return False
    held = folder / _HELD
    if not held.is_file():
        # made by an earlier version, or killed before it was locked
        return _is_old(found)
    with held.open("a") as handle:
        lock(handle)
    return True
