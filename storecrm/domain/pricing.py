"""What a basket costs: a pure function from lines, member, offers, coupons, points and the clock to
shares per line and a trace.

The order is fixed (and stored with the sale as steps): line promotions, one a line, the best for
the customer · the tier's price · order promotions · coupons, percent before fixed amount · points
used as payment · rounding. Ties: higher priority, larger saving, lower key. Thresholds are
inclusive, measured on eligible lines after the steps before. A discount is computed once, rounded
half-up, capped at what is left, and shared out by largest remainder, so that the parts add up
exactly. No line goes below zero.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from storecrm.domain import birthdays
from storecrm.domain.offers.rule import OfferRule, is_line, of_pieces
from storecrm.values import (
    PIECE,
    WHOLE,
    Day,
    Money,
    OfferKind,
    Quantity,
    Refusal,
    RefusalCode,
    half_up,
    share_out,
)


class Step(StrEnum):
    """The steps of the calculation, in their order."""

    LINE = "line"
    TIER = "tier"
    ORDER = "order"
    COUPON = "coupon"
    POINTS = "points"
    ROUNDING = "rounding"
    EARNING = "earning"
    """Takes nothing off: a points promotion that counts for this bill."""


@dataclass(frozen=True)
class Line:
    """One line of a bill; an amount-only bill is one open line without `sku`, eligible for every
    coupon (the cashier typed the eligible part) and for promotions of the whole bill."""

    amount: Money
    sku: str | None = None
    category: str = ""
    quantity: Quantity = PIECE
    brand: str = ""
    no_promotion: bool = False
    never_given: bool = False

    @property
    def pieces(self) -> int:
        """Whole pieces; what is weighed counts as one."""
        return self.quantity // PIECE if self.quantity % PIECE == 0 else 1


@dataclass(frozen=True)
class Buyer:
    """What the rules ask of a member: tier with its discount and points multiplier, birthday
    "MM-DD" in its calendar, whether this is the first purchase."""

    tier: str = ""
    tier_off: int = 0
    birthday: str = ""
    first_purchase: bool = False
    calendar: str = birthdays.SOLAR


@dataclass(frozen=True)
class PricingTime:
    """The store's day and minute, its name and the channel."""

    day: Day = date(2000, 1, 1)
    minute: int = 12 * 60
    store: str = ""
    channel: str = "store"


@dataclass(frozen=True)
class AppliedOffer:
    """An offer to apply: `key` tells it apart; `left` is what its budget still holds, and coupons
    of one `purse`
    (offer) share it."""

    key: int
    rule: OfferRule
    left: Money | None = None
    purse: int = 0


@dataclass(frozen=True)
class AppliedStep:
    """What one step took off, line by line, and the eligible amount it was measured on. `key` is 0
    for tier, points and rounding."""

    key: int
    discount: Money
    shares: tuple[Money, ...]
    eligible: Money
    step: Step = Step.COUPON
    repeats: int = 1


@dataclass(frozen=True)
class NearPromotion:
    """A promotion that would apply with a little more: `short` money or `pieces`."""

    key: int
    refusal: Refusal


@dataclass(frozen=True)
class Priced:
    """A priced bill. `refused` holds the coupons that do not apply, with why; `near` what almost
    applied."""

    gross: Money
    discount: Money
    taken: tuple[AppliedStep, ...]
    refused: dict[int, list[Refusal]]
    applied: tuple[AppliedStep, ...] = ()
    points_paid: Money = Money(0)
    rounding: Money = Money(0)
    near: tuple[NearPromotion, ...] = ()
    times: int = WHOLE
    """What points earned are multiplied by, in basis points."""
    multiplied_by: int = 0
    """The key of the points promotion behind `times`, 0 for none."""
    beside: tuple[int, ...] = ()
    """Keys of promotions of goods that took nothing, because a group took their lines: what those
    lines would have without the group."""

    @property
    def net(self) -> Money:
        return Money(self.gross - self.discount - self.points_paid - self.rounding)

    @property
    def steps(self) -> tuple[AppliedStep, ...]:
        """Every step in the order of calculation."""
        return self.applied + self.taken

    def paid(self, lines: int) -> list[int]:
        """What is left to pay of each line after every step."""
        return [sum(-step.shares[n] for step in self.steps) for n in range(lines)]


