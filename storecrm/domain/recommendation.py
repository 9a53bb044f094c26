"""What a member may like next, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """An article for a member. `own` of the member's `visits` looked at had it; else it goes
    `with_name`. Confidence and lift are those of that pair, 0 where the member buys it anyway."""

    sku: str
    name: str
    category: str
    own: int
    visits: int
    with_name: str
    confidence: float
    lift: float
