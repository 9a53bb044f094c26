"""Ten thousand coupons to PDF, against the same pages with their text only."""

import tempfile
from pathlib import Path

from benchmarks import measure, store
from storecrm.i18n import Catalogue
from storecrm.services.coupons import issue
from storecrm.services.printing import barcodes, coupon_sheet


def paper(count: int = 10_000) -> None:
    owner = store.fresh()
    store.offer(owner)
    batch = issue.issue(owner, offer="B", count=count)
    sheet, words = issue.to_print(owner, batch=batch.id), Catalogue("zh_CN")
    folder = Path(tempfile.mkdtemp(prefix="storecrm-bench-"))
    coupon_sheet.write(
        owner, coupons=sheet[:21], file=folder / "warm.pdf", layout="a4-3x7", words=words
    )
    path = barcodes.path
    barcodes.path = lambda *_, **__: ""  # type: ignore[assignment]
    with measure.spent() as limit:
        coupon_sheet.write(
            owner, coupons=sheet, file=folder / "text.pdf", layout="a4-3x7", words=words
        )
    barcodes.path = path
    with measure.spent() as ours:
        coupon_sheet.write(
            owner, coupons=sheet, file=folder / "coupons.pdf", layout="a4-3x7", words=words
        )
    measure.ratio(f"{count:,} coupons to A4", ours, limit, "<= 2")
