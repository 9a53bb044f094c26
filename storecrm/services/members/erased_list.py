"""The list of who was erased, beside the store: what a restored backup must not bring back.

A line is the shop's uid, the member's number and moment of registration (numbers are given anew
after a restore), and a seal: a keyed hash of the three. The key is kept with this machine's other
keys, apart from the store: who has the store's folder alone cannot write a line that is believed.
Lines without a good seal are believed only of members whom the store itself shows as erased.
"""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select

from storecrm import paths
from storecrm.errors import StorageTrouble, StoreError
from storecrm.models import database, tables
from storecrm.services.store import Store, shop_info

_LINE = re.compile(rb"(\S{1,64}) (\d{1,18}) (\d{1,18})(?: ([0-9a-f]{64}))?\s*")
_MOST = 128_000_000
"""Bytes that are read: more than a million lines."""
_LONGEST = 300
_HEX_KEY = 64
"""Signs of a key as it is written."""
_BINARY = getattr(os, "O_BINARY", 0)
_AT_END = os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY

Person = tuple[int, int]
"""A member's number and the moment of the registration."""


@dataclass(frozen=True)
class Listed:
    """Who was erased by a list that is believed; `refused` lines were not. `stands` says that the
    list needs no change."""

    people: frozenset[Person]
    refused: int = 0
    foreign: int = 0
    stands: bool = True


@dataclass
class _ErasedLines:
    """What stands in a list: members with a good seal, members without one (of an earlier version,
    or of another account of this machine), lines of other shops, lines that are neither."""

    sealed: set[Person] = field(default_factory=set)
    claimed: set[Person] = field(default_factory=set)
    foreign: int = 0
    refused: int = 0


def list_of(name: str) -> Path:
    """Where the list of a store stands."""
    real = Path(name).resolve()
    return real.with_name(f"{real.name}.erased")


def seal(key: bytes, uid: str, person: Person) -> str:
    """The keyed hash of a line."""
    text = f"{uid} {person[0]} {person[1]}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def append(store: Store, people: Iterable[Person], key: bytes) -> None:
    """Add members to the list, kept by the disk when this returns.

    Raises:
        StorageTrouble: cannot_write.
    """
    place = list_of(store.name)
    try:
        handle = os.open(place, _AT_END, 0o600)
        with os.fdopen(handle, "r+b") as kept:
            end = kept.seek(0, os.SEEK_END)
            kept.seek(max(0, end - 1))
            # a line that a power cut tore stays one line
            torn = kept.read(1) not in (b"", b"\n")
            lines = b"".join(_lines(store.shop.uid, people, key))
            kept.write(b"\n" * torn + lines)
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        raise _not_written(place, error) from error


def _not_written(place: Path, error: OSError) -> StorageTrouble:
    return StorageTrouble("cannot_write", where=str(place), reason=error.strerror or "")


def _lines(uid: str, people: Iterable[Person], key: bytes) -> Iterator[bytes]:
    for person in people:
        yield f"{uid} {person[0]} {person[1]} {seal(key, uid, person)}\n".encode()


def key_for(uid: str) -> bytes:
    """This machine's key for the shop's list, made at first use.

    Raises:
        StorageTrouble: cannot_write.
    """
    known = _key(uid)
    if known is not None:
        return known
    file = paths.seal_file(uid)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file.exists():
            # unreadable: kept aside, what it sealed cannot be believed any more
            file.rename(file.with_suffix(f".{secrets.token_hex(3)}.old"))
        new = file.with_suffix(f".{secrets.token_hex(4)}.part")
        paths.private(new)
        new.write_text(secrets.token_hex(32), "ascii")
        new.replace(file)
    except OSError as error:
        raise _not_written(file, error) from error
    made = _key(uid)
    if made is None:
        raise StorageTrouble("cannot_write", where=str(file), reason="")
    return made


def _key(uid: str) -> bytes | None:
    try:
        text = paths.seal_file(uid).read_text("ascii", errors="replace").strip()
        return bytes.fromhex(text) if len(text) == _HEX_KEY else None
    except (OSError, ValueError):
        return None


