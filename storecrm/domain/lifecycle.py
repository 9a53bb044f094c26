"""Stages of a member's life with the shop."""

from dataclasses import dataclass

from storecrm.values import Day

STAGES = ("prospect", "new", "active", "back", "warning", "dormant", "lost")


@dataclass(frozen=True)
class StageReason:
    """A member's stage with the figures it follows from; `gap` is the mean number of days between
    visits."""

    stage: str
    visits: int
    first: Day | None
    last: Day | None
    days_since: int | None
    gap: float | None