@dataclass
class _State:
    """The bill while it is being priced."""

    lines: Sequence[Line]
    left: list[int]
    steps: list[AppliedStep] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)
    measured: list[int] = field(default_factory=list)
    """What is left of each line where the present step began: thresholds are measured on it."""

    def begin(self) -> None:
        self.measured = list(self.left)

    def take(
        self, key: int, step: Step, shares: Sequence[int], base: int, repeats: int = 1
    ) -> None:
        self.left = [value - share for value, share in zip(self.left, shares, strict=True)]
        if step is Step.LINE:
            self.marked |= {n for n, share in enumerate(shares) if share}
        self.steps.append(
            AppliedStep(
                key, Money(sum(shares)), tuple(Money(s) for s in shares), Money(base), step, repeats
            )
        )


def eligible(rule: OfferRule, line: Line) -> bool:
    """True when the line counts for the rule."""
    if line.no_promotion or (line.never_given and rule.kind is OfferKind.BUY_GET):
        return False
    if line.sku is None:
        return not (rule.automatic and rule.scoped)
    if line.sku in rule.not_products or line.category in rule.not_categories:
        return False
    if not (rule.products or rule.categories or rule.brands):
        return True
    return (
        line.sku in rule.products or line.category in rule.categories or line.brand in rule.brands
    )


def at_all(rule: OfferRule, buyer: Buyer | None, now: PricingTime) -> list[Refusal]:
    """What the rule asks of member, day and place, and is not given."""
    failing = []
    if rule.stores and now.store not in rule.stores:
        failing.append(Refusal(RefusalCode.STORE, offer=", ".join(rule.stores)))
    if rule.channels and now.channel not in rule.channels:
        failing.append(Refusal(RefusalCode.CHANNEL))
    if not _right_time(rule, now):
        failing.append(Refusal(RefusalCode.WEEKDAY_TIME))
    if buyer is None:
        return [*failing, Refusal(RefusalCode.MEMBER_REQUIRED)] if rule.for_members else failing
    if rule.tiers and buyer.tier not in rule.tiers:
        failing.append(Refusal(RefusalCode.TIER, reason=", ".join(rule.tiers)))
    if rule.first_purchase and not buyer.first_purchase:
        failing.append(Refusal(RefusalCode.FIRST_PURCHASE))
    if rule.birthday and not birthdays.around(
        rule.birthday, buyer.birthday, buyer.calendar, now.day
    ):
        failing.append(Refusal(RefusalCode.BIRTHDAY_WINDOW))
    return failing


def _right_time(rule: OfferRule, now: PricingTime) -> bool:
    days = rule.weekdays or rule.month_days
    on_day = now.day.isoweekday() in rule.weekdays or now.day.day in rule.month_days
    return (not days or on_day) and (
        not rule.minutes or rule.minutes[0] <= now.minute <= rule.minutes[1]
    )


