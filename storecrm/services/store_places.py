"""What belongs to a store, so that no list and no paper is ever written over it: the store in use,
the one opened by default, any other that lies there, their backups, keys and lists, and this
program's own folders; under whatever name or spelling."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storecrm import paths

DATABASE = b"SQLite format 3\x00"
"""How a plain database file of SQLite begins."""
_JOURNALS = ("-wal", "-shm", "-journal")


def belongs(file: Path, store: str) -> bool:
    """True for a file that belongs to the store named `store`, to another one, or to this
    program."""
    place = file.parent.resolve() / file.name
    platform = paths.default_place()
    stores = [platform.resolve()]
    # a store on a server has no file
    if store and not paths.is_url(store):
        stores.insert(0, Path(store).resolve())
    backups = map(paths.backup_folder, stores)
    folders = (*backups, *paths.own_folders())
    if any(_is_inside(place, folder) for folder in folders):
        return True
    if _is_store_elsewhere(place):
        return True
    if any(_is_of(place, one) for one in stores):
        return True
    return _is_same_as_own(place, stores, platform)


def _plain(name: str) -> str:
    """A name as the least careful file system compares it."""
    return name.casefold().rstrip(" .")


def _is_inside(place: Path, folder: Path) -> bool:
    """True when `place` lies in `folder`, whatever the case of its letters."""
    wanted = list(map(_plain, folder.resolve().parts))
    found = map(_plain, place.parts[: len(wanted)])
    return list(found) == wanted


def _is_of(place: Path, store: Path) -> bool:
    """True for the store's own name, and for names that begin with it: journals, locks, lists."""
    beside = _is_inside(place, store.parent) and len(place.parts) == len(store.parts)
    return beside and _plain(place.name).startswith(_plain(store.name))


def _is_store_elsewhere(place: Path) -> bool:
    """True for another store's file or journal: encrypted ones are told by the key that this
    machine keeps, the copies of a backup folder by what lies beside them."""
    named_by_journal = [place.with_name(name) for name in _without_journal(place.name)]
    candidates = [place, *named_by_journal]
    if any(paths.key_file(one).is_file() for one in candidates):
        return True
    # a database itself is told when it is read (see files.require)
    if any(map(_is_database, named_by_journal)):
        return True
    kind = place.suffix.casefold()
    if kind == ".db":
        return place.with_suffix(".json").is_file()
    return kind == ".json" and place.with_suffix(".db").is_file()


def _without_journal(name: str) -> Iterator[str]:
    """The store's name in the name of its journal."""
    for end in _JOURNALS:
        if name.endswith(end) and name != end:
            yield name.removesuffix(end)


def _is_database(file: Path) -> bool:
    """True for a plain database file of SQLite."""
    try:
        with file.open("rb") as there:
            return file.is_file() and there.read(len(DATABASE)) == DATABASE
    except OSError:
        return False


def _is_same_as_own(place: Path, stores: list[Path], platform: Path) -> bool:
    """True when what lies there is one of the store's own files under another name, a hard link for
    example."""
    try:
        there = place.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    wanted = (there.st_dev, there.st_ino)
    for own in _own(stores, platform):
        with suppress(OSError):
            found = own.stat()
            if (found.st_dev, found.st_ino) == wanted:
                return True
    return False


def _own(stores: list[Path], platform: Path) -> Iterator[Path]:
    """Every file that belongs to one of these stores."""
    yield from stores
    yield platform
    for store in stores:
        yield paths.key_file(store)
        beside = f"{_globbed(store.name)}*"
        yield from store.parent.glob(beside)
        yield from paths.backup_folder(store).glob("*")


def _globbed(name: str) -> str:
    """A name whose signs mean themselves in a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", name)
