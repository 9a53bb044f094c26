"""The first store: every table as of version 0.1.

Until a release exists the first step creates the tables from the models; from the first release on this file is frozen
as explicit statements and further steps follow.
"""

from alembic import op

from storecrm import models  # noqa: F401
from storecrm.models.base import Base

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    Base.metadata.create_all(op.get_bind(), checkfirst=False)
