"""What articles, the trail, settings and imports keep more of."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Each step stands alone and may run in any order."""
    for step in (_articles, _trail, _settings, _imports):
        step()


def _articles() -> None:
    """Articles, and what names them."""


def _trail() -> None:
    """What the trail is read by."""


def _settings() -> None:
    """What the shop has settled."""


def _imports() -> None:
    """What imports keep of themselves."""
