"""Shops of a given size, built once by the program's own imports and acts and kept outside the
project: nothing is tuned, no ANALYZE.

A year and a half of a shop comes in by files (members, articles, receipts with lines and points,
uses of coupons, as from the system before); coupons are issued here, named and bearer; the last day
is sold at the till: baskets, coupons, returns, bills put aside.
"""

import csv
import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storecrm import compose
from storecrm.domain.offers import reading
from storecrm.models import database, migrate
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.loyalty import tiers
from storecrm.services.members import registry
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, Store
from storecrm.services.till import open_bill, parked_bills, returned_goods, returns
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import Money, Quantity, Role

SIZES = {
    "1k": (1_000, 10_000),
    "10k": (10_000, 100_000),
    "100k": (100_000, 1_000_000),
    "200k": (200_000, 2_000_000),
}
"""Members and sales."""
TODAY = date(2026, 11, 22)
NOON = 1_795_320_000_000_000
"""Of that day in Shanghai, in microseconds."""
DAYS, ARTICLES, PER_FILE = 540, 300, 200_000
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国"


_BEGUN = time.monotonic_ns()


def wall(*, building: bool = False) -> Callable[[], int]:
    """The clock of the shop's last day: noon when it is built, six in the evening when it is
    measured, in any order."""
    start = NOON + (0 if building else 6 * 3_600_000_000)
    return lambda: start + (time.monotonic_ns() - _BEGUN) // 1000


def shelf() -> Path:
    """Where built shops are kept: STORECRM_SHOPS, else below the user's cache."""
    return Path(os.environ.get("STORECRM_SHOPS") or Path.home() / ".cache" / "storecrm-shops")


def built(size: str) -> Path:
    """The shop of that size, from the shelf, or built now (minutes to an hour)."""
    place = shelf() / f"{size}-{_fingerprint()}" / "store.db"
    if place.exists():
        return place
    work = place.parent.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    begun = time.perf_counter()
    _build(work, *SIZES[size])
    work.rename(place.parent)
    print(
        f"  built {size} in {(time.perf_counter() - begun) / 60:.0f} min, {place.stat().st_size / 1e6:,.0f} MB: {place}",
        flush=True,
    )
    return place