def price(
    lines: Sequence[Line],
    coupons: Sequence[AppliedOffer] = (),
    *,
    promotions: Sequence[AppliedOffer] = (),
    buyer: Buyer | None = None,
    now: PricingTime | None = None,
    points: Money = Money(0),
    points_cap_percent: int = 100,
    round_to: int = 1,
    tier_or_promotion: bool = False,
) -> Priced:
    """Price a basket. `points` is money that the member wants to pay with points, taken as far as
    the cap allows; `round_to` the coin that amounts are rounded down to (10 for 角);
    `tier_or_promotion`: on each line the lower of tier price and promotion.

    Raises:
        ValueError: a coupon of kind external, which never applies at the till.
    """
    here = now or PricingTime()
    state = _State(lines, [int(line.amount) for line in lines])
    live = [p for p in promotions if not at_all(p.rule, buyer, here)]
    near: list[NearPromotion] = []
    state.begin()
    _line_promotions(state, [p for p in live if is_line(p.rule)], near)
    if buyer is not None and buyer.tier_off:
        _tier(state, buyer.tier_off, either=tier_or_promotion)
    _order_promotions(
        state,
        [p for p in live if not is_line(p.rule) and p.rule.kind is not OfferKind.POINTS_TIMES],
        near,
    )
    state.begin()
    points_offer = _points_offer(state, live)
    refused = _coupons(state, coupons, buyer, here)
    gross, left = sum(line.amount for line in lines), sum(state.left)
    discount = gross - left
    paid = min(points, left * points_cap_percent // 100) if points > 0 else 0
    if paid:
        state.take(0, Step.POINTS, share_out(paid, [max(0, value) for value in state.left]), left)
    rest = sum(state.left)
    rounding = rest % round_to if round_to > 1 and rest > 0 else 0
    if rounding:
        state.take(
            0, Step.ROUNDING, share_out(rounding, [max(0, value) for value in state.left]), rest
        )
    return Priced(
        Money(gross),
        Money(discount),
        tuple(step for step in state.steps if step.step is Step.COUPON),
        refused,
        tuple(step for step in state.steps if step.step is not Step.COUPON),
        Money(paid),
        Money(rounding),
        tuple(near),
        points_offer.rule.value if points_offer else WHOLE,
        points_offer.key if points_offer else 0,
        _beside(state, live),
    )


def _beside(state: _State, promotions: Sequence[AppliedOffer]) -> tuple[int, ...]:
    """Promotions of goods that count for a line that a group made cheaper, and took nothing on this
    bill."""
    groups = {p.key for p in promotions if in_groups(p.rule)}
    steps = [step for step in state.steps if step.step is Step.LINE]
    lines = [
        line
        for n, line in enumerate(state.lines)
        if any(step.shares[n] for step in steps if step.key in groups)
    ]
    used = {step.key for step in steps}
    idle = [p for p in promotions if is_line(p.rule) and p.key not in used]
    return tuple(p.key for p in idle if any(eligible(p.rule, line) for line in lines))


def earning_offer(lines: Sequence[Line], promotions: Sequence[AppliedOffer]) -> AppliedOffer | None:
    """The points promotion that counts on these lines, of which nothing was taken off."""
    state = _State(lines, [int(line.amount) for line in lines])
    state.begin()
    return _points_offer(state, promotions)


@dataclass(frozen=True)
class GivenReduction:
    """A promotion or coupon of a sold bill, with what of its shares lies on the lines that stay."""

    asked: AppliedOffer
    step: Step
    shares: Sequence[int]


def in_groups(rule: OfferRule) -> bool:
    """True where the price of a piece depends on other pieces, or on what they cost: when those
    come back it is not earned any more."""
    return of_pieces(rule) and not _by_itself(rule)


def still_earned(lines: Sequence[Line], given: Sequence[GivenReduction]) -> list[int]:
    """What promotions and coupons of groups (`in_groups`) give each of the lines that stay of a
    sold bill.

    The steps are those of `price`; who and when was judged when it was sold. What else was given
    stays on its lines as it is, so that it is less that is left there for what follows.
    """
    state = _State(lines, [int(line.amount) for line in lines])
    earned = [0] * len(lines)
    state.begin()
    promotions = [one for one in given if one.step is Step.LINE]
    _line_promotions(state, [one.asked for one in promotions], [])
    kept = _kept(promotions, len(lines))
    for step in state.steps:
        for n, share in enumerate(step.shares):
            earned[n] += max(0, share - kept[n])
    state.marked = {n for n in range(len(lines)) if kept[n] or earned[n]}
    kept_until = _kept([one for one in given if one.step is not Step.COUPON], len(lines))
    state.left = [
        max(0, line.amount - gone - share)
        for line, gone, share in zip(lines, kept_until, earned, strict=True)
    ]
    state.begin()
    for one in sorted((one for one in given if one.step is Step.COUPON), key=_percent_first):
        shares = list(one.shares)
        if in_groups(one.asked.rule):
            shares, _, _ = _coupon_share(one.asked, state)
            earned = [before + share for before, share in zip(earned, shares, strict=True)]
        state.left = [
            max(0, value - share) for value, share in zip(state.left, shares, strict=True)
        ]
    return earned


def _kept(given: Sequence[GivenReduction], lines: int) -> list[int]:
    """What promotions that do not depend on other goods gave each line."""
    plain = [one for one in given if not in_groups(one.asked.rule)]
    return [sum(one.shares[n] for one in plain) for n in range(lines)]


def _percent_first(one: GivenReduction) -> bool:
    return one.asked.rule.kind is not OfferKind.PERCENT_OFF


def _points_offer(state: _State, promotions: Sequence[AppliedOffer]) -> AppliedOffer | None:
    """The points promotion that counts: its minimum is measured like a coupon's, on what promotions
    left of the goods that count."""

    def met(rule: OfferRule) -> bool:
        base = sum(
            value
            for value, line in zip(state.measured, state.lines, strict=True)
            if eligible(rule, line)
        )
        return not failing_amount(rule, Money(base))

    found = [p for p in promotions if p.rule.kind is OfferKind.POINTS_TIMES and met(p.rule)]
    return min(found, key=lambda p: (-p.rule.priority, -p.rule.value, p.key), default=None)


def _line_promotions(
    state: _State, promotions: Sequence[AppliedOffer], near: list[NearPromotion]
) -> None:
    """One a line. A higher priority goes first; among equals a promotion of several pieces is taken
    when it saves more than the best promotions of its lines by themselves would, the largest gain
    first, and every line left takes its best."""
    free = {n for n, line in enumerate(state.lines) if line.amount > 0}
    spent: dict[int, int] = {}
    for priority in sorted({p.rule.priority for p in promotions}, reverse=True):
        equals = [p for p in promotions if p.rule.priority == priority]
        best: dict[int, tuple[int, int, AppliedOffer]] = {}
        for asked in equals:
            if _by_itself(asked.rule):
                for n in free:
                    saving = _single(asked.rule, state, n)
                    if saving > 0 and (n not in best or (-saving, asked.key) < best[n][:2]):
                        best[n] = (-saving, asked.key, asked)
        _together(state, [p for p in equals if not _by_itself(p.rule)], free, best, spent, near)
        for n in sorted(free & best.keys()):
            saving, key, asked = best[n]
            if asked.left is not None and spent.get(key, 0) - saving > asked.left:
                continue
            spent[key] = spent.get(key, 0) - saving
            state.take(
                key,
                Step.LINE,
                [-saving if m == n else 0 for m in range(len(state.lines))],
                state.lines[n].amount,
            )
            free.discard(n)


def _together(
    state: _State,
    promotions: Sequence[AppliedOffer],
    free: set[int],
    best: dict[int, tuple[int, int, AppliedOffer]],
    spent: dict[int, int],
    near: list[NearPromotion],
) -> None:
    """Promotions that need several pieces; takes their lines out of `free`."""
    heap: list[tuple[int, int]] = []
    by_key = {p.key: p for p in promotions}

    def gain(asked: AppliedOffer) -> tuple[int, list[int], set[int]]:
        shares, why = _shares(asked.rule, state, sorted(free), asked.left)
        if why is not None:
            near.append(NearPromotion(asked.key, why))
        claimed = _claimed(asked.rule, state, free, shares)
        return sum(shares) + sum(best[n][0] for n in claimed if n in best), shares, claimed

    for asked in promotions:
        worth, _, _ = gain(asked)
        if worth > 0:
            heapq.heappush(heap, (-worth, asked.key))
    while heap:
        before, key = heapq.heappop(heap)
        worth, shares, claimed = gain(by_key[key])
        if worth != -before:
            # a better promotion took a line: what is left of this one stands in the queue again
            if worth > 0:
                heapq.heappush(heap, (-worth, key))
            continue
        state.take(key, Step.LINE, shares, sum(state.left[n] for n in claimed))
        spent[key] = spent.get(key, 0) + sum(shares)
        free -= claimed


def _by_itself(rule: OfferRule) -> bool:
    """True of promotions that judge each line by itself; a special price from so many pieces judges
    them together."""
    if rule.kind not in (OfferKind.PERCENT_OFF, OfferKind.FIXED_PRICE):
        return False
    return not rule.min_spend and not rule.min_quantity


def _single(rule: OfferRule, state: _State, n: int) -> int:
    line = state.lines[n]
    if not eligible(rule, line):
        return 0
    if rule.kind is OfferKind.PERCENT_OFF:
        return half_up(Decimal(state.left[n]) * rule.value / WHOLE)
    return max(0, state.left[n] - half_up(Decimal(rule.value) * line.quantity / PIECE))


def _claimed(rule: OfferRule, state: _State, group: set[int], shares: Sequence[int]) -> set[int]:
    """Lines that a promotion takes for itself: what it made cheaper, and of buy-and-get what had to
    be bought."""
    if not sum(shares):
        return set()
    if rule.kind in (OfferKind.BUY_GET, OfferKind.NTH_ITEM):
        return {n for n in group if eligible(rule, state.lines[n])}
    return {n for n, share in enumerate(shares) if share}


def _shares(
    rule: OfferRule, state: _State, group: Sequence[int], budget: Money | None
) -> tuple[list[int], Refusal | None]:
    """What a line promotion takes from each line, or what is missing for it."""
    shares = [0] * len(state.lines)
    # what is given away does not count towards what had to be bought for it
    counted = [
        n
        for n in group
        if eligible(rule, state.lines[n])
        and state.measured[n] > 0
        and state.lines[n].sku not in rule.gifts
    ]
    missing = _missing(rule, state, counted)
    if not missing:
        _KIND[rule.kind](rule, state, counted, shares, group)
    if budget is not None and sum(shares) > budget:
        return [0] * len(shares), None
    return shares, missing[0] if missing else None


def _missing(rule: OfferRule, state: _State, counted: Sequence[int]) -> list[Refusal]:
    base, pieces = (
        sum(state.measured[n] for n in counted),
        sum(state.lines[n].pieces for n in counted),
    )
    if not counted:
        return []
    if rule.min_spend and base < rule.min_spend:
        return [Refusal(RefusalCode.MIN_SPEND, short=Money(rule.min_spend - base))]
    bought = rule.buy if rule.kind in (OfferKind.GIFT, OfferKind.ADD_ON) else None
    least = max(rule.min_quantity or 0, bought or 0)
    if pieces < least:
        return [Refusal(RefusalCode.MIN_QUANTITY, pieces=least - pieces)]
    return []


def _singles(
    rule: OfferRule, state: _State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    for n in counted:
        shares[n] = _single(rule, state, n)


def _pieces(state: _State, counted: Sequence[int]) -> list[tuple[int, int]]:
    """(price of one piece, line) for every whole piece, the dearest first; ties by line."""
    found = [
        (state.left[n] // state.lines[n].pieces, n)
        for n in counted
        for _ in range(min(state.lines[n].pieces, 10_000))
    ]
    return sorted(found, key=lambda piece: (-piece[0], piece[1]))


def _free(state: _State, shares: list[int], given: Iterable[int], off: int = WHOLE) -> None:
    """Take `off` basis points from pieces of the lines named in `given` (a line once for each
    piece)."""
    pieces = Counter(given)
    _round_once(
        shares,
        [
            (n, state.left[n] * pieces[n] * off, state.lines[n].pieces * WHOLE)
            for n in sorted(pieces)
        ],
    )


def _round_once(shares: list[int], parts: Sequence[tuple[int, int, int]]) -> None:
    """Give lines their part of one discount, each (line, numerator, denominator): the sum is
    rounded half-up once and shared by largest remainder."""
    rests = []
    for n, above, below in parts:
        shares[n], rest = divmod(above, below)
        if rest:
            rests.append((Fraction(rest, below), n))
    # half-up of the whole: the whole parts are given already
    over = int(sum((rest for rest, _ in rests), Fraction(1, 2)))
    for _, n in sorted(rests, key=lambda part: (-part[0], part[1]))[:over]:
        shares[n] += 1


def _rounds(
    rule: OfferRule, state: _State, counted: Sequence[int], step: int, given: int
) -> list[int]:
    """The pieces sorted by price in groups of `step`: the lines of the cheapest `given` of each
    group, the best for the customer."""
    pieces = _pieces(state, counted)
    rounds = len(pieces) // step
    rounds = min(rounds, rule.max_repeats) if rule.max_repeats else rounds
    return [n for r in range(rounds) for _, n in pieces[r * step + step - given : (r + 1) * step]]


def _buy_get(
    rule: OfferRule, state: _State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    """Of every buy + get pieces the cheapest `get` are free."""
    given = rule.get or 1
    _free(state, shares, _rounds(rule, state, counted, (rule.buy or 1) + given, given))


def _nth(
    rule: OfferRule, state: _State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    """Of every n pieces the cheapest is reduced."""
    _free(state, shares, _rounds(rule, state, counted, rule.buy or 2, 1), rule.value)


def _given(
    rule: OfferRule, state: _State, counted: Sequence[int], shares: list[int], group: Sequence[int]
) -> None:
    """Gifts that lie in the basket cost nothing, add-ons their price: as many as were earned, the
    dearest first."""
    base, pieces = (
        sum(state.measured[n] for n in counted),
        sum(state.lines[n].pieces for n in counted),
    )
    rounds = min(
        base // rule.min_spend if rule.min_spend else 10**9,
        pieces // (rule.buy or 1) if rule.buy else 10**9,
        rule.max_repeats or 1,
    )
    gifts = [
        n
        for n in group
        if state.lines[n].sku in rule.gifts
        and not state.lines[n].no_promotion
        and state.left[n] > 0
    ]
    if rule.kind is OfferKind.GIFT:
        gifts = [n for n in gifts if not state.lines[n].never_given]
    chosen = [n for _, n in _pieces(state, gifts)][: rounds * (rule.get or 1)]
    if rule.kind is OfferKind.GIFT:
        _free(state, shares, chosen)
        return
    parts = []
    for n, count in sorted(Counter(chosen).items()):
        pieces = state.lines[n].pieces
        parts.append((n, max(0, (state.left[n] - rule.value * pieces) * count), pieces))
    _round_once(shares, parts)


_KIND: dict[
    OfferKind, Callable[[OfferRule, _State, Sequence[int], list[int], Sequence[int]], None]
] = {
    OfferKind.FIXED_PRICE: _singles,
    OfferKind.BUY_GET: _buy_get,
    OfferKind.NTH_ITEM: _nth,
    OfferKind.GIFT: _given,
    OfferKind.ADD_ON: _given,
}


def _tier(state: _State, off: int, *, either: bool) -> None:
    """The tier's price on every line; with `either` a line keeps whichever is lower, promotion or
    tier price."""
    shares = [0] * len(state.lines)
    for n, line in enumerate(state.lines):
        if line.no_promotion or state.left[n] <= 0:
            continue
        before = line.amount if either else state.left[n]
        wanted = half_up(Decimal(before) * off / WHOLE)
        had = line.amount - state.left[n] if either else 0
        shares[n] = max(0, min(wanted - had, state.left[n]))
    if sum(shares):
        state.take(0, Step.TIER, shares, sum(line.amount for line in state.lines))


def _order_promotions(
    state: _State, promotions: Sequence[AppliedOffer], near: list[NearPromotion]
) -> None:
    """Of the whole bill: one that does not stack, beside every one that does; of a group the
    best."""
    groups, alone, waiting = set[str](), False, list(promotions)
    state.begin()
    while waiting:
        judged = [(p, *_order_share(p, state)) for p in waiting]
        usable = [
            (p, shares, base, times) for p, shares, base, times, _ in judged if sum(shares) > 0
        ]
        if not alone and not groups:
            near += [
                NearPromotion(p.key, why[0])
                for p, shares, _, _, why in judged
                if why and not sum(shares)
            ]
        if not usable:
            return
        p, shares, base, times = min(
            usable, key=lambda u: (-u[0].rule.priority, -sum(u[1]), u[0].key)
        )
        state.take(p.key, Step.ORDER, shares, base, times)
        alone = alone or not p.rule.stackable
        groups |= {p.rule.group} - {""}
        waiting = [
            w
            for w in waiting
            if w is not p and w.rule.group not in groups and (w.rule.stackable or not alone)
        ]


def _order_share(asked: AppliedOffer, state: _State) -> tuple[list[int], int, int, list[Refusal]]:
    rule = asked.rule
    counts = [
        eligible(rule, line)
        and line.amount > 0
        and not (rule.skip_discounted and n in state.marked)
        for n, line in enumerate(state.lines)
    ]
    rest = [value if yes else 0 for value, yes in zip(state.left, counts, strict=True)]
    base, nothing = (
        sum(value for value, yes in zip(state.measured, counts, strict=True) if yes),
        [0] * len(rest),
    )
    failing = failing_amount(rule, Money(base), any(counts), _count(state.lines, counts))
    if failing:
        return nothing, base, 0, failing
    worth, times = _worth(rule, base if rule.kind is OfferKind.EVERY_THRESHOLD else sum(rest))
    discount = min(worth, sum(rest))
    if asked.left is not None and discount > asked.left:
        return nothing, base, 0, [Refusal(RefusalCode.BUDGET)]
    return share_out(discount, rest), base, times, []


def _count(lines: Sequence[Line], counts: Sequence[bool]) -> int:
    return sum(line.pieces for line, yes in zip(lines, counts, strict=True) if yes)


def _coupons(
    state: _State, coupons: Sequence[AppliedOffer], buyer: Buyer | None, now: PricingTime
) -> dict[int, list[Refusal]]:
    refused: dict[int, list[Refusal]] = {}
    spent: dict[int, int] = {}
    for asked in sorted(coupons, key=lambda c: c.rule.kind is not OfferKind.PERCENT_OFF):
        used = spent.get(asked.purse, 0) if asked.purse else 0
        coupon = (
            replace(asked, left=Money(asked.left - used))
            if asked.left is not None and used
            else asked
        )
        failing = [
            r for r in at_all(coupon.rule, buyer, now) if r.code is not RefusalCode.MEMBER_REQUIRED
        ]
        shares, base, why_not = _coupon_share(coupon, state)
        failing += why_not
        if not failing and sum(shares) <= 0:
            failing = [Refusal(RefusalCode.NO_EFFECT)]
        if failing:
            refused[coupon.key] = failing
        else:
            state.take(coupon.key, Step.COUPON, shares, base)
            spent[asked.purse] = used + sum(shares)
    return refused


def _coupon_share(coupon: AppliedOffer, state: _State) -> tuple[list[int], int, list[Refusal]]:
    """What a coupon takes from each line, the eligible money, and why it does not apply."""
    if not of_pieces(coupon.rule):
        shares, base, _, failing = _order_share(coupon, state)
        return shares, base, failing
    free = [
        n
        for n, _ in enumerate(state.lines)
        if not (coupon.rule.skip_discounted and n in state.marked)
    ]
    shares, why = _shares(coupon.rule, state, free, None)
    base = sum(state.left[n] for n in free if eligible(coupon.rule, state.lines[n]))
    failing = [why] if why else [] if base > 0 else [Refusal(RefusalCode.NO_ELIGIBLE_ITEM)]
    if coupon.left is not None and sum(shares) > coupon.left:
        failing.append(Refusal(RefusalCode.BUDGET))
    return shares, base, failing


def failing_amount(
    rule: OfferRule, base: Money, any_line: bool = True, pieces: int = 0
) -> list[Refusal]:
    """Why `base` eligible money and `pieces` eligible pieces are not enough; empty when they
    are."""
    if rule.scoped and not any_line:
        return [Refusal(RefusalCode.NO_ELIGIBLE_ITEM)]
    failing = []
    if rule.min_spend and base < rule.min_spend:
        failing.append(Refusal(RefusalCode.MIN_SPEND, short=Money(rule.min_spend - base)))
    if rule.min_quantity and pieces < rule.min_quantity:
        failing.append(Refusal(RefusalCode.MIN_QUANTITY, pieces=rule.min_quantity - pieces))
    return failing


def _worth(rule: OfferRule, rest: int) -> tuple[int, int]:
    """What the rule gives on `rest`, and how many times."""
    if rule.kind is OfferKind.EXTERNAL:
        raise ValueError("external offers are decided elsewhere")
    if rule.kind is OfferKind.PERCENT_OFF:
        off = half_up(Decimal(rest) * rule.value / WHOLE)
        return off if rule.cap is None else min(off, rule.cap), 1
    if rule.kind is OfferKind.EVERY_THRESHOLD:
        times = rest // (rule.min_spend or 1)
        times = min(times, rule.max_repeats) if rule.max_repeats else times
        return rule.value * times, times
    return rule.value, 1


def face_value(rule: OfferRule) -> Money:
    """What a coupon gives when no amount is known: its value, nothing for a percentage."""
    return Money(0) if rule.needs_amount else Money(rule.value)
