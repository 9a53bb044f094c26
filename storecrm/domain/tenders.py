"""What is paid, and what goes back: tenders against the sum that is due."""

from collections.abc import Sequence
from dataclasses import dataclass

from storecrm.errors import BadInput, NotPossible
from storecrm.values import MAX_MONEY, Money, TenderKind, money_text


@dataclass(frozen=True)
class Tender:
    """Money offered: for cash what was handed over, else the exact amount."""

    kind: TenderKind
    amount: Money


@dataclass(frozen=True)
class Paid:
    """What one kind of tender paid of a sale; `given` is the cash handed over."""

    kind: TenderKind
    amount: Money
    given: Money | None = None

    @property
    def change(self) -> Money:
        """What went back over the counter."""
        return Money(0 if self.given is None else self.given - self.amount)


def left_to_pay(due: Money, offered: Sequence[Tender]) -> Money:
    """What is still missing of what is due."""
    return Money(max(0, due - sum(tender.amount for tender in offered)))


def settle(net: int, offered: Sequence[Tender], digits: int = 2) -> list[Paid]:
    """Share the offered tenders out over what is due; only cash gives change.

    Raises:
        BadInput: tender (an impossible amount), tender_twice.
        NotPossible: tender_short (facts: short), tender_over (more than is due without cash).
    """
    if len({tender.kind for tender in offered}) != len(offered):
        raise BadInput("tender_twice")
    for tender in offered:
        if not 0 < tender.amount < MAX_MONEY:
            raise BadInput("tender", where=tender.kind.value)
    # no change is given on a card
    exact = [Paid(tender.kind, tender.amount) for tender in offered if not _is_cash(tender)]
    cash = sum(tender.amount for tender in offered if _is_cash(tender))
    left = net - sum(paid.amount for paid in exact)
    if left < 0:
        raise NotPossible("tender_over", over=money_text(-left, digits))
    if cash < left:
        raise NotPossible("tender_short", short=money_text(left - cash, digits))
    if not cash:
        return exact
    return [*exact, Paid(TenderKind.CASH, Money(left), Money(cash))]


def _is_cash(tender: Tender) -> bool:
    return tender.kind is TenderKind.CASH
