"""One copy of a store as a file: made whole and looked over before it bears its name, with a
manifest beside it that says whose it is.

The manifest (`NAME.json` beside `NAME.db`) holds the shop's uid, when it was made, how many rows it
has, the digest of the file, the last link of each till's trail, and how far it was proven: WHOLE
(every page, index and reference was read) or COPIED (every page was copied and read back, its
tables are counted, the trail's last links stand in it). It stands first, as a reservation of the
name; the copy gets its name last. Only files whose manifest bears this shop's uid are ever deleted:

    place = copies.reserve(folder, stem, facts)
    manifest = copies.fill(engine, place, facts)"""

import contextlib
import hashlib
import json
import os
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from storecrm.errors import StorageTrouble, StoreError
from storecrm.models import database, migrate
from storecrm.services.backup.copy_contents import count, digest, sealed

WHOLE = "whole"
COPIED = "copied"
_TEXTS = ("sha256", "uid", "place", "made_at", "verified")
"""What a manifest says as text, when it says it."""
_MOST = 1_000_000
"""Bytes of a manifest; ours have two thousand."""
_SPARE = 1_000_000
"""Bytes that stay free on the disk whatever is copied to it."""
_BESIDE = ("-journal", "-wal", "-shm")
_LEFT = 86_400
"""Seconds after which nobody makes a copy any more that was begun then, on whatever machine."""


def mark_of(name: str) -> str:
    """Which store on which computer makes a copy: the same shop may stand in two places that share
    a folder."""
    which = f"{socket.gethostname()}\0{Path(name).resolve()}"
    return hashlib.sha256(which.encode()).hexdigest()[:12]


def folder(place: Path) -> Path:
    """The folder for copies, made when it is missing; a link to one is followed.

    Raises:
        StorageTrouble: folder_link (it leads nowhere, or to no folder), read_only, disk_full.
    """
    try:
        if place.is_symlink() and not place.is_dir():
            raise StorageTrouble("folder_link", where=str(place))
        real = place.resolve()
        real.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError) as error:
        raise trouble(error, place) from error
    return real


def trouble(error: Exception, where: Path) -> StorageTrouble:
    """What the system says of a folder for copies, as trouble with storage."""
    full = isinstance(error, OSError) and error.errno in database.NO_ROOM
    return StorageTrouble("disk_full" if full else "read_only", where=str(where))


@contextlib.contextmanager
def troubles(where: Path) -> Iterator[None]:
    """Turns what the system says of files into trouble with storage.

    Raises:
        StorageTrouble: disk_full, read_only.
    """
    try:
        yield
    except OSError as error:
        raise trouble(error, where) from error


def require_room(place: Path, need: int) -> None:
    """Refuse before anything is written.

    Raises:
        StorageTrouble: no_space.
    """
    if shutil.disk_usage(place).free < need + _SPARE:
        raise StorageTrouble("no_space", where=str(place), need=need)


# --- the manifest ---


def manifest_file(copy: Path) -> Path:
    """Where the manifest of a copy lies."""
    return copy.with_suffix(".json")


