"""What happened in the demo shop: a year and two months, by the same verbs and imports that a real
shop uses."""

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from storecrm.domain.offers import reading
from storecrm.errors import NotAllowed, StoreError
from storecrm.services import files
from storecrm.services.coupons import batches, issue
from storecrm.services.demo import plans, world
from storecrm.services.demo.plans import YearPlan
from storecrm.services.demo.world import Neighbour
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import month_figures
from storecrm.services.store import Store, require_clock
from storecrm.services.till import clock_check, open_bill, voids
from storecrm.services.till.posting import Closing
from storecrm.values import Code, Money, check_digit, moment, money_text

DAYS = 425
_PRODUCTS = ("sku", "barcode", "name", "category", "brand", "price", "cost")
_MEMBERS = (
    "phone",
    "name",
    "gender",
    "birthday",
    "registered_on",
    "points",
    "points_expire_on",
    "old_card_no",
    "consent_sms",
    "consent_wechat",
    "consent_evidence",
    "tags",
)
_SALES = ("receipt_no", "sold_at", "member_no", "sku", "quantity", "amount")
_TOTALS = ("date", "net_sales", "receipts")
_RAINY = (33, 92, 201)
"""Days before today on which half of the customers came."""
_CLOSED = 77
_PIECES = {1: 52, 2: 26, 3: 14, 4: 8}
"""How often so many of an article are bought at once."""
_BESIDES = (690, 1280, 1990, 2990, 3990)
_BESIDES_OF_STRANGERS = (0, 0, 690, 1280, 1990, 2590)
"""What else is on a bill, in minor units."""

Act = tuple[date, int, Callable[[], None]]
"""What happens on a day at an hour."""


class Wall:
    """The tour's clock: stands where it is put, until it is let go and shows the real time."""

    def __init__(self, real: Callable[[], int]) -> None:
        self.real = real
        self.at = 0

    def __call__(self) -> int:
        return self.at or self.real()