def _fingerprint() -> str:
    """Of what decides how a shop looks: this file, and the tables, indexes and triggers of a new
    store."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        engine = database.open_engine(str(Path(folder) / "empty.db"))
        migrate.upgrade(engine)
        with database.reading(engine) as session:
            for (statement,) in session.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            ):
                found.update(statement.encode())
        engine.dispose()
    return found.hexdigest()[:12]


def copied(size: str, folder: Path) -> str:
    """A copy to act on, with its address."""
    target = folder / f"{size}.db"
    shutil.copyfile(built(size), target)
    return str(target)


def opened(name: str, who: str = "O") -> Store:
    """The shop with somebody signed in at the till."""
    pins = {"O": "860274", "C": "3864"}
    return accounts.sign_in(
        compose.open_store(name, wall=wall()), name=who, pin=pins[who], till="T1"
    )


def number(member: int) -> str:
    """The card of a member, 1 the first."""
    return f"88{member:08d}"


def phone(member: int) -> str:
    """The phone of a member, 1 the first."""
    return f"138{member:08d}"


def _build(folder: Path, people: int, sales: int) -> None:
    base = compose.create_store(
        str(folder / "store.db"),
        shop=ShopDetails(name="Bench", store="Bench", demo=True),
        wall=wall(building=True),
    )
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    owner = accounts.sign_in(base, name="O", pin="860274", till="T1")
    accounts.add(owner, name="C", role=Role.CASHIER, pin="3864")
    _offers(owner)
    chance = random.Random(people)
    _import(owner, folder, "products", ("sku", "name", "category", "price"), _articles())
    _import(
        owner,
        folder,
        "members",
        ("old_card_no", "phone", "name", "registered_on", "points"),
        _people(chance, people),
    )
    _import(
        owner,
        folder,
        "sales",
        ("receipt_no", "sold_at", "member_no", "sku", "quantity", "amount"),
        _sales(chance, people, sales),
    )
    _coupons(owner, folder, chance, people, sales)
    _last_day(owner, chance, people)
    compose.close_store(base)


def _offers(owner: Store) -> None:
    tiers.keep(owner, name="Silver", threshold=Money(100_000))
    tiers.keep(owner, name="Gold", threshold=Money(500_000))
    off = {"kind": "amount_off", "value": "6", "valid_days": 60}
    design.create(owner, new=reading.draft({"code": "BEARER"} | off))
    design.create(owner, new=reading.draft({"code": "NAMED", "limit_per_member": 20} | off))
    design.create(
        owner,
        new=reading.draft({"code": "NEXT", "kind": "amount_off", "value": "3", "valid_days": 30}),
    )
    design.create(
        owner,
        new=reading.draft(
            {
                "code": "MILK",
                "kind": "percent_off",
                "value": "5",
                "automatic": True,
                "categories": "c1",
            }
        ),
    )
    shop_settings.set_rule(owner, key="coupons_per_member_day", value="5")


def _articles() -> Iterable[tuple[Any, ...]]:
    return ((f"A{n}", f"Article {n}", f"c{n % 12}", f"{5 + n % 40}.50") for n in range(ARTICLES))


def _people(chance: random.Random, people: int) -> Iterable[tuple[Any, ...]]:
    for n in range(1, people + 1):
        name = chance.choice(_SURNAMES) + "".join(
            chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2)))
        )
        yield (
            number(n),
            phone(n),
            name,
            TODAY - timedelta(days=chance.randrange(1, 900)),
            chance.randrange(500),
        )


def _sales(chance: random.Random, people: int, sales: int) -> Iterable[tuple[Any, ...]]:
    """Six of ten by a member, some of whom come more often; one line or two."""
    for n in range(sales):
        who = number(int(people * chance.random() ** 1.5) + 1) if chance.random() < 0.6 else ""
        at = f"{TODAY - timedelta(days=DAYS - n * DAYS // sales)} {9 + n % 12:02d}:{n % 60:02d}"
        for _ in range(chance.choice((1, 1, 2))):
            yield (
                f"R{n}",
                at,
                who,
                f"A{chance.randrange(ARTICLES)}",
                1,
                f"{chance.randrange(300, 9_000) / 100:.2f}",
            )


def _coupons(owner: Store, folder: Path, chance: random.Random, people: int, sales: int) -> None:
    """One coupon for two sales, half of them named; one in ten used, on receipts of the last
    weeks."""
    with owner.read() as session:
        known = [
            registry.MemberId(row[0])
            for row in session.connection().exec_driver_sql("SELECT id FROM member ORDER BY id")
        ]
    ready: list[str] = []
    for _ in range(max(1, sales // 4 // people)):
        ready += batches.codes_of(owner, batch=issue.issue(owner, offer="NAMED", known=known).id)[
            : people // 10
        ]
    for start in range(0, sales // 4, PER_FILE):
        count = min(PER_FILE, sales // 4 - start)
        ready += batches.codes_of(owner, batch=issue.issue(owner, offer="BEARER", count=count).id)[
            : count // 10
        ]
    rows = (
        (code, f"{TODAY - timedelta(days=chance.randrange(1, 60))} 12:00", "6.00") for code in ready
    )
    _import(owner, folder, "redemptions", ("code", "redeemed_at", "discount"), rows)


def _last_day(owner: Store, chance: random.Random, people: int, customers: int = 300) -> None:
    cashier = accounts.sign_in(owner, name="C", pin="3864", till="T1")
    shop_settings.set_rule(owner, key="next_offer", value="NEXT")
    codes = iter(
        batches.codes_of(owner, batch=issue.issue(owner, offer="BEARER", count=customers).id)
    )
    sold = []
    for turn in range(customers):
        goods = [LineIn(f"A{chance.randrange(ARTICLES)}", Quantity(1000)) for _ in range(3)]
        who = phone(chance.randrange(people) + 1) if turn % 2 else None
        sold.append(
            open_bill.record(
                cashier, lines=goods, member=who, coupons=[next(codes)] if turn % 5 == 0 else ()
            )
        )
    for bill in sold[::30]:
        returns.return_goods(
            owner, receipt=bill.receipt_no, lines=[returned_goods.ReturnLine(1, Quantity(1000))]
        )
    for turn in range(5):
        parked_bills.suspend(
            cashier,
            amount=Money(5_000),
            member=phone(turn + 1),
            coupons=[next(codes)],
            proof=VOUCHED,
        )


def _import(
    owner: Store, folder: Path, kind: str, titles: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """By files of at most PER_FILE lines, receipts whole."""
    part: list[tuple[Any, ...]] = []
    for row in rows:
        if len(part) >= PER_FILE and row[0] != part[-1][0]:
            _load(owner, folder, kind, titles, part)
            part = []
        part.append(row)
    _load(owner, folder, kind, titles, part)


def _load(
    owner: Store, folder: Path, kind: str, titles: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    file = folder / f"{kind}.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([titles, *rows])
    run.load(owner, kind=kind, path=file, how=ImportOptions(earn=kind == "sales"))
    file.unlink()