def manifest_of(copy: Path) -> dict[str, Any]:
    """What the manifest says; empty when none lies there or it is none."""
    try:
        with manifest_file(copy).open("rb") as source:
            said = json.loads(source.read(_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if _is_manifest(said) else {}


def _is_manifest(said: Any) -> bool:
    """True when what stands under our keys is of the kind that we write."""
    if not isinstance(said, dict):
        return False
    if not isinstance(said.get("counts", {}), dict):
        return False
    return all(isinstance(said.get(key, ""), str) for key in _TEXTS)


def proof_of(manifest: dict[str, Any]) -> str:
    """How far a copy was proven when it was made: WHOLE, COPIED, or "" where nobody vouches for it.
    Earlier versions read each one whole."""
    if not manifest.get("sha256") or manifest.get("damaged"):
        return ""
    return COPIED if manifest.get("verified", WHOLE) != WHOLE else WHOLE


def is_whole(copy: Path) -> bool:
    """True of a copy of which every page was proven when it was made."""
    return proof_of(manifest_of(copy)) == WHOLE


def reserve(place: Path, stems: Iterator[str], facts: dict[str, Any]) -> Path:
    """A name that nothing bears yet, of those offered; its manifest stands from now on.

    Raises:
        StorageTrouble: read_only, disk_full.
    """
    with troubles(place):
        for stem in stems:
            copy = place / f"{stem}.db"
            if copy.exists() or copy.is_symlink():
                continue
            if _begin_manifest(manifest_file(copy), facts):
                return copy
    raise StorageTrouble("read_only", where=str(place))


def _begin_manifest(file: Path, facts: dict[str, Any]) -> bool:
    """Write a manifest where none is; False when another one was quicker."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as sink:
            sink.write(_written(facts))
    except OSError:
        # a name is not kept for what could not be written
        _unlink(file)
        raise
    return True


def _written(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, indent=1).encode()


# --- making one ---


def fill(
    engine: Engine,
    copy: Path,
    facts: dict[str, Any],
    *,
    whole: bool = True,
    damaged_too: bool = False,
) -> dict[str, Any]:
    """Make the copy whose name was reserved; it bears the name only once it was looked over:
    `whole`, or for what copying can do wrong. Returns its manifest. With `damaged_too` a store that
    is damaged is kept as it is, and the manifest says so. Nothing is left when it fails.

    Raises:
        StorageTrouble: no_space, disk_full, read_only, backup_damaged.
    """
    part = _part(copy.parent, facts)
    try:
        with troubles(copy.parent):
            live = Path(str(engine.url.database))
            require_room(copy.parent, live.stat().st_size)
            database.copy_into(engine, part)
            key = engine.get_execution_options().get("key", "")
            found = _looked_over(part, key, facts, whole=whole, damaged_too=damaged_too)
            manifest = facts | found
            to_disk(part)
            # the copy comes last: whoever sees it sees a manifest that is whole
            _replace_manifest(copy, manifest)
            part.replace(copy)
            to_disk(copy.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            manifest_file(copy).unlink(missing_ok=True)
        raise
    finally:
        _unlink(part)
    return manifest


def _part(place: Path, facts: dict[str, Any]) -> Path:
    """Where a copy is made: whose it is can be told from its name, for nothing else can be read of
    it."""
    return place / f"storecrm-{facts['uid']}-{facts['place']}.part"


def _looked_over(
    part: Path, key: str, facts: dict[str, Any], *, whole: bool, damaged_too: bool
) -> dict[str, Any]:
    said: dict[str, Any] = {"sha256": digest(part), "revision": migrate.newest()}
    said["verified"] = WHOLE if whole else COPIED
    anchors = facts.get("anchors", [])
    try:
        return said | count(part, key, anchors=anchors, whole=whole)
    except StorageTrouble:
        if not damaged_too:
            raise
        return said | {"damaged": True, "counts": {}, "verified": ""}


def _replace_manifest(copy: Path, manifest: dict[str, Any]) -> None:
    new = copy.with_suffix(".json.part")
    # nobody else's to read from its first byte on
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(handle)
    new.write_bytes(_written(manifest))
    to_disk(new)
    new.replace(manifest_file(copy))


def to_disk(place: Path) -> None:
    """Have the system keep a file, or the names in a folder, before anything stands on it."""
    if place.is_dir() and os.name == "nt":
        # names are kept by the system itself there
        return
    handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check(path: Path, manifest: dict[str, Any], key: str, *, where: Path) -> dict[str, int]:
    """Row counts of a copy that is what its manifest says (an empty one says nothing) and holds
    every table of its version. `where` is what a person calls it.

    Raises:
        StorageTrouble: backup_damaged, backup_incomplete, newer_store.
    """
    if manifest.get("sha256", "") not in ("", digest(path)):
        raise StorageTrouble("backup_damaged", where=str(where))
    try:
        found = count(path, key)
        with sealed(path, key) as engine:
            lacking = migrate.lacking(engine, found["revision"])
    except StorageTrouble as error:
        raise StorageTrouble(error.code, where=str(where), **error.facts) from error
    if lacking:
        raise StorageTrouble("backup_incomplete", where=str(where), table=lacking)
    rows: dict[str, int] = found["counts"]
    return rows


def require_at_rest(path: Path, manifest: dict[str, Any]) -> None:
    """Refuse a store that is open somewhere: what stands in its log would be missing. A copy that
    its manifest vouches for is whole.

    Raises:
        StorageTrouble: backup_in_use.
    """
    for end in ("-wal", "-journal"):
        log = path.with_name(path.name + end)
        if log.exists() and log.stat().st_size and not manifest.get("sha256"):
            raise StorageTrouble("backup_in_use", where=str(path))


def uid_of(engine: Engine) -> str:
    """The shop's uid, of whatever version the file is."""
    with database.reading(engine) as session:
        return str(session.execute(text("SELECT uid FROM shop")).scalar_one())


# --- removing ---


def is_of(copy: Path, uid: str, key: str) -> bool:
    """True for a plain file whose manifest bears the uid. Copies that earlier versions made before
    an upgrade have none in it: those are looked into."""
    try:
        if not stat.S_ISREG(copy.lstat().st_mode):
            return False
    except OSError:
        return False
    manifest = manifest_of(copy)
    if "uid" in manifest or "sha256" not in manifest:
        return bool(uid) and manifest.get("uid") == uid
    try:
        with sealed(copy, key) as engine:
            return migrate.current(engine) is not None and uid_of(engine) == uid
    except (StoreError, OSError):
        return False


def remove(copy: Path) -> None:
    """A copy and its manifest; one that cannot go now goes another time."""
    with contextlib.suppress(OSError):
        copy.unlink(missing_ok=True)
        manifest_file(copy).unlink(missing_ok=True)


def sweep(place: Path, facts: dict[str, Any]) -> None:
    """What a copy that was killed left behind: this store's own, while the caller holds the lock
    that no other copy of it is made under; those of this shop from elsewhere once they are old."""
    own = _part(place, facts)
    of_this_shop = f"storecrm-{facts['uid']}-"
    for part in place.glob("storecrm-*.part"):
        if part.name.startswith(of_this_shop) and (part == own or _is_old(part)):
            _unlink(part)
    for manifest in place.glob("*.json"):
        said = manifest_of(manifest)
        # another shop's own program takes care of its own
        if said.get("uid") != facts["uid"]:
            continue
        if said.get("place") == facts["place"] or _is_old(manifest):
            if not manifest.with_suffix(".db").exists():
                _unlink(manifest)
            _unlink(manifest.with_suffix(".json.part"))


def _is_old(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime > _LEFT
    except OSError:
        return False


def _unlink(file: Path) -> None:
    for end in ("", *_BESIDE):
        with contextlib.suppress(OSError):
            file.with_name(file.name + end).unlink(missing_ok=True)
