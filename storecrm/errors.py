"""The tree of refusals: typed facts and stable codes, never sentences (wording.errors says them).

StoreError
├─ UsageError          2  the command or the call was wrong
├─ NotPossible         3  refused by a rule, or not there
│   ├─ NotFound
│   ├─ Conflict            something else holds it (a phone, a request number)
│   │   └─ PriceChanged    a bill's sum is not the one that was shown
│   └─ CouponRefused       every failing rule, and the better coupon
├─ BadInput            4  data that cannot be read as what it should be
│   └─ BadFile, ImportRejected
├─ NotAllowed          5  the person may not, or must wait
│   └─ Throttled
├─ StorageTrouble      6  disk, lock, damage, wrong file
│   └─ Collided            two at the same moment; may be done again
└─ Cancelled              a person stopped a long work; nothing was kept
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from storecrm.values import Money, Points, Problem, ProblemKind, Refusal, money_text


class StoreError(Exception):
    """Something the program expects and explains. `code` is stable, `facts` fill the sentence,
    `where` names the place."""

    exit_status: ClassVar[int] = 3

    def __init__(self, code: str, *, where: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.code, self.where, self.facts = code, where, facts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, where={self.where!r}, {self.facts!r})"


class UsageError(StoreError):
    exit_status = 2


class NotPossible(StoreError):
    exit_status = 3


class NotFound(NotPossible):
    """`code` is the noun that is missing: member, offer, coupon, receipt, batch, staff, backup."""


class Conflict(NotPossible):
    """Somebody or something else holds what was asked for."""


class PriceChanged(Conflict):
    """A bill comes to another sum than the one that was shown for it: `was` and `now`, with
    `points` of the member's; nothing was posted."""

    def __init__(self, was: Money, now: Money, points: Points = Points(0), digits: int = 2) -> None:
        super().__init__("price_changed", was=money_text(was, digits), now=money_text(now, digits))
        self.was, self.now, self.points = was, now, points


class CouponRefused(NotPossible):
    """A coupon that is not taken: `refusals` names every failing rule, `best` the member's better
    coupon; `own` says that the person at the till may set them aside alone."""

    def __init__(
        self,
        refusals: list[Refusal],
        *,
        coupon: str = "",
        best: Any = None,
        view: Any = None,
        own: bool = False,
    ) -> None:
        super().__init__(refusals[0].code.value, where=coupon)
        self.refusals, self.best, self.coupon, self.view, self.own = (
            refusals,
            best,
            coupon,
            view,
            own,
        )


class BadInput(StoreError):
    exit_status = 4


class BadFile(BadInput):
    """A file that cannot be what its name says, or is unsafe to open."""


class ImportRejected(BadInput):
    """Rows with problems; nothing was kept. `problems` are the first of them, `kinds` all, by kind
    and column."""

    def __init__(
        self, problems: list[Problem], counts: dict[str, int], kinds: Sequence[ProblemKind] = ()
    ) -> None:
        super().__init__("import_rejected", rejected=counts.get("rejected", len(problems)))
        self.problems, self.counts, self.kinds = problems, counts, tuple(kinds)


class NotAllowed(StoreError):
    exit_status = 5


class Throttled(NotAllowed):
    """Too many wrong tries; `seconds` in the facts says how long to wait."""


class StorageTrouble(StoreError):
    exit_status = 6


class Collided(StorageTrouble):
    """Two programs did at the same moment what only one can; this one's transaction was undone
    whole, and may be done again."""

    def __init__(self) -> None:
        super().__init__("collided")


class Cancelled(StoreError):
    """A person stopped a long work."""

    exit_status = 3

    def __init__(self) -> None:
        super().__init__("cancelled")
