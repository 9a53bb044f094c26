"""The key of an encrypted store: made at random, kept in a file of this machine that only its
user reads (on Windows closed with the user's own protection), and said first to each connection."""

import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from storecrm import paths
from storecrm.errors import StorageTrouble

if sys.platform == "win32":
    from storecrm import windows


_SEALED = "dpapi:"
"""How a key begins that Windows keeps for one of its users."""


def key_of(path: Path) -> str:
    """The key of an encrypted store as 64 hexadecimal digits, "" for a plain one.

    Raises:
        StorageTrouble: key_unreadable.
    """
    file = paths.key_file(path)
    if not file.is_file():
        return ""
    key = _opened(file.read_text("ascii", errors="replace").strip())
    if len(key) != 64 or any(c not in "0123456789abcdef" for c in key):
        raise StorageTrouble("key_unreadable", where=str(file))
    return key


def new_key(path: Path) -> str:
    """Make and keep a random key for the store that will lie at `path`; returns it as the recovery
    code.

    Raises:
        StorageTrouble: read_only.
    """
    key = secrets.token_hex(32)
    keep_key(path, key)
    return key


def keep_key(path: Path, key: str) -> None:
    """Remember on this machine the key of the store at `path`.

    Raises:
        StorageTrouble: read_only.
    """
    file = paths.key_file(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        paths.private(file)
        file.write_text(_closed(key), "ascii")
    except OSError as error:
        raise StorageTrouble("read_only", where=str(file)) from error


def _closed(key: str) -> str:
    """A key as it lies in its file."""
    if sys.platform == "win32":
        return _SEALED + windows.protect(key.encode()).hex()
    return key


def _opened(kept: str) -> str:
    """The key that a file holds, "" for one that this user of this machine cannot read."""
    if not kept.startswith(_SEALED):
        return kept
    if sys.platform == "win32":
        with suppress(OSError, ValueError):
            return windows.unprotect(bytes.fromhex(kept.removeprefix(_SEALED))).decode()
    return ""


def put_key_aside(path: Path) -> None:
    """The key of an earlier store at this place is kept under another name: its backups may still
    need it."""
    file = paths.key_file(path)
    if file.is_file():
        file.rename(file.with_suffix(f".{secrets.token_hex(3)}.old"))


def unlock(connection: Any, key: str) -> None:
    """Say the key first, before anything else is asked of an encrypted file."""
    if key:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
