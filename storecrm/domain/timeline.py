"""What happened between a member and the shop."""

from dataclasses import dataclass

from storecrm.values import Day, Money


@dataclass(frozen=True)
class Event:
    """Something that happened: its stable name, and the facts that belong to it. `what` names an
    offer, a channel, a stage or a tier."""

    day: Day
    kind: str
    what: str = ""
    amount: Money | None = None
    count: int = 0
    receipt_no: str = ""
    granted: bool = False
