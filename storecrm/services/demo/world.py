"""The demo shop's people, goods and calendar: invented, but weighted like a real neighbourhood
supermarket (names and goods: resources/demo/neighbourhood.toml)."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from storecrm import paths
from storecrm.services import files
from storecrm.values import Role

SHOP = "禾田生活 · 滨河路店"
STORE = "滨河路店"
STAFF = (
    ("陈国华", Role.OWNER, "860274"),
    ("赵丽", Role.MANAGER, "749183"),
    ("王芳", Role.CASHIER, "3864"),
    ("李强", Role.CASHIER, "5917"),
)
_AGES = {"old": 30, "middle": 35, "young": 32, "child": 3}
"""Percent of members whose names are of these years; children have the card of a parent."""
_BORN = {"old": 1955, "middle": 1975, "young": 1992, "child": 1998}
_SPRING_FESTIVALS = {
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
}
_HOURS = {
    7: 9,
    8: 10,
    9: 7,
    10: 5,
    11: 5,
    12: 5,
    13: 4,
    14: 3,
    15: 4,
    16: 5,
    17: 9,
    18: 11,
    19: 10,
    20: 7,
    21: 4,
    22: 2,
}
"""How busy the hours of a day are: peaks at 7-9 and 17-20."""


@dataclass(frozen=True)
class Good:
    """One article: its barcode without the check digit, its price in minor units, the margin in
    percent, and how often it is bought."""

    sku: str
    barcode: str
    name: str
    category: str
    brand: str
    price: int
    margin: int
    weight: int


@cache
def goods() -> tuple[Good, ...]:
    """What the shop sells."""
    return tuple(Good(**said) for said in _said()["good"])


@cache
def _said() -> dict[str, Any]:
    return files.read_toml(paths.resources() / "demo" / "neighbourhood.toml")


@dataclass(frozen=True)
class Neighbour:
    """One invented member."""

    phone: str
    name: str
    gender: str
    birthday: str
    consent: str
    registered: date
    opening: int
    card: str


def people(rng: random.Random, count: int, first: date, last: date) -> list[Neighbour]:
    """`count` members: 12 % without name, 45 % with birthday, 38 % with consent, half from the old
    card system."""
    used: set[str] = set()
    days = max(1, (last - first).days)
    found = [_neighbour(rng, number, count, first, days, used) for number in range(count)]
    return found + _twice(rng, found, used, last)


def _neighbour(
    rng: random.Random, number: int, count: int, first: date, days: int, used: set[str]
) -> Neighbour:
    """The questions to `rng` stay in this order: the same seed is the same shop."""
    phone = _phone(rng, used)
    [age] = rng.choices(list(_AGES), list(_AGES.values()))
    name = _name(rng, age)
    birthday = _birthday(rng, _BORN[age] + rng.randrange(12))
    old = number < count // 2
    if old:
        registered = first - timedelta(days=rng.randrange(30, 900))
    else:
        registered = first + timedelta(days=rng.randrange(days))
    opening = rng.randrange(50, 3000) if old else 0
    card = f"{80_000_000 + number * 7}" if old else ""
    gender = rng.choice("fmf")
    consent = "1" if rng.random() < 0.38 else ""
    return Neighbour(
        phone=phone,
        name=name,
        gender=gender,
        birthday=birthday,
        consent=consent,
        registered=registered,
        opening=opening,
        card=card,
    )


def _phone(rng: random.Random, used: set[str]) -> str:
    """A phone that nobody else has."""
    while True:
        phone = f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
        if phone not in used:
            used.add(phone)
            return phone


def _name(rng: random.Random, age: str) -> str:
    surnames, given = _said()["surnames"], _said()["given"]
    # common surnames first: the list is ordered by frequency
    place = min(int(rng.expovariate(0.09)), len(surnames) - 1)
    if rng.random() < 0.12:
        return ""
    return f"{surnames[place]}{rng.choice(given[age])}"


def _birthday(rng: random.Random, year: int) -> str:
    if rng.random() >= 0.45:
        return ""
    month = rng.randrange(1, 13)
    day = rng.randrange(1, 29)
    return f"{year}-{month:02d}-{day:02d}"


def _twice(
    rng: random.Random, known: list[Neighbour], used: set[str], last: date
) -> list[Neighbour]:
    """One in a hundred registered a second time with another phone; some of them with a sign of the
    name heard wrongly."""
    found: list[Neighbour] = []
    whole = [person for person in known if person.name and person.birthday]
    # a duplicate needs a name and a birthday to be found by
    wanted = max(1, len(known) // 100)
    for one in rng.sample(whole, k=min(len(whole), wanted)):
        phone = _next_phone(one.phone)
        if phone in used:
            continue
        used.add(phone)
        again = replace(
            one,
            phone=phone,
            name=_heard(rng, one.name),
            consent="",
            registered=min(one.registered + timedelta(days=90), last),
            opening=0,
            card="",
        )
        found.append(again)
    return found


def _next_phone(phone: str) -> str:
    """The phone with another last digit."""
    last = (int(phone[-1]) + 1) % 10
    return f"{phone[:-1]}{last}"


def _heard(rng: random.Random, name: str) -> str:
    if rng.random() < 0.7 or len(name) < 3:
        return name
    return name[:-1] + rng.choice("明红华")


def season(day: date) -> float:
    """How busy a day is against an ordinary weekday."""
    factor = 1.35 if day.weekday() >= 5 else 0.93
    spring = _SPRING_FESTIVALS.get(day.year)
    if spring is None:
        return factor
    away = (spring - day).days
    # two weeks of shopping before the festival, a quiet week after it
    if 0 < away <= 14:
        return factor * 1.35
    if -6 < away <= 0:
        return factor * 0.55
    return factor


def hour(rng: random.Random) -> int:
    """An hour between 7 and 22."""
    return rng.choices(list(_HOURS), list(_HOURS.values()))[0]
