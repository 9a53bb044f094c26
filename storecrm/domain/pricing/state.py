"""The bill while it is being priced: what is left of each line, and the steps taken so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from storecrm.domain.pricing.bill import AppliedStep, Line, Step
from storecrm.values import Money


@dataclass
class State:
    """The bill while it is being priced."""

    lines: Sequence[Line]
    left: list[int]
    steps: list[AppliedStep] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)
    """Lines that a promotion made cheaper."""
    measured: list[int] = field(default_factory=list)
    """What is left of each line where the present step began: thresholds are measured on it."""

    def begin(self) -> None:
        self.measured = list(self.left)

    def take(
        self, key: int, step: Step, shares: Sequence[int], base: int, repeats: int = 1
    ) -> None:
        """Take `shares` off the lines, measured on `base` eligible money, and note the step."""
        self.left = [value - share for value, share in zip(self.left, shares, strict=True)]
        if step is Step.LINE:
            self.marked |= {n for n, share in enumerate(shares) if share}
        discount = Money(sum(shares))
        of_lines = tuple(Money(share) for share in shares)
        taken = AppliedStep(
            key=key,
            discount=discount,
            shares=of_lines,
            eligible=Money(base),
            step=step,
            repeats=repeats,
        )
        self.steps.append(taken)

    @property
    def payable(self) -> list[int]:
        """What is left of each line, never below nothing: what money is shared out over."""
        return [max(0, value) for value in self.left]


def opened(lines: Sequence[Line]) -> State:
    """A bill of which nothing was taken yet."""
    state = State(lines, [int(line.amount) for line in lines])
    state.begin()
    return state
