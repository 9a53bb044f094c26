"""What members are worth: RFM scores and the outlook, as files."""

from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.analytics import repurchase, rfm
from storecrm.services.exports.cells import Cells, Rows, money
from storecrm.services.exports.recorded import write
from storecrm.services.files import Target
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day
from storecrm.wording import insight

_RFM = ("member_no", "name", "last_visit", "visits", "net_sales", "R", "F", "M", "group")
_OUTLOOK = ("member_no", "name", "alive", "visits_90", "net_90")


def export_rfm(
    store: Store,
    *,
    file: Path,
    words: Catalogue,
    before: Day | None = None,
    overwrite: bool = False,
) -> int:
    """Write every member's RFM values and scores to .xlsx or .csv; returns how many. The export is
    recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        for one in rfm.every(session, store, before):
            group = insight.group(one.group, words)
            net = money(store.shop.digits, one.net)
            values = (one.last, one.visits, net)
            scores = (one.r, one.f, one.m)
            yield (one.member_no, one.name, *values, *scores, group)

    target = Target(file, "export rfm", overwrite=overwrite)
    return write(store, "rfm", target, _RFM, rows, words)


def export_outlook(store: Store, *, file: Path, words: Catalogue, overwrite: bool = False) -> int:
    """Write every member's chance to come again, with visits and spend expected in 90 days, to
    .xlsx or .csv; returns how many. The export is recorded.

    Raises:
        NotPossible: not_learned.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    rows = list[Cells]()
    for one in repurchase.every(store):
        # chances to a hundredth of a percent, visits to a hundredth
        chance = Decimal(f"{one.alive:.4f}")
        visits = Decimal(f"{one.visits:.2f}")
        net = money(store.shop.digits, one.net)
        rows.append((one.member_no, one.name, chance, visits, net))
    target = Target(file, "export outlook", overwrite=overwrite)
    return write(store, "outlook", target, _OUTLOOK, lambda _: iter(rows), words)
