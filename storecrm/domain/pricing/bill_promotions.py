"""The tier's price on every line, and promotions of the whole bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing.bill import AppliedOffer, NearPromotion, Step
from storecrm.domain.pricing.conditions import eligible, failing_amount
from storecrm.domain.pricing.state import State
from storecrm.values import WHOLE, Money, OfferKind, Refusal, RefusalCode, half_up, share_out


@dataclass
class Share:
    """What an offer takes from each line, the eligible money it was measured on, how many times it
    was earned, and why it does not apply."""

    shares: list[int]
    base: int
    times: int
    failing: list[Refusal]


def take_tier(state: State, off: int, *, either: bool) -> None:
    """The tier's price on every line, `off` basis points less; with `either` a line keeps whichever
    is lower, promotion or tier price."""
    shares = [0] * len(state.lines)
    for n, line in enumerate(state.lines):
        if line.no_promotion or state.left[n] <= 0:
            continue
        before: int = state.left[n]
        had = 0
        if either:
            # what a promotion took already is part of what the tier would take
            before = line.amount
            had = line.amount - state.left[n]
        wanted = half_up(Decimal(before) * off / WHOLE)
        shares[n] = max(0, min(wanted - had, state.left[n]))
    if sum(shares):
        base = sum(line.amount for line in state.lines)
        state.take(0, Step.TIER, shares, base)


def take_bill_promotions(
    state: State, promotions: Sequence[AppliedOffer], near: list[NearPromotion]
) -> None:
    """Of the whole bill: one that does not stack, beside every one that does; of a group the
    best."""
    groups: set[str] = set()
    alone = False
    waiting = list(promotions)
    state.begin()
    while waiting:
        judged = [(p, share_of(p, state)) for p in waiting]
        usable = [(p, found) for p, found in judged if sum(found.shares) > 0]
        # what another promotion shut out is no hint to the customer
        if not alone and not groups:
            near += _almost(judged)
        if not usable:
            return
        taken, found = min(usable, key=_rank)
        state.take(taken.key, Step.ORDER, found.shares, found.base, found.times)
        alone = alone or not taken.rule.stackable
        groups |= {taken.rule.group} - {""}
        others = [p for p in waiting if p is not taken and p.rule.group not in groups]
        waiting = [p for p in others if p.rule.stackable or not alone]


def _rank(judged: tuple[AppliedOffer, Share]) -> tuple[int, int, int]:
    """Higher priority, larger saving, lower key."""
    offer, found = judged
    return -offer.rule.priority, -sum(found.shares), offer.key


def _almost(judged: Sequence[tuple[AppliedOffer, Share]]) -> list[NearPromotion]:
    found: list[NearPromotion] = []
    for offer, share in judged:
        if share.failing and not sum(share.shares):
            found.append(NearPromotion(offer.key, share.failing[0]))
    return found


def share_of(asked: AppliedOffer, state: State) -> Share:
    """What an offer of the whole bill takes from each line that counts for it."""
    rule = asked.rule
    counts = [_counts(rule, state, n) for n in range(len(state.lines))]
    lines = [n for n, yes in enumerate(counts) if yes]
    base = sum(state.measured[n] for n in lines)
    pieces = sum(state.lines[n].pieces for n in lines)
    nothing = [0] * len(counts)
    failing = failing_amount(rule, Money(base), bool(lines), pieces)
    if failing:
        return Share(nothing, base, 0, failing)
    rest = [value if yes else 0 for value, yes in zip(state.left, counts, strict=True)]
    left = sum(rest)
    # every full threshold counts as it was when the step began
    measured = base if rule.kind is OfferKind.EVERY_THRESHOLD else left
    worth, times = _worth(rule, measured)
    discount = min(worth, left)
    if asked.left is not None and discount > asked.left:
        return Share(nothing, base, 0, [Refusal(RefusalCode.BUDGET)])
    return Share(share_out(discount, rest), base, times, [])


def _counts(rule: OfferRule, state: State, n: int) -> bool:
    line = state.lines[n]
    if line.amount <= 0 or not eligible(rule, line):
        return False
    return not (rule.skip_discounted and n in state.marked)


def _worth(rule: OfferRule, rest: int) -> tuple[int, int]:
    """What the rule gives on `rest`, and how many times.

    Raises:
        ValueError: of kind external, which never applies at the till.
    """
    if rule.kind is OfferKind.EXTERNAL:
        raise ValueError("external offers are decided elsewhere")
    if rule.kind is OfferKind.PERCENT_OFF:
        off = half_up(Decimal(rest) * rule.value / WHOLE)
        return off if rule.cap is None else min(off, rule.cap), 1
    if rule.kind is OfferKind.EVERY_THRESHOLD:
        times = rest // (rule.min_spend or 1)
        if rule.max_repeats:
            times = min(times, rule.max_repeats)
        return rule.value * times, times
    return rule.value, 1
