"""Whether a member will come again."""

from dataclasses import dataclass

from storecrm.values import Money


@dataclass(frozen=True)
class Outlook:
    """A member's future: chance to be alive (0 to 1), visit days expected in the next 90 days, and
    what they would come to at the member's average."""

    member_no: str
    name: str
    alive: float
    visits: float
    net: Money