@dataclass
class Year:
    """The demo shop while it is being filled."""

    owner: Store
    cashiers: Sequence[Store]
    manager: Store
    wall: Wall
    people: Sequence[Neighbour]
    today: date
    rng: random.Random
    scale: float
    handed: list[tuple[YearPlan, Code, str | None, date]] = field(default_factory=list)

    def fill(self) -> int:
        """Members and goods, campaigns day by day, then the plain sales. Returns the number of
        plain sales."""
        self._at(self._before(DAYS), 8)
        self._import("products", _PRODUCTS, self._goods())
        self._import("members", _MEMBERS, self._members())
        offers = [plan.offer for plan in plans.campaigns()]
        for said in offers + plans.promotions():
            design.create(self.manager, new=reading.draft(said))
        self._campaigns()
        self._at(self.today, 6)
        sold = self._import("sales", _SALES, self._sales(), earn=True)
        self._import("day-totals", _TOTALS, self._totals())
        return sold

    def _before(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _at(self, day: date, hour: int, minute: int = 0) -> None:
        """Put the clock there, never back and never ahead of the real time."""
        local = datetime.combine(day, time(hour, minute), self.manager.clock.zone)
        after_now = max(moment(local), self.wall.at + 1_000_000)
        self.wall.at = min(after_now, self.wall.real())
        try:
            with self.manager.read() as session:
                require_clock(session, self.manager)
        except NotAllowed:
            # a small shop has quiet months: somebody says what day it is
            clock_check.confirm_day(self.manager, day=self.manager.clock.today())

    def _import(
        self,
        kind: str,
        columns: tuple[str, ...],
        rows: Iterator[tuple[Any, ...]],
        *,
        earn: bool = False,
    ) -> int:
        # by the same import that a real shop uses, quarantine and all
        with files.scratch("demo") as folder:
            file = folder / f"{kind}.csv"
            with file.open("w", encoding="utf-8", newline="") as sink:
                out = csv.writer(sink)
                out.writerow(columns)
                out.writerows(rows)
            # points of an old system are more than a manager may give
            how = ImportOptions(earn=earn)
            return run.load(self.owner, kind=kind, path=file, how=how).rows

    def _goods(self) -> Iterator[tuple[Any, ...]]:
        for good in world.goods():
            barcode = f"{good.barcode}{check_digit(good.barcode)}"
            cost = good.price * (100 - good.margin) // 100
            words = good.name, good.category, good.brand
            yield good.sku, barcode, *words, money_text(good.price), money_text(cost)

    def _members(self) -> Iterator[tuple[Any, ...]]:
        for number, person in enumerate(self.people):
            # every third balance ended already
            if number % 3 == 0:
                ends = self._before(self.rng.randrange(20, 200))
            else:
                ends = date(self.today.year, 12, 31)
            yield (
                person.phone,
                person.name,
                person.gender,
                person.birthday,
                person.registered,
                person.opening or "",
                ends if person.opening else "",
                person.card,
                person.consent,
                person.consent,
                "开卡登记表" if person.consent else "",
                "常客" if number % 9 == 0 else "",
            )

    # --- campaigns, in the order of time ---

    def _campaigns(self) -> None:
        acts: list[Act] = []
        for plan in plans.campaigns():
            for start in plan.starts:
                issuing = partial(self._issue, plan, acts)
                acts.append((self._before(start), 9, issuing))
        # an act may plan later ones
        while acts:
            acts.sort(key=lambda act: act[:2])
            day, hour, act = acts.pop(0)
            self._at(day, hour, self.rng.randrange(60))
            act()

    def _issue(self, plan: YearPlan, acts: list[Act]) -> None:
        day = self.manager.clock.today()
        to = self._audience(plan, day)
        paper = plan.to == "paper"
        count = max(20, int(plan.count * self.scale)) if paper else 0
        if not to and not count:
            return
        batch = issue.issue(self.manager, offer=plan.offer["code"], count=count, to=to)
        codes = batches.codes_of(self.manager, batch=batch.id)
        if plan.voided or paper:
            batches.mark_printed(self.manager, batch=batch.id, count=count)
        if plan.voided:
            batches.void_batch(self.manager, batch=batch.id, reason="印重")
            return
        last = batch.valid_to or day
        self._come_back(plan, codes, to, day, last, acts)

    def _come_back(
        self,
        plan: YearPlan,
        codes: list[Code],
        to: list[str],
        day: date,
        last: date,
        acts: list[Act],
    ) -> None:
        """Half of the uses come in the first third of the validity; some come late and are refused,
        some try a small bill."""
        rng = self.rng
        span = (last - day).days
        for place, code in enumerate(codes):
            luck = rng.random()
            if luck > plan.share * 1.09:
                continue
            offset = int(span * rng.random() ** 1.9)
            if luck > plan.share * 1.045:
                # after the last day
                offset += span + 2
            when = day + timedelta(days=max(1 if span else 0, offset))
            if when >= self.today:
                continue
            small = plan.share < luck <= plan.share * 1.045
            who = to[place] if to else self._passer_by()
            amount = Money(2000) if small else self._basket(plan)
            using = partial(self._redeem, plan, code, who, amount)
            acts.append((when, world.hour(rng), using))

    def _passer_by(self) -> str | None:
        """A third of those who got paper show their member card."""
        stranger = self.rng.random() >= 0.35
        # who they are is asked after it is known that they are somebody
        return None if stranger else self.rng.choice(self.people).phone

    def _basket(self, plan: YearPlan) -> Money:
        amount = int(self.rng.gauss(plan.basket, plan.basket * 0.25))
        return Money(max(3000, amount))

    def _redeem(self, plan: YearPlan, code: Code, who: str | None, amount: Money) -> None:
        odd = self.rng.random() < 0.35
        cashier = self.cashiers[1] if odd else self.cashiers[0]
        least = plan.offer.get("min_spend")
        # most people know what their coupon asks for
        if least and amount > 2500:
            enough = int(float(least) * 100) + 150
            amount = Money(max(amount, enough))
        try:
            view = open_bill.record(
                cashier, amount=amount, member=who, coupons=[code], closing=Closing(proof=VOUCHED)
            )
        except StoreError:
            return
        # one cashier takes back more than chance would
        if self.rng.random() < (0.03 if odd else 0.004):
            try:
                voids.undo(cashier)
            except StoreError:
                return
        self.handed.append((plan, code, who, view.business_date))

    def _audience(self, plan: YearPlan, day: date) -> list[str]:
        """Phones of those who get the campaign's coupons."""
        known = [person for person in self.people if person.registered <= day]
        return [person.phone for person in known if self._is_meant(plan.to, person, day)]

    def _is_meant(self, to: str, person: Neighbour, day: date) -> bool:
        if to == "new":
            lately = (day - person.registered).days <= 30
            return lately and person.registered >= self._before(DAYS)
        if to == "birthday":
            return person.birthday[5:7] == f"{day:%m}"
        if to == "active":
            return self.rng.random() < 0.3
        if to == "consent":
            return bool(person.consent) and self.rng.random() < 0.5
        return to == "asleep" and self.rng.random() < 0.18

    # --- plain sales ---

    def _sales(self) -> Iterator[tuple[Any, ...]]:
        """About 330 bills a day at 2,600 members, 42 % of them of members; three rainy days and one
        closed day."""
        number = 0
        regulars = self._regulars()
        for offset in range(DAYS, 0, -1):
            if offset == _CLOSED:
                continue
            day = self._before(offset)
            rain = 0.5 if offset in _RAINY else 1
            factor = world.season(day) * rain
            for _ in range(int(330 * self.scale * factor * self.rng.uniform(0.9, 1.1))):
                number += 1
                yield f"P{number:07d}", *self._sale(day, regulars)

    def _regulars(self) -> Sequence[Neighbour]:
        """Members as often as they come."""
        often = [1 / (1 + place % 40) for place in range(len(self.people))]
        return self.rng.choices(self.people, often, k=max(200, len(self.people)))

    def _sale(self, day: date, regulars: Sequence[Neighbour]) -> tuple[Any, ...]:
        """One bill: when, whose, what, how many, for how much."""
        rng = self.rng
        goods = world.goods()
        [good] = rng.choices(goods, [good.weight for good in goods])
        [pieces] = rng.choices(list(_PIECES), list(_PIECES.values()))
        who = rng.choice(regulars) if rng.random() < 0.42 else None
        member = who.phone if who and who.registered <= day else ""
        besides = rng.choice(_BESIDES if member else _BESIDES_OF_STRANGERS)
        amount = money_text(good.price * pieces + besides)
        hour = world.hour(rng)
        at = f"{day} {hour:02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
        return at, member, good.sku, pieces, amount

    def _totals(self) -> Iterator[tuple[Any, ...]]:
        """What the other register says: everything recorded here and the bills that never met
        storecrm."""
        first, last = self._before(DAYS), self._before(1)
        for day in month_figures.figures(self.manager, first=first, last=last).days:
            net = money_text(int(day.recorded_net * 1.06))
            yield day.day, net, int(day.recorded_receipts * 1.07)
