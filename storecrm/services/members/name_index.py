"""What members are found by when somebody types a part of a name: the tails of each name and of its
pinyin initials.

Keys stand beside names, not beside members: thousands of members share a few names. A name goes
with the last live member who bears it.
"""

import os
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.member import Member, NameKey
from storecrm.models.shop import Shop
from storecrm.values import ARRIVING, MemberId

_M: Any = Member.__table__
_K: Any = NameKey.__table__
_LAST = "\U0010ffff"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
"""Chinese signs, the rare ones of the extensions too."""
_LONGEST = 60
_BEARING = ("live", ARRIVING)
"""Whose names are kept: those of a list that comes in are written before their members are
shown."""


@lru_cache(maxsize=50_000)
def keys_of(name: str) -> frozenset[str]:
    """What a name is found by: each tail of it and of its pinyin initials (every reading of the
    surname), each later word."""
    tidy = _tidy(name)
    if not tidy:
        return frozenset()
    keys = (
        {tidy[i:] for i in range(len(tidy))}
        if tidy[0] >= "\u3400"
        else {tidy[m.start() :] for m in re.finditer(r"\S+", tidy)}
    )
    if _HAN.search(tidy):
        rest = "".join([_letters(sign)[:1] for sign in tidy[1:]])
        keys |= {first + rest for first in _letters(tidy[0])} | {
            rest[at:] for at in range(len(rest))
        }
    return frozenset([key[:_LONGEST] for key in keys])


@lru_cache(maxsize=50_000)
def _tidy(name: str) -> str:
    return name.casefold().replace(" ", "") if _HAN.search(name) else name.casefold()


@lru_cache(maxsize=30_000)
def _letters(sign: str) -> str:
    """The first letter of each reading of a sign, the usual one first."""
    # single signs only: its dictionary of phrases would take longest to load
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import Style, lazy_pinyin, pinyin

    usual = lazy_pinyin(sign, style=Style.FIRST_LETTER)
    every = pinyin(sign, style=Style.FIRST_LETTER, heteronym=True)
    found = [part[0].lower() for part in (*usual, *(every[0] if every else ())) if part]
    return "".join(dict.fromkeys(found))


def add(session: Session, names: Collection[str]) -> None:
    """Make names findable whose members are written already; one that is known stays as it is."""
    database.lock_row(session, Shop, 1)
    wholes = {_tidy(name)[:_LONGEST] for name in names}
    known = set(session.scalars(select(_K.c.name).where(database.among(session, _K.c.key, wholes))))
    # in their order: the index grows at fewer places at a time
    rows = sorted([(key, name) for name in set(names) - known for key in keys_of(name)])
    database.bulk_insert(session, _K, ("key", "name"), rows, known_stay=True)


def let_go(session: Session, names: Collection[str]) -> None:
    """Forget those of the names that no live member bears any more, nor one of a list that comes in
    just now. The lock keeps out who would register with one just now."""
    database.lock_row(session, Shop, 1)
    asked = database.listed(session, set(names) - {""})
    borne = select(_M.c.id).where(_M.c.name == asked.c.value, _M.c.state.in_(_BEARING)).exists()
    if gone := set(session.scalars(select(asked.c.value).where(~borne))):
        # all keys of a name, also those that an older table of readings gave it
        session.execute(delete(_K).where(database.among(session, _K.c.name, gone)))


def bearers(session: Session, text: str, limit: int) -> list[MemberId]:
    """Live members whose name, a later part of it, or its initials begin with `text`; at most
    `limit`."""
    # a Chinese name is one word, however it is typed
    prefix = _tidy(text)
    named = (
        select(_K.c.name)
        .where(_K.c.key >= prefix, _K.c.key < prefix + _LAST)
        .distinct()
        .limit(limit)
    )
    found = select(_M.c.id).where(_M.c.name.in_(named), _M.c.state == "live").limit(limit)
    return [MemberId(member) for member in session.scalars(found)]


def wrong(session: Session) -> list[str]:
    """Live members whose name finds nobody, by id, and "unborne" for each name that nobody bears
    any more; at most 100 of each."""
    unfound = select(_M.c.id).where(
        _M.c.state == "live", _M.c.name != "", _M.c.name.not_in(select(_K.c.name))
    )
    unborne = (
        select(_K.c.name)
        .where(_K.c.name.not_in(select(_M.c.name).where(_M.c.state.in_(_BEARING))))
        .distinct()
    )
    # a name that should be forgotten is not said
    return [str(member) for member in session.scalars(unfound.limit(100))] + [
        "unborne" for _ in session.scalars(unborne.limit(100))
    ]
