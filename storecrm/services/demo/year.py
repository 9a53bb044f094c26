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
from storecrm.services.demo import world
from storecrm.services.demo.plans import AUTOMATIC, PLANS, YearPlan
from storecrm.services.demo.world import Neighbour
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.reports import month_figures
from storecrm.services.store import Store, require_clock
from storecrm.services.till import clock_check, open_bill, voids
from storecrm.values import Code, Money, moment, money_text

DAYS = 425


class Wall:
    """The tour's clock: stands where it is put, until it is let go and shows the real time."""

    def __init__(self, real: Callable[[], int]) -> None:
        self.real, self.at = real, 0

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
        self._at(self.today - timedelta(days=DAYS), 8)
        self._import(
            "products",
            ("sku", "barcode", "name", "category", "brand", "price", "cost"),
            self._goods(),
        )
        columns = (
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
        self._import("members", columns, self._members())
        for plan in PLANS:
            design.create(self.manager, new=reading.draft(plan.offer))
        for raw in AUTOMATIC:
            design.create(self.manager, new=reading.draft(raw | {"automatic": True}))
        self._campaigns()
        self._at(self.today, 6)
        sold = self._import(
            "sales",
            ("receipt_no", "sold_at", "member_no", "sku", "quantity", "amount"),
            self._sales(),
            earn=True,
        )
        self._import("day-totals", ("date", "net_sales", "receipts"), self._totals())
        return sold

    def _at(self, day: date, hour: int, minute: int = 0) -> None:
        wanted = moment(datetime.combine(day, time(hour, minute), self.manager.clock.zone))
        self.wall.at = min(max(wanted, self.wall.at + 1_000_000), self.wall.real())
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
        with files.scratch("demo") as folder:
            file = folder / f"{kind}.csv"
            with file.open("w", encoding="utf-8", newline="") as sink:
                out = csv.writer(sink)
                out.writerow(columns)
                out.writerows(rows)
            # points of an old system are more than a manager may give
            return run.load(self.owner, kind=kind, path=file, how=ImportOptions(earn=earn)).rows

    def _goods(self) -> Iterator[tuple[Any, ...]]:
        for sku, body, name, category, brand, price, margin in world.GOODS:
            weights = sum(int(d) * (1 if n % 2 == 0 else 3) for n, d in enumerate(body))
            yield (
                sku,
                f"{body}{-weights % 10}",
                name,
                category,
                brand,
                money_text(price),
                money_text(price * (100 - margin) // 100),
            )

    def _members(self) -> Iterator[tuple[Any, ...]]:
        for number, p in enumerate(self.people):
            ends = (
                self.today - timedelta(days=self.rng.randrange(20, 200))
                if number % 3 == 0
                else date(self.today.year, 12, 31)
            )
            tag = "常客" if number % 9 == 0 else ""
            evidence = "开卡登记表" if p.consent else ""
            yield (
                p.phone,
                p.name,
                p.gender,
                p.birthday,
                p.registered,
                p.opening or "",
                ends if p.opening else "",
                p.card,
                p.consent,
                p.consent,
                evidence,
                tag,
            )

    # --- campaigns, in the order of time ---

    def _campaigns(self) -> None:
        acts: list[tuple[date, int, Callable[[], None]]] = []
        for plan in PLANS:
            for start in plan.starts:
                acts.append(
                    (self.today - timedelta(days=start), 9, partial(self._issue, plan, acts))
                )
        while acts:
            acts.sort(key=lambda act: (act[0], act[1]))
            day, hour, act = acts.pop(0)
            self._at(day, hour, self.rng.randrange(60))
            act()

    def _issue(self, plan: YearPlan, acts: list[Any]) -> None:
        day = self.manager.clock.today()
        to = self._audience(plan, day)
        count = max(20, int(plan.count * self.scale)) if plan.to == "paper" else 0
        if not to and not count:
            return
        batch = issue.issue(self.manager, offer=plan.offer["code"], count=count, to=to)
        codes = batches.codes_of(self.manager, batch=batch.id)
        if plan.voided:
            batches.mark_printed(self.manager, batch=batch.id, count=count)
            batches.void_batch(self.manager, batch=batch.id, reason="印重")
            return
        if plan.to == "paper":
            batches.mark_printed(self.manager, batch=batch.id, count=count)
        last = batch.valid_to or day
        self._come_back(plan, codes, to, day, last, acts)

    def _come_back(
        self,
        plan: YearPlan,
        codes: list[Code],
        to: list[str],
        day: date,
        last: date,
        acts: list[Any],
    ) -> None:
        """Half of the uses come in the first third of the validity; some come late and are refused,
        some try a small bill."""
        rng, span = self.rng, (last - day).days
        for place, code in enumerate(codes):
            luck = rng.random()
            if luck > plan.share * 1.09:
                continue
            offset = int(span * rng.random() ** 1.9) + (
                span + 2 if luck > plan.share * 1.045 else 0
            )
            when = day + timedelta(days=max(1 if span else 0, offset))
            if when >= self.today:
                continue
            small = plan.share < luck <= plan.share * 1.045
            who = (
                to[place]
                if to
                else (rng.choice(self.people).phone if rng.random() < 0.35 else None)
            )
            amount = Money(
                2000 if small else max(3000, int(rng.gauss(plan.basket, plan.basket * 0.25)))
            )
            acts.append((when, world.hour(rng), partial(self._redeem, plan, code, who, amount)))

    def _redeem(self, plan: YearPlan, code: Code, who: str | None, amount: Money) -> None:
        odd = self.rng.random() < 0.35
        cashier = self.cashiers[1] if odd else self.cashiers[0]
        least = plan.offer.get("min_spend")
        if least and amount > 2500:
            amount = Money(max(amount, int(float(least) * 100) + 150))
        try:
            view = open_bill.record(
                cashier, amount=amount, member=who, coupons=[code], proof=VOUCHED
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
        rng, known = self.rng, [p for p in self.people if p.registered <= day]
        chosen = {
            "new": [
                p
                for p in known
                if (day - p.registered).days <= 30
                and p.registered >= self.today - timedelta(days=DAYS)
            ],
            "birthday": [p for p in known if p.birthday[5:7] == f"{day:%m}"],
            "active": [p for p in known if rng.random() < 0.3],
            "consent": [p for p in known if p.consent and rng.random() < 0.5],
            "asleep": [p for p in known if rng.random() < 0.18],
            "paper": [],
        }[plan.to]
        return [p.phone for p in chosen]

    # --- plain sales ---

    def _sales(self) -> Iterator[tuple[Any, ...]]:
        """About 330 bills a day at 2,600 members, 42 % of them of members; three rainy days and one
        closed day."""
        rng, number = self.rng, 0
        regulars = rng.choices(
            self.people,
            [1 / (1 + n % 40) for n in range(len(self.people))],
            k=max(200, len(self.people)),
        )
        skus = [good[0] for good in world.GOODS]
        prices = {good[0]: good[5] for good in world.GOODS}
        weights = [9, 9, 14, 8, 10, 22, 12, 5, 3, 6, 9, 5, 5, 11, 3, 6, 8, 14, 1, 9]
        for offset in range(DAYS, 0, -1):
            day = self.today - timedelta(days=offset)
            factor = world.season(day) * (0.5 if offset in (33, 92, 201) else 1)
            if offset == 77:
                continue
            for _ in range(int(330 * self.scale * factor * rng.uniform(0.9, 1.1))):
                number += 1
                sku = rng.choices(skus, weights)[0]
                pieces = rng.choices((1, 2, 3, 4), (52, 26, 14, 8))[0]
                who = rng.choice(regulars) if rng.random() < 0.42 else None
                member = who.phone if who and who.registered <= day else ""
                amount = prices[sku] * pieces + (
                    rng.choice((0, 0, 690, 1280, 1990, 2590))
                    if not member
                    else rng.choice((690, 1280, 1990, 2990, 3990))
                )
                at = f"{day} {world.hour(rng):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
                yield f"P{number:07d}", at, member, sku, pieces, money_text(amount)

    def _totals(self) -> Iterator[tuple[Any, ...]]:
        """What the other register says: everything recorded here and the bills that never met
        storecrm."""
        figures = month_figures.figures(
            self.manager,
            first=self.today - timedelta(days=DAYS),
            last=self.today - timedelta(days=1),
        )
        for day in figures.days:
            yield (
                day.day,
                money_text(int(day.recorded_net * 1.06)),
                int(day.recorded_receipts * 1.07),
            )
