"""Promotions of goods: one a line, the best for the customer."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from storecrm.domain.pricing.bill import AppliedOffer, NearPromotion, Step
from storecrm.domain.pricing.conditions import by_itself
from storecrm.domain.pricing.pieces import claimed, shares_of, taken_by_itself
from storecrm.domain.pricing.state import State


@dataclass
class _Choice:
    """The best promotion of one line by itself."""

    saving: int
    asked: AppliedOffer

    def better_than(self, other: "_Choice | None") -> bool:
        """The larger saving; the lower key where both save the same."""
        if other is None:
            return True
        if self.saving != other.saving:
            return self.saving > other.saving
        return self.asked.key < other.asked.key


@dataclass
class _Round:
    """Promotions of one priority, and the lines that none took yet."""

    state: State
    free: set[int]
    spent: dict[int, int]
    """What each promotion took so far of its budget."""
    near: list[NearPromotion]
    best: dict[int, _Choice] = field(default_factory=dict)


def take_line_promotions(
    state: State, promotions: Sequence[AppliedOffer], near: list[NearPromotion]
) -> None:
    """One a line. A higher priority goes first; among equals a promotion of several pieces is taken
    when it saves more than the best promotions of its lines by themselves would, the largest gain
    first, and every line left takes its best. What almost applied is added to `near`."""
    # goods that come back are no part of a promotion
    free = {n for n, line in enumerate(state.lines) if line.amount > 0}
    spent: dict[int, int] = {}
    priorities = {p.rule.priority for p in promotions}
    for priority in sorted(priorities, reverse=True):
        equals = [p for p in promotions if p.rule.priority == priority]
        turn = _Round(state, free, spent, near)
        single = [p for p in equals if by_itself(p.rule)]
        groups = [p for p in equals if not by_itself(p.rule)]
        _find_best(turn, single)
        _take_groups(turn, groups)
        _take_best(turn)


def _find_best(turn: _Round, promotions: Sequence[AppliedOffer]) -> None:
    for asked in promotions:
        for n in turn.free:
            saving = taken_by_itself(asked.rule, turn.state, n)
            if saving <= 0:
                continue
            choice = _Choice(saving, asked)
            if choice.better_than(turn.best.get(n)):
                turn.best[n] = choice


def _take_groups(turn: _Round, promotions: Sequence[AppliedOffer]) -> None:
    """Promotions that need several pieces, the largest gain first."""
    by_key = {p.key: p for p in promotions}
    heap: list[tuple[int, int]] = []
    for asked in promotions:
        worth, _, _ = _gain(turn, asked)
        if worth > 0:
            heapq.heappush(heap, (-worth, asked.key))
    while heap:
        before, key = heapq.heappop(heap)
        worth, shares, lines = _gain(turn, by_key[key])
        if worth != -before:
            # a better promotion took a line: what is left of this one stands in the queue again
            if worth > 0:
                heapq.heappush(heap, (-worth, key))
            continue
        base = sum(turn.state.left[n] for n in lines)
        turn.state.take(key, Step.LINE, shares, base)
        turn.spent[key] = turn.spent.get(key, 0) + sum(shares)
        turn.free -= lines


def _gain(turn: _Round, asked: AppliedOffer) -> tuple[int, list[int], set[int]]:
    """What a promotion saves more than the best of its lines by themselves would, what it takes
    from each line, and the lines that it takes for itself."""
    group = sorted(turn.free)
    shares, why = shares_of(asked.rule, turn.state, group, asked.left)
    if why is not None:
        turn.near.append(NearPromotion(asked.key, why))
    lines = claimed(asked.rule, turn.state, turn.free, shares)
    choices = [turn.best[n] for n in lines if n in turn.best]
    otherwise = sum(choice.saving for choice in choices)
    return sum(shares) - otherwise, shares, lines


def _take_best(turn: _Round) -> None:
    """Every line left takes its best, as far as the budgets hold."""
    for n in sorted(turn.free & turn.best.keys()):
        choice = turn.best[n]
        key = choice.asked.key
        total = turn.spent.get(key, 0) + choice.saving
        # the next best is not tried: a budget that ends ends for everybody
        if choice.asked.left is not None and total > choice.asked.left:
            continue
        turn.spent[key] = total
        shares = [0] * len(turn.state.lines)
        shares[n] = choice.saving
        turn.state.take(key, Step.LINE, shares, turn.state.lines[n].amount)
        turn.free.discard(n)
