"""What is known of one member."""

from dataclasses import dataclass

from storecrm.domain.lifecycle import StageReason
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.repurchase import Outlook
from storecrm.values import Day, Money


@dataclass(frozen=True)
class Favourite:
    """A category, on how many receipts it was, and what its lines came to."""

    category: str
    receipts: int
    amount: Money


@dataclass(frozen=True)
class Month:
    """What a member spent in a month (its first day), and on how many visits."""

    first: Day
    net: Money
    visits: int


@dataclass(frozen=True)
class Profile:
    """One member. `gross` and `net` are of all visits and returns; `scores` are R, F, M, None
    without a visit in the window; `next_visit` is the last visit plus the member's own gap
    (`overdue` when that is over), None under three visits; coupons are those of the member's own.
    `months` are the last twelve, `outlook` is None until it was learned, `before` what another
    system had counted (spent, visits, last visit)."""

    why: StageReason
    scores: tuple[int, int, int] | None
    group: str
    net: Money
    average: Money | None
    discount: Money
    with_coupon: int
    favourites: tuple[Favourite, ...]
    next_visit: Day | None
    coupons_given: int
    coupons_used: int
    overdue: bool = False
    months: tuple[Month, ...] = ()
    outlook: Outlook | None = None
    likes: tuple[Suggestion, ...] = ()
    before: tuple[Money | None, int | None, Day | None] | None = None
