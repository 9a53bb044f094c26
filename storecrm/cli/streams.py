"""What a command prints: UTF-8 on every system, and nobody who stopped listening ends a command
that is done."""

import contextlib
import errno
import io
import sys
from typing import Any, TextIO

GONE = (errno.EPIPE, errno.EINVAL, errno.ESHUTDOWN)
"""How a system says that nobody reads any more; Windows calls it an invalid argument."""


class Outlet(io.RawIOBase):
    """Where a stream's bytes go; once they go nowhere, they are let go. `lost` is why the answer is
    not whole, when it is not because the reader had enough."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.gone = False
        self.lost = ""

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self.raw.isatty())

    def fileno(self) -> int:
        return int(self.raw.fileno())

    def write(self, data: Any) -> int:
        # said to be written, so that no command ends for it
        if self.gone:
            return len(data)
        try:
            return int(self.raw.write(data) or 0)
        except OSError as error:
            self.gone = True
            if error.errno not in GONE:
                self.lost = error.strerror or type(error).__name__
            return len(data)


def settle() -> list[Outlet]:
    """Both streams of this process, from now on; the first is that of the answer. A program without
    a console has none."""
    outlets = []
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            continue
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
        outlet = Outlet(stream.buffer.raw if hasattr(stream.buffer, "raw") else stream.buffer)
        # a sign that is no character, as a name of a file may hold one, is written out
        text = io.TextIOWrapper(
            io.BufferedWriter(outlet),
            "utf-8",
            "backslashreplace",
            line_buffering=name == "stderr" or stream.isatty(),
        )
        setattr(sys, name, text)
        outlets.append(outlet)
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return outlets


def lost(outlets: list[Outlet]) -> str:
    """Why an answer did not get out whole, "" when it did or its reader left."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return next((outlet.lost for outlet in outlets if outlet.lost), "")
