"""What belongs to the customer who stands at the till, from the first scan or amount until the next
one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.members.views import MemberView
from storecrm.services.store import new_request
from storecrm.services.till.coupon_terms import CouponVerdict
from storecrm.services.till.posting import Closing
from storecrm.services.till.receipts import BillView
from storecrm.values import Money, Quantity


@dataclass(eq=False)
class Customer:
    """One customer: a new one begins empty, and one whose bill could not be closed is put back
    whole. `receipt` is the open bill as the store knows it, which may be ahead of `bill`; `quoted`
    is what closing would come to; `settled` means that an amount typed now is the next
    customer's."""

    amount: Money | None = None
    member: MemberView | None = None
    bill: BillView | None = None
    quoted: BillView | None = None
    proof: Proof = Proof(ProofLevel.TAIL)
    points_used: int = 0
    no_points: Money = Money(0)
    no_points_for: str = ""
    pieces: Mapping[str, int] = field(default_factory=dict)
    settled: bool = False
    request: str = field(default_factory=new_request)
    receipt: str = ""
    coupons: tuple[CouponVerdict, ...] = ()
    """The member's coupons that can be used, until one of them is."""

    @property
    def begun(self) -> bool:
        """True when there is something to close."""
        return self.bill is not None or self.amount is not None

    @property
    def who(self) -> MemberView | None:
        """The member, scanned or on the bill already."""
        return self.member or (self.bill.member if self.bill else None)

    @property
    def shown(self) -> Money | None:
        """The sum that was shown last; None while it is not worked out with everything that was
        asked for."""
        if self.quoted is not None:
            return self.quoted.net
        return self.bill.net if self.bill is not None and not self.points_used else None

    @property
    def typed(self) -> Money | None:
        """An amount that the store's bill does not know yet."""
        return None if self.bill is not None and self.bill.gross is not None else self.amount

    @property
    def member_no(self) -> str | None:
        return self.member.member_no if self.member else None

    @property
    def closing(self) -> Closing:
        """With what the bill ends, as the service asks for it."""
        return Closing(
            proof=self.proof,
            points_used=self.points_used,
            no_points=self.no_points,
            no_points_for=self.no_points_for,
            pieces=dict(self.pieces),
        )


@dataclass
class Waiting:
    """What goes on when something is known: a coupon with an amount or a member, an act (`retry`)
    with the member's proof, an article with its price. `amount` was typed before that article."""

    coupon: str = ""
    retry: Callable[[], None] | None = None
    article: tuple[str, Quantity | None] | None = None
    amount: Money | None = None
