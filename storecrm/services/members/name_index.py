"""What members are found by when somebody types a part of a name: the tails of each name and of its
pinyin initials.

Keys stand beside names, not beside members: thousands of members share a few names. A name goes
with the last live member who bears it.
"""

import os
import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.shop import Shop
from storecrm.values import ARRIVING, MemberId

_FIRST_HAN = "\u3400"
_LAST = "\U0010ffff"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
"""Chinese signs, the rare ones of the extensions too."""
_LONGEST = 60
_BEARING = ("live", ARRIVING)
"""Whose names are kept: those of a list that comes in are written before their members are
shown."""
MOST_WRONG = 100
_KEY = tables.name_key.c
_PERSON = tables.member.c
_IS_LIVE = _PERSON.state == "live"
_IS_BORNE = _PERSON.state.in_(_BEARING)


@lru_cache(maxsize=50_000)
def keys_of(name: str) -> frozenset[str]:
    """What a name is found by: each tail of it and of its pinyin initials (every reading of the
    surname), each later word."""
    tidy = _tidy(name)
    if not tidy:
        return frozenset()
    # a Chinese name is found by each of its signs, another by each of its words
    begins: Iterable[int] = range(len(tidy))
    if tidy[0] < _FIRST_HAN:
        begins = [word.start() for word in re.finditer(r"\S+", tidy)]
    keys = {tidy[begin:] for begin in begins}
    if _HAN.search(tidy):
        keys |= _initials(tidy)
    return frozenset([key[:_LONGEST] for key in keys])


def _initials(tidy: str) -> set[str]:
    """Of each reading of the surname, and the tails of what follows it."""
    letters = [_letters(sign)[:1] for sign in tidy[1:]]
    rest = "".join(letters)
    wholes = {first + rest for first in _letters(tidy[0])}
    return wholes | {rest[at:] for at in range(len(rest))}


@lru_cache(maxsize=50_000)
def _tidy(name: str) -> str:
    folded = name.casefold()
    return folded.replace(" ", "") if _HAN.search(name) else folded


@lru_cache(maxsize=30_000)
def _letters(sign: str) -> str:
    """The first letter of each reading of a sign, the usual one first."""
    # single signs only: its dictionary of phrases would take longest to load
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import Style, lazy_pinyin, pinyin

    usual = lazy_pinyin(sign, style=Style.FIRST_LETTER)
    every = pinyin(sign, style=Style.FIRST_LETTER, heteronym=True)
    readings = [*usual, *every[0]] if every else usual
    letters = [reading[0].lower() for reading in readings if reading]
    return "".join(dict.fromkeys(letters))


def add(session: Session, names: Collection[str]) -> None:
    """Make names findable whose members are written already; one that is known stays as it is."""
    database.lock_row(session, Shop, 1)
    wholes = {_tidy(name)[:_LONGEST] for name in names}
    written = database.among(session, _KEY.key, wholes)
    known = set(session.scalars(select(_KEY.name).where(written)))
    rows = []
    for name in set(names) - known:
        rows += [(key, name) for key in keys_of(name)]
    # in their order: the index grows at fewer places at a time
    rows.sort()
    database.bulk_insert(session, tables.name_key, ("key", "name"), rows, known_stay=True)


def let_go(session: Session, names: Collection[str]) -> None:
    """Forget those of the names that no live member bears any more, nor one of a list that comes in
    just now. The lock keeps out who would register with one just now."""
    database.lock_row(session, Shop, 1)
    asked = database.listed(session, set(names) - {""})
    called_so = _PERSON.name == asked.c.value
    bearer = select(_PERSON.id).where(called_so, _IS_BORNE)
    unborne = select(asked.c.value).where(~bearer.exists())
    gone = set(session.scalars(unborne))
    if gone:
        # all keys of a name, also those that an older table of readings gave it
        theirs = database.among(session, _KEY.name, gone)
        session.execute(delete(tables.name_key).where(theirs))


def bearers(session: Session, text: str, limit: int) -> list[MemberId]:
    """Live members whose name, a later part of it, or its initials begin with `text`; at most
    `limit`."""
    # a Chinese name is one word, however it is typed
    prefix = _tidy(text)
    last = prefix + _LAST
    key = _KEY.key
    beginning = select(_KEY.name).where(key >= prefix, key < last)
    named = beginning.distinct()
    theirs = _PERSON.name.in_(named.limit(limit))
    found = select(_PERSON.id).where(theirs, _IS_LIVE).limit(limit)
    return [MemberId(member) for member in session.scalars(found)]


def wrong(session: Session) -> list[str]:
    """Live members whose name finds nobody, by id, and "unborne" for each name that nobody bears
    any more; at most 100 of each."""
    unfound = _PERSON.name.not_in(select(_KEY.name))
    named = _PERSON.name != ""
    hidden = select(_PERSON.id).where(_IS_LIVE, named, unfound)
    found = session.scalars(hidden.limit(MOST_WRONG)).all()
    borne = select(_PERSON.name).where(_IS_BORNE)
    unborne = select(_KEY.name).where(_KEY.name.not_in(borne))
    some = unborne.distinct().limit(MOST_WRONG)
    left = session.scalars(some).all()
    # a name that should be forgotten is not said
    unborne_words = ["unborne"] * len(left)
    return [*map(str, found), *unborne_words]
