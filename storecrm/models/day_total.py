"""What the whole shop took on a business day, from the other register."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT_BY_KEY, Base
from storecrm.values import Day, ImportId, Money


class DayTotal(Base):
    """Net sales and number of receipts of one store on one day; until present every share shows
    "—"."""

    __tablename__ = "day_total"
    __table_args__ = (STRICT_BY_KEY,)

    store: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[Day] = mapped_column(primary_key=True)
    net_sales: Mapped[Money]
    receipts: Mapped[int]
    import_id: Mapped[ImportId | None] = mapped_column(ForeignKey("import_batch.id"))
