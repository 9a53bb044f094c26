"""What files of other systems bring: how a file was read, what came together, what is written when an import ends."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_batches, _mappings, _goods):
        step()


def _batches() -> None:
    """Imports that came together, and what waits for the end of one."""


def _mappings() -> None:
    """How a file of another system is read."""


def _goods() -> None:
    """Articles that an import made out of nothing but their number."""
