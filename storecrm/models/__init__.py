"""What is true: tables, one noun a file, and the database under them. Rows never leave services.

audit: the trail and its chains.
base: column types, STRICT tables, append-only ones.
coupon: batches and their coupons.
database: engines, sessions, copies; the only place with SQL of one dialect.
day_total: what the whole shop took on a day.
guards: triggers: what the file itself refuses.
hot: the till's statements, built once and sent through the driver.
import_batch: files that came in, and what they changed.
kept: triggers that keep sums beside the rows.
learned: sums that take too long to work out again at a glance.
member: members, consents, search keys, merges, referrals, stages.
migrate: versions of the file.
migrations: the steps from an older store to the newest.
offer: offers and their frozen versions.
points: lots and the ledger.
product: goods, as far as promotions need them.
redemption: uses of coupons, their reversals, refused scans.
sale: bills, receipts, mirror images.
scannable: the one table every scan is looked up in.
segment: rules that pick members, lists kept of them.
server_copy: a server's store copied into a file, to try things on.
shop: the shop, its settings, its tills, the highest clock.
staff: who works here.
stamp: stamps.
tables: each table under one name, for statements.
tag: the shop's words for members.
throttle: tries of secrets, and what has a limit a day.
tier: the ladder, and who moved on it.
"""

from storecrm.models import (
    audit,
    coupon,
    day_total,
    import_batch,
    learned,
    member,
    offer,
    points,
    product,
    redemption,
    sale,
    scannable,
    segment,
    shop,
    staff,
    stamp,
    tag,
    throttle,
    tier,
)

__all__ = [
    "audit",
    "coupon",
    "day_total",
    "import_batch",
    "learned",
    "member",
    "offer",
    "points",
    "product",
    "redemption",
    "sale",
    "scannable",
    "segment",
    "shop",
    "staff",
    "stamp",
    "tag",
    "throttle",
    "tier",
]
