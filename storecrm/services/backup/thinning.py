"""Which backups go when there are too many, the newest of each day kept longest."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from storecrm.errors import NotAllowed
from storecrm.services import shop_settings
from storecrm.services.backup import copies
from storecrm.services.store import Store, require_clock
from storecrm.values import as_datetime

KEEP_DAYS = 90


def thin_out(folder: Path, newest: Path, store: Store) -> None:
    """Keep the newest of each of the last days, of 4 weeks and of 2 months, and the newest proven
    ones; nothing older than 90 days. Copies of before a restore or an upgrade go by age alone: what
    was erased must not lie there for ever. Only this shop's own copies, none while the clock is not
    believed, and never the one just made, whose name may be the smaller one of two made in the same
    second."""
    try:
        with store.read() as session:
            require_clock(session, store)
            keep = shop_settings.current(session).backup_keep_daily
    except NotAllowed:
        return
    key = store.engine.get_execution_options()["key"]
    now = as_datetime(store.clock.now(), store.clock.zone)
    named = sorted(filter(_is_named_as_ours, folder.glob("*.db")), reverse=True)
    # a folder may hold the copies of several shops
    mine = [path for path in named if copies.is_of(path, store.shop.uid, key)]
    for path in _too_many(mine, keep, now):
        if path != newest:
            copies.remove(path)


def _is_named_as_ours(path: Path) -> bool:
    return path.name.startswith(("storecrm-", "before-"))


def _too_many(mine: list[Path], keep: int, now: datetime) -> Iterator[Path]:
    """Of each day, week and month the newest stays, and the newest whose every page was proven: a
    quick copy takes the place of none."""
    made = dict[Path, datetime]()
    for path in mine:
        when = _made(path, now)
        if when is not None:
            made[path] = when
    proven = {path: when for path, when in made.items() if copies.is_whole(path)}
    kept = _newest(made, keep) | _newest(proven, keep)
    for path in mine:
        if path in made:
            age = now - made[path]
            gone = path not in kept or age.days > KEEP_DAYS
        else:
            # of before a restore or an upgrade: by age alone
            gone = now.timestamp() - path.stat().st_mtime > KEEP_DAYS * 86_400
        if gone:
            yield path


def _made(path: Path, now: datetime) -> datetime | None:
    try:
        return datetime.strptime(path.stem, "storecrm-%Y%m%d-%H%M%S").replace(tzinfo=now.tzinfo)
    except ValueError:
        return None


def _newest(made: dict[Path, datetime], keep: int) -> set[Path]:
    """The newest of each of the last `keep` days, of 4 weeks and of 2 months, of copies that are
    given from the newest on."""
    kept = set[Path]()
    for unit, limit in (("%Y%m%d", keep), ("%G%V", 4), ("%Y%m", 2)):
        # the first of a day is its newest
        first: dict[str, Path] = {}
        for path, when in made.items():
            first.setdefault(when.strftime(unit), path)
        kept.update(islice(first.values(), limit))
    return kept
