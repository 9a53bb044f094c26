"""What a promotion of pieces takes from each line: a price of their own, the cheapest of a group
free or reduced, gifts and add-ons.

Money is divided once for the whole discount and rounded half-up once; lines get their parts by
largest remainder.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing.conditions import eligible
from storecrm.domain.pricing.state import State
from storecrm.values import PIECE, WHOLE, Money, OfferKind, Refusal, RefusalCode, half_up

_MOST_PIECES = 10_000
"""Pieces of one line that are looked at one by one; a bill has no more."""
_NO_BOUND = 10**9


def taken_by_itself(rule: OfferRule, state: State, n: int) -> int:
    """What a promotion that judges each line by itself takes from line `n`."""
    line = state.lines[n]
    if not eligible(rule, line):
        return 0
    left = state.left[n]
    if rule.kind is OfferKind.PERCENT_OFF:
        return half_up(Decimal(left) * rule.value / WHOLE)
    special = half_up(Decimal(rule.value) * line.quantity / PIECE)
    return max(0, left - special)


def claimed(rule: OfferRule, state: State, group: set[int], shares: Sequence[int]) -> set[int]:
    """Lines that a promotion takes for itself: what it made cheaper, and of buy-and-get what had to
    be bought."""
    if not sum(shares):
        return set()
    if rule.kind in (OfferKind.BUY_GET, OfferKind.NTH_ITEM):
        return {n for n in group if eligible(rule, state.lines[n])}
    return {n for n, share in enumerate(shares) if share}


def shares_of(
    rule: OfferRule, state: State, group: Sequence[int], budget: Money | None
) -> tuple[list[int], Refusal | None]:
    """What a promotion takes from each line of `group`, or what is missing for it; nothing where
    that is more than its budget still holds."""
    shares = [0] * len(state.lines)
    # what is given away does not count towards what had to be bought for it
    lines = state.lines
    left = [n for n in group if state.measured[n] > 0]
    bought = [n for n in left if lines[n].sku not in rule.gifts]
    counted = [n for n in bought if eligible(rule, lines[n])]
    missing = _missing(rule, state, counted)
    if missing is not None:
        return shares, missing
    _KIND[rule.kind](rule, state, counted, shares, group)
    # a budget is never overshot: all of it or nothing
    if budget is not None and sum(shares) > budget:
        return [0] * len(shares), None
    return shares, None


def _missing(rule: OfferRule, state: State, counted: Sequence[int]) -> Refusal | None:
    """The first thing that is missing; nothing is said of goods that are not on the bill."""
    if not counted:
        return None
    base = sum(state.measured[n] for n in counted)
    if rule.min_spend and base < rule.min_spend:
        return Refusal(RefusalCode.MIN_SPEND, short=Money(rule.min_spend - base))
    # of gifts only the bought pieces must be there, elsewhere the group decides
    bought = rule.buy if rule.kind in (OfferKind.GIFT, OfferKind.ADD_ON) else None
    least = max(rule.min_quantity or 0, bought or 0)
    pieces = sum(state.lines[n].pieces for n in counted)
    if pieces < least:
        return Refusal(RefusalCode.MIN_QUANTITY, pieces=least - pieces)
    return None


def _special_price(
    rule: OfferRule, state: State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    """A price of its own for each piece."""
    for n in counted:
        shares[n] = taken_by_itself(rule, state, n)


def _buy_get(
    rule: OfferRule, state: State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    """Of every buy + get pieces the cheapest `get` are free."""
    given = rule.get or 1
    step = (rule.buy or 1) + given
    cheapest = _cheapest(rule, state, counted, step, given)
    _reduce(state, shares, cheapest, WHOLE)


def _nth_piece(
    rule: OfferRule, state: State, counted: Sequence[int], shares: list[int], _group: Sequence[int]
) -> None:
    """Of every n pieces the cheapest is reduced."""
    step = rule.buy or 2
    cheapest = _cheapest(rule, state, counted, step, 1)
    _reduce(state, shares, cheapest, rule.value)


def _given(
    rule: OfferRule, state: State, counted: Sequence[int], shares: list[int], group: Sequence[int]
) -> None:
    """Gifts that lie in the basket cost nothing, add-ons their price: as many as were earned, the
    dearest first."""
    dearest = _pieces(state, _gifts(rule, state, group))
    most = _times_earned(rule, state, counted) * (rule.get or 1)
    chosen = [n for _, n in dearest[:most]]
    if rule.kind is OfferKind.GIFT:
        _reduce(state, shares, chosen, WHOLE)
        return
    parts = []
    for n, count in sorted(Counter(chosen).items()):
        pieces = state.lines[n].pieces
        over_price = state.left[n] - rule.value * pieces
        above = max(0, over_price * count)
        parts.append((n, above, pieces))
    _round_once(shares, parts)


def _gifts(rule: OfferRule, state: State, group: Sequence[int]) -> list[int]:
    """Lines of gifts or add-ons that may be given here."""
    as_gift = rule.kind is OfferKind.GIFT
    found = []
    for n in group:
        line = state.lines[n]
        barred = line.no_promotion or (as_gift and line.never_given)
        if line.sku in rule.gifts and state.left[n] > 0 and not barred:
            found.append(n)
    return found


def _times_earned(rule: OfferRule, state: State, counted: Sequence[int]) -> int:
    """How many times what had to be bought was bought, by money and by pieces."""
    by_money = by_pieces = _NO_BOUND
    if rule.min_spend:
        by_money = sum(state.measured[n] for n in counted) // rule.min_spend
    if rule.buy:
        by_pieces = sum(state.lines[n].pieces for n in counted) // rule.buy
    return min(by_money, by_pieces, rule.max_repeats or 1)


Taking = Callable[[OfferRule, State, Sequence[int], list[int], Sequence[int]], None]
"""Writes down what a promotion takes from each line: of the lines that count, among the group."""
_KIND: dict[OfferKind, Taking] = {
    OfferKind.FIXED_PRICE: _special_price,
    OfferKind.BUY_GET: _buy_get,
    OfferKind.NTH_ITEM: _nth_piece,
    OfferKind.GIFT: _given,
    OfferKind.ADD_ON: _given,
}


def _pieces(state: State, counted: Sequence[int]) -> list[tuple[int, int]]:
    """(price of one piece, line) for every whole piece, the dearest first; ties by line."""
    found: list[tuple[int, int]] = []
    for n in counted:
        pieces = state.lines[n].pieces
        # a piece of a line that was made cheaper is cheaper too
        piece = (state.left[n] // pieces, n)
        found += [piece] * min(pieces, _MOST_PIECES)
    return sorted(found, key=lambda piece: (-piece[0], piece[1]))


def _cheapest(
    rule: OfferRule, state: State, counted: Sequence[int], step: int, given: int
) -> list[int]:
    """The pieces sorted by price in groups of `step`: the lines of the cheapest `given` of each
    group, the best for the customer."""
    pieces = _pieces(state, counted)
    rounds = len(pieces) // step
    # the first groups hold the dearest pieces
    if rule.max_repeats:
        rounds = min(rounds, rule.max_repeats)
    found = []
    for end in range(step, rounds * step + 1, step):
        found += [n for _, n in pieces[end - given : end]]
    return found


def _reduce(state: State, shares: list[int], given: Iterable[int], off: int) -> None:
    """Take `off` basis points from pieces of the lines named in `given` (a line once for each
    piece)."""
    parts = []
    for n, count in sorted(Counter(given).items()):
        above = state.left[n] * count * off
        below = state.lines[n].pieces * WHOLE
        parts.append((n, above, below))
    _round_once(shares, parts)


def _round_once(shares: list[int], parts: Sequence[tuple[int, int, int]]) -> None:
    """Give lines their part of one discount, each (line, numerator, denominator): the sum is
    rounded half-up once and shared by largest remainder."""
    rests = []
    for n, above, below in parts:
        shares[n], rest = divmod(above, below)
        if rest:
            rests.append((Fraction(rest, below), n))
    # half-up of the whole: the whole parts are given already
    fractions = [rest for rest, _ in rests]
    over = int(sum(fractions, Fraction(1, 2)))
    largest_first = sorted(rests, key=lambda part: (-part[0], part[1]))
    for _, n in largest_first[:over]:
        shares[n] += 1