def look(name: str, uid: str, live: Store | None) -> Listed:
    """Who is on the list of the store `name` for the shop `uid`, with everybody whom the `live`
    store shows as erased. Nothing is changed, and nothing in the list stops anything."""
    known = set() if live is None else _erased_in(live.engine)
    found = _look(list_of(name), uid)
    return _judged(found, known)


def _judged(found: _ErasedLines, known: set[Person]) -> Listed:
    # neither sealed nor borne out by the store
    unproven = found.claimed - found.sealed - known
    refused = found.refused + len(unproven)
    stands = not refused and not found.claimed and known <= found.sealed
    return Listed(
        people=frozenset(found.sealed | known),
        refused=refused,
        foreign=found.foreign,
        stands=stands,
    )


def settle(name: str, uid: str, listed: Listed) -> Path | None:
    """Make the list what was believed of it, while nobody can add to it; one with lines that were
    not is set aside as it was. Returns where that is.

    Raises:
        StorageTrouble: cannot_write (the list that is believed cannot be kept).
    """
    if listed.stands:
        return None
    aside = _set_aside(list_of(name)) if listed.refused or listed.foreign else None
    if listed.people:
        _rewrite(list_of(name), uid, listed.people)
    return aside if listed.refused else None


def take_over(name: str, engine: Engine) -> None:
    """Seal the list of a store that an earlier version wrote: of its lines those whom the store
    shows as erased. Nothing in it stops the upgrade."""
    place = list_of(name)
    if not place.exists():
        return
    with contextlib.suppress(StoreError):
        with database.reading(engine) as session:
            uid = shop_info(session).uid
        listed = _judged(_look(place, uid), _erased_in(engine))
        settle(name, uid, listed)


def _erased_in(engine: Engine) -> set[Person]:
    """Members whom the store itself shows as erased."""
    with database.reading(engine) as session:
        person = tables.member.c
        known = select(person.id, person.recorded_at).where(person.state == "erased")
        rows = session.execute(known)
        return {(int(row.id), int(row.recorded_at)) for row in rows}


def _look(place: Path, uid: str) -> _ErasedLines:
    found = _ErasedLines()
    key = _key(uid)
    try:
        for line in _read_lines(place):
            _sort(found, line, uid, key)
    except OSError:
        found.refused += 1
    return found


def _sort(found: _ErasedLines, line: bytes, uid: str, key: bytes | None) -> None:
    read = _LINE.fullmatch(line)
    if read is None:
        found.refused += bool(line.strip())
        return
    if read[1] != uid.encode():
        found.foreign += 1
        return
    person = (int(read[2]), int(read[3]))
    said = read[4].decode() if read[4] else ""
    # told apart in a time that does not depend on where they differ
    right = key is not None and hmac.compare_digest(said, seal(key, uid, person))
    into = found.sealed if right else found.claimed
    into.add(person)


def _read_lines(place: Path) -> Iterator[bytes]:
    """The lines of a plain file, each up to a length; a device or a pipe, which might never end, is
    none."""
    try:
        found = place.stat()
    except FileNotFoundError:
        if os.path.lexists(place):
            # a link that leads nowhere
            raise
        return
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{place} is no plain file")
    if found.st_size > _MOST:
        raise OSError(f"{place} is longer than any list of ours")
    with place.open("rb") as kept:
        while line := kept.readline(_LONGEST):
            yield line


def _set_aside(place: Path) -> Path | None:
    # two in one second have two names
    mark = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    aside = place.with_name(f"{place.name}.refused-{mark}")
    try:
        place.rename(aside)
    except OSError:
        return None
    return aside


def _rewrite(place: Path, uid: str, people: Iterable[Person]) -> None:
    key = key_for(uid)
    new = place.with_name(f"{place.name}.part")
    try:
        paths.private(new)
        with new.open("wb") as sink:
            sink.writelines(_lines(uid, sorted(people), key))
            sink.flush()
            os.fsync(sink.fileno())
        new.replace(place)
    except OSError as error:
        raise _not_written(place, error) from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
