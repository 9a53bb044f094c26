"""What the disk below a store is and has: on another machine or on this one, full or not."""

import errno
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    from storecrm import windows


_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ncpfs"}
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)


def on_network(folder: Path) -> bool:
    """True of a folder on another machine, where SQLite's locks do not hold."""
    if sys.platform == "win32":
        return windows.on_network(str(folder))
    return file_system(folder) in _NETWORK


def file_system(folder: Path) -> str:
    """The type of the file system `folder` lies on, "" where the system does not say."""
    try:
        mounts = [
            line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()
        ]
    except OSError:
        return ""
    inside = [(mount, kind) for mount, kind in mounts if folder.is_relative_to(_unescaped(mount))]
    return max(inside, key=lambda pair: len(pair[0]), default=("", ""))[1]


def _unescaped(mount: str) -> str:
    """A place as the list of mounts writes it: blanks and backslashes are octal numbers there."""
    for sign in (" ", "\t", "\n", "#", "\\"):
        mount = mount.replace(f"\\{ord(sign):03o}", sign)
    return mount


def has_no_room(file: Path, size: int) -> bool:
    """True when the disk takes no `size` bytes beside a file: it is full, or a quota or the longest
    length of a file is reached. The driver calls a quota a failure of the disk, so the disk itself
    is asked."""
    with suppress(OSError):
        if shutil.disk_usage(file.parent).free < 1_000_000:
            return True
    probe = file.with_name(f"{file.name}.probe")
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
    except OSError as error:
        return error.errno in NO_ROOM
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return False
